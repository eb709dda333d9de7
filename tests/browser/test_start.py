"""The start is dragged and clicked; everywhere else the map is zoomed."""

from __future__ import annotations

import numpy as np

from scenes import simulate
from tests.browser.acts import (
    FOUR_ANSWERS,
    differ,
    drag,
    map_axes,
    outcomes_of,
    picture,
    pixel_of,
    press,
    repainted,
    revision_of,
    sentences_of,
    shown,
    step_of,
    valley_of,
    wait_for_address,
    wait_until,
)

FROM, TO = (-4.8, 0.4), (-4.4, 0.4)


def valleys(page) -> int:
    """How many different valleys the runs of the address end in."""
    scene, _ = shown(page)
    return len({valley_of(scene.landscape, path) for path in simulate(scene)})


def test_dragging_the_start_by_mouse_turns_four_answers_into_one(page, open_page):
    stage = open_page(page, FOUR_ANSWERS)
    wait_for_address(page, "step=300")
    history, ranges = page.evaluate("history.length"), {name: axis["range"] for name, axis in map_axes(stage).items()}
    assert valleys(page) == 4
    seen, revision = picture(stage.get_by_test_id("stage-2d")), revision_of(stage)

    # While it is dragged, the paths follow.
    begin, end = pixel_of(stage, FROM), pixel_of(stage, TO)
    drag(page, begin, ((begin[0] + end[0]) / 2, end[1]))
    wait_until(stage, "Number(data.revision) > value", revision)
    page.mouse.move(*end, steps=4)
    wait_until(stage, "Number(data.revision) > value", revision + 1)
    assert differ(seen, picture(stage.get_by_test_id("stage-2d"))) > 500
    page.mouse.up()

    wait_for_address(page, "start=-4.4,0.4")
    assert valleys(page) == 1
    assert outcomes_of(stage) == sentences_of(shown(page)[0])
    assert {name: axis["range"] for name, axis in map_axes(stage).items()} == ranges
    assert page.evaluate("history.length") == history
    assert step_of(stage) == 300
    page.wait_for_function("document.querySelector(\"input[aria-label='Start w1']\").value === '-4.4'")


def test_dragging_the_start_by_touch_turns_four_answers_into_one(phone, open_page):
    stage = open_page(phone, FOUR_ANSWERS)
    stage.get_by_test_id("stage-2d").scroll_into_view_if_needed()
    ranges = {name: axis["range"] for name, axis in map_axes(stage).items()}
    scrolled, revision = phone.evaluate("scrollY"), revision_of(stage)
    begin, end = pixel_of(stage, FROM), pixel_of(stage, TO)
    touch = phone.context.new_cdp_session(phone)

    def send(kind: str, *points: tuple[float, float]) -> None:
        points_given = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points_given})

    send("touchStart", begin)
    for share in np.linspace(0, 1, 8):
        send("touchMove", (begin[0] + share * (end[0] - begin[0]), begin[1] + share * (end[1] - begin[1])))
    wait_until(stage, "Number(data.revision) > value", revision)
    send("touchEnd")

    wait_for_address(phone, "start=-4.4,0.4")
    assert valleys(phone) == 1
    assert outcomes_of(stage) == sentences_of(shown(phone)[0])
    assert {name: axis["range"] for name, axis in map_axes(stage).items()} == ranges
    assert phone.evaluate("scrollY") == scrolled


def test_a_click_moves_the_start_and_a_drag_elsewhere_zooms_for_good(page, open_page):
    stage = open_page(page, "surface=himmelblau&start=-4.8,0.4&steps=60&run=adam:lr=0.1&step=30")
    with repainted(stage):
        page.mouse.click(*pixel_of(stage, (1, -3)))
    wait_for_address(page, "start=1,-3")
    handle = stage.get_by_test_id("start-handle").bounding_box()
    assert np.allclose([handle["x"] + 22, handle["y"] + 22], pixel_of(stage, (1, -3)), atol=1.5)
    assert (step_of(stage), outcomes_of(stage)) == (30, sentences_of(shown(page)[0]))

    whole = map_axes(stage)
    drag(page, pixel_of(stage, (-2, 2)), pixel_of(stage, (4, -4)))
    page.mouse.up()
    zoomed = "document.querySelector('[data-testid=stage-2d] .js-plotly-plot')._fullLayout.xaxis.range[0] > -3"
    page.wait_for_function(zoomed)
    assert shown(page)[0].start == (1, -3)
    zoomed = map_axes(stage)
    units = [zoomed[name]["length"] / np.ptp(zoomed[name]["range"]) for name in "xy"]
    assert np.isclose(*units, rtol=0.01)
    assert units[0] > 1.2 * whole["x"]["length"] / np.ptp(whole["x"]["range"])
    handle = stage.get_by_test_id("start-handle").bounding_box()
    assert np.allclose([handle["x"] + 22, handle["y"] + 22], pixel_of(stage, (1, -3)), atol=1.5)

    press(stage, "Learning rate")
    press(stage, "Steps")
    assert map_axes(stage) == zoomed
    assert step_of(stage) == 30
    stage.get_by_role("button", name="Fit").click()
    page.wait_for_timeout(300)
    assert map_axes(stage)["x"]["range"] == whole["x"]["range"]

    # The keyboard moves it too.
    stage.get_by_test_id("start-handle").focus()
    with repainted(stage):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("!location.search.includes('start=1,-3')")
    scene, _ = shown(page)
    assert scene.start[0] > 1
    assert np.isclose(scene.start[1], -3, atol=0.02)
    assert step_of(stage) == 30
