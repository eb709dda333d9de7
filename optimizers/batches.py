"""Mini-batches: which samples each step looks at.

All runs of a scene go through the same data in the same order: each takes consecutive slices, as long as its batches
are, of one permutation per seed and epoch. A batch never reaches across the end of an epoch, so the last one of an
epoch may be smaller. A step that looks at all the data ends the epoch that it is in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caches import remembered
from values import Value

from .rule import Array

Indices = NDArray[np.intp]

_WHOLE = -1  # stands for the epoch of a step that looks at all the data


@dataclass(frozen=True, eq=False)
class Batches(Value):
    """The samples of each step of a run: ``batches[t]`` are their indices, or None at a step that looks at all of them.

    Attributes
    ----------
    seed : what the permutations start from.
    count : how many samples there are.
    epochs, firsts, ends : (n,) each: step t takes the places ``firsts[t]`` up to ``ends[t]`` in the order of its epoch.

    >>> batches = batches_of([2, 2, 2, 2, None], count=5, seed=0)
    >>> [None if batch is None else batch.tolist() for batch in batches]
    [[2, 4], [3, 0], [1], [1, 4], None]
    >>> batches.sizes.tolist()
    [2, 2, 1, 2, 5]
    """

    seed: int
    count: int
    epochs: NDArray[np.intp]
    firsts: NDArray[np.intp]
    ends: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, t: int) -> Indices | None:
        if self.epochs[t] == _WHOLE:
            return None
        return order_of_epoch(self.seed, int(self.epochs[t]), self.count)[self.firsts[t] : self.ends[t]]

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many samples each step looks at, (n,)."""
        return self.ends - self.firsts

    def first(self, n: int) -> Batches:
        """Those of the first n steps."""
        return Batches(self.seed, self.count, self.epochs[:n], self.firsts[:n], self.ends[:n])


def batches_of(sizes: Iterable[int | None], count: int, seed: int) -> Batches:
    """The batches of steps of these sizes on ``count`` samples; None, or as many as there are, is all of them."""
    slices, epoch, place = [], 0, 0
    for size in sizes:
        if size is None or size >= count:
            slices.append((_WHOLE, 0, count))
            epoch, place = epoch + 1, 0
            continue
        end = min(place + size, count)
        slices.append((epoch, place, end))
        epoch, place = (epoch + 1, 0) if end == count else (epoch, end)
    epochs, firsts, ends = np.array(slices, dtype=np.intp).reshape(-1, 3).T
    return Batches(seed, count, epochs, firsts, ends)


@remembered("orders of epochs")
def order_of_epoch(seed: int, epoch: int, count: int) -> Indices:
    """The order in which an epoch goes through ``count`` samples: the same for every run of a seed.

    >>> order_of_epoch(0, 1, 5).tolist() == order_of_epoch(0, 1, 5).tolist() != order_of_epoch(0, 2, 5).tolist()
    True
    """
    order: Indices = np.random.default_rng((seed, epoch)).permutation(count)
    order.setflags(write=False)
    return order


def samples_seen(costs: Array, sizes: Any) -> Array:
    """How many samples had been looked at on the way to each point, (n + 1,): every evaluation looks at its batch.

    ``costs`` are the evaluations spent up to each point, ``sizes`` the samples of each step or one number for all.

    >>> samples_seen(np.array([0.0, 1.0, 3.0]), np.array([32, 10])).tolist()
    [0.0, 32.0, 52.0]
    """
    return np.concatenate([[0.0], np.cumsum(np.diff(costs) * sizes)])
