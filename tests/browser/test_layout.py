"""What is needed is in view at every size of the window, large enough for a finger, and stays where it is."""

from __future__ import annotations

import numpy as np

from tests.browser.acts import (
    FOUR_ANSWERS,
    STILL,
    assert_still,
    boxes,
    differ,
    lights_of,
    outcomes_of,
    picture,
    press,
    repainted,
    settled_boxes,
    slider,
    step_of,
    wait_for_step,
    wait_until,
)
from tests.browser.map import map_axes, ranges_of, units_of

HEADER = 60  # pixels
WINDOWS = [(1400, 900), (1366, 768), (1024, 768)]
FIRST_SLIDER = ".st-key-panel details[open] [data-testid=stSlider]"
IN_VIEW = {**STILL, "play": ".rv-play", "first slider": FIRST_SLIDER}
SIDEWAYS = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
  .map((one) => [one.scrollWidth, one.clientWidth])"""
# Of everything on the stage, in the header and in the open card that one touches: its words and its size in pixels.
# Of Streamlit's slider that is the whole line, of its field the frame. Its small "?" beside a label cannot be larger.
TOUCHED = """() => {
  const places = ['[data-testid=stage]', '.rv-top', '.st-key-scenes', '.st-key-panel details[open]']
  const touched = places.flatMap((place) => [...document.querySelectorAll(place)])
    .flatMap((place) => [...place.querySelectorAll('button, select, summary, input:not([aria-hidden=true])')])
    .filter((one) => !one.closest('[data-testid=stTooltipIcon]'))
    .map((one) => {
      const area = { range: '[role=group]', text: '[data-testid=stTextInputRootElement]' }[one.type]
      return [one, (area && one.closest(area)) ?? one]
    })
    .filter(([, area]) => area.checkVisibility({ visibilityProperty: true }) && area.getClientRects().length)
  return touched.map(([one, area]) => {
    const { width, height } = area.getBoundingClientRect()
    return [one.getAttribute('aria-label') || one.textContent || one.className, width, height]
  })
}"""


def test_what_one_plays_with_is_above_the_fold_at_every_usual_size(page, open_page):
    open_page(page, f"{FOUR_ANSWERS}&step=170")  # four runs, and Adam's card open
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for name, (left, top, across, down) in settled_boxes(page, IN_VIEW).items():
            place = f"{name} at {width} x {height}: {left, top, across, down}"
            assert HEADER <= top <= top + down <= height, place
            assert 0 <= left <= left + across <= width, place
        for scrolled, shown in page.evaluate(SIDEWAYS):
            assert scrolled <= shown
        readout = page.get_by_test_id("readout")
        assert readout.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), f"the readout at {width}"
        assert readout.locator("li").count() == 4


def test_on_a_phone_all_is_within_reach_and_nothing_scrolls_sideways(phone, open_page):
    stage = open_page(phone, f"{FOUR_ANSWERS}&step=20")
    assert phone.evaluate("innerWidth") == 390
    for scrolled, shown in phone.evaluate(SIDEWAYS):
        assert scrolled == shown == 390
    first = phone.locator(FIRST_SLIDER).first.bounding_box()
    assert first["y"] + first["height"] <= 844
    touched = phone.evaluate(TOUCHED)
    assert {"Play", "Copy link", "Learning rate", "Four answers", "Remove"} <= {words for words, *_ in touched}
    small = [(words, width, height) for words, width, height in touched if height < 43.9 or width < 24]
    assert not small, small
    for target in stage.locator(".rv-bar button, .rv-bar select, .rv-bar input").all():
        box = target.bounding_box()
        assert box is None or 0 <= box["x"] <= 390 - box["width"] + 0.5
    stage.get_by_label("One step forward").tap()
    wait_for_step(stage, 21)
    view = stage.get_by_label("View")
    for _ in range(2):  # there is no room for a button: the menu holds it
        lights = lights_of(stage)
        view.select_option("lights")
        wait_until(stage, "data.lights !== value", lights)
    assert (lights_of(stage), view.input_value()) == ("on", "2d")
    view.select_option("guess")
    stage.get_by_role("group", name="Which arrives first?").get_by_role("button", name="Adam").tap()
    stage.get_by_role("button", name="Close the question").tap()
    wait_until(stage, "data.guessing === 'false'")

    # With the last slider of the open card in view, the map is still wholly visible, and redraws.
    last_slider = slider(phone, "beta2 size").locator("xpath=ancestor::*[@data-testid='stSlider']")
    last_slider.evaluate("one => one.scrollIntoView({block: 'end'})")
    plot = stage.get_by_test_id("stage-2d")
    seen = picture(plot)
    press(stage, "beta2 size", "Home")
    assert differ(seen, picture(plot)) > 20
    last, box = last_slider.bounding_box(), plot.bounding_box()
    assert HEADER - 1 <= box["y"] <= box["y"] + box["height"] <= last["y"] + last["height"] <= 845
    assert np.isclose(*units_of(stage), rtol=0.01)


def test_a_slider_that_moves_and_a_run_that_is_added_move_nothing(page, open_page):
    stage = open_page(page, f"{FOUR_ANSWERS}&step=170")
    still = boxes(page, {**STILL, "panel": ".st-key-panel", "slider": FIRST_SLIDER, "top": ".rv-top"})
    ranges, axes = ranges_of(stage), map_axes(stage)
    for name, key in (("Learning rate", "ArrowRight"), ("beta1 direction", "Home"), ("Steps", "ArrowLeft")):
        press(stage, name, key)
        assert_still(still, boxes(page, {**STILL, "panel": ".st-key-panel", "slider": FIRST_SLIDER, "top": ".rv-top"}))
    with repainted(stage):
        page.get_by_role("button", name="Add optimizer").click()
        page.get_by_role("menuitem", name="AdaGrad").click()
    assert len(outcomes_of(stage)) == 5
    assert_still({name: still[name] for name in STILL}, boxes(page, STILL))
    assert (ranges_of(stage), map_axes(stage)) == (ranges, axes)
    assert step_of(stage) == 170
