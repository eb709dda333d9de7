"""The page can be used by everybody, as far as a program can tell: axe-core finds nothing serious in it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import FOUR_ANSWERS, wait_for_rest, wait_for_table

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
PAUSED = f"{FOUR_ANSWERS}&step=170"

RUN_AXE = "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(found => found.violations)"
PAGE_HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
ROOM = 600  # the map grows with the window, and the page with the map


@cache
def axe() -> str:
    """axe-core, the checker, which runs inside the page."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def grave_faults(page: Page) -> list[str]:
    """A sentence for every element with a serious or critical violation of WCAG's levels A and AA."""
    page.evaluate(axe())
    return [
        f"{fault['id']} ({node['impact']}) at {' '.join(map(str, node['target']))}\n"
        f"    {node['html']}\n    {node['failureSummary']}"
        for fault in page.evaluate(RUN_AXE, WCAG)
        for node in fault["nodes"]
        if node["impact"] in GRAVE
    ]


def assert_no_grave_faults(page: Page) -> None:
    wait_for_rest(page)  # what fades in is pale at first
    faults = grave_faults(page)
    assert not faults, "\n".join(faults)


def assert_no_grave_faults_in_both_themes(page: Page) -> None:
    """In the theme that is on show, and after the reader's system has changed to the other one."""
    other: Literal["dark", "light"] = (
        "dark" if page.evaluate("matchMedia('(prefers-color-scheme: light)').matches") else "light"
    )
    assert_no_grave_faults(page)
    page.emulate_media(color_scheme=other)
    if page.get_by_test_id("stage").count():
        expect(page.get_by_test_id("stage")).to_have_attribute("data-theme", other)
    assert_no_grave_faults(page)


def show_the_whole_page(page: Page) -> None:
    """Make the window as tall as the page, for axe passes over the colours of what the window cuts off."""
    wait_for_table(page.get_by_test_id("stage"))
    page.locator(".st-key-below .katex").first.wait_for(state="attached")
    assert page.viewport_size is not None
    page.set_viewport_size({**page.viewport_size, "height": page.evaluate(PAGE_HEIGHT) + ROOM})
    page.wait_for_function(f"{PAGE_HEIGHT} <= innerHeight + 1")


@pytest.mark.parametrize("size", ["page", "phone"])
def test_nothing_serious_is_found_on_the_whole_page(request, open_page, size):
    page = request.getfixturevalue(size)
    open_page(page, PAUSED)
    assert_no_grave_faults_in_both_themes(page)
    show_the_whole_page(page)
    assert_no_grave_faults_in_both_themes(page)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_serious_is_found_in_what_opens(page, open_page, scheme):
    """A sentence about a link, the list of surfaces, and every menu."""
    page.emulate_media(color_scheme=scheme)
    open_page(page, f"{PAUSED}&nonsense=1")
    page.get_by_role("alert").wait_for()
    assert_no_grave_faults(page)
    page.get_by_role("combobox", name="Surface", exact=True).click()
    page.get_by_role("option").first.wait_for()
    assert_no_grave_faults(page)
    page.keyboard.press("Escape")
    menus = [menu for menu in page.get_by_test_id("stPopoverButton").all() if menu.is_visible()]
    assert menus
    for menu in menus:
        menu.click()
        page.get_by_test_id("stPopoverBody").wait_for()
        assert_no_grave_faults(page)
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="hidden")


def test_nothing_serious_is_found_in_a_run_with_parts_and_its_code(page, open_page):
    parts = "adam:lr=0.1;cosine:until=40;clip:norm=5;steps:count=30~adam:lr=0.01;carry"
    open_page(page, f"surface=himmelblau&steps=60&noise=0.1&run=bfgs&run=sgd;sam&run={parts}&per=evaluation&step=60")
    page.get_by_text("Code to take home").click()
    page.get_by_test_id("stCode").first.wait_for()
    page.get_by_role("tab", name="PyTorch").click()
    page.get_by_text("import torch").wait_for()
    show_the_whole_page(page)
    assert_no_grave_faults_in_both_themes(page)


def test_faults_are_noticed_wherever_they_are_on_the_page(page, open_page):
    open_page(page, PAUSED)
    page.evaluate("""() => {
      document.querySelector('[data-testid=stage]').append(document.createElement('button'))
      const faint = Object.assign(document.createElement('p'), { textContent: 'hard to read' })
      faint.style = 'color: #555; background: #222'
      document.querySelector('.st-key-below').append(faint)
    }""")
    show_the_whole_page(page)
    assert [fault.split(" at ")[0] for fault in grave_faults(page)] == [
        "button-name (critical)",
        "color-contrast (serious)",
    ]
