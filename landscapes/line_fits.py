"""The line of the least total loss through a few points, exactly, for each loss of numbers.

>>> x, y = np.array([0.0, 1, 2, 3]), np.array([1.0, 2, 3, 40])
>>> fit_line("mae", x, y)
Line(intercept=1.0, slope=1.0)
>>> [round(number, 9) for number in fit_line("mse", x, y)]
[-6.2, 11.8]
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from landscapes.losses import LOSSES, Loss

_MOST_ROUNDS = 2000
_MOST_HALVINGS = 40
_AT_REST = 1e-13
_SMALLEST_ERROR = 1e-12
_SMALLEST_WEIGHT = 1e-12


class Line(NamedTuple):
    """y = intercept + slope * x."""

    intercept: float
    slope: float

    def at(self, x: Any) -> Any:
        """The height of the line at a place, or at each of many."""
        return self.intercept + self.slope * x


def fit_line(slug: str, x: np.ndarray, y: np.ndarray, **settings: float) -> Line:
    """The line through points, at two or more places, whose total loss is least; of several such lines, one.

    Least squares have a closed form. Of all lines with the least absolute error one goes through two of the points. For
    any other loss each error is given the weight slope / error, and a weighted line fitted, until it rests.
    """
    exact = {"mse": _squared, "mae": _absolute}
    return exact[slug](x, y, **settings) if slug in exact else _reweighted(LOSSES[slug], x, y, settings)


def weight_of_last(slug: str, line: Line, x: np.ndarray, y: np.ndarray, **settings: float) -> tuple[float, float]:
    """How much the last point counts: its part of the total loss, and of the sizes of all slopes, by which points pull.

    >>> x, y = np.array([0.0, 1, 2, 3]), np.array([1.0, 0, 2, 7])
    >>> weight_of_last("mse", Line(0.0, 1.0), x, y)
    (0.8888888888888888, 0.6666666666666666)
    """
    losses = LOSSES[slug].value(line.at(x), y, **settings)
    pulls = np.abs(LOSSES[slug].slope(line.at(x), y, **settings))
    return _share_of_last(losses), _share_of_last(pulls)


def _share_of_last(parts: np.ndarray) -> float:
    """0 where there is nothing to share."""
    total = float(parts.sum())
    return float(parts[-1]) / total if total else 0.0


def _squared(x: np.ndarray, y: np.ndarray) -> Line:
    return _weighted(x, y, np.ones(len(x)))


def _weighted(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> Line:
    """The line of the least weighted squared error."""
    middle_x, middle_y = np.average(x, weights=weights), np.average(y, weights=weights)
    slope = np.sum(weights * (x - middle_x) * (y - middle_y)) / np.sum(weights * (x - middle_x) ** 2)
    return Line(float(middle_y - slope * middle_x), float(slope))


def _absolute(x: np.ndarray, y: np.ndarray) -> Line:
    first, second = np.array([pair for pair in combinations(range(len(x)), 2) if x[pair[0]] != x[pair[1]]]).T
    slopes = (y[second] - y[first]) / (x[second] - x[first])
    intercepts = y[first] - slopes * x[first]
    totals = np.abs(intercepts[:, np.newaxis] + slopes[:, np.newaxis] * x - y).sum(axis=1)
    best = int(totals.argmin())
    return Line(float(intercepts[best]), float(slopes[best]))


def _reweighted(loss: Loss, x: np.ndarray, y: np.ndarray, settings: Mapping[str, float]) -> Line:
    """The line of the least total loss, for a convex loss that is 0 only where prediction and target agree.

    Where a loss grows no faster than squares, each round lowers the total; where it does not, a round goes as far as
    the total falls. An error of 0 would have the weight 0/0, so none is taken for smaller than a bound that shrinks.
    """

    def total(line: Line) -> float:
        return float(np.sum(loss.value(line.at(x), y, **settings)))

    line = _squared(x, y)
    for round_number in range(_MOST_ROUNDS):
        error, least = line.at(x) - y, max(0.25**round_number, _SMALLEST_ERROR)
        error = np.copysign(np.maximum(np.abs(error), least), error)
        weights = np.maximum(loss.slope(y + error, y, **settings) / error, _SMALLEST_WEIGHT)
        before, line = line, _weighted(x, y, weights)
        for _ in range(_MOST_HALVINGS):
            if total(line) <= total(before) * (1 + _AT_REST):
                break
            line = Line((line.intercept + before.intercept) / 2, (line.slope + before.slope) / 2)
        if least == _SMALLEST_ERROR and np.allclose(line, before, rtol=_AT_REST, atol=_AT_REST):
            break
    return line
