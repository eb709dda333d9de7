"""What can be learned about a surface besides its value and gradient: its window, its minima, its typical curvature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from caches import has_value_hash, remembered

from .rule import Array, Surface

Pair = tuple[float, float]

GRID = 15
"""Points along each side of the window at which the typical curvature is taken; odd, so that the centre is one."""

ROUNDING = 1e-12
"""What is below this share of the window's diagonal, of its range of losses or of its typical slope is rounding."""


class Minimum(NamedTuple):
    """A minimum: where it is, its loss, and whether none is lower."""

    place: Array
    loss: float
    is_lowest: bool


@dataclass(frozen=True, eq=False)
class Terrain:
    """A survey of a surface; what is not known is None or empty.

    Attributes
    ----------
    x_range, y_range : the window, each (low, high).
    minima, local_minima : arrays (k, 2), the global ones and the others.
    minimum_value : the loss at the global minima.
    local_values : the losses at the local minima, (k,).
    slope, curvature : typical length of the gradient and typical largest absolute eigenvalue of the Hessian in the
        window: medians over the places that are not flat.
    spread : how far apart the lowest and the highest loss in the window are.
    grid : points ``(2, k)`` all over the window.
    """

    x_range: Pair | None
    y_range: Pair | None
    minima: Array
    local_minima: Array
    local_values: Array
    minimum_value: float | None
    slope: float | None
    curvature: float | None
    spread: float | None
    grid: Array | None

    @property
    def diagonal(self) -> float | None:
        """The length of the window's diagonal."""
        if self.x_range is None or self.y_range is None:
            return None
        return math.hypot(self.x_range[1] - self.x_range[0], self.y_range[1] - self.y_range[0])

    def outside(self, points: Array) -> Any:
        """Which of the points ``(..., 2)`` lie off the window by more than rounding; none where no window is known."""
        if self.x_range is None or self.y_range is None or self.diagonal is None:
            return np.zeros(points.shape[:-1], dtype=bool)
        (left, right), (bottom, top), rounding = self.x_range, self.y_range, ROUNDING * self.diagonal
        x, y = points[..., 0], points[..., 1]
        return (x < left - rounding) | (x > right + rounding) | (y < bottom - rounding) | (y > top + rounding)

    def rounding(self, values: Array) -> float:
        """The difference between two losses of a path that is nothing but rounding."""
        spread = float(np.ptp(values)) if self.spread is None else self.spread
        return ROUNDING * max(spread, abs(self.minimum_value or 0.0))

    def minimum_beside(self, points: Array, reach: float) -> Minimum | None:
        """The listed minimum to which points ``(k, 2)`` are nearest, if all of them are within reach of it."""
        places = np.concatenate([self.minima, self.local_minima])
        distances = np.hypot(*(points[:, None, :] - places).transpose(2, 0, 1)).max(axis=0)
        if not distances.min(initial=np.inf) <= reach:
            return None
        nearest, count = int(distances.argmin()), len(self.minima)
        is_lowest = nearest < count
        loss = self.minimum_value if is_lowest else self.local_values[nearest - count]
        return Minimum(places[nearest], float(loss or 0.0), is_lowest)


def survey(surface: Surface) -> Terrain:
    """The survey of a surface; remembered if the surface is hashed by its value, and so cannot have changed since."""
    return _known_survey(surface) if has_value_hash(surface) else _survey(surface)


def hessian(surface: Any, points: Array, span: float) -> Array:
    """The Hessian ``(2, 2, ...)`` at points ``(2, ...)``: the surface's own, or central differences of its gradient.

    ``span`` is a length that counts as long on this surface: differences are taken over 1e-5 of it.
    """
    if callable(getattr(surface, "hessian", None)):
        return np.asarray(surface.hessian(points), dtype=float)
    offset = 1e-5 * span
    ways = offset * np.array([[1, 0, -1, 0], [0, 1, 0, -1]])  # all at once: one question is cheaper than four
    around = points.reshape(2, 1, -1) + ways[:, :, None]
    gradients = np.asarray(surface.gradient(around.reshape(2, -1)), dtype=float).reshape(around.shape)
    matrix = ((gradients[:, :2] - gradients[:, 2:]) / (2 * offset)).reshape(2, 2, *points.shape[1:])
    return (matrix + matrix.swapaxes(0, 1)) / 2


def eigen(matrix: Array) -> tuple[Array, Array]:
    """Eigenvalues ``(2, ...)``, the smaller first, and eigenvectors ``(2, 2, ...)`` (second axis counts them).

    In closed form, because LAPACK refuses a whole batch for a single nan in it.

    >>> values, vectors = eigen(np.array([[2.0, 0.0], [0.0, -3.0]]))
    >>> values.tolist(), np.abs(vectors).tolist()
    ([-3.0, 2.0], [[0.0, 1.0], [1.0, 0.0]])
    """
    a, b, d = matrix[0, 0], matrix[0, 1], matrix[1, 1]
    centre, radius = a / 2 + d / 2, np.hypot(a / 2 - d / 2, b)
    angle = np.arctan2(2 * b, a - d) / 2  # of the larger eigenvalue's direction
    upright = (b == 0) & (a < d)  # cos(pi / 2) is not exactly 0, and a run exactly on a ridge should be seen there
    cosine, sine = np.where(upright, 0.0, np.cos(angle)), np.where(upright, 1.0, np.sin(angle))
    vectors = np.stack([np.stack([-sine, cosine]), np.stack([cosine, sine])], axis=1)
    return np.stack([centre - radius, centre + radius]), vectors


def _survey(surface: Any) -> Terrain:
    minima, local_minima = (_places(getattr(surface, name, ())) for name in ("minima", "local_minima"))
    x_range, y_range = getattr(surface, "x_range", None), getattr(surface, "y_range", None)
    minimum_value = getattr(surface, "minimum_value", None)
    with np.errstate(all="ignore"):
        if minimum_value is None and len(minima):
            minimum_value = np.min(surface.value(minima.T))
        local_values = np.asarray(surface.value(local_minima.T) if len(local_minima) else (), dtype=float)
        slope = curvature = spread = grid = None
        if x_range is not None and y_range is not None:
            axes = np.meshgrid(*(np.linspace(low, high, GRID) for low, high in (x_range, y_range)))
            grid = np.stack(axes).reshape(2, -1)
            span = math.hypot(x_range[1] - x_range[0], y_range[1] - y_range[0])
            losses = np.asarray(surface.value(grid), dtype=float)
            spread = float(np.ptp(losses[np.isfinite(losses)])) if np.isfinite(losses).any() else None
            slope = _typical(np.hypot(*np.asarray(surface.gradient(grid), dtype=float)))
            curvature = _typical(np.abs(eigen(hessian(surface, grid, span))[0]).max(axis=0))
    return Terrain(
        x_range=x_range,
        y_range=y_range,
        minima=minima,
        local_minima=local_minima,
        local_values=local_values,
        minimum_value=None if minimum_value is None else float(minimum_value),
        slope=slope,
        curvature=curvature,
        spread=spread,
        grid=grid,
    )


@remembered("surveys")
def _known_survey(surface: Any) -> Terrain:
    return _survey(surface)


def _places(pairs: Any) -> Array:
    return np.asarray(tuple(pairs), dtype=float).reshape(-1, 2)


def _typical(sizes: Array) -> float | None:
    """The median of the sizes that are not tiny against the largest: on a plain with one hole, the hole's."""
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size or not sizes.max() > 0:
        return None
    return float(np.median(sizes[sizes >= 1e-3 * sizes.max()]))
