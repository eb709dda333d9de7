"""Windows of Firefox and of WebKit, each driven by the protocol that its engine understands by itself.

Firefox speaks WebDriver BiDi over a websocket, Debian's WebKitWebDriver the older WebDriver over HTTP. What the mouse
and the keys are told is the same in both: https://www.w3.org/TR/webdriver2/#actions.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tools.app_server import free_port

PATIENCE = 60  # seconds: the machine may be busy
DESKTOP = (1400, 900)


class Window(ABC):
    """A window of a browser, and how a person uses it."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the window's inside this width, and about this height, in CSS pixels."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of an expression in JavaScript, as JSON has it."""

    @abstractmethod
    def perform(self, device: dict[str, Any]) -> None:
        """Let a device do its actions."""

    @abstractmethod
    def errors(self) -> list[str]:
        """What the console has had of errors since the last address was opened."""

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true of the page."""
        self.wait_until(lambda: self.evaluate(f"Boolean({expression})"), expression)

    def wait_until(self, holds: Callable[[], bool], what: str = "what was waited for") -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"It never came to hold: {what}. Errors: {self.errors()}"
            time.sleep(0.1)

    def middle_of(self, selector: str) -> tuple[float, float]:
        """Where the middle of an element is in the window, in CSS pixels."""
        box = self.evaluate(f"document.querySelector('{selector}').getBoundingClientRect()")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def press(self, key: str) -> None:
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.perform({"type": "key", "id": "keyboard", "actions": keys})

    def drag(self, begin: tuple[float, float], end: tuple[float, float], strides: int = 5) -> None:
        """Press the mouse at one place of the window, pull it to another, and let go."""
        places = [[a + (b - a) * k / strides for a, b in zip(begin, end, strict=True)] for k in range(strides + 1)]
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 50} for x, y in places]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.perform({"type": "pointer", "id": "mouse", "actions": [moves[0], down, *moves[1:], up]})


@contextmanager
def running(command: list[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own, with a folder for its ``log``, and end all of that with the block."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(folder), **environment},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for urgency in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, urgency)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def printed(folder: Path, pattern: str) -> str:
    """What a running program says about itself, once it has said it."""
    end = time.monotonic() + PATIENCE
    while not (said := re.search(pattern, text := (folder / "log").read_text(errors="replace"))):
        assert time.monotonic() < end, f"It did not start, and printed:\n{text}"
        time.sleep(0.1)
    return said[1]


def wait_for_port(port: int) -> None:
    """Return once a program listens on a port of this machine."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        except ConnectionRefusedError:
            assert time.monotonic() < end, f"Nothing listens on port {port}."
            time.sleep(0.1)


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """The name of an X display that nobody sees."""
    width, height = DESKTOP
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{width}x{height + 200}x24", "-nolisten", "tcp"]
    with running(command, folder):
        yield ":" + printed(folder, r"(\d+)\n")


class Firefox(Window):
    """https://www.w3.org/TR/webdriver-bidi/"""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._sent = 0
        self._errors: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        [tab] = self._send("browsingContext.getTree")["contexts"]
        self._tab = tab["context"]

    def _send(self, method: str, **parameters: Any) -> Any:
        """Send a command and wait for its answer; note the errors of the page that are told meanwhile."""
        self._sent += 1
        self._connection.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._connection.recv(timeout=PATIENCE))
            if message.get("id") == self._sent:
                assert message["type"] == "success", message
                return message["result"]
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self._errors.append(message["params"]["text"])

    def open(self, url: str) -> None:
        self._errors = []
        self._send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def resize(self, width: int, height: int) -> None:
        self._send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})

    def evaluate(self, expression: str) -> Any:
        text = f"JSON.stringify({expression})"
        answer = self._send("script.evaluate", expression=text, target={"context": self._tab}, awaitPromise=False)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value", "null"))

    def perform(self, device: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._tab, actions=[device])

    def errors(self) -> list[str]:
        self._send("session.status")  # whatever was told before its answer has been noted
        return self._errors


@contextmanager
def firefox(folder: Path, display: str) -> Iterator[Window]:
    """A window of Firefox."""
    command = ["firefox-esr", "--remote-debugging-port=0", "--no-remote", "--profile", str(folder)]
    with running(command, folder, DISPLAY=display):
        address = printed(folder, r"WebDriver BiDi listening on (ws://\S+)")
        with connect(f"{address}/session", max_size=None) as connection:
            yield Firefox(connection)


# WebDriver cannot tell what the console holds. So the page is written, as the server sends it, into a document of the
# same address, with this before all else in it.
NOTE_ERRORS = """{
  const noted = (window.notedErrors = [])
  console.error = (...words) => noted.push(words.join(" "))
  const unloaded = ({ target }) => `not loaded: ${target.src ?? target.href}`
  addEventListener("error", (event) => noted.push(event.message ?? unloaded(event)), true)
  addEventListener("unhandledrejection", ({ reason }) => noted.push(String(reason)))
}"""
WRITE_PAGE = """
const [url, script] = arguments
const request = new XMLHttpRequest()
request.open("GET", url, false)
request.send()
history.replaceState(null, "", url)
document.open()
document.write(request.responseText.replace("<head>", `<head><script>${script}</script>`))
document.close()"""
# The window of Debian's small browser gets no narrower than the buttons of its bar.
NARROW_BAR = "toolbar *, headerbar *, entry, button { padding: 0; margin: 0; border-width: 0; min-width: 0 }"


class WebKit(Window):
    """https://www.w3.org/TR/webdriver2/"""

    def __init__(self, address: str) -> None:
        self._session = f"{address}/session"
        self._session += "/" + self._send("", {"capabilities": {}})["sessionId"]

    def _send(self, path: str, parameters: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a command and wait for its answer."""
        body = None if parameters is None else json.dumps(parameters).encode()
        request = urllib.request.Request(f"{self._session}{path}", body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{path}: {problem.read().decode()}") from problem

    def _run(self, script: str, *arguments: Any) -> Any:
        return self._send("/execute/sync", {"script": script, "args": list(arguments)})

    def open(self, url: str) -> None:
        self._send("/url", {"url": re.sub(r"(?<=\w)/.*", "/_stcore/health", url)})
        self._run(WRITE_PAGE, url, NOTE_ERRORS)

    def resize(self, width: int, height: int) -> None:
        self._send("/window/rect", {"x": 0, "y": 0, "width": width, "height": height})
        self.wait_for(f"innerWidth === {width}")

    def evaluate(self, expression: str) -> Any:
        return json.loads(self._run(f"return JSON.stringify({expression}) ?? 'null'"))

    def perform(self, device: dict[str, Any]) -> None:
        self._send("/actions", {"actions": [device]})

    def errors(self) -> list[str]:
        return list(self.evaluate("window.notedErrors"))

    def close(self) -> None:
        self._send("", method="DELETE")


@contextmanager
def webkit(folder: Path, display: str) -> Iterator[Window]:
    """A window of WebKit's small browser."""
    style = folder / "gtk-3.0" / "gtk.css"
    style.parent.mkdir()
    style.write_text(NARROW_BAR)
    port = free_port()
    with running(["WebKitWebDriver", f"--port={port}"], folder, DISPLAY=display, XDG_CONFIG_HOME=str(folder)):
        wait_for_port(port)
        window = WebKit(f"http://127.0.0.1:{port}")
        yield window
        window.close()
