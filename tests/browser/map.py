"""The map as a test reads and touches it: its axes, the place of a point, a drag of the mouse, fingers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page

from landscapes import Landscape
from optimizers import Trajectory
from tests.browser.acts import PATIENCE, wait_for_rest


def map_axes(stage: Locator) -> dict[str, dict[str, Any]]:
    """Of each axis of the map: its range, and where in the window it begins and how long it is, in pixels."""
    return (
        stage.get_by_test_id("stage-2d")
        .locator(".js-plotly-plot")
        .evaluate(
            """plot => {
              const {xaxis, yaxis} = plot._fullLayout, frame = plot.getBoundingClientRect()
              return {
                x: {range: xaxis.range.map(Number), begin: frame.x + xaxis._offset, length: xaxis._length},
                y: {range: yaxis.range.map(Number), begin: frame.y + yaxis._offset, length: yaxis._length},
              }
            }"""
        )
    )


def ranges_of(stage: Locator) -> dict[str, list[float]]:
    """Which part of the surface the map shows."""
    return {name: axis["range"] for name, axis in map_axes(stage).items()}


def wait_for_range(stage: Locator, condition: str, value: Any = None) -> None:
    """Wait until a condition in JavaScript about the range of ``x`` that is shown holds, and no scale is bent."""
    stage.page.wait_for_function(
        f"""value => {{
          const {{ xaxis, yaxis }} = document.querySelector('[data-testid=stage-2d] .js-plotly-plot')._fullLayout
          const [across, up] = [xaxis, yaxis].map(({{ _length, range }}) => _length / Math.abs(range[1] - range[0]))
          const x = xaxis.range
          return Math.abs(across / up - 1) < 0.01 && {condition}
        }}""",
        arg=value,
        timeout=PATIENCE,
    )
    wait_for_rest(stage.page)


def units_of(stage: Locator) -> list[float]:
    """How many pixels a unit is long, across and up."""
    return [axis["length"] / float(np.ptp(axis["range"])) for axis in map_axes(stage).values()]


def ground_box(stage: Locator) -> dict[str, float]:
    """Left, top, right and bottom of the ground's picture in the window; the map cuts off what is beyond its axes."""
    box = stage.locator(".rv-ground img").bounding_box()
    assert box
    return {
        "left": box["x"],
        "top": box["y"],
        "right": box["x"] + box["width"],
        "bottom": box["y"] + box["height"],
    }


def assert_ground_in_place(stage: Locator, surface: Landscape) -> None:
    """The ground's picture covers the surface's window, to the pixel."""
    left, bottom = pixel_of(stage, (surface.x_range[0], surface.y_range[0]))
    right, top = pixel_of(stage, (surface.x_range[1], surface.y_range[1]))
    wanted = {"left": left, "top": top, "right": right, "bottom": bottom}
    lies = ground_box(stage)
    assert all(abs(lies[side] - wanted[side]) <= 1 for side in wanted), f"{lies}, not {wanted}"


def pixel_of(stage: Locator, point: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Where in the window a point of the map is."""
    axes = map_axes(stage)
    shares = [
        (value - axes[name]["range"][0]) / np.ptp(axes[name]["range"]) for name, value in zip("xy", point, strict=True)
    ]
    x = axes["x"]["begin"] + shares[0] * axes["x"]["length"]
    y = axes["y"]["begin"] + (1 - shares[1]) * axes["y"]["length"]
    return float(x), float(y)


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float], steps: int = 6) -> None:
    """Press the mouse at one place of the window, move to another, and keep it pressed."""
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)


class Fingers:
    """Fingers on a touch screen, each at (x, y) in the window."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def press(self, *points: tuple[float, float]) -> None:
        self._send("touchStart", *points)

    def move(self, *points: tuple[float, float]) -> None:
        self._send("touchMove", *points)

    def lift(self) -> None:
        self._send("touchEnd")


def valley_of(surface: Landscape, path: Trajectory) -> int:
    """Which of the surface's global minima a path ends nearest to."""
    return int(np.argmin([np.hypot(*(path.points[-1] - minimum)) for minimum in surface.minima]))
