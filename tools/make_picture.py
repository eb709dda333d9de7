"""Makes the README's pictures from the running app: ``python -m tools.make_picture`` (or ``make picture``).

The animation is the opening as a visitor sees it, of the stage alone: the paths of the first scene in the dark, then
the lights. The still is the whole page at the end of it, for readers who have asked for less motion.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scenes import View, default_scene, format
from tools.app_server import app_server
from tools.chromium import launch

ASSETS = Path(__file__).parents[1] / "assets"
ANIMATION = ASSETS / "ravine.webp"
STILL = ASSETS / "ravine_page.webp"
LARGEST = 600_000  # bytes of the animation: a README should be there at once

NARROW = ViewportSize(width=1370, height=860)  # the stage in it is little more than 900 pixels wide
WIDE = ViewportSize(width=1400, height=900)
MARGIN = 6
PATIENCE_MILLISECONDS = 60_000

LAST = default_scene().steps
STEPS = (*range(0, 120, 4), *range(120, LAST, 12), LAST)  # most happens early
FADE = (0.15, 0.4, 0.65, 0.85)  # how far the lights are up
FRAME, FADE_FRAME, PAUSE, END = 110, 120, 900, 3200  # milliseconds that a picture stays

GO_TO_STEP = """step => {
  const slider = document.querySelector('.rv-slider')
  slider.value = step
  slider.dispatchEvent(new Event('input', { bubbles: true }))
}"""
STEP_IS = "step => Number(document.querySelector('[data-testid=stage]').dataset.step) === step"


def open_page(browser: Browser, url: str, view: View, window: ViewportSize) -> Page:
    """The first scene at a view, painted and at rest."""
    page = browser.new_page(viewport=window, color_scheme="dark")
    page.goto(f"{url}/?{format(default_scene(), view)}")
    painted = "() => Number(document.querySelector('[data-testid=stage]')?.dataset.revision) >= 1"
    page.wait_for_function(painted, timeout=PATIENCE_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # the list of scenes and the panel settle
    return page


def photograph(page: Page) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def edges(page: Page, selector: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of an element, which must be wholly in the window."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    left, top, right, bottom = (
        round(at) for at in (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    )
    if right > NARROW["width"] or bottom > NARROW["height"]:
        raise RuntimeError(f"{selector} is not wholly in the window: make that larger.")
    return left, top, right, bottom


def lights_coming_up(dark: Image.Image, lit: Image.Image, map_box: tuple[int, int, int, int]) -> Iterator[Image.Image]:
    """What the page shows while the lights come up: darkness over the map grows thinner, and all else is as it ends."""
    for share in FADE:
        picture = lit.copy()
        picture.paste(Image.blend(dark.crop(map_box), lit.crop(map_box), share), map_box)
        yield picture


def frames_of_the_opening(browser: Browser, url: str) -> list[tuple[Image.Image, int]]:
    """Pictures and how long each stays, in milliseconds."""
    page = open_page(browser, url, View(step=0, lights="off"), NARROW)
    dark = []
    for step in STEPS:
        page.evaluate(GO_TO_STEP, step)
        page.wait_for_function(STEP_IS, arg=step)
        dark.append(photograph(page))
    page.close()
    page = open_page(browser, url, View(step=LAST), NARROW)
    lit, map_box = photograph(page), edges(page, "[data-testid=stage-2d]")
    headline, stage = edges(page, ".rv-headline"), edges(page, ".rv-stage")
    page.close()
    shown = (stage[0] - MARGIN, headline[1] - MARGIN, stage[2] + MARGIN, stage[3] + MARGIN)
    frames = [
        (dark[0], PAUSE),
        *((picture, FRAME) for picture in dark[1:-1]),
        (dark[-1], PAUSE),
        *((picture, FADE_FRAME) for picture in lights_coming_up(dark[-1], lit, map_box)),
        (lit, END),
    ]
    return [(picture.crop(shown), duration) for picture, duration in frames]


def write_animation(frames: list[tuple[Image.Image, int]]) -> None:
    """Write the animation, which repeats for ever, at the best quality that is small enough."""
    pictures, durations = zip(*frames, strict=True)
    for quality in (85, 80, 75, 70, 65, 60):
        options = {"duration": list(durations), "loop": 0, "quality": quality, "method": 5, "minimize_size": True}
        pictures[0].save(ANIMATION, save_all=True, append_images=pictures[1:], **options)
        if ANIMATION.stat().st_size <= LARGEST:
            return
    raise RuntimeError(f"{ANIMATION.name} has more than {LARGEST} bytes: show fewer steps.")


def main() -> None:
    """Open the first scene and write what a visitor would see, as an animation and as a still."""
    with app_server() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        frames = frames_of_the_opening(browser, server.url)
        still = photograph(open_page(browser, server.url, View(step=LAST), WIDE))
        browser.close()
    write_animation(frames)
    still.save(STILL, quality=85, method=6)
    for path in (ANIMATION, STILL):
        with Image.open(path) as picture:
            print(f"Wrote {path.name}: {picture.width} x {picture.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
