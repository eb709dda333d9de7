"""Schedules, wrappers, clipping, phases and noise in the browser: nothing moves or jumps while they are set."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.acts import (
    STILL,
    assert_still,
    outcomes_of,
    press,
    repainted,
    settled_boxes,
    slider,
    wait_for_address,
    wait_for_rest,
)
from tests.browser.test_accessibility import assert_no_grave_faults_in_both_themes, show_the_whole_page

PARTS = "surface=himmelblau&steps=60&run=adam:lr=0.1;cosine:until=40;warmup:count=9;sam:radius=0.1&noise=0.1&step=60"
PLOT = ".ravine-rate"
ON_SHOW = {
    **STILL,
    "panel": ".st-key-panel",
    "more": ".st-key-run-more",
    "plot": PLOT,
    "last switch": ".st-key-run-more .stCheckbox >> nth=-1",
}
SMALL_TARGETS = """() => [...document.querySelectorAll('.st-key-panel :is(button, summary, .stCheckbox label)')]
  .filter((one) => !one.closest('[data-testid=stTooltipIcon], [data-testid=stSelectbox]'))
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.textContent)"""


@pytest.fixture(params=["page", "phone"])
def with_more(request, open_page):
    """A page whose open card shows everything that can be set, and its stage."""
    page = request.getfixturevalue(request.param)
    stage = open_page(page, PARTS)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator(PLOT).wait_for()
    wait_for_rest(page)
    return page, stage


def test_no_slider_of_a_part_moves_anything_and_a_switch_stays_under_the_finger(with_more):
    page, stage = with_more
    for name in ("Radius", "Warm-up steps", "Until step"):
        slider(page, name).focus()  # which scrolls
        before = settled_boxes(page, ON_SHOW)
        plot = page.locator(f"{PLOT} img")
        drawn = plot.get_attribute("src")
        press(stage, name)
        if name != "Radius":
            expect(plot).not_to_have_attribute("src", drawn)
        assert_still(before, settled_boxes(page, ON_SHOW))

    clip = page.locator(".st-key-run-more .stCheckbox").filter(has_text="Clip the gradient")
    clip.evaluate("one => one.scrollIntoView({block: 'end'})")  # on a phone the stage lies over what is higher up
    place = clip.bounding_box()
    with repainted(stage):
        clip.locator("label").first.click()
    page.locator(".st-key-panel").get_by_text("Longest gradient", exact=True).wait_for()
    assert abs(clip.bounding_box()["y"] - place["y"]) <= 1


def test_on_a_phone_all_that_is_touched_is_large_enough(phone, open_page):
    open_page(phone, f"{PARTS}&run=momentum:lr=0.001;steps:count=30~adam:lr=0.1")
    phone.get_by_role("button", name="More", exact=True).click()
    phone.locator(".st-key-run-more").wait_for()
    wait_for_rest(phone)
    phone.locator(".st-key-scene-card summary").click()
    phone.get_by_role("button", name="Another seed").wait_for()
    wait_for_rest(phone)
    assert phone.evaluate(SMALL_TARGETS) == []
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_every_optimizer_of_the_menu_is_within_the_window_and_a_run_goes_on_with_one(page, open_page):
    stage = open_page(page, "surface=himmelblau&steps=60&run=momentum:lr=0.001&step=60")
    page.get_by_role("button", name="Add optimizer").click()
    for name in ("Gradient descent", "Trust region"):
        box = page.get_by_role("menuitem", name=name, exact=True).bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 900
    page.keyboard.press("Escape")

    page.get_by_role("button", name="More", exact=True).click()
    page.locator(".st-key-run-more").wait_for()
    wait_for_rest(page)
    page.get_by_role("button", name="Go on with").click()
    with repainted(stage):
        page.get_by_role("menuitem", name="Adam", exact=True).click()
    assert list(outcomes_of(stage)) == ["Momentum, then Adam"]
    page.get_by_role("radio", name="2 Adam").wait_for()
    wait_for_address(page, ";steps:count=30~adam:")


def test_nothing_serious_is_found_where_parts_and_phases_are_set(page, open_page):
    open_page(page, PARTS.replace("&noise", ";steps:count=20~adam:lr=0.01;sam;carry&noise"))
    page.locator(".st-key-scene-card summary").click()
    page.get_by_role("button", name="Another seed").wait_for()
    wait_for_rest(page)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator(PLOT).wait_for()
    show_the_whole_page(page)
    assert_no_grave_faults_in_both_themes(page)
    page.get_by_role("radio", name="2 Adam").check(force=True)
    page.locator(".st-key-panel").get_by_text("Keep its memory").wait_for()
    then = page.get_by_role("button", name="Go on with")
    expect(then).to_have_count(1)  # while the card is made anew, that of the other phase stands there too
    wait_for_rest(page)
    then.click()
    page.get_by_role("menuitem").first.wait_for()
    assert_no_grave_faults_in_both_themes(page)
