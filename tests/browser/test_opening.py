"""The page opens in the dark and plays until the lights come up; any scene has lights, a view for the hall, a guess."""

from __future__ import annotations

import json

import numpy as np

from presets import PRESETS
from scenes import default_scene, parse, simulate
from tests.browser.acts import (
    FOUR_ANSWERS,
    STILL,
    assert_still,
    boxes,
    count_colour,
    differ,
    eventually,
    headline_of,
    is_playing,
    lights_of,
    losses_at,
    losses_read,
    outcomes_of,
    picture,
    query_of,
    sentences_of,
    settled_boxes,
    shown,
    step_of,
    wait_for_address,
    wait_for_frames,
    wait_for_step,
    wait_until,
)
from tests.browser.map import pixel_of, valley_of
from views.theme import marks_of
from views.words import DARK_HEADLINE
from views.words import headline_of as headline_for

# Every state that the stage has been in since its first picture: lights, headline, whether it plays.
NOTE_THE_OPENING = """
  window.opening = []
  new MutationObserver(() => {
    const data = document.querySelector('[data-testid=stage]')?.dataset
    if (data?.painted !== 'true') return
    const now = JSON.stringify([data.lights, document.querySelector('.rv-headline h1').textContent, data.playing])
    if (now !== window.opening.at(-1)) window.opening.push(now)
  }).observe(document, { attributes: true, childList: true, subtree: true, characterData: true })
"""
# Of the pixels in which something is drawn: how many there are, and how far to the right, in pixels of the page.
DRAWN = """canvas => {
  const { width, height, clientWidth } = canvas, { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  let [count, right] = [0, 0]
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[4 * pixel + 3] === 0) continue
    count += 1
    right = Math.max(right, pixel % width)
  }
  return [count, right * clientWidth / width]
}"""
SHOWN_TO_THE_HALL = {name: selector for name, selector in STILL.items() if name != "scenes"}
IS_DARK = "getComputedStyle(document.querySelector('[data-testid=stage-2d] .rv-darkness')).opacity === '1'"


def test_a_first_visit_plays_in_the_dark_to_four_answers_in_the_light_and_only_the_first(new_page, open_page):
    page = new_page()
    page.add_init_script(NOTE_THE_OPENING)
    stage = open_page(page, f"{FOUR_ANSWERS}&step=170")  # a link is paused at its step, on a first visit too
    assert (step_of(stage), is_playing(stage), lights_of(stage)) == (170, False, "on")

    stage = open_page(page)
    stage.get_by_label("Speed").select_option("4")
    wait_until(stage, "data.playing === 'false' && Number(data.step) === 300")
    states = [json.loads(state) for state in page.evaluate("window.opening")]
    scene = default_scene()
    title = headline_for(scene).title
    assert all(state[:2] == ["off", DARK_HEADLINE] for state in states[:2])
    assert ["off", DARK_HEADLINE, "true"] in states[:2]  # the first picture comes a moment before it plays
    assert states[-1] == ["on", title, "false"]
    assert title == "Same start. Four optimizers. Four different answers."
    paths = simulate(scene)
    assert len({valley_of(scene.landscape, path) for path in paths}) == 4
    assert outcomes_of(stage) == sentences_of(scene)
    assert losses_read(stage) == losses_at(scene, 300)
    assert "lights" not in query_of(page)
    for mark, path in zip(marks_of(run.rule for run in scene.runs), paths, strict=True):
        x, y = pixel_of(stage, path.points[-1])
        assert count_colour(picture(stage, {"x": x - 8, "y": y - 8, "width": 16, "height": 16}), mark.colour) > 20

    stage = open_page(page)  # who has seen it is shown the finished picture
    assert (step_of(stage), is_playing(stage), lights_of(stage)) == (300, False, "on")
    assert headline_of(page) == title


def test_with_reduced_motion_it_is_finished_lit_and_still(new_page, open_page):
    page = new_page(reduced_motion="reduce")
    stage = open_page(page)
    plot = stage.get_by_test_id("stage-2d")
    first = picture(plot)
    assert (step_of(stage), is_playing(stage), lights_of(stage)) == (300, False, "on")
    assert headline_of(page) == headline_for(default_scene()).title
    wait_for_frames(page)
    assert (step_of(stage), is_playing(stage)) == (300, False)
    assert differ(first, picture(plot)) == 0
    assert count_colour(first, "#FB631B") > 100

    # What is read aloud by itself: a line about the step, notes and the guess. An <output> would be, at every step.
    live = stage.locator("output:not([aria-live=off]), [role=status], [aria-live=polite], [aria-live=assertive]")
    assert live.evaluate_all("all => all.map(one => one.closest('[class]').className.split(' ')[0])") == [
        "rv-notes",
        "rv-guess",
        "rv-live",
    ]


def test_lights_off_leaves_only_the_ground_around_the_paths_in_every_scene_and_is_in_the_link(page, open_page):
    stage = open_page(page, "surface=booth&start=-8,5&steps=60&run=adam:lr=0.1&step=30")
    path = simulate(shown(page)[0])[0]
    title = headline_of(page)
    assert title == "Booth"

    def ground_at(point) -> int:
        """How light it is at a point of the map: the least of the pixels' brightest channel."""
        x, y = pixel_of(stage, point)
        return int(picture(stage, {"x": x - 4, "y": y - 4, "width": 8, "height": 8}).max(axis=2).min())

    beside, far = path.points[30] + (0.6, -0.6), (9, 9)
    lit = {"beside": ground_at(beside), "far": ground_at(far)}
    page.keyboard.press("l")
    wait_until(stage, "data.lights === 'off'")
    page.wait_for_function(IS_DARK)
    assert headline_of(page) == DARK_HEADLINE
    assert ground_at(far) < 0.4 * lit["far"]
    assert ground_at(beside) > 0.8 * lit["beside"]
    assert step_of(stage) == 30
    query = wait_for_address(page, "lights=off")

    stage = open_page(page, query)
    assert (lights_of(stage), step_of(stage), headline_of(page)) == ("off", 30, DARK_HEADLINE)
    page.wait_for_function(IS_DARK)
    assert ground_at(far) < 0.4 * lit["far"]
    stage.get_by_role("button", name="Lights").click()
    wait_until(stage, "data.lights === 'on'")
    assert headline_of(page) == title
    page.wait_for_function("!location.search.includes('lights')")


def test_presenting_leaves_nothing_but_a_larger_stage_and_escape_brings_all_back(page, open_page):
    stage = open_page(page, f"{FOUR_ANSWERS}&step=170")
    before, axes = boxes(page, STILL), pixel_of(stage, (0, 0))
    others = [page.locator(part) for part in ("[data-testid=stHeader]", ".st-key-scenes", ".st-key-panel")]
    width = "document.querySelector('[data-testid=stage]').getBoundingClientRect().width"
    assert all(part.is_visible() for part in others)

    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.get_by_role("button", name="Leave").click()):
        page.keyboard.press("p")
        page.wait_for_function(f"value => {width} > value", arg=float(before["stage"][2]) + 200)
        assert not any(part.is_visible() for part in others)
        assert headline_of(page)
        large = settled_boxes(page, SHOWN_TO_THE_HALL)
        assert large["map"][3] > before["map"][3]
        assert large["bar"][1] + large["bar"][3] <= 900
        assert page.evaluate("getComputedStyle(document.querySelector('.rv-headline h1')).fontSize") == "44px"
        leave()
        page.wait_for_function(f"value => Math.abs({width} - value) <= 1", arg=float(before["stage"][2]))
        assert all(part.is_visible() for part in others)
        assert_still(before, settled_boxes(page, STILL))
        eventually(page, lambda: np.allclose(pixel_of(stage, (0, 0)), axes, atol=1))
    assert step_of(stage) == 170


def test_a_guess_hides_what_is_to_come_until_the_scene_has_been_played(page, open_page):
    link = PRESETS["the-ravine"].link
    scene, _ = parse(link)
    settled = {label: path.settled_step for label, path in zip(scene.labels, simulate(scene), strict=True)}
    first = min(settled, key=settled.get)
    assert first == "Momentum"

    stage = open_page(page, f"{link}&step=0")
    canvases = [stage.locator(f"[data-testid={part}] > .rv-canvas") for part in ("stage-2d", "stage-loss")]
    to_come = [canvas.evaluate(DRAWN) for canvas in canvases]
    for guessed, verdict in (("Gradient descent", "No"), (first, "Right")):
        stage.get_by_role("button", name="Guess first").click()
        question = stage.get_by_role("group", name="Which arrives first?")
        wait_until(stage, "data.guessing === 'true'")
        wait_for_step(stage, 0)
        assert "Which arrives first?" in question.inner_text()

        # Only the markers at the start are drawn: on the map less than with the faint paths, no curve further on.
        eventually(page, lambda: canvases[0].evaluate(DRAWN)[0] < to_come[0][0])
        eventually(page, lambda: canvases[1].evaluate(DRAWN)[1] < 0.3 * to_come[1][1])

        question.get_by_role("button", name=guessed).click()
        assert f"You say {guessed}. Now play." in question.inner_text()
        stage.get_by_label("Speed").select_option("4")
        stage.get_by_label("Play", exact=True).click()
        wait_until(stage, "data.playing === 'false' && data.step === data.steps")
        answer = f"{verdict}: {first} arrives first, for good from step {settled[first]}."
        question.get_by_text(answer).wait_for()
        question.get_by_role("button", name="Close the question").click()
        question.wait_for(state="hidden")
