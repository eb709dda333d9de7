"""Arithmetic that several rules share."""

from __future__ import annotations

from typing import Any

import numpy as np

from .rule import Array


def padded_root(v: Array, eps: Any, inside: Any) -> Any:
    """The root of v, kept from 0 by eps: added after the root, or inside it.

    >>> padded_root(np.array([9.0, 0.0]), 0.25, False), padded_root(np.array([9.0, 0.0]), 0.25, True).round(3)
    (array([3.25, 0.25]), array([3.041, 0.5  ]))
    """
    # The usual case has nothing to choose; in a crew of several runs the switch may be an array.
    if inside is False:
        return np.sqrt(v) + eps
    return np.where(inside, np.sqrt(v + eps), np.sqrt(v) + eps)


def power(base: Any, exponent: Any) -> Any:
    """``base**exponent``, rounded alike for one number and within an array; NumPy's own powers of arrays are not.

    >>> power(0.5, 3), power(np.array([0.5, 2.0]), 3)
    (np.float64(0.125), array([0.125, 8.   ]))
    """
    if isinstance(base, np.ndarray) or isinstance(exponent, np.ndarray):
        return np.asarray(_powers(base, exponent), dtype=float)
    return np.float64(base) ** exponent


_powers = np.frompyfunc(lambda base, exponent: np.float64(base) ** exponent, 2, 1)  # too large is inf, no exception
