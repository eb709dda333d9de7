"""What the scripts that record reference numbers share: the surfaces, the starts and how random settings are drawn.

A surface is written with the ``exp`` of the library that walks on it.
"""

from __future__ import annotations

import numpy as np

STEPS, EVERY = 200, 8
STEADY = 1e-12
"""A free run is a reference if a start moved by one unit in the last place moves no point by more than this."""


def surfaces(exp):
    """The four surfaces by slug: the loss as a function of x and y, and the start."""
    return {
        "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.5, 2.0)),
        "himmelblau": (lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, (-4.8, 0.4)),
        "beale": (
            lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
            (-1.0, -1.0),
        ),
        "two-wells": (
            lambda x, y: -2 * exp(-((x - 1) ** 2 + y**2) / 0.2) - 3 * exp(-((x + 1) ** 2 + y**2) / 0.2) + x**2 + y**2,
            (1.4, -1.4),
        ),
    }


def drawn(random, kind, low, high):
    """A setting drawn evenly, evenly in its logarithm, or a whole number, rounded to three digits."""
    if kind == "whole":
        return int(random.integers(low, high, endpoint=True))
    value = random.uniform(low, high)
    return float(f"{10**value if kind == 'log' else value:.3g}")


def is_steady(points, nudged):
    """Whether two free runs, whose starts differ by one unit in the last place, stay together."""
    return bool(np.abs(points - nudged).max() < STEADY)
