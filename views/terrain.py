"""The ground that is drawn: a grid of losses over a surface's window, and the height and colour that stand for a loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape

GRID_SIZE = 161
"""Points along each side of the grid: odd, so that the middle of the window is one of them."""

_LOG_OFFSET = 3e-4
"""The loss above the lowest, as a share of the whole range, below which a logarithmic height levels off."""


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

    landscape: Landscape
    heights: Heights
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    loss: NDArray[np.float64]

    @property
    def z(self) -> NDArray[np.float64]:
        """What is drawn for each loss of the grid."""
        return self.heights(self.loss)

    @property
    def loss_range(self) -> tuple[float, float]:
        """The lowest and highest loss on the visible map."""
        return float(np.nanmin(self.loss)), float(np.nanmax(self.loss))


@lru_cache(maxsize=16)
def terrain_of(landscape: Landscape, logarithmic: bool | None = None) -> Terrain:
    """The terrain over a surface's window; ``logarithmic`` None takes the surface's own scale.

    >>> from landscapes import LANDSCAPES
    >>> terrain_of(LANDSCAPES["booth"]).z.shape
    (161, 161)
    """
    x, y = (np.linspace(*limits, GRID_SIZE) for limits in (landscape.x_range, landscape.y_range))
    loss = landscape.value(np.stack(np.meshgrid(x, y)))
    lowest, highest = float(np.nanmin(loss)), float(np.nanmax(loss))
    floor = lowest if landscape.minimum_value is None else min(lowest, landscape.minimum_value)
    use_log = landscape.logarithmic if logarithmic is None else logarithmic
    return Terrain(landscape, Heights(use_log, floor, _LOG_OFFSET * (highest - floor)), x, y, loss)
