"""The page in the engines of Firefox and of iPhones, where the main things that people do with it work too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from scenes import Scene, parse
from tests.browser.acts import FOUR_ANSWERS, losses_at, sentences_of
from tests.integration.windows import DESKTOP, Window, firefox, screen, webkit
from tools.app_server import AppServer

LOSSES_READ = """[...document.querySelectorAll("[data-testid=readout] output")].map(
  ({ dataset }) => [dataset.run, Number(dataset.value)]
)"""
IS_AT_REST = "document.querySelector('.stApp').dataset.testScriptState === 'notRunning'"
STAGE = "document.querySelector('[data-testid=stage]')"
PROGRAMS = {firefox: "firefox-esr", webkit: "WebKitWebDriver"}


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda engine: engine.__name__)
def engine(request, needs, tmp_path_factory) -> Iterator[Window]:
    """A window of each engine in turn."""
    needs(PROGRAMS[request.param], "Xvfb")
    with (
        screen(tmp_path_factory.mktemp("screen")) as display,
        request.param(tmp_path_factory.mktemp("engine"), display) as window,
    ):
        yield window


@pytest.fixture
def window(engine) -> Iterator[Window]:
    """A window as large as a desktop's, whose console must have had no error in the end."""
    engine.resize(*DESKTOP)
    yield engine
    assert engine.errors() == []


@pytest.fixture
def open_page(window, server: AppServer) -> Callable[[str], None]:
    """Open the app with a query, and wait until its stage has painted."""

    def open_page(query: str = "") -> None:
        window.open(f"{server.url}/?{query}")
        window.wait_for(f"Number({STAGE}?.dataset.revision) >= 1")

    return open_page


def query_of(window: Window) -> str:
    return urlsplit(window.evaluate("location.href")).query


def shown(window: Window) -> Scene:
    """The scene of the address."""
    return parse(query_of(window))[0]


def label_of_start(window: Window) -> tuple[float, float]:
    """Where the handle says that it is."""
    label = window.evaluate("document.querySelector('[data-testid=start-handle]').ariaLabel")
    [(x, y)] = re.findall(r"^Start: w1 (\S+), w2 (\S+)\. ", label)
    return float(x), float(y)


def outcomes_of(window: Window) -> dict[str, str]:
    return dict(window.evaluate(f"JSON.parse({STAGE}.dataset.outcomes)"))


def is_settled(window: Window, end: tuple[float, float]) -> bool:
    """Whether a drag is over: the handle, the address and what became of the runs agree, and the page is at rest."""
    return (
        window.middle_of("[data-testid=start-handle]") == pytest.approx(end, abs=2)
        and shown(window).start == label_of_start(window)
        and outcomes_of(window) == sentences_of(shown(window))
        and window.evaluate(IS_AT_REST)
    )


def test_a_link_opens_is_dragged_explained_and_raised(window, open_page):
    """One page for all of it, since a page opens slowly where a processor draws it."""
    open_page(f"{FOUR_ANSWERS}&step=170")
    window.wait_for(f"{STAGE}.dataset.step === '170'")
    assert query_of(window).startswith(FOUR_ANSWERS)
    assert window.evaluate("document.querySelector('.rv-ground img').naturalWidth") > 0
    assert dict(window.evaluate(LOSSES_READ)) == losses_at(parse(FOUR_ANSWERS)[0], 170)

    begin = window.middle_of("[data-testid=start-handle]")
    end = begin[0] + 60, begin[1] - 40
    window.drag(begin, end)
    window.wait_until(lambda: is_settled(window, end))
    x, y = shown(window).start
    assert x > -4.8
    assert y > 0.4

    window.press("a")
    window.wait_for("document.querySelector('[data-testid=anatomy]')?.dataset.step === '170'")

    if window.evaluate("Boolean(document.createElement('canvas').getContext('webgl'))"):
        window.press("t")
        window.wait_for(f"{STAGE}.dataset.mode === '3d' && location.search.includes('view=3d')")
        assert window.evaluate("document.querySelector('[data-testid=stage-3d] canvas').width") > 0


def test_a_window_of_390_pixels_plays_and_needs_no_scrolling_sideways(window, open_page):
    window.resize(390, 844)
    open_page()
    window.wait_for(f"{STAGE}.dataset.layout === 'phone' && Number({STAGE}.dataset.step) > 20")
    assert window.evaluate("innerWidth") == 390
    assert window.evaluate("document.documentElement.scrollWidth") <= 390


def test_errors_are_noticed_wherever_they_come_from(engine, server):
    engine.open(f"{server.url}/")
    engine.evaluate("console.error('said')")
    engine.evaluate("void setTimeout(() => { throw new Error('thrown') })")
    engine.evaluate("void Promise.reject(new Error('rejected'))")
    engine.wait_until(lambda: len(engine.errors()) == 3)
    assert {error.removeprefix("Error: ") for error in engine.errors()} == {"said", "thrown", "rejected"}
