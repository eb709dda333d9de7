"""What the browser fetches fails: the stage says so, goes on with what it has, and tries again until it is there."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.acts import PATIENCE, passing, repainted, revision_of

# All that the page says in the meantime.
NOTE_WHAT_IS_SAID = """
  window.said = []
  new MutationObserver(() => {
    for (const { textContent: text } of document.querySelectorAll('.rv-notes p, .rv-late')) {
      if (window.said.at(-1) !== text) window.said.push(text)
    }
  }).observe(document, { childList: true, subtree: true })
"""
AXES = "document.querySelector('[data-testid=stage-2d] .js-plotly-plot')"


def unwatched(new_context) -> Page:
    """A page whose failed requests are the point."""
    page = new_context().new_page()
    page.add_init_script(NOTE_WHAT_IS_SAID)
    return page


def test_without_plotly_ground_and_paths_are_shown_scene_after_scene_and_axes_and_relief_come_when_it_does(
    new_context, open_page
):
    page = unwatched(new_context)
    page.route("**/plotly.min.js*", lambda route: route.abort())
    stage = open_page(page, "surface=booth&start=-8,5&steps=60&run=adam:lr=0.1&step=30")
    with passing(stage, "data.playing === 'true' && Number(data.step) > 3"), repainted(stage):
        page.keyboard.press("1")
    note = stage.get_by_text("Not loaded yet: axes, contour lines and 3-D. Still trying.")
    expect(note).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("t")
    expect(stage.get_by_label("View")).to_have_value("3d")
    expect(stage).to_have_attribute("data-mode", "2d")
    assert page.evaluate(AXES) is None

    page.unroute("**/plotly.min.js*")
    expect(stage.get_by_test_id("stage-3d").locator("canvas").first).to_be_visible(timeout=PATIENCE)
    expect(note).to_be_hidden()
    page.keyboard.press("t")
    expect(stage).to_have_attribute("data-mode", "2d")
    page.wait_for_function(f"{AXES}._fullLayout.xaxis.range[1] === 5")
    page.context.close()


def test_each_file_of_the_player_may_fail_once(new_context, open_page):
    page = unwatched(new_context)
    to_fail = {"player.js", "numbers.js", "player.css", "plotly.min.js", "data.js", "equations.js"}

    def fail_once(route: Route) -> None:
        name = urlsplit(route.request.url).path.rpartition("/")[2]
        if name in to_fail:
            to_fail.remove(name)
            route.abort()
        else:
            route.continue_()

    page.route("**/component/**", fail_once)
    stage = open_page(page, "surface=diabetes-line&steps=50&run=adam&step=30")
    expect(stage.get_by_test_id("stage-data")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("a")
    expect(page.get_by_test_id("anatomy")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(f"{AXES}?._fullLayout.xaxis.range", timeout=PATIENCE)
    expect(stage.locator(".rv-notes p")).to_have_count(0, timeout=PATIENCE)
    assert stage.evaluate("one => getComputedStyle(one).borderTopLeftRadius") == "14px"
    assert to_fail == set()
    said = page.evaluate("window.said")
    assert "The stage has not loaded yet. Still trying." in said, json.dumps(said)
    for what in ("axes, contour lines and 3-D", "the picture of the data", "the inside of a step"):
        assert f"Not loaded yet: {what}. Still trying." in said, json.dumps(said)
    assert revision_of(stage) == 1
    page.context.close()
