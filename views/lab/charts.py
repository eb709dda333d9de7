"""Curves over epochs, as pictures that need no script: pure functions from numbers to HTML."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from views.theme import CASING
from views.words import short

WIDTH, HEIGHT = 460, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 138, 10, 36
_LABEL_HEIGHT = 16
_QUIET = "var(--ravine-muted)"
_BEYOND_LAST = 3
"""A close-up of losses reaches to so many times the largest one at the end."""
_MOST_TICKS = 6
_MOST_POINTS = 150
"""So many points of a curve are drawn at most: it is sent anew several times a second."""


@dataclass(frozen=True)
class Curve:
    """One line of a chart.

    Attributes
    ----------
    label : what stands at its end.
    values : one number for each epoch, beginning with epoch 0; what is not finite is not drawn.
    colour : the line's colour; "" for that of quiet text.
    strong : whether it is drawn thick, with a casing as the paths on a map have, or as a thin dashed line.
    repeat : whether it is another curve of the same colour, and therefore broken and hollow at its end.
    """

    label: str
    values: Sequence[float]
    colour: str = ""
    strong: bool = True
    repeat: bool = False


@dataclass(frozen=True)
class Axis:
    """The values that a chart shows: from ``low`` to ``top``, with a number at every ``step``."""

    low: float
    top: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """Where the numbers stand."""
        return [self.low + self.step * tick for tick in range(round((self.top - self.low) / self.step) + 1)]


def axis_of(values: Sequence[Sequence[float]], *, percent: bool = False, close_up: bool = False) -> Axis:
    """An axis for curves: from 0 on, of shares to 1; of a close-up, that part of it where the curves end.

    >>> axis_of([[2.4, 0.2], [2.4, 0.15]])
    Axis(low=0.0, top=2.5, step=0.5)
    >>> axis_of([[2.4, 0.2], [2.4, 0.15]], close_up=True)
    Axis(low=0.0, top=0.6, step=0.1)
    >>> axis_of([[0.1, 0.97], [0.1, 0.94]], percent=True, close_up=True)
    Axis(low=0.8, top=1.0, step=0.05)
    """
    last = [curve[-1] for curve in values]
    if percent:
        low = max(0.0, math.floor(10 * (min(last) - 0.1)) / 10) if close_up and last else 0.0
        return Axis(low, 1.0, 0.25 if not low else nice_step(1 - low))
    highest = max(map(max, values), default=1.0)
    if close_up and last and max(last) > 0:
        highest = min(highest, _BEYOND_LAST * max(last))
    step = nice_step(highest)
    return Axis(0.0, float(f"{step * max(1, math.ceil(highest / step - 1e-9)):.12g}"), step)


def chart(title: str, curves: Sequence[Curve], epochs: int, *, percent: bool = False, close_up: bool = False) -> str:
    """Curves on one pair of axes: epochs from 0 to ``epochs``, and values as by :func:`axis_of`.

    The axis of epochs is as long as the training will be, so that nothing moves while the curves grow.

    >>> picture = chart("Loss", [Curve("validation", [2.5, 1.0])], epochs=4)
    >>> 'aria-label="Loss. validation: 2.50 at epoch 0, 1.00 at epoch 1."' in picture, "validation 1.00" in picture
    (True, True)
    """
    drawn = [(curve, _points(curve.values)) for curve in curves]
    drawn = [(curve, points) for curve, points in drawn if points]
    axis = axis_of([[value for _, value in points] for _, points in drawn], percent=percent, close_up=close_up)
    epochs = max(1, epochs)

    def place(epoch: float, value: float) -> tuple[float, float]:
        up = (value - axis.low) / (axis.top - axis.low)
        across = _LEFT + (WIDTH - _LEFT - _RIGHT) * epoch / epochs
        return across, HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * up

    said = (f"{curve.label}: {_told(points, percent)}." for curve, points in drawn)
    ends = [(curve, place(*points[-1]), _number(points[-1][1], percent)) for curve, points in drawn]
    lines = "".join(_line(curve, [place(*point) for point in points]) for curve, points in drawn)
    x, y, width, height = 0, _TOP - 4, WIDTH, HEIGHT - _TOP - _BOTTOM + 8  # room for the width of a line
    parts = [
        *_axes(axis, epochs, percent if percent or drawn else None, place),
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{x} {y} {width} {height}">{lines}</svg>',
        *(_end(curve, there) for curve, there, _ in ends if curve.strong),
        *_labels(ends),
    ]
    picture = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(" ".join([f"{title}.", *said]))}">'
        f"{''.join(parts)}</svg>"
    )
    return f'<figure class="rv-chart"><figcaption>{escape(title)}</figcaption>{picture}</figure>'


def _points(values: Sequence[float]) -> list[tuple[int, float]]:
    """The finite values with their epochs, up to the first that is not; of very many, some."""
    points = list(itertools.takewhile(lambda point: math.isfinite(point[1]), enumerate(map(float, values))))
    stride = max(1, math.ceil(len(points) / _MOST_POINTS))
    return [*points[:-1:stride], *points[-1:]]


def _told(points: Sequence[tuple[int, float]], percent: bool) -> str:
    ends = dict.fromkeys((points[0], points[-1]))
    return ", ".join(f"{_number(value, percent)} at epoch {epoch}" for epoch, value in ends)


def _number(value: float, percent: bool) -> str:
    return f"{100 * value:.1f} %" if percent else short(value)


def nice_step(highest: float, *, whole: bool = False) -> float:
    """The round distance between the numbers of an axis that reaches from 0 to ``highest``.

    >>> [nice_step(value) for value in (2.43, 0.07, 1.0, 0.0)], nice_step(3, whole=True)
    ([0.5, 0.02, 0.2, 0.2], 1.0)
    """
    if highest < 1e-300:
        highest = 1.0
    unit = 10.0 ** math.floor(math.log10(highest / _MOST_TICKS))
    steps = (float(f"{step * unit:.12g}") for step in (1, 2, 5, 10))
    step = next(step for step in steps if highest / step <= _MOST_TICKS + 1e-9)
    return max(1.0, step) if whole else step


def _axes(
    axis: Axis, epochs: int, percent: bool | None, place: Callable[[float, float], tuple[float, float]]
) -> list[str]:
    """Grid lines with their numbers (none where ``percent`` is None), and the name of the axis of epochs."""
    (left, bottom), (right, _) = place(0, axis.low), place(epochs, axis.top)
    parts = []
    for value in axis.ticks:
        y = place(0, value)[1]
        number = {True: f"{100 * value:.0f} %", False: f"{value:.3g}", None: ""}[percent]
        parts.append(f'<line class="rv-grid" x1="{left}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{number}</text>')
    for epoch in range(0, epochs + 1, round(nice_step(epochs, whole=True))):
        x = place(epoch, axis.low)[0]
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{epoch}</text>')
    parts.append(f'<text x="{(left + right) / 2:.1f}" y="{bottom + 32}" text-anchor="middle">epoch</text>')
    return parts


def _line(curve: Curve, places: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    if not curve.strong:
        return f'<polyline class="rv-thin" points="{points}" stroke="{curve.colour or _QUIET}"/>'
    dash = ' stroke-dasharray="8 6"' if curve.repeat else ""
    return (
        f'<polyline points="{points}" stroke="{CASING}" stroke-width="6"/>'
        f'<polyline points="{points}" stroke="{curve.colour or _QUIET}" stroke-width="3"{dash}/>'
    )


def _end(curve: Curve, place: tuple[float, float]) -> str:
    """The marker at a curve's end, and beside its name."""
    inside, edge, width = (CASING, curve.colour, 2) if curve.repeat else (curve.colour, CASING, 1.5)
    return (
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4.5" fill="{inside}" stroke="{edge}" '
        f'stroke-width="{width}"/>'
    )


def _labels(ends: Sequence[tuple[Curve, tuple[float, float], str]]) -> list[str]:
    """The name and the last value of each curve, moved apart where two would lie on each other.

    Those of one training go along with its end. Those of several stand beside the chart, each with its marker.
    """
    heights: list[float] = []
    ordered = sorted(ends, key=lambda end: end[1][1])
    for _, (_, y), _ in ordered:
        heights.append(max(y, heights[-1] + _LABEL_HEIGHT) if heights else max(y, _TOP + 2))
    limit = float(HEIGHT - _BOTTOM)
    for index in reversed(range(len(heights))):  # what would hang below the chart pushes up what is above it
        heights[index] = min(heights[index], limit)
        limit = heights[index] - _LABEL_HEIGHT
    are_several = sum(curve.strong for curve, _, _ in ends) > 1
    parts = []
    for (curve, (x, _), number), height in zip(ordered, heights, strict=True):
        start = WIDTH - _RIGHT + 24 if are_several else x + 9
        parts.append(_end(curve, (start - 10, height)) if are_several else "")
        parts.append(
            f'<text class="{"rv-strong" if curve.strong else ""}" x="{start:.1f}" y="{height + 4:.1f}">'
            f"{escape(curve.label)} {number}</text>"
        )
    return parts
