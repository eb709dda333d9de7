"""What is sent to the pictures of the page of losses: every number in them, and the colour of each loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType
from typing import Any

import numpy as np

from landscapes.line_fits import fit_line, weight_of_last
from landscapes.losses import LOSSES, Loss, Task, with_delta
from views.player.message import pack

Place = tuple[float, float]

REACH = 300
PER_UNIT = 100
"""The handle stops at every hundredth from -3 to 3."""


@dataclass(frozen=True)
class Label:
    """Where a curve's name stands: at which place of the curve, and by how many pixels away from there."""

    at: float
    right: int
    down: int

    def __post_init__(self) -> None:
        assert abs(self.at) * PER_UNIT <= REACH


@dataclass(frozen=True)
class Look:
    """How a loss is drawn: its short name, a colour for each theme, a dashed or a whole line, and where its name is.

    Without a label the name stands where there is most room for it.
    """

    name: str
    dark: str
    light: str
    on_loss: Label | None = None
    on_slope: Label | None = None
    dashed: bool = False


_DRAWN_BY_HAND = {
    "mse": Look("Squared", "#FB631B", "#C2410C", Label(2.3, -10, 0), Label(-1.9, 10, 12)),
    "mae": Look("Absolute", "#47E6FE", "#0077B6", Label(-2.9, 4, -12), Label(-2.95, 0, 22)),
    "huber": Look("Huber", "#FEF9F3", "#10162A", Label(2.75, -4, 24), Label(2.95, -10, -10), dashed=True),
    "logistic": Look("Cross-entropy", "#D1F97C", "#5A7A00", Label(1.3, 0, -12), Label(1.35, 0, 24)),
    "hinge": Look("Hinge", "#BF70FF", "#8E3CC9", Label(-2.6, 6, -10), Label(-2.9, 0, 20)),
    "squared-hinge": Look("Squared hinge", "#09AC7D", "#003D2E", Label(-1.6, 10, 0), Label(-1.1, 10, 14), dashed=True),
}

SPARE_COLOURS = (("#965096", "#502873"), ("#737373", "#BE7373"))
"""For the other losses, in the dark and in the light theme: as far from the colours above as can be, for every eye."""


def _looks() -> Mapping[str, Look]:
    spare = cycle((*colours, dashed) for dashed in (False, True) for colours in SPARE_COLOURS)
    found = {}
    for loss in LOSSES.values():
        if loss.slug in _DRAWN_BY_HAND:
            found[loss.slug] = _DRAWN_BY_HAND[loss.slug]
        elif loss.task != "classes":
            dark, light, dashed = next(spare)
            found[loss.slug] = Look(loss.title.removesuffix(" loss"), dark, light, dashed=dashed)
    return MappingProxyType(found)


LOOKS = _looks()
"""The look of each loss that has a curve."""


@dataclass(frozen=True)
class Axes:
    """How the curves of a task are framed and called; a word with {} gets the size of the present value."""

    axis: str
    ends: tuple[str, str]
    words: tuple[str, str, str]
    losses: tuple[float, float]
    slopes: tuple[float, float]


AXES: dict[Task, Axes] = {
    "regression": Axes(
        axis="prediction \N{MINUS SIGN} target",
        ends=("too low", "too high"),
        words=("{} too low", "exactly right", "{} too high"),
        losses=(0, 9),
        slopes=(-6, 6),
    ),
    "binary": Axes(
        axis="label \N{MULTIPLICATION SIGN} score",
        ends=("wrong side", "right side"),
        words=("wrong by {}", "undecided", "right by {}"),
        losses=(0, 9),
        slopes=(-6, 1),
    ),
}
START: dict[Task, float] = {"regression": 1.5, "binary": -1.0}
"""Where the handle is at first."""


def of_task(task: Task) -> list[Loss]:
    """The losses of a task."""
    return [loss for loss in LOSSES.values() if loss.task == task]


def settings_of(loss: Loss, delta: float) -> dict[str, float]:
    """The settings of a loss: delta if it has it; any other keeps its default."""
    return {"delta": delta} if loss.slug in with_delta() else {}


def curves(task: Task, delta: float) -> dict[str, Any]:
    """The curves of a task: each loss and its slope at every place where the handle stops.

    A prediction is judged against the target 0, a score against the label 1.
    """
    places = np.arange(-REACH, REACH + 1) / PER_UNIT
    target = 1.0 if task == "binary" else 0.0
    axes = AXES[task]
    found = of_task(task)
    losses = np.array([loss.value(places, target, **settings_of(loss, delta)) for loss in found])
    slopes = np.array([loss.slope(places, target, **settings_of(loss, delta)) for loss in found])
    return {
        "task": task,
        "places": places,
        "start": int(np.argmin(np.abs(places - START[task]))),
        "axis": axes.axis,
        "ends": axes.ends,
        "words": axes.words,
        "losses": axes.losses,
        "slopes": axes.slopes,
        "curves": [
            {
                **_drawn(loss.slug),
                "title": loss.title,
                "losses": losses[row],
                "slopes": slopes[row],
                "onLoss": vars(LOOKS[loss.slug].on_loss or _free_label(places, losses, row, axes.losses)),
                "onSlope": vars(LOOKS[loss.slug].on_slope or _free_label(places, slopes, row, axes.slopes)),
            }
            for row, loss in enumerate(found)
        ],
    }


def _free_label(places: np.ndarray, curves: np.ndarray, row: int, frame: tuple[float, float]) -> Label:
    """Above or below one of the curves, where a name, which begins at its place, has most room to the other ones."""
    low, high = frame
    under_name = np.lib.stride_tricks.sliding_window_view(np.clip(curves, low, high), PER_UNIT, axis=1)
    bottom, top, begin = under_name.min(axis=-1), under_name.max(axis=-1), under_name[row, :, 0]
    is_above, is_below = bottom + top > (bottom + top)[row], bottom + top < (bottom + top)[row]
    above = np.where(is_above, bottom, high).min(axis=0) - top[row]
    below = bottom[row] - np.where(is_below, top, low).max(axis=0)
    flat = 0.01 * (high - low)  # a curve that turns towards the name would cross it
    room = np.maximum(np.where(top[row] - begin < flat, above, -1), np.where(begin - bottom[row] < flat, below, -1))
    best = int(room.argmax())
    return Label(float(places[best]), 0, -12 if room[best] == above[best] else 20)


def curves_message(task: Task, delta: float) -> bytes:
    """The curves of a task, packed."""
    return pack(curves(task, delta))


def _drawn(slug: str) -> dict[str, Any]:
    look = LOOKS[slug]
    return {"slug": slug, "name": look.name, "dark": look.dark, "light": look.light, "dashed": look.dashed}


# Twelve points near a line, and one that is dragged

WINDOW_X, WINDOW_Y = (0.0, 13.0), (0.0, 10.0)
POINTS_X = np.arange(1.0, 13.0)
POINTS_Y = np.round(2 + 0.5 * POINTS_X + np.random.default_rng(4).normal(scale=0.4, size=12), 1)
OUTLIER_PLACES: dict[str, Place] = {"On the line": (11.5, 7.8), "An outlier": (11.5, 0.5)}
"""Places for the point that is dragged, by the words on their buttons."""


def nearest_place(x: Any, y: Any) -> Place:
    """The place in the window, to a tenth, that is nearest to what the browser asked for; ValueError for no numbers."""
    place = float(x), float(y)
    if not np.isfinite(place).all():
        raise ValueError(f"the point must be at two finite numbers, got {place}")
    (left, right), (low, high) = WINDOW_X, WINDOW_Y
    return round(min(max(place[0], left), right), 1), round(min(max(place[1], low), high), 1)


def lines(place: Place, delta: float) -> list[dict[str, Any]]:
    """The line of each loss of numbers through the points and the outlier at ``place``, and what the outlier weighs."""
    x, y = np.append(POINTS_X, place[0]), np.append(POINTS_Y, place[1])
    found = []
    for loss in of_task("regression"):
        settings = settings_of(loss, delta)
        line, alone = fit_line(loss.slug, x, y, **settings), fit_line(loss.slug, POINTS_X, POINTS_Y, **settings)
        loss_share, pull_share = weight_of_last(loss.slug, line, x, y, **settings)
        numbers = {"slope": line.slope, "alone": alone.slope, "lossShare": loss_share, "pullShare": pull_share}
        found.append({**_drawn(loss.slug), "title": loss.title, "ends": [line.at(end) for end in WINDOW_X], **numbers})
    return found


def outlier_message(place: Place, delta: float) -> bytes:
    """The points, the lines through them and the window, packed."""
    return pack(
        {
            "x": POINTS_X,
            "y": POINTS_Y,
            "place": place,
            "window": {"x": WINDOW_X, "y": WINDOW_Y},
            "lines": lines(place, delta),
        }
    )
