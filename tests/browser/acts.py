"""What a person does with the page and sees of it, in the words that the tests use."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from scenes import Scene, View, parse, simulate
from views.words import runs_table

PATIENCE = 60_000  # milliseconds: the machine may be busy

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
"""What Playwright is told for a window like that of a phone."""

# Streamlit has made what it was asked for, what is below has followed, all is loaded, and nothing fades or moves.
AT_REST = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('.st-key-below[aria-busy=true], [data-testid=stSkeleton]')
  && document.fonts.status === 'loaded'
  && document.getAnimations().every(({ playState, effect }) =>
    playState !== 'running' || effect.getComputedTiming().endTime === Infinity)"""

FILLS_ITS_ROOM = """({ width, height }) => {
  const stage = document.querySelector('[data-testid=stage]')
  const room = `${Math.round(stage.parentElement.getBoundingClientRect().width)} x ${height}`
  return innerWidth === width && innerHeight === height && stage.dataset.room === room
}"""

STILL = {
    "scenes": ".st-key-scenes",
    "headline": ".rv-headline",
    "stage": "[data-testid=stage]",
    "map": "[data-testid=stage-2d]",
    "losses": "[data-testid=stage-loss]",
    "readout": "[data-testid=readout]",
    "bar": ".rv-bar",
    "scrubber": ".rv-slider",
}
"""What must stay where it is whatever changes, by name: selectors for ``boxes``."""

FOUR_ANSWERS = (
    "surface=himmelblau&start=-4.8,0.4&steps=300&seed=0&run=sgd:lr=0.001&run=momentum:lr=0.001,rho=0.95"
    "&run=nesterov:lr=0.001,rho=0.99&run=adam:lr=0.1"
)


# What the stage says of itself


def step_of(stage: Locator) -> int:
    """The step that is painted."""
    return int(stage.get_attribute("data-step") or 0)


def revision_of(stage: Locator) -> int:
    """How many scenes have been painted."""
    return int(stage.get_attribute("data-revision") or 0)


def is_playing(stage: Locator) -> bool:
    return stage.get_attribute("data-playing") == "true"


def lights_of(stage: Locator) -> str:
    return stage.get_attribute("data-lights") or ""


def headline_of(page: Page) -> str:
    return page.locator(".rv-headline h1").text_content() or ""


def outcomes_of(stage: Locator) -> dict[str, str]:
    """What became of each run, by label."""
    return dict(json.loads(stage.get_attribute("data-outcomes") or "{}"))


def wait_until(stage: Locator, condition: str, value: Any = None) -> None:
    """Wait until a condition in JavaScript about the stage's ``data`` (and ``value``) holds."""
    data = "document.querySelector(selector)?.dataset ?? {}"
    stage.page.wait_for_function(
        f"([selector, value]) => {{ const data = {data}; return {condition} }}",
        arg=["[data-testid=stage]", value],
        timeout=PATIENCE,
    )


def wait_for_rest(page: Page) -> None:
    """Wait until all of the page is there and still; playing may go on."""
    page.wait_for_function(AT_REST, timeout=PATIENCE)


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until a condition holds that takes several questions to the page."""
    end = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end, "It never came to hold."
        page.wait_for_timeout(100)


@contextmanager
def passing(stage: Locator, condition: str):
    """Wait, after what is done inside, until the stage has told once that a condition holds, be it ever so briefly."""
    stage.evaluate(
        f"""stage => {{
          window.hasPassed = false
          new MutationObserver((_, observer) => {{
            const data = stage.dataset
            if (!({condition})) return
            window.hasPassed = true
            observer.disconnect()
          }}).observe(stage, {{ attributes: true }})
        }}"""
    )
    yield
    stage.page.wait_for_function("window.hasPassed", timeout=PATIENCE)


def wait_for_frames(page: Page) -> None:
    """Wait until what has happened would have been painted, to see that nothing has been."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def wait_for_step(stage: Locator, step: int) -> None:
    wait_until(stage, "Number(data.step) === value", step)


@contextmanager
def repainted(stage: Locator):
    """Wait, after what is done inside, until a new scene has been painted and the rest of the page has followed."""
    before = revision_of(stage)
    yield
    wait_until(stage, "Number(data.revision) > value", before)
    wait_for_rest(stage.page)


def losses_read(stage: Locator) -> dict[str, float]:
    """The loss beside each run's name, by label: the exact number behind the rounded one."""
    outputs = stage.get_by_test_id("readout").locator("output")
    return dict(outputs.evaluate_all("all => all.map(one => [one.dataset.run, Number(one.dataset.value)])"))


def losses_at(scene: Scene, step: int) -> dict[str, float]:
    """What the stage must read at a step: computed here, by the same package, to the last bit."""
    paths = dict(zip(scene.labels, simulate(scene), strict=True))
    return {label: float(path.values[min(step, path.steps) if path.stopped else step]) for label, path in paths.items()}


def sentences_of(scene: Scene) -> dict[str, str]:
    return {label: path.sentence for label, path in zip(scene.labels, simulate(scene), strict=True)}


# The address bar


def query_of(page: Page) -> str:
    """The address as it stands in the bar, not decoded."""
    return urlsplit(page.evaluate("location.href")).query


def wait_for_address(page: Page, piece: str) -> str:
    """Wait until the address holds a piece of text; return the whole query."""
    page.wait_for_function("piece => location.search.includes(piece)", arg=piece, timeout=PATIENCE)
    return query_of(page)


def shown(page: Page) -> tuple[Scene, View]:
    """The scene and view of the address, which must be understood without a warning."""
    parsed = parse(query_of(page))
    assert parsed.warnings == ()
    return parsed[0], parsed[1]


# The controls


def slider(page: Page, name: str) -> Locator:
    """A slider of the panel by its label, which may go on with what its value means."""
    return page.locator(f".st-key-panel input[type=range][aria-label^='{name}']")


def exact_field(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-panel input[aria-label='{name}, exact value']")


def press(stage: Locator, name: str, key: str = "ArrowRight") -> None:
    """Move a slider of the panel by a key, and wait for the picture."""
    wait_for_rest(stage.page)
    with repainted(stage):
        slider(stage.page, name).press(key)


def type_exactly(page: Page, name: str, text: str) -> None:
    wait_for_rest(page)
    exact_field(page, name).fill(text)
    exact_field(page, name).press("Enter")


def card(page: Page, label: str) -> Locator:
    """The line of a run in the panel."""
    return page.locator(".st-key-panel summary").filter(has_text=label)


def choose(page: Page, label: str, option: str) -> None:
    """Choose from one of Streamlit's lists, which would close by itself while the page is being made anew."""
    wait_for_rest(page)
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(option)  # of a long list only a part is there
    page.get_by_role("option", name=option, exact=True).click()


# What is below the stage, and follows it


def table_of(page: Page) -> list[list[str]]:
    """What happened, row by row."""
    return page.locator(".st-key-below table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def wait_for_table(stage: Locator) -> None:
    """Wait until the table, and with it all that is below the stage, tells of the scene that is painted."""
    scene, view = parse(stage.get_attribute("data-scene") or "")
    lines = runs_table(scene, simulate(scene), view.per).splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    eventually(stage.page, lambda: table_of(stage.page) == rows)
    wait_for_rest(stage.page)


# The picture


def picture(target: Locator, clip: FloatRect | None = None) -> np.ndarray:
    """What is seen of an element, or of a part of the page, once it is still: (height, width, 3), 0 to 255."""
    wait_for_rest(target.page)
    data = target.page.screenshot(clip=clip, scale="css") if clip else target.screenshot(scale="css")
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def differ(before: np.ndarray, after: np.ndarray) -> int:
    """In how many pixels two pictures differ visibly."""
    assert before.shape == after.shape
    return int((np.abs(before - after).max(axis=2) > 24).sum())


def count_colour(seen: np.ndarray, colour: str, tolerance: int = 6) -> int:
    """How many pixels have a colour, given as "#RRGGBB"."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((np.abs(seen - wanted).max(axis=2) <= tolerance).sum())


# Where things are


def boxes(page: Page, selectors: dict[str, str]) -> dict[str, np.ndarray]:
    """Left, top, width and height of elements, by name."""
    sides = "one => { const box = one.getBoundingClientRect(); return [box.x, box.y, box.width, box.height] }"
    return {name: np.array(page.locator(selector).first.evaluate(sides)) for name, selector in selectors.items()}


def assert_still(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> None:
    """Nothing has moved, grown or shrunk by more than a pixel."""
    moved = [name for name in before if np.abs(before[name] - after[name]).max() > 1]
    assert not moved, "\n".join(f"{name}: {before[name]} to {after[name]}" for name in moved)


def settled_boxes(page: Page, selectors: dict[str, str]) -> dict[str, np.ndarray]:
    """The boxes of elements once the stage fills the room that it has, after that has become another."""
    page.wait_for_function(FILLS_ITS_ROOM, arg=page.viewport_size, timeout=PATIENCE)
    wait_for_rest(page)
    return boxes(page, selectors)


def turn_to(page: Page, title: str) -> None:
    """Another page of the app, chosen by its name: from the header, or where it is narrow from the menu there."""
    menu = page.get_by_role("button", name="Pages", exact=True)
    if menu.is_visible():
        menu.click()
    page.get_by_role("link", name=title, exact=True).filter(visible=True).click()
    if menu.is_visible():
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
