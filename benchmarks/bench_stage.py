"""The stage against the usual way, side by side in one run: ``python -m benchmarks.bench_stage [--quick]``.

The baseline, ``naive_frames.py``, is Streamlit with Plotly frames, as most apps do it; ours is the whole page with its
panel, table and formulas, once with the lights on and once with them off. Both show six Adam runs of 300 steps on
Rosenbrock in one Chromium without a GPU. Whatever is timed is timed in pictures: a film of the page, made by the
browser's compositor, tells when the plots looked different.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import math
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

from benchmarks.pictures import PATIENCE_SECONDS, Box, Film, changes, differ
from tools.app_server import ROOT, app_server
from tools.chromium import FLAGS, find_chromium

BASELINE = ROOT / "benchmarks" / "naive_frames.py"
RUNS = "&".join(f"run=adam:lr={0.02 * (index + 1):g}" for index in range(6))
SCENE = f"surface=rosenbrock&start=-1.5,2&steps=300&seed=0&{RUNS}"
WINDOW = ViewportSize(width=1400, height=900)
OPEN_MILLISECONDS = 180_000

PACE = 40  # steps a second at speed 1: the scene takes 7.5 s
DRAG_SECONDS = 5.0
MOUSE_SECONDS = 0.016
DRAG_RADIUS = 70
# The ring follows the mouse at once, which is no new path: it is dragged unseen.
UNSEEN_RING = "[data-testid=start-handle] { opacity: 0 !important; }"
# The ghost of the old paths fades for 0.6 s after the new ones are there: the picture counts that has them.
UNSEEN_GHOST = ".rv-ghost { opacity: 0 !important; }"


@dataclass(frozen=True)
class Side:
    """One of the two apps in its page; ``plots`` selects what is watched, ``play`` the button that plays."""

    name: str
    page: Page
    plots: str
    play: str

    async def boxes(self) -> list[Box]:
        """Where the plots are, as far as the window shows them."""
        boxes = []
        for plot in await self.page.locator(self.plots).all():
            if box := await plot.bounding_box():
                right, bottom = box["x"] + box["width"], box["y"] + box["height"]
                boxes.append((box["x"], max(box["y"], 0), right, min(bottom, WINDOW["height"])))
        return boxes

    def slider(self, label: str) -> Locator:
        return self.page.locator(f"input[type=range][aria-label^={label!r}]")

    async def focus(self, label: str) -> None:
        """Focus a slider; the page does not scroll to it, so that the plots stay in the window."""
        if not await self.slider(label).count():
            raise RuntimeError(f"{self.name}: there is no slider {label!r}; has its card been closed?")
        await self.slider(label).evaluate("slider => slider.focus({ preventScroll: true })")


async def open_baseline(browser: Browser, url: str, mode: str) -> Side:
    page = await browser.new_page(viewport=WINDOW)
    await page.goto(url)
    side = Side("baseline", page, ".stPlotlyChart", ".updatemenu-button")
    await page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=OPEN_MILLISECONDS)
    if mode == "3d":
        await page.get_by_text("3d", exact=True).click()
        await page.locator(".js-plotly-plot canvas").first.wait_for(timeout=OPEN_MILLISECONDS)
    return side


async def open_ours(browser: Browser, url: str, mode: str, lights: str = "on") -> Side:
    page = await browser.new_page(viewport=WINDOW)
    await page.goto(f"{url}/?{SCENE}&view={mode}&lights={lights}")
    await page.locator("[data-testid=stage]:not([data-revision='0'])").wait_for(timeout=OPEN_MILLISECONDS)
    await page.locator(".katex").first.wait_for(timeout=OPEN_MILLISECONDS)
    await page.add_style_tag(content=UNSEEN_GHOST)
    return Side("ours", page, f"[data-testid=stage-{mode}], [data-testid=stage-loss]", "[data-action=play]")


async def key_to_picture(side: Side, label: str) -> float:
    """Seconds from a slider key to the first picture in which the plots look as they do in the end."""
    boxes = await side.boxes()
    await side.focus(label)
    async with Film(side.page) as film:
        shown_before = len(film.shots) - 1
        began = time.time()
        await side.page.keyboard.press("ArrowRight")
        while True:
            await film.calm()
            pictures = [shot.pixels(boxes, WINDOW["width"]) for shot in film.shots[shown_before:]]
            if differ(pictures[0], pictures[-1]):
                break
            if time.time() - began > PATIENCE_SECONDS:
                raise RuntimeError(f"{side.name}: the key on {label!r} did not change the picture.")
    painted = next(at for at, picture in enumerate(pictures) if not differ(picture, pictures[-1]))
    return film.shots[shown_before + painted].time - began


async def bytes_of_change(side: Side, label: str) -> int:
    """Bytes that the page receives for a slider key: WebSocket messages and requests."""
    received = [0]

    def on_message(event: dict[str, Any]) -> None:
        payload = event["response"]["payloadData"]
        received[0] += len(base64.b64decode(payload)) if event["response"]["opcode"] == 2 else len(payload.encode())

    def on_request(event: dict[str, Any]) -> None:
        received[0] += int(event["encodedDataLength"])

    await side.focus(label)
    async with Film(side.page) as film:
        session = await side.page.context.new_cdp_session(side.page)
        session.on("Network.webSocketFrameReceived", on_message)
        session.on("Network.loadingFinished", on_request)
        await session.send("Network.enable", {"maxTotalBufferSize": 10**8})
        await side.page.keyboard.press("ArrowRight")
        await film.calm()
        await session.detach()
    return received[0]


async def drag_gaps(side: Side) -> list[float]:
    """Seconds between the pictures of new paths while the start is dragged in a circle."""
    page = side.page
    await page.add_style_tag(content=UNSEEN_RING)
    box = await page.locator("[data-testid=start-handle]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    boxes = (await side.boxes())[:1]
    async with Film(page) as film:
        await page.mouse.move(x, y)
        await page.mouse.down()
        shown_before = len(film.shots)
        began = time.time()
        while (passed := time.time() - began) < DRAG_SECONDS:
            angle = 2 * math.pi * passed / 2.5
            await page.mouse.move(x + DRAG_RADIUS * (1 - math.cos(angle)), y + DRAG_RADIUS * math.sin(angle))
            await asyncio.sleep(max(0, MOUSE_SECONDS - (time.time() - began - passed)))
        shots = film.shots[shown_before - 1 :]
        await page.mouse.move(x, y)
        await page.mouse.up()
    times = changes([shot.pixels(boxes, WINDOW["width"]) for shot in shots], [shot.time for shot in shots])
    return list(np.diff(times))


async def pictures_per_second(side: Side) -> float:
    """Different pictures of the plots a second, from the first to the last of a playback."""
    boxes = (await side.boxes())[:1]
    async with Film(side.page) as film:
        shown_before = len(film.shots)
        await side.page.locator(side.play).first.click()
        await side.page.mouse.move(WINDOW["width"] - 2, 2)
        await asyncio.sleep(1)
        if side.name == "ours":
            await side.page.locator("[data-testid=stage][data-playing=false]").wait_for(timeout=OPEN_MILLISECONDS)
        await film.calm()
    shots = film.shots[shown_before - 1 :]
    times = changes([shot.pixels(boxes, WINDOW["width"]) for shot in shots], [shot.time for shot in shots])
    return (len(times) - 1) / (times[-1] - times[0])


@dataclass(frozen=True)
class Row:
    """A line of the table; ``ratio`` is how many times ours is better, ``bar`` what it must be at least."""

    name: str
    unit: str
    baseline: float
    ours: float
    ratio: float
    bar: float
    aim: float | None = None

    def __str__(self) -> str:
        wanted = (f">= {self.bar:g}" if self.bar else "") + (f", aim {self.aim:g}" if self.aim else "")
        verdict = "met" if self.ratio >= self.bar else "MISSED"
        values = "".join(
            f"{value:>12,.0f}" if value > 1000 else f"{value:>12.3f}" for value in (self.baseline, self.ours)
        )
        return f"{self.name:<53}{values} {self.unit:<11}{self.ratio:>8.2f}  {wanted:<16}{verdict}"


def faster(name: str, baseline: float, ours: float, bar: float, aim: float | None = None, unit: str = "s") -> Row:
    """A row about what should be small."""
    return Row(name, unit, baseline, ours, baseline / ours, bar, aim)


async def measure_changes(baseline: Side, ours: Side, dark: Side, rounds: int) -> list[Row]:
    """Slider keys and bytes, in turns; then dragging."""
    print("2-D pages are open; slider keys", flush=True)
    sliders = {
        "baseline": (baseline, "steps"),
        "Steps": (ours, "Steps"),
        "learning rate": (ours, "Learning rate"),
        "Steps, lights off": (dark, "Steps"),
        "learning rate, lights off": (dark, "Learning rate"),
    }
    for side, label in sliders.values():  # the first change of a page also warms it up
        await key_to_picture(side, label)
    received = {name: await bytes_of_change(*slider) for name, slider in sliders.items() if slider[0] is not dark}
    seconds: dict[str, list[float]] = {name: [] for name in sliders}
    for _ in range(rounds):
        for name, slider in sliders.items():
            seconds[name].append(await key_to_picture(*slider))
        print("  " + ", ".join(f"{name}: {times[-1]:.3f} s" for name, times in seconds.items()), flush=True)
    change, sent = median(seconds.pop("baseline")), received.pop("baseline")
    print("dragging", flush=True)
    gaps = await drag_gaps(ours)
    print(f"  {len(gaps) + 1} new paths in {DRAG_SECONDS:g} s", flush=True)
    return [
        *(faster(f"key to picture: {name}", change, median(times), 12, 16) for name, times in seconds.items()),
        *(faster(f"bytes per key: {name}", sent, count, 100, unit="bytes") for name, count in received.items()),
        faster("drag: between new paths (baseline: key)", change, median(gaps), 20),
    ]


async def measure_playback(baseline: Side, sides: dict[str, Side], bar: float, rounds: int) -> list[Row]:
    """Pictures a second, in turns; at speed 1 the clock asks for 40, so ours is also played as fast as it can.

    ``sides`` are those of our pages, each by what is said of it in the table.
    """
    usual: list[float] = []
    shown: dict[tuple[str, str], list[float]] = {(name, speed): [] for name in sides for speed in ("1", "4")}
    for _ in range(rounds):
        usual.append(await pictures_per_second(baseline))
        for (name, speed), rates in shown.items():
            await sides[name].page.bring_to_front()
            await sides[name].page.get_by_label("Speed", exact=True).select_option(speed)
            rates.append(await pictures_per_second(sides[name]))
        ours = (f"{name} at {speed}: {rates[-1]:.1f}" for (name, speed), rates in shown.items())
        print("  " + ", ".join([f"baseline: {usual[-1]:.1f}", *ours]), flush=True)
    return [playback_row(name, speed, median(usual), median(rates), bar) for (name, speed), rates in shown.items()]


def playback_row(name: str, speed: str, usual: float, ours: float, bar: float) -> Row:
    """A row about a playback; one that shows every step that it is asked for cannot show more."""
    if speed == "1" and ours > 0.95 * PACE:
        return Row(f"playback {name} at speed 1 (all it asks for)", "pictures/s", usual, ours, ours / usual, 0)
    return Row(f"playback {name} at speed {speed}", "pictures/s", usual, ours, ours / usual, bar)


async def measure(rounds: int, playbacks: int) -> list[Row]:
    rows = []
    with app_server(BASELINE) as usual, app_server() as ravine:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
            for mode, name, bar in (("2d", "2-D", 0.95), ("3d", "3-D", 1.0)):
                baseline = await open_baseline(browser, usual.url, mode)
                ours = await open_ours(browser, ravine.url, mode)
                dark = await open_ours(browser, ravine.url, mode, lights="off")
                if mode == "2d":
                    rows += await measure_changes(baseline, ours, dark, rounds)
                print(f"{name} playback, pictures a second", flush=True)
                rows += await measure_playback(baseline, {name: ours, f"{name} lights off": dark}, bar, playbacks)
                for side in (baseline, ours, dark):
                    await side.page.close()
            await browser.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="The stage against the usual way, side by side.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, less certain")
    is_quick = parser.parse_args().quick
    rows = asyncio.run(measure(*((3, 1) if is_quick else (7, 2))))
    print(f"\n{'':<53}{'baseline':>12}{'ours':>12} {'':<11}{'ratio':>8}  wanted")
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
