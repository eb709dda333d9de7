"""The ground that is drawn: a grid of losses over a surface's window, and the heights that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from caches import remembered, size_of

GRID_SIZE = 161
"""Points along each side of the grid: odd, so that the middle of the window is one of them."""

_ROUGH = 0.05
"""A surface that strays from its grid's straight lines by this share of its range gets a grid twice as fine."""

_LOG_OFFSET = 3e-4
"""The loss above the lowest, as a share of the whole range, below which a logarithmic height levels off."""


Pair = tuple[float, float]


class Ground(Protocol):
    """What can be drawn: a surface of two weights, or a plane through the weights of a network.

    ``slug`` and ``settings`` are its name: two grounds that have them in common must look the same.
    """

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def axis_titles(self) -> tuple[str, str]: ...
    @property
    def x_range(self) -> Pair: ...
    @property
    def y_range(self) -> Pair: ...
    @property
    def minima(self) -> tuple[Pair, ...]: ...
    @property
    def local_minima(self) -> tuple[Pair, ...]: ...
    @property
    def saddles(self) -> tuple[Pair, ...]: ...
    @property
    def minimum_value(self) -> float | None: ...
    @property
    def logarithmic(self) -> bool: ...

    def value(self, points: Any) -> Any:
        """The loss: points (2, ...) -> (...)."""


@dataclass(frozen=True)
class Heights:
    """How a loss becomes a height: as it is, or as log10(loss - floor + offset), which is finite at the floor."""

    logarithmic: bool
    floor: float
    offset: float

    def __call__(self, loss: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights of losses, in the same shape; a loss below the floor is drawn at the floor."""
        if not self.logarithmic:
            return loss
        return np.log10(np.maximum(loss - self.floor, 0) + self.offset)


@dataclass(frozen=True, eq=False)
class Terrain:
    """The ground of one surface: grid lines ``x`` and ``y``, the ``loss`` (y, x) on them, and its heights."""

    landscape: Ground
    heights: Heights
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    loss: NDArray[np.float64]

    @cached_property
    def z(self) -> NDArray[np.float64]:
        """What is drawn for each loss of the grid."""
        return self.heights(self.loss)

    @cached_property
    def height_range(self) -> tuple[float, float]:
        """The lowest and highest finite height on the map; (0, 0) where there is none."""
        known = self.z[np.isfinite(self.z)]
        return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)

    @property
    def key(self) -> tuple[Ground, Heights, tuple[float, float]]:
        """What tells it from other terrains, without its grid: what is drawn of it depends on nothing else."""
        return self.landscape, self.heights, self.height_range

    @property
    def loss_range(self) -> tuple[float, float]:
        """The lowest and highest loss on the visible map."""
        return float(np.nanmin(self.loss)), float(np.nanmax(self.loss))


@remembered("terrains", size=lambda terrain: size_of(terrain) + terrain.loss.nbytes)  # z comes when it is asked for
def terrain_of(landscape: Ground, logarithmic: bool | None = None) -> Terrain:
    """The terrain over a surface's window; ``logarithmic`` None takes the surface's own scale.

    >>> from landscapes import LANDSCAPES
    >>> terrain_of(LANDSCAPES["booth"]).z.shape
    (161, 161)
    """
    x, y, loss = _grid(landscape, GRID_SIZE)
    if _is_rough(loss):  # then it may be so between these lines too
        finer = _grid(landscape, 2 * GRID_SIZE - 1)
        x, y, loss = finer if _is_rough(finer[2]) else (x, y, loss)
    lowest, highest = float(np.nanmin(loss)), float(np.nanmax(loss))
    floor = lowest if landscape.minimum_value is None else min(lowest, landscape.minimum_value)
    use_log = landscape.logarithmic if logarithmic is None else logarithmic
    return Terrain(landscape, Heights(use_log, floor, _LOG_OFFSET * (highest - floor)), x, y, loss)


def _grid(landscape: Ground, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    x, y = (np.linspace(*limits, size) for limits in (landscape.x_range, landscape.y_range))
    return x, y, landscape.value(np.stack(np.meshgrid(x, y)))


def _is_rough(loss: NDArray[np.float64]) -> bool:
    """Whether a grid with every second line only would draw a different ground."""
    along = loss[:, 1:-1:2] - (loss[:, :-2:2] + loss[:, 2::2]) / 2
    across = loss[1:-1:2] - (loss[:-2:2] + loss[2::2]) / 2
    return bool(max(np.abs(along).max(), np.abs(across).max()) > _ROUGH * (loss.max() - loss.min()))
