"""The lab's landscape in a real browser: the stage plays what has been trained, and asks for nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import PATIENCE, passing, revision_of, step_of, turn_to, wait_for_step
from tests.browser.test_accessibility import assert_no_grave_faults

READY = "Number(document.querySelector('.st-key-lab-stage [data-testid=stage]')?.dataset.revision) >= 1"


@pytest.fixture
def lab_stage(page: Page, open_page):
    """The stage on the landscape of one training."""
    open_page(page, "surface=booth&run=adam&step=1")
    turn_to(page, "Image lab")
    page.get_by_role("button", name="Train", exact=True).click(timeout=PATIENCE)
    page.get_by_role("tab", name="The landscape around the solution").click(timeout=2 * PATIENCE)
    page.get_by_role("button", name="Draw the landscape").click(timeout=PATIENCE)
    page.wait_for_function(READY, timeout=2 * PATIENCE)
    return page.locator(".st-key-lab-stage [data-testid=stage]")


def test_a_training_is_played_on_its_landscape_and_nothing_of_it_can_be_changed(page, lab_stage):
    last = int(lab_stage.get_attribute("data-steps"))
    assert step_of(lab_stage) == last
    expect(lab_stage.locator(".rv-step")).to_have_text(f"Snapshot {last} of {last}")
    expect(page.get_by_text("of the paths' variance.")).to_be_visible()
    assert_no_grave_faults(page)

    expect(lab_stage.get_by_test_id("start-handle")).to_be_hidden()
    for name in ("Anatomy", "Guess first", "Copy link"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    before = page.url, revision_of(lab_stage)
    lab_stage.get_by_test_id("stage-2d").click(position={"x": 300, "y": 300})
    lab_stage.focus()
    for key in ("a", "1", "Home"):
        page.keyboard.press(key)
    wait_for_step(lab_stage, 0)

    with passing(lab_stage, "data.playing === 'true' && Number(data.step) > 3"):
        page.keyboard.press("Space")
    page.keyboard.press("End")
    wait_for_step(lab_stage, last)
    assert (page.url, revision_of(lab_stage)) == before
    assert urlsplit(page.url).query == ""

    page.keyboard.press("p")
    expect(page.get_by_role("tab", name="Mistakes")).to_be_hidden()
    expect(lab_stage).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Mistakes")).to_be_visible()

    page.keyboard.press("t")
    expect(lab_stage.get_by_test_id("stage-3d").locator("canvas").first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("tab", name="Mistakes").click()  # the stage goes while it still draws
    expect(lab_stage).to_have_count(0, timeout=PATIENCE)
