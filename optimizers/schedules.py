"""Schedules: what a run's learning rate is multiplied by, step by step."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from knobs import Interval, knob

from .parts import LONGEST, Kind, Part
from .rule import Array


@dataclass(frozen=True, kw_only=True)
class Schedule(Part):
    """A part that says what the learning rate is multiplied by at every step of its phase."""

    kind: ClassVar[Kind] = "schedule"

    @abstractmethod
    def factor(self, t: Array) -> Array:
        """The factor at the steps ``t``, whole numbers from 0 in an array of any shape."""


@dataclass(frozen=True, kw_only=True)
class ReactiveSchedule(Schedule):
    """A schedule that depends on how the run fares: it is told the loss at each step, after that step's rate is set."""

    def factor(self, t: Array) -> Array:
        """The factor as long as nothing has happened: 1."""
        return np.ones_like(t, dtype=float)

    @abstractmethod
    def init(self) -> Any:
        """The state before the first step; its ``factor`` is that of the first step."""

    @abstractmethod
    def observe(self, state: Any, loss: float) -> Any:
        """The state after a step whose loss, before the step, was this; its ``factor`` is the next step's."""


@dataclass(frozen=True, kw_only=True)
class Warmup(Part):
    """A rate that begins low and grows evenly; the schedule, if there is one, begins when it is done."""

    slug: ClassVar[str] = "warmup"
    title: ClassVar[str] = "Warm-up"
    kind: ClassVar[Kind] = "warm-up"
    about: ClassVar[str] = "The rate grows evenly to its full size before any schedule begins."

    count: int = knob(
        20, "w", "How many steps the rate grows.", valid=Interval(1, LONGEST), offer=(1, 500), label="Warm-up steps"
    )
    start: float = knob(
        0.1,
        "s",
        "The share of the rate at the first step.",
        valid=Interval(0, 1, low_open=True),
        offer=(0.01, 1),
        label="Share at the first step",
    )

    def factor(self, t: Array) -> Array:
        """The factor at the steps ``t``; 1 from step ``count`` on."""
        return self.start + (1 - self.start) * np.minimum(t / self.count, 1.0)


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    """Half a cosine from 1 to ``floor`` over ``until`` steps, and ``floor`` from then on."""

    slug: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine"
    about: ClassVar[str] = "Falls slowly, then fast, then slowly again, like half a wave."

    until: int = knob(
        300,
        "T",
        "The step at which it has come down.",
        valid=Interval(1, LONGEST),
        offer=(10, 3000),
        label="Until step",
    )
    floor: float = knob(0.0, "f", "The share of the rate that is left in the end.", valid=Interval(0, 1), offer=(0, 1))

    def factor(self, t: Array) -> Array:
        share = np.minimum(t / self.until, 1.0)
        return self.floor + (1 - self.floor) * (1 + np.cos(np.pi * share)) / 2
