"""The start is dragged and clicked; everywhere else the map is zoomed."""

from __future__ import annotations

import numpy as np

from scenes import simulate
from tests.browser.acts import (
    FOUR_ANSWERS,
    differ,
    eventually,
    outcomes_of,
    picture,
    press,
    repainted,
    revision_of,
    sentences_of,
    shown,
    step_of,
    wait_for_address,
    wait_for_rest,
    wait_until,
)
from tests.browser.map import (
    Fingers,
    assert_ground_in_place,
    drag,
    map_axes,
    pixel_of,
    ranges_of,
    units_of,
    valley_of,
    wait_for_range,
)

FROM, TO = (-4.8, 0.4), (-4.4, 0.4)
SCROLLED = "[scrollX, scrollY, ...[...document.querySelectorAll('[data-testid=stMain]')].map(one => one.scrollTop)]"
NOTE_THE_GHOST = """ghost => {
  window.ghostSeen = !ghost.hidden
  new MutationObserver(() => (window.ghostSeen ||= !ghost.hidden)).observe(ghost, {attributes: true})
}"""


def valleys(page) -> int:
    """How many different valleys the runs of the address end in."""
    scene, _ = shown(page)
    return len({valley_of(scene.landscape, path) for path in simulate(scene)})


def test_dragging_the_start_by_mouse_turns_four_answers_into_one(page, open_page):
    stage = open_page(page, FOUR_ANSWERS)
    wait_for_address(page, "step=300")
    history, ranges = page.evaluate("history.length"), ranges_of(stage)
    assert valleys(page) == 4
    seen, revision = picture(stage.get_by_test_id("stage-2d")), revision_of(stage)
    stage.locator(".rv-ghost").evaluate(NOTE_THE_GHOST)

    # While it is dragged, the paths follow, and those that there were stay in sight for a little.
    begin, end = pixel_of(stage, FROM), pixel_of(stage, TO)
    drag(page, begin, ((begin[0] + end[0]) / 2, end[1]))
    wait_until(stage, "Number(data.revision) > value", revision)
    page.mouse.move(*end, steps=4)
    wait_until(stage, "Number(data.revision) > value", revision + 1)
    assert differ(seen, picture(stage.get_by_test_id("stage-2d"))) > 500
    assert page.evaluate("window.ghostSeen")
    page.mouse.up()
    stage.locator(".rv-ghost").wait_for(state="hidden")

    wait_for_address(page, "start=-4.4,0.4")
    assert valleys(page) == 1
    assert outcomes_of(stage) == sentences_of(shown(page)[0])
    assert ranges_of(stage) == ranges
    assert page.evaluate("history.length") == history
    assert step_of(stage) == 300
    page.wait_for_function("document.querySelector(\"input[aria-label='Start w1']\").value === '-4.4'")


def test_dragging_the_start_by_touch_turns_four_answers_into_one_and_two_fingers_zoom(phone, open_page):
    stage = open_page(phone, FOUR_ANSWERS)
    ranges, scrolled, revision = ranges_of(stage), phone.evaluate(SCROLLED), revision_of(stage)
    stage.locator(".rv-ghost").evaluate(NOTE_THE_GHOST)
    begin, end = pixel_of(stage, FROM), pixel_of(stage, TO)
    fingers = Fingers(phone)
    fingers.press(begin)
    for share in np.linspace(0, 1, 8):
        fingers.move((begin[0] + share * (end[0] - begin[0]), begin[1] + share * (end[1] - begin[1])))
    wait_until(stage, "Number(data.revision) > value", revision)
    fingers.lift()

    wait_for_address(phone, "start=-4.4,0.4")
    assert valleys(phone) == 1
    assert outcomes_of(stage) == sentences_of(shown(phone)[0])
    assert ranges_of(stage) == ranges
    assert phone.evaluate(SCROLLED) == scrolled
    assert phone.evaluate("window.ghostSeen")
    stage.locator(".rv-ghost").wait_for(state="hidden")

    # Two fingers that part zoom in, on what is between them; the start stays where it is.
    x, y = pixel_of(stage, (1, 1))
    fingers.press((x - 30, y), (x + 30, y))
    for apart in (40, 50, 60, 70):
        fingers.move((x - apart, y), (x + apart, y))
    fingers.lift()
    wait_for_range(stage, "x[1] - x[0] < value", float(0.6 * np.ptp(ranges["x"])))
    assert np.isclose(*units_of(stage), rtol=0.01)
    assert np.allclose(pixel_of(stage, (1, 1)), (x, y), atol=3)
    assert_ground_in_place(stage, shown(phone)[0].landscape)
    assert phone.evaluate(SCROLLED) == scrolled
    assert shown(phone)[0].start == TO
    stage.get_by_label("View").select_option("fit")
    wait_for_range(stage, "x[0] === value", ranges["x"][0])


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
    wait_for_range(stage, "x[0] > -3")
    assert shown(page)[0].start == (1, -3)
    zoomed = map_axes(stage)
    units = units_of(stage)
    assert np.isclose(*units, rtol=0.01)
    assert units[0] > 1.2 * whole["x"]["length"] / np.ptp(whole["x"]["range"])
    assert_ground_in_place(stage, shown(page)[0].landscape)
    handle = stage.get_by_test_id("start-handle").bounding_box()
    assert np.allclose([handle["x"] + 22, handle["y"] + 22], pixel_of(stage, (1, -3)), atol=1.5)

    press(stage, "Learning rate")
    press(stage, "Steps")
    assert map_axes(stage) == zoomed
    assert step_of(stage) == 30
    stage.get_by_label("View").select_option("fit")
    wait_for_range(stage, "x[0] === value", whole["x"]["range"][0])
    assert stage.get_by_label("View").input_value() == "2d"
    assert map_axes(stage) == whole

    # The keyboard moves it too.
    stage.get_by_test_id("start-handle").focus()
    with repainted(stage):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("!location.search.includes('start=1,-3')")
    scene, _ = shown(page)
    assert scene.start[0] > 1
    assert np.isclose(scene.start[1], -3, atol=0.02)
    assert step_of(stage) == 30


def test_what_is_pressed_right_after_a_drag_does_not_take_the_start_back(page, open_page):
    stage = open_page(page, f"{FOUR_ANSWERS}&step=170")
    drag(page, pixel_of(stage, FROM), pixel_of(stage, TO))
    page.mouse.up()
    page.keyboard.press("a")  # its message may still hold what the fields showed before
    stage.locator(".rv-anatomy").wait_for()
    wait_for_rest(page)
    eventually(page, lambda: np.hypot(*np.subtract(shown(page)[0].start, TO)) < 0.05)
    assert step_of(stage) == 170
