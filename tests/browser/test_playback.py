"""The page plays by itself, and is paused, scrubbed, stepped and read as one likes."""

from __future__ import annotations

import numpy as np

from scenes import parse, simulate
from tests.browser.acts import (
    FOUR_ANSWERS,
    differ,
    is_playing,
    losses_at,
    losses_read,
    outcomes_of,
    picture,
    press,
    sentences_of,
    shown,
    step_of,
    wait_for_frames,
    wait_for_step,
    wait_until,
)
from tests.browser.map import map_axes, pixel_of

SHORT = "surface=himmelblau&start=-4.8,0.4&steps=40&run=momentum:lr=0.001,rho=0.95&run=adam:lr=0.1&step=20"
NOTE_WHAT_IS_SPOKEN = """line => {
  window.spoken = []
  new MutationObserver(() => window.spoken.push([performance.now(), line.textContent]))
    .observe(line, {childList: true, characterData: true, subtree: true})
}"""


def test_a_slider_does_not_interrupt_playing_which_is_told_at_a_pace_one_can_follow(page, open_page):
    stage = open_page(page, f"{FOUR_ANSWERS}&step=0")
    stage.locator(".rv-live").evaluate(NOTE_WHAT_IS_SPOKEN)
    plot = stage.get_by_test_id("stage-2d")
    first = picture(plot)
    stage.get_by_label("Speed").select_option("0.25")  # for half a minute, so that there is time to see it
    stage.get_by_label("Play", exact=True).click()
    wait_until(stage, "Number(data.step) > 20")
    page.wait_for_function("window.spoken.length >= 2")
    assert differ(first, picture(plot)) > 50

    step_before = step_of(stage)
    press(stage, "Steps")
    assert is_playing(stage)
    assert step_of(stage) >= step_before
    stage.get_by_label("Speed").select_option("4")
    wait_until(stage, "data.playing === 'false'")
    assert step_of(stage) == 301

    # Screen readers hear it at a pace that they can follow: at most once a second, but for the last word.
    *while_playing, (_, last_words) = page.evaluate("window.spoken")
    assert last_words.startswith("Step 301 of 301. Loss: Gradient descent ")
    assert len(while_playing) >= 2
    assert all(text != last_words for _, text in while_playing), "said twice"
    assert all(gap >= 950 for gap in np.diff([time for time, _ in while_playing]))

    press(stage, "Steps", "ArrowLeft")
    scene, _ = parse(FOUR_ANSWERS)
    assert outcomes_of(stage) == sentences_of(scene)
    assert step_of(stage) == 300  # whoever was at the end stays at the end
    assert losses_read(stage) == losses_at(scene, 300)


def test_the_playback_is_scrubbed_stepped_and_played_again(page, open_page):
    stage = open_page(page, SHORT)
    assert (step_of(stage), is_playing(stage)) == (20, False)
    at_20 = picture(stage.get_by_test_id("stage-2d"))

    stage.get_by_label("One step back").click()
    wait_for_step(stage, 19)
    stage.get_by_label("One step forward").click()
    wait_for_step(stage, 20)
    stage.get_by_role("slider", name="Step").fill("35")
    wait_for_step(stage, 35)
    assert differ(at_20, picture(stage.get_by_test_id("stage-2d"))) > 50

    stage.focus()
    for key, step in (
        ("ArrowRight", 36),
        ("ArrowLeft", 35),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 40),
        ("ArrowRight", 40),
    ):
        page.keyboard.press(key)
        wait_for_step(stage, step)
        assert not is_playing(stage)

    # The loss curve is a second scrubber: its left end is the start, and a drag goes on beyond its border.
    box = stage.get_by_test_id("stage-loss").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.9 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=3)
    wait_until(stage, "Number(data.step) > 10 && Number(data.step) < 25")
    page.mouse.move(box["x"] - 30, middle, steps=3)
    wait_for_step(stage, 0)
    page.mouse.up()
    page.mouse.move(box["x"] + 0.9 * box["width"], middle)
    wait_for_frames(page)
    assert step_of(stage) == 0

    # Space plays and pauses; at a quarter of the speed there is time to see it.
    stage.get_by_label("Speed").select_option("0.25")
    stage.focus()
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'true' && Number(data.step) >= 1")
    assert step_of(stage) < 40
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'false'")
    paused_at = step_of(stage)
    wait_for_frames(page)
    assert step_of(stage) == paused_at

    page.keyboard.press("End")
    wait_for_step(stage, 40)
    stage.get_by_label("Play", exact=True).click()  # at the end, it plays from the start
    wait_until(stage, "data.playing === 'true' && Number(data.step) < 30")
    stage.get_by_label("Speed").select_option("4")
    wait_until(stage, "data.playing === 'false' && Number(data.step) === 40")
    stage.get_by_label("Speed").select_option("0.25")
    page.keyboard.press("r")
    wait_until(stage, "data.playing === 'true' && Number(data.step) < 30")
    stage.get_by_label("Pause").click()
    wait_until(stage, "data.playing === 'false'")


def test_pointing_at_a_path_or_the_ground_tells_exact_values(page, open_page):
    stage = open_page(page, "surface=himmelblau&start=-4,0.4&steps=40&run=adam:lr=0.1,beta1=0&run=sgd:lr=0.001&step=40")
    plot = stage.get_by_test_id("stage-2d")
    scene, _ = shown(page)
    adam = simulate(scene)[0]
    page.mouse.move(*pixel_of(stage, adam.points[20]))
    tip = plot.locator(".rv-tip")
    tip.wait_for()
    label, rest = tip.text_content().split(", step ")
    step, rest = rest.split(": loss ")
    assert label == "Adam"
    assert abs(int(step) - 20) <= 1
    assert float(rest.split(" at ")[0]) == adam.values[int(step)]

    losses = stage.get_by_test_id("stage-loss")
    box = losses.bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 40)
    losses.locator(".rv-tip").wait_for()
    first, *lines = losses.locator(".rv-tip").text_content().split("\n")
    told = {label: float(value) for label, value in (line.split(": ") for line in lines)}
    assert told == losses_at(scene, int(first.removeprefix("Step ")))

    axes = map_axes(stage)
    page.mouse.move(
        axes["x"]["begin"] + 0.8 * axes["x"]["length"], axes["y"]["begin"] + 0.8 * axes["y"]["length"], steps=3
    )
    hover = plot.locator(".hoverlayer .hovertext")
    hover.first.wait_for()
    words = hover.first.evaluate("one => [...one.querySelectorAll('tspan')].map(line => line.textContent)")
    numbers = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1].replace("−", "-")) for line in words}
    exact = scene.landscape.value(np.array([numbers["weight w1"], numbers["weight w2"]]))
    assert np.isclose(numbers["loss"], exact, rtol=1e-2)
