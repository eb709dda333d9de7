"""Makes the README's picture from the running app: ``python -m tools.make_picture`` (or ``make picture``)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from scenes import View, default_scene, format
from tools.app_server import app_server
from tools.chromium import launch

PICTURE = Path(__file__).parents[1] / "assets" / "ravine.png"
STEP = 170


def main() -> None:
    """Open the first scene at a step that shows all paths, and write what a reader would see."""
    with app_server() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="dark")
        page.goto(f"{server.url}/?{format(default_scene(), View(step=STEP))}")
        page.wait_for_function("() => Number(document.querySelector('[data-testid=stage]')?.dataset.revision) >= 1")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"Wrote {PICTURE.name}")


if __name__ == "__main__":
    main()
