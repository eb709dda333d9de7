"""The walkers: update rules, and ``descend``, which moves them over a surface.

>>> from types import SimpleNamespace
>>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + p[1] ** 2, gradient=lambda p: 2 * p)
>>> path = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), start=(3, 4), steps=2)
>>> path.points.tolist()
[[3.0, 4.0], [1.5, 2.0], [0.75, 1.0]]
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any, cast

from .checks import MAX_STEPS
from .classical import CLASSICAL
from .engine import descend, descend_together, walk
from .outcomes import Outcome
from .parts import Part
from .phases import Phase
from .rates import default_rate, default_settings
from .registry import find_parts, find_rules
from .rule import At, Evaluations, Rule, Surface, Update
from .trajectory import Trajectory

OPTIMIZERS = find_rules(__name__, __path__)
"""The rule classes by slug: one file of this package, one rule."""

WALKERS: Mapping[str, Any] = ChainMap(cast(Any, CLASSICAL), cast(Any, OPTIMIZERS))
"""All that can be a run, by slug: the rules, and after them SciPy's classical methods."""

PARTS = find_parts(__name__, __path__)
"""What can be added to a rule, by slug: schedules, wrappers, clipping, the length of a phase."""

__all__ = [
    "CLASSICAL",
    "MAX_STEPS",
    "OPTIMIZERS",
    "PARTS",
    "WALKERS",
    "At",
    "Evaluations",
    "Outcome",
    "Part",
    "Phase",
    "Rule",
    "Surface",
    "Trajectory",
    "Update",
    "default_rate",
    "default_settings",
    "descend",
    "descend_together",
    "walk",
]
