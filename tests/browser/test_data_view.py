"""The data beside the stage: there at every size, at the step that is painted, and open to ten more outliers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from scenes import simulate
from tests.browser.acts import (
    choose,
    differ,
    picture,
    repainted,
    settled_boxes,
    shown,
    wait_for_address,
    wait_for_step,
)
from tests.browser.test_accessibility import assert_no_grave_faults_in_both_themes
from tests.browser.test_layout import HEADER, IN_VIEW, SIDEWAYS, WINDOWS

LINE = "surface=diabetes-line&start=-1.5,-1.5&steps=60&run=sgd:lr=0.05;batch:size=32&run=sgd:lr=0.05&run=adam:lr=0.05"
FOUR_RUNS = f"{LINE}&run=momentum:lr=0.01"
BOUNDARY = "surface=breast-cancer&steps=60&run=sgd:lr=0.5&run=adam:lr=0.1"
CLASSES = "surface=iris-classes&steps=60&run=adam:lr=0.1;batch:size=16"
CURVE = "surface=tanh-network&start=0.01,0.01&steps=60&run=momentum:lr=0.05"
DATA = "[data-testid=stage-data]"


def data_of(page):
    return page.locator(DATA)


def words_of(page) -> str:
    """What the plot of the data says of itself."""
    return data_of(page).get_by_role("img").get_attribute("aria-label") or ""


def wait_for_data(page, step: int) -> None:
    expect(data_of(page)).to_have_attribute("data-step", str(step))


def go_to(stage, step: int) -> None:
    stage.get_by_role("slider", name="Step").fill(str(step))
    wait_for_step(stage, step)
    wait_for_data(stage.page, step)


def test_it_is_above_the_fold_with_all_one_plays_with_at_every_usual_size(page, open_page):
    open_page(page, f"{FOUR_RUNS}&step=20")
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        parts = {name: place for name, place in IN_VIEW.items() if name != "first slider"}
        boxes = settled_boxes(page, {**parts, "data": DATA})
        for name, (left, top, across, down) in boxes.items():
            place = f"{name} at {width} x {height}: {left, top, across, down}"
            assert HEADER <= top <= top + down <= height, place
            assert 0 <= left <= left + across <= width, place
        _, _, across, down = boxes["data"]
        assert across >= 250
        assert down >= 160
        for scrolled, seen in page.evaluate(SIDEWAYS):
            assert scrolled <= seen
        readout = page.get_by_test_id("readout")
        assert readout.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), f"the readout at {width}"


@pytest.mark.parametrize("link", [LINE, BOUNDARY, CLASSES, CURVE], ids=lambda link: link.split("&")[0])
def test_the_models_painted_are_those_of_the_step(page, open_page, link):
    stage = open_page(page, f"{link}&step=0")
    wait_for_data(page, 0)
    first = picture(data_of(page))
    for step in (12, 60):
        go_to(stage, step)
        scene, _ = shown(page)
        for label, path in zip(scene.labels, simulate(scene), strict=True):
            said = re.search(rf"{label} w1 (\S+), w2 (\S+?)(?:;|\.$)", words_of(page))
            assert said, words_of(page)
            assert [float(weight) for weight in said.groups()] == pytest.approx(path.points[step], rel=6e-3)
        assert differ(first, picture(data_of(page))) > 200
    go_to(stage, 0)
    assert differ(first, picture(data_of(page))) == 0


def test_ten_outliers_come_at_a_stroke_where_one_likes_and_go_again(page, open_page):
    stage = open_page(page, f"{LINE}&step=60")
    wait_for_address(page, "outliers=0")
    with repainted(stage):
        page.get_by_role("button", name="Add ten outliers").click()
    wait_for_address(page, "outliers=10")
    assert "10 outliers" in words_of(page)
    assert page.get_by_role("button", name="Ten more").is_visible()
    remove = page.get_by_role("button", name="Remove them")
    assert_no_grave_faults_in_both_themes(page)
    plot = data_of(page).get_by_role("img").bounding_box()
    page.mouse.click(plot["x"] + 0.4 * plot["width"], plot["y"] + 0.2 * plot["height"])
    address = wait_for_address(page, "outliers=20")
    x, y = (float(re.search(rf"outlier_{axis}=([-\d.]+)", address)[1]) for axis in "xy")
    assert -2 < x < 1
    assert 0 < y < 4
    remove.click()
    wait_for_address(page, "outliers=0")
    remove.wait_for(state="hidden")


def test_it_gives_way_to_the_inside_of_a_step_and_is_not_there_for_a_formula(page, open_page):
    stage = open_page(page, f"{CURVE}&step=20")
    wait_for_data(page, 20)
    assert not page.get_by_role("button", name="Add ten outliers").is_visible()
    stage.focus()
    page.keyboard.press("a")
    page.get_by_test_id("anatomy").wait_for()
    data_of(page).wait_for(state="hidden")
    page.keyboard.press("a")
    data_of(page).wait_for(state="visible")
    choose(page, "Surface", "Booth")
    data_of(page).wait_for(state="detached")
    choose(page, "Surface", "Noisy moons")
    data_of(page).wait_for(state="visible")
    expect(data_of(page).get_by_role("img", name="200 samples")).to_be_visible()


def test_on_a_phone_it_stands_under_the_stage(phone, open_page):
    stage = open_page(phone, f"{LINE}&step=60")
    wait_for_data(phone, 60)
    below = stage.bounding_box()["y"] + stage.bounding_box()["height"]
    data = data_of(phone).bounding_box()
    assert data["y"] >= below
    for scrolled, seen in phone.evaluate(SIDEWAYS):
        assert scrolled == seen == 390
    data_of(phone).evaluate("one => one.scrollIntoView({ block: 'end' })")
    final = picture(data_of(phone))
    go_to(stage, 3)
    assert differ(final, picture(data_of(phone))) > 200
    button = phone.get_by_role("button", name="Add ten outliers")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    wait_for_address(phone, "outliers=10")
