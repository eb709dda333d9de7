"""What the browser tests share: the running app, a Chromium, and pages that are watched for anything amiss.

A test takes ``page`` (1400 x 900) or ``phone`` (390 x 844), or makes its own with ``new_page(color_scheme="light")``,
and calls ``open_page(page, "surface=booth&run=adam")``. When the test ends, every page must have been free of console
errors, uncaught exceptions, failed requests and requests to another host, and the server's log of tracebacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
    sync_playwright,
)

from tests.browser.acts import PHONE
from tools.app_server import AppServer, app_server
from tools.chromium import launch

STAGE = "[data-testid=stage]"
PAINT_MILLISECONDS = 60_000
DESKTOP: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"}


@pytest.fixture(scope="session")
def server() -> Iterator[AppServer]:
    with app_server() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def problems(server: AppServer) -> Iterator[list[str]]:
    """What went wrong on any page of a test, or on the server; it must be nothing."""
    problems: list[str] = []
    printed_before = len(server.printed())
    yield problems
    printed = server.printed()[printed_before:]
    if "Traceback" in printed:
        problems.append(f"the server printed:\n{printed}")
    assert not problems, "\n".join(problems)


@pytest.fixture
def new_page(browser: Browser, server: AppServer, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """Make watched pages, each in a context of its own, as on a first visit.

    Keywords are those of Playwright's ``Browser.new_context``, for example ``color_scheme="light"``,
    ``reduced_motion="reduce"`` or ``viewport={"width": 1024, "height": 768}``.
    """
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{**DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        watch(page, server.url, problems)
        return page

    yield make
    for context in contexts:
        context.close()


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


@pytest.fixture(scope="session")
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop window whose browser remembers what it has loaded: a page opens in half the time."""
    context = browser.new_context(**DESKTOP)
    yield context
    context.close()


@pytest.fixture
def page(desktop: BrowserContext, server: AppServer, problems: list[str]) -> Iterator[Page]:
    """A page in a desktop window of 1400 x 900, dark, of a browser that has been here before."""
    page = desktop.new_page()
    watch(page, server.url, problems)
    yield page
    page.close()


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Page:
    """A page on a phone of 390 x 844 with a touch screen, dark."""
    return new_page(**PHONE)


@pytest.fixture
def open_page(server: AppServer) -> Callable[..., Locator]:
    """Open the app on a page, with a query if given, wait until the stage has painted, and return the stage."""

    def open_page(page: Page, query: str = "") -> Locator:
        page.goto(f"{server.url}/?{query}" if query else f"{server.url}/")
        page.wait_for_function(
            "selector => Number(document.querySelector(selector)?.dataset.revision) >= 1",
            arg=STAGE,
            timeout=PAINT_MILLISECONDS,
        )
        return page.locator(STAGE)

    return open_page


@pytest.fixture
def open_other(server: AppServer) -> Callable[[Page, str], None]:
    """Open another page of the app by its address."""

    def open_other(page: Page, name: str) -> None:
        page.goto(f"{server.url}/{name}")

    return open_other
