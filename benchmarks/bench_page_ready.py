"""From the address to the first path: ``python -m benchmarks.bench_page_ready [--pairs 7]``.

Ours, opened as on a first visit, against a Streamlit page with nothing but one ``st.plotly_chart``, in turns in one
Chromium without a GPU. Each visit is made twice: cold, by a browser that has never been here, and warm, by the same one
again. The time runs from the navigation to the frame that shows a path. The bar is a ratio of 2.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tools.app_server import ROOT, app_server
from tools.chromium import launch

BASELINE = ROOT / "benchmarks" / "one_chart.py"
WINDOW = ViewportSize(width=1400, height=900)
PATIENCE_MILLISECONDS = 180_000
BAR = 2.0

# In the page, so that no message to the browser is timed: looks at every frame, and stops the clock at the one after
# that in which the path is there, for by then it has been drawn.
STOPWATCH = """(() => {
  const look = () => requestAnimationFrame(() => {
    if (%s) requestAnimationFrame(() => (window.pathShownAfter = performance.now()))
    else look()
  })
  look()
})()"""
FIRST_PATH = {
    "baseline": "document.querySelector('.js-plotly-plot .scatterlayer .trace path.js-line')?.getAttribute('d')",
    "ours": "document.querySelector('[data-testid=stage]')?.dataset.painted === 'true'",
}


@dataclass(frozen=True)
class Times:
    """Seconds of all visits to one of the two pages."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)


def visit(context: BrowserContext, name: str, url: str) -> float:
    """Seconds from the navigation to the first path."""
    page = context.new_page()
    page.add_init_script(STOPWATCH % FIRST_PATH[name])
    page.goto(url)
    shown = page.wait_for_function("window.pathShownAfter", timeout=PATIENCE_MILLISECONDS)
    seconds = float(shown.json_value()) / 1000
    page.close()
    return seconds


def visit_twice(browser: Browser, name: str, url: str) -> tuple[float, float]:
    """The times of a first and of a second visit."""
    context = browser.new_context(viewport=WINDOW)
    cold, warm = visit(context, name, url), visit(context, name, url)
    context.close()
    return cold, warm


def measure(pairs: int) -> dict[str, Times]:
    """Visit both pages in turns; the very first visits, in which the servers load their modules, do not count."""
    times = {name: Times() for name in FIRST_PATH}
    with app_server(BASELINE) as usual, app_server() as ravine, sync_playwright() as playwright:
        urls = {"baseline": usual.url, "ours": ravine.url}
        browser = launch(playwright)
        for pair in range(pairs + 1):
            for name, url in urls.items():
                cold, warm = visit_twice(browser, name, url)
                if pair:
                    times[name].cold.append(cold)
                    times[name].warm.append(warm)
                    print(f"  {name}: {cold:.2f} s cold, {warm:.2f} s warm", flush=True)
        browser.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a visitor waits for the first path.")
    parser.add_argument("--pairs", type=int, default=7, help="how often each page is visited (7)")
    times = measure(parser.parse_args().pairs)
    print(f"\n{'to the first path, median':<28}{'baseline':>10}{'ours':>10}{'ratio':>8}   (s; the bar is {BAR:g})")
    for name in ("cold", "warm"):
        usual, ours = (median(getattr(times[side], name)) for side in FIRST_PATH)
        verdict = "met" if ours <= BAR * usual else "MISSED"
        print(f"{name:<28}{usual:>10.2f}{ours:>10.2f}{ours / usual:>8.2f}   {verdict}")


if __name__ == "__main__":
    main()
