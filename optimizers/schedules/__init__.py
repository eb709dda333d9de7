"""Schedules: what a run's learning rate is multiplied by at each step. A new one is a class in a module here.

>>> import numpy as np
>>> from optimizers import PARTS
>>> PARTS["cosine"](until=2).factor(np.arange(4)).round(12).tolist()
[1.0, 0.5, 0.0, 0.0]
"""

from __future__ import annotations

from .schedule import ReactiveSchedule, Schedule, Warmup

__all__ = ["ReactiveSchedule", "Schedule", "Warmup"]
