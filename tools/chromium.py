"""The one place that knows which Chromium the browser tests, the benchmarks and the picture use.

``python -m tools.chromium`` finds one, or installs one, or says why it cannot. In this order:

1. the program that the environment variable RAVINE_CHROMIUM names,
2. a Chromium or Chrome that is installed on this machine,
3. Playwright's own download,
4. Debian's package, when run as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, Playwright, sync_playwright

VARIABLE = "RAVINE_CHROMIUM"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DOWNLOAD_SECONDS = 300  # a download that hangs must not hang the tests
PACKAGE_SECONDS = 600

FLAGS = (
    # Drawing on the processor: the tests need no GPU, and pictures are the same on every machine.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # The browser itself asks nothing of the network.
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    # Containers run as root, where Chromium's sandbox does not start. It opens this app's own pages and nothing else.
    "--no-sandbox",
)


class NoChromium(RuntimeError):  # noqa: N818 - it is a sentence for people, not a bug
    """No usable Chromium; the message says what to do."""


def find_chromium() -> str:
    """The path of a Chromium that starts on this machine. Raises NoChromium, with advice, if there is none."""
    if VARIABLE in os.environ:
        named = os.environ[VARIABLE]
        path = shutil.which(named)
        if path and starts(path):
            return path
        raise NoChromium(f"{VARIABLE} is set to {named!r}, which does not start as a Chromium.")
    for path in candidates():
        if starts(path):
            return path
    raise NoChromium(f"The browser tests need a Chromium and found none: {advice()}; `make test` tries to install one.")


def candidates() -> Iterator[str]:
    """Paths of programs that may be a Chromium, the preferred ones first."""
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    if os.path.exists(downloaded):
        yield downloaded


def starts(path: str) -> bool:
    """Whether the program runs at all: a download may lack system libraries, a distribution's may be a stub."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def install_chromium() -> str:
    """Download or install a Chromium and return its path. Raises NoChromium with a sentence if neither works."""
    print("No Chromium found on this machine. Trying Playwright's download.", flush=True)
    succeeds([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
    path = next(filter(starts, candidates()), None)
    if path is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("That did not work. Trying Debian's package.", flush=True)
        if succeeds(["apt-get", "update", "-qq"], PACKAGE_SECONDS):
            succeeds(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], PACKAGE_SECONDS)
        path = next(filter(starts, candidates()), None)
    if path is None:
        raise NoChromium(
            "The browser tests need a Chromium. None was found, and none could be installed: the messages of what was "
            f"tried are above. Is there a network connection? Else {advice()}, and run this again."
        )
    return path


def advice() -> str:
    """What a person can do to have one."""
    package = " (on Debian, as root: apt-get install chromium)" if shutil.which("apt-get") else ""
    return f"install Chromium or Chrome{package}, or set {VARIABLE} to the path of one"


def succeeds(command: list[str], seconds: float) -> bool:
    """Run a command, output shown, and tell whether it ended well in time."""
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(command, timeout=seconds, stdin=subprocess.DEVNULL, env=environment).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"{command[0]} did not end within {seconds:.0f} s.", flush=True)
        return False


def launch(playwright: Playwright, *flags: str) -> Browser:
    """A headless Chromium that draws without a GPU and asks nothing of the network; ``flags`` are further ones."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *flags])


def main() -> None:
    """Print the path of a Chromium, installing one if needed; end with a sentence and status 1 if none can be had."""
    try:
        try:
            path = find_chromium()
        except NoChromium:
            if VARIABLE in os.environ:
                raise
            path = install_chromium()
    except NoChromium as problem:
        sys.exit(str(problem))
    print(f"Browser tests use {path}")


if __name__ == "__main__":
    main()
