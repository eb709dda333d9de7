"""What the browser tests share: the running app, a Chromium, and pages that are watched for anything amiss.

A test takes ``page`` (1400 x 900) or ``phone`` (390 x 844), or where it is about a first visit makes one with
``new_page()``, and calls ``open_page(page, "surface=booth&run=adam")``. When the test ends, every page must have been
free of console errors, uncaught exceptions, failed requests and requests to another host, and the server's log of
tracebacks. Each worker of pytest-xdist has a server and a Chromium of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.acts import PATIENCE, PHONE, wait_for_rest, wait_until
from tools.app_server import AppServer, app_server
from tools.chromium import launch

DESKTOP: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"}
DRAWING = "--disable-gpu-compositing"  # without a GPU the page is put together in a third of the time, and WebGL stays

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def server() -> Iterator[AppServer]:
    with app_server() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright, DRAWING)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def heard() -> list[str]:
    """What has gone wrong on any page since a test began."""
    return []


@pytest.fixture
def problems(server: AppServer, heard: list[str]) -> Iterator[list[str]]:
    """What went wrong on any page of a test, or on the server; it must be nothing."""
    heard.clear()
    printed_before = len(server.printed())
    yield heard
    printed = server.printed()[printed_before:]
    if "Traceback" in printed:
        heard.append(f"the server printed:\n{printed}")
    assert not heard, "\n".join(heard)


@pytest.fixture(scope="session")
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make windows of a browser that has not been here before, which wait as long as it takes."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{**DESKTOP, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(
    new_context: Callable[..., BrowserContext], server: AppServer, problems: list[str]
) -> Iterator[Callable[..., Page]]:
    """Make watched pages, each in a context of its own, as on a first visit.

    It costs three times as much as ``page``, in which all but the first visit can be tested. Keywords are those of
    Playwright's ``Browser.new_context``, for example ``viewport={"width": 1024, "height": 768}``.
    """
    pages = []

    def make(**options: Any) -> Page:
        page = new_context(**options).new_page()
        watch(page, server.url, problems)
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.context.close()


# Where a page that is not the first is opened by its address, Streamlit looks for its server under that address too,
# before it finds it at the root.
PROBES = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")


def watch(page: Page, url: str, problems: list[str]) -> None:
    """Write down whatever goes wrong on a page, or leaves this machine, from now on."""
    host = urlsplit(url).netloc

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBES.search(message.location.get("url", "")):
            problems.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def on_request(request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme not in ("data", "blob", "about") and there.netloc != host:
            problems.append(f"request to another host: {request.url}")

    def on_failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left while something was on its way
            problems.append(f"failed request: {request.url} ({request.failure})")

    def on_response(response: Response) -> None:
        if response.status >= 400 and not PROBES.search(response.url):
            problems.append(f"answer {response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"uncaught exception: {error}"))
    page.on("request", on_request)
    page.on("requestfailed", on_failed)
    page.on("response", on_response)
    page.on("websocket", lambda socket: None if host in socket.url else problems.append(f"socket to {socket.url}"))


class Lender:
    """One page that is lent to one test after the other: it opens three times as fast as a new one."""

    def __init__(self, context: BrowserContext, viewport: ViewportSize) -> None:
        self.context = context
        self.viewport = viewport

    @contextmanager
    def lend(self, request: pytest.FixtureRequest, url: str, problems: list[str]) -> Iterator[Page]:
        """The page as if nobody had used it: empty, dark, of its usual size, the mouse in a corner."""
        failed_before = request.session.testsfailed
        if not self.context.pages:
            watch(self.context.new_page(), url, problems)
        page = self.context.pages[0]
        page.set_viewport_size(self.viewport)
        page.emulate_media(color_scheme="dark", reduced_motion="no-preference")
        page.mouse.move(0, 0)
        yield page
        if request.session.testsfailed > failed_before:
            page.close()  # nobody knows what it is in the middle of
        else:
            page.goto("about:blank")


@pytest.fixture(scope="session")
def desktop(new_context: Callable[..., BrowserContext]) -> Lender:
    return Lender(new_context(**DESKTOP), DESKTOP["viewport"])


@pytest.fixture(scope="session")
def pocket(new_context: Callable[..., BrowserContext]) -> Lender:
    return Lender(new_context(**PHONE), PHONE["viewport"])


@pytest.fixture
def page(desktop: Lender, server: AppServer, problems: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a desktop window of 1400 x 900, dark, of a browser that has been here before."""
    with desktop.lend(request, server.url, problems) as page:
        yield page


@pytest.fixture
def phone(pocket: Lender, server: AppServer, problems: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a phone of 390 x 844 with a touch screen, dark, of a browser that has been here before."""
    with pocket.lend(request, server.url, problems) as page:
        yield page


@pytest.fixture
def open_page(server: AppServer) -> Callable[..., Locator]:
    """Open the app on a page, with a query if given, wait until all of it is there, and return the stage."""

    def open_page(page: Page, query: str = "") -> Locator:
        page.goto(f"{server.url}/?{query}" if query else f"{server.url}/")
        stage = page.get_by_test_id("stage")
        wait_until(stage, "Number(data.revision) >= 1")
        wait_for_rest(page)
        return stage

    return open_page


@pytest.fixture
def open_other(server: AppServer) -> Callable[[Page, str], None]:
    """Open another page of the app by its address."""

    def open_other(page: Page, name: str) -> None:
        page.goto(f"{server.url}/{name}")

    return open_other
