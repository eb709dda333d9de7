"""The whole page can be used by its keys, wherever the focus is, as long as what has it does not need them itself."""

from __future__ import annotations

from itertools import pairwise

from presets import PRESETS, preset_keys
from scenes import parse
from tests.browser.acts import (
    exact_field,
    headline_of,
    is_playing,
    passing,
    press,
    repainted,
    shown,
    slider,
    step_of,
    wait_for_address,
    wait_for_step,
    wait_until,
)

LINK = "surface=booth&start=-8,5&steps=60&run=sgd:lr=0.02&run=adam:lr=0.1&step=30"
FOCUSED = """() => {
  const one = document.activeElement
  const words = one.getAttribute('aria-label') || one.textContent.trim().slice(0, 40)
  const place = ['.rv-top', '.st-key-scenes', '.rv-plots', '.rv-bar', '.st-key-panel', '.st-key-below']
    .find((selector) => one.closest(selector))
  return { words: one.dataset.testid === 'stage' ? 'stage' : words, place: place ?? '' }
}"""


def test_keys_play_step_light_tilt_and_start_again_wherever_the_focus_is(page, open_page):
    stage = open_page(page, LINK)
    stage.get_by_label("Speed").select_option("0.25")  # however busy the machine is, it is not at its end at once
    for key, step in (("ArrowRight", 31), ("ArrowLeft", 30), ("Home", 0), ("End", 60), ("ArrowLeft", 59)):
        page.keyboard.press(key)
        wait_for_step(stage, step)
    page.keyboard.press("Home")
    wait_for_step(stage, 0)
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'true'")
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'false'")
    page.keyboard.press("End")
    wait_for_step(stage, 60)
    with passing(stage, "data.playing === 'true' && Number(data.step) < 60"):
        page.keyboard.press("r")
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'false'")
    page.keyboard.press("t")
    wait_until(stage, "data.mode === '3d'")
    wait_for_address(page, "view=3d")
    page.keyboard.press("t")
    wait_until(stage, "data.mode === '2d'")

    # Arrows on a slider of the panel and signs typed into a field are theirs; letters on a slider are the page's.
    page.keyboard.press("Home")
    wait_for_step(stage, 0)
    press(stage, "Learning rate")
    wait_for_address(page, "adam:lr=0.12")
    assert step_of(stage) == 0
    slider(page, "Learning rate").press("l")
    wait_until(stage, "data.lights === 'off'")
    slider(page, "Learning rate").press("l")
    wait_until(stage, "data.lights === 'on'")
    exact_field(page, "Learning rate").press("ControlOrMeta+a")
    page.keyboard.type("0.2")
    page.keyboard.press("Enter")
    wait_for_address(page, "adam:lr=0.2,")
    assert shown(page)[0].surface == "booth"
    assert (step_of(stage), is_playing(stage)) == (0, False)


def test_the_first_digit_and_the_last_open_scenes_of_the_menu_which_play(page, open_page):
    stage = open_page(page, LINK)
    for digit, preset_id in (1, preset_keys()[0]), (len(preset_keys()), preset_keys()[-1]):
        scene, _ = parse(PRESETS[preset_id].link)
        with passing(stage, "data.playing === 'true' && Number(data.step) < Number(data.steps)"), repainted(stage):
            page.keyboard.press(str(digit))
        wait_for_address(page, f"surface={scene.surface}")
        assert headline_of(page) == PRESETS[preset_id].headline
        assert shown(page)[0] == scene


def test_tab_goes_from_the_top_over_the_stage_and_its_bar_to_the_panel(page, open_page):
    open_page(page, LINK)
    focused = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused.append(page.evaluate(FOCUSED))
        if focused[-1]["words"].startswith("Learning rate"):
            break
    words = [one["words"] for one in focused]
    in_order = [
        "Copy link",
        "Present",
        "Four answers",
        "stage",
        "Start: ",
        "Play ",
        "Step",
        "View",
        "Surface",
        "Learning",
    ]
    found = [next((at for at, text in enumerate(words) if f"{text} ".startswith(wanted)), None) for wanted in in_order]
    assert None not in found, dict(zip(in_order, found, strict=True)) | {"words": words}
    assert found == sorted(found), words
    # Each part is passed through once: nothing sends the focus back.
    places = [one["place"] for one in focused if one["place"]]
    changes = [after for before, after in pairwise(["", *places]) if after != before]
    assert len(changes) == len(set(changes)), changes
