"""Planes through the weights of a network: where a landscape of thousands of weights is cut so that it can be drawn.

Two planes are offered. The *principal plane* is that of the first two principal components of all snapshots of all
chosen trials together, so that several trainings share one landscape. A *random plane* goes through a solution along
two random directions that are normalised filter by filter.

Example
-------
>>> paths = [np.array([[0.0, 0, 0], [4, 0, 0], [4, 1, 0]]), np.array([[0.0, 0, 0], [4, -1, 0]])]
>>> plane = principal_plane(paths)
>>> plane.share_of(paths).round(6), np.abs(plane.axes[0]).round(6).tolist()
(np.float64(1.0), [1.0, 0.0, 0.0])
>>> np.allclose(plane.point(plane.project(paths[0])), paths[0])
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np

from memory import heavy_import
from values import Value

Array = np.ndarray[Any, np.dtype[Any]]
Pair = tuple[float, float]
Progress = Callable[[float], None]

GRID_SIZE = 31
"""Losses along each side of a plane's window that are worked out: odd, so that the middle is one of them."""

MARGIN = 0.15
"""What is left free around the paths, as a share of their extent."""

_FLAT = 1e-9
"""A second direction that holds less than this share of the first one's spread is rounding, not a direction."""


class Layer(Protocol):
    """What is asked of a layer of a network: where its matrix stands among the weights; a column is a unit's filter."""

    @property
    def matrix(self) -> slice: ...
    @property
    def shape(self) -> tuple[int, int]: ...


@dataclass(frozen=True, eq=False)
class Plane(Value):
    """A plane in the space of all n weights: ``origin`` (n,) and the two directions ``axes`` (2, n).

    The directions need be neither of length 1 nor at right angles. A point of the plane is ``(x, y)``; it stands for
    the weights ``origin + x * axes[0] + y * axes[1]``.
    """

    origin: Array
    axes: Array

    def point(self, places: Any) -> Array:
        """The weights at places of the plane: (..., 2) -> (..., n)."""
        return self.origin + np.asarray(places, dtype=float) @ self.axes

    def project(self, path: Array) -> Array:
        """The places (k, 2) whose weights are nearest to those of a path (k, n): its shadow, by least squares."""
        away = np.asarray(path, dtype=float) - self.origin
        return np.linalg.solve(self.axes @ self.axes.T, self.axes @ away.T).T

    def share_of(self, paths: Sequence[Array]) -> np.float64:
        """The share of the variance of all snapshots together that lies in the plane; 1 loses nothing."""
        basis, _ = np.linalg.qr(self.axes.T)
        return np.float64(_shares(paths, basis.T).sum())

    def shares_along(self, paths: Sequence[Array]) -> Array:
        """The share that lies along each of the two axes by itself, (2,); of a principal plane they add up."""
        return _shares(paths, self.axes / np.linalg.norm(self.axes, axis=1, keepdims=True))


def _shares(paths: Sequence[Array], directions: Array) -> Array:
    away = _centred(_together(paths))[1]
    return np.square(away @ directions.T).sum(axis=0) / np.square(away).sum()


def _together(paths: Sequence[Array]) -> Array:
    """All snapshots of all paths, one under the other: finite, and not all the same."""
    if not paths:
        raise ValueError("A plane needs at least one path of weights, got none")
    sizes = sorted({np.shape(path)[-1] if np.ndim(path) == 2 else -1 for path in paths})
    if len(sizes) > 1 or sizes[0] < 2:
        raise ValueError(f"The paths must be snapshots of one network, each (k, n) with n from 2 on, got n = {sizes}")
    snapshots = np.concatenate([np.asarray(path, dtype=float) for path in paths])
    if not np.isfinite(snapshots).all():
        raise ValueError("The weights of a path are not finite: its training overflowed, so it has no place on a plane")
    if len(snapshots) < 2 or not np.ptp(snapshots, axis=0).any():
        raise ValueError("The weights of the paths never change: there is nothing that a plane could show")
    return snapshots


def _centred(snapshots: Array) -> tuple[Array, Array]:
    mean = snapshots.mean(axis=0)
    return mean, snapshots - mean


def principal_plane(paths: Sequence[Array]) -> Plane:
    """The plane of the first two principal components of all paths (k_i, n) together.

    Its origin is the mean of all snapshots, its axes have length 1 and are at right angles, as scikit-learn's PCA has
    them. The sign of an axis, which is free, is such that the first path ends further along it than it began.

    Raises ValueError where the snapshots lie on one line: then no plane is special.
    """
    snapshots = _together(paths)
    mean, away = _centred(snapshots)
    _, spreads, axes = np.linalg.svd(away, full_matrices=False)
    if len(spreads) < 2 or spreads[1] <= _FLAT * spreads[0]:
        raise ValueError("All these weights lie on one line: train for more epochs or choose more trials")
    return Plane(mean, _with_sign(axes[:2], snapshots[len(paths[0]) - 1] - snapshots[0]))


def _with_sign(axes: Array, way: Array) -> Array:
    """The axes, turned so that ``way`` goes along them; one at right angles to it by its largest component."""
    ahead = axes @ way
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    turned = np.where(np.abs(ahead) > _FLAT * np.linalg.norm(way), ahead, largest) < 0
    return np.where(turned[:, None], -axes, axes)


def random_plane(solution: Array, layers: Sequence[Layer], seed: int) -> Plane:
    """The plane through a solution (n,) along two random directions, normalised by filter.

    Each direction is Gaussian; then the weights that come into one unit (its filter) are scaled to the length that
    they have in the solution, so that a distance of 1 changes every filter by as much as it is long. Biases stay as
    they are. As in the authors' own code, the two directions are not made orthogonal: among thousands of weights
    they nearly are.

    Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018.
    """
    solution = np.asarray(solution, dtype=float)
    if solution.ndim != 1 or not np.isfinite(solution).all():
        raise ValueError("A random plane needs the finite weights of one network")
    random = np.random.default_rng(seed)
    axes = np.zeros((2, len(solution)))
    for axis in axes:
        for layer in layers:
            drawn = random.standard_normal(layer.shape)
            filters = solution[layer.matrix].reshape(layer.shape)
            scale = np.linalg.norm(filters, axis=0) / np.linalg.norm(drawn, axis=0)
            axis[layer.matrix] = (drawn * scale).ravel()
    if np.linalg.matrix_rank(axes) < 2:
        raise ValueError("There are no two directions for a random plane: too few filters of the solution are not 0")
    return Plane(solution, axes)


def window_of(places: Sequence[Array], *, least: float = 0.0, centre: Pair | None = None) -> tuple[Pair, Pair]:
    """The square window that holds projected paths with a margin: (x_range, y_range).

    It reaches at least ``least`` to each side of its centre, which is in the middle of the paths unless given.

    >>> window_of([np.array([[0.0, 0], [20, 10]])])
    ((-3.0, 23.0), (-8.0, 18.0))
    """
    every = np.concatenate(places)
    middle = (every.min(axis=0) + every.max(axis=0)) / 2 if centre is None else np.array(centre, dtype=float)
    reach = max(float(np.abs(every - middle).max()) * (1 + 2 * MARGIN), least)
    (left, bottom), (right, top) = middle - reach, middle + reach
    return (float(left), float(right)), (float(bottom), float(top))


@dataclass(frozen=True, eq=False)
class PlaneLandscape(Value):
    """The loss on a window of a plane, as a surface that can be drawn: exact on a grid, cubic between its points.

    Attributes
    ----------
    title : what it is called.
    settings : what tells it from others.
    axis_titles : what its two axes are.
    x, y, loss : the grid's lines (s,) each, and the exact losses (s, s) on them, a row for each y.
    """

    slug: ClassVar[str] = "plane"
    minima: ClassVar[tuple[Pair, ...]] = ()  # no minimum is known: that of the plane is not that of the network
    local_minima: ClassVar[tuple[Pair, ...]] = ()
    saddles: ClassVar[tuple[Pair, ...]] = ()
    minimum_value: ClassVar[float | None] = None
    logarithmic: ClassVar[bool] = True  # from an untrained network to a trained one a loss falls by decades

    title: str
    axis_titles: tuple[str, str]
    x: Array
    y: Array
    loss: Array
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def x_range(self) -> Pair:
        return float(self.x[0]), float(self.x[-1])

    @property
    def y_range(self) -> Pair:
        return float(self.y[0]), float(self.y[-1])

    def value(self, points: Any) -> Any:
        """The loss at points (2, ...) -> (...); beyond the window that at its edge."""
        x, y = np.asarray(points, dtype=float)
        return np.maximum(self._between.ev(y, x), 0.0)  # no loss is below 0, and no cubic knows that

    @cached_property
    def _between(self) -> Any:
        with heavy_import():
            from scipy.interpolate import RectBivariateSpline

        return RectBivariateSpline(self.y, self.x, self.loss)


def plane_landscape(
    plane: Plane,
    loss: Callable[[Array], Any],
    window: tuple[Pair, Pair],
    *,
    size: int = GRID_SIZE,
    on_progress: Progress = lambda share: None,
    **names: Any,
) -> PlaneLandscape:
    """Work out ``loss(weights)`` on a grid over a window; ``on_progress`` hears the share that is done, row by row.

    A loss that overflows counts as the largest one that does not. ``names`` are the fields of the landscape that say
    what it is.

    >>> plane = Plane(np.zeros(3), np.eye(3)[:2])
    >>> bowl = plane_landscape(plane, lambda weights: np.sum(weights**2), ((-1, 1), (-1, 1)), title="Bowl",
    ...                        axis_titles=("direction 1", "direction 2"))
    >>> bowl.loss.shape, float(bowl.value((0.5, 0.25)).round(9))
    ((31, 31), 0.3125)
    """
    x, y = (np.linspace(*limits, size) for limits in window)
    losses = np.empty((size, size))
    with np.errstate(all="ignore"):
        for row, height in enumerate(y):
            losses[row] = [loss(plane.point((place, height))) for place in x]
            on_progress((row + 1) / size)
    finite = np.isfinite(losses)
    if not finite.any():
        raise ValueError("The loss overflows everywhere on this plane")
    losses[~finite] = losses[finite].max()
    return PlaneLandscape(x=x, y=y, loss=losses, **names)
