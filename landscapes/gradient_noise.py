"""How noisy the gradient of a batch is: measured, and what the theory of sampling says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from knobs import Interval, Knob
from landscapes.data_landscape import DataLandscape
from values import Value

MOST_DRAWS = 10_000
_DRAWS = Knob("draws", "", 200, "", Interval(1, MOST_DRAWS))


@dataclass(frozen=True, eq=False)
class BatchNoise(Value):
    """The standard deviation of a batch's gradient from the full one, for each batch size.

    It is the root of the mean square of the distance, so both weights count.

    Attributes
    ----------
    sizes : (k,), the batch sizes.
    measured : (k,), over random batches; no sample is twice in one.
    expected : (k,), sigma / sqrt(B) * sqrt((N - B) / (N - 1)).
    sigma : that of single samples, B = 1.
    """

    sizes: np.ndarray
    measured: np.ndarray
    expected: np.ndarray
    sigma: float


def noise_of_batches(
    surface: DataLandscape, point: Any, sizes: Iterable[int], draws: int = 200, seed: int = 0
) -> BatchNoise:
    """Draw batches of each size at random, and compare their gradients at a point with that of all samples.

    ValueError for a size that is not a whole number from 1 to that of the samples, or for draws not from 1 to 10,000.

    >>> from landscapes import LANDSCAPES
    >>> noise = noise_of_batches(LANDSCAPES["diabetes-line"], (0, 0), [1, 16, 442])
    >>> (noise.expected / noise.sigma).round(3).tolist()
    [1.0, 0.246, 0.0]
    >>> bool((abs(noise.measured - noise.expected) < 0.2 * noise.expected + 1e-12).all())
    True
    """
    count = len(surface.samples)
    size_of_batch = Knob("a batch size", "", 1, "", Interval(1, count))
    sizes = np.array([size_of_batch.plain(surface.title, size) for size in sizes], dtype=int)
    draws = int(_DRAWS.plain("", draws))
    points = np.repeat(np.reshape(np.asarray(point, dtype=float), (2, 1)), 2, axis=1)
    play = surface.quick_gradient(2)
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        full = _one(play(points))
        each = np.array([_one(play(points, np.array([i]))) for i in range(count)])
        measured = [
            _spread([_one(play(points, rng.permutation(count)[:size])) for _ in range(draws)], full) for size in sizes
        ]
    sigma = _spread(each, full)
    expected = sigma * np.sqrt((count - sizes) / (sizes * max(count - 1, 1)))
    return BatchNoise(sizes, np.array(measured), expected, sigma)


def _one(rows: Any) -> np.ndarray:
    """The gradient at the first of two points."""
    return np.array([row[0] for row in rows])


def _spread(gradients: Any, full: np.ndarray) -> float:
    return float(np.sqrt(((np.asarray(gradients) - full) ** 2).sum(axis=1).mean()))
