"""Schedules: what a run's learning rate is multiplied by, step by step."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from knobs import Interval, knob, knobs_of

from ..parts import LONGEST, Kind, Part
from ..rule import Array

share = Interval(0, 1)
positive_share = Interval(0, 1, low_open=True)
counted_in_steps = Interval(1, LONGEST)

_USUAL_STEPS = 300


@dataclass(frozen=True, kw_only=True)
class Schedule(Part):
    """A part that says what the learning rate is multiplied by at every step of its phase.

    A setting with ``valid=counted_in_steps`` is a number of steps. Its default suits a run of 300 steps, and becomes
    shorter or longer with the run for which the schedule is chosen.

    Class attributes
    ----------------
    lengths : settings that are another share of the run than their defaults are of 300 steps, with that share.
    """

    kind: ClassVar[Kind] = "schedule"
    lengths: ClassVar[Mapping[str, float]] = MappingProxyType({})

    @abstractmethod
    def factor(self, t: Array) -> Array:
        """The factor at the steps ``t``, whole numbers from 0 in an array of any shape."""

    @classmethod
    def for_steps(cls, steps: int) -> Self:
        """The schedule as it suits a run of so many steps.

        >>> from optimizers import PARTS
        >>> PARTS["cosine"].for_steps(120), PARTS["step"].for_steps(120).every
        (Cosine(until=120, floor=0.0), 40)
        """
        counted = {name: each.default for name, each in knobs_of(cls).items() if each.valid == counted_in_steps}
        shares = {name: float(default) / _USUAL_STEPS for name, default in counted.items()}
        return cls(**{name: max(1, round(share * steps)) for name, share in {**shares, **cls.lengths}.items()})


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


def until_setting(symbol: str = "T") -> Any:
    """The step at which a schedule has come to its end."""
    return knob(
        300,
        symbol,
        "The step from which on the rate stays as it is.",
        valid=counted_in_steps,
        offer=(10, 3000),
        scale="log",
        label="Until step",
    )


def floor_setting(default: float = 0.0) -> Any:
    """The share of the rate below which a schedule does not go."""
    return knob(
        default, "f", "The share of the rate that is left in the end.", valid=share, offer=(0, 1), label="Share left"
    )


def gamma_setting(default: float) -> Any:
    """What the rate is multiplied by each time."""
    return knob(
        default,
        r"\gamma",
        "What the rate is multiplied by each time.",
        valid=positive_share,
        offer=(0.01, 1),
        label="Multiplied by",
    )


@dataclass(frozen=True, kw_only=True)
class Warmup(Part):
    r"""A rate that begins low and grows evenly; the schedule, if there is one, begins when it is done.

    .. math::
        \eta_t = \eta \left(s + (1 - s) \frac{t}{w}\right), \qquad t < w

    Settings
    --------
    count : int in [1, 1000000]
        The number of steps w until the rate is there.
    start : float in (0, 1]
        The share s of the rate at the first step.

    Example
    -------
    >>> Warmup(count=4, start=0.2).factor(np.arange(6)).round(12).tolist()
    [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]

    Reference
    ---------
    Goyal et al., "Accurate, large minibatch SGD", 2017. As PyTorch's ``LinearLR(start_factor, total_iters)``, whose own
    defaults are 1/3 and 5; a schedule follows as in ``SequentialLR``, with its own step 0 at step w.
    """

    slug: ClassVar[str] = "warmup"
    title: ClassVar[str] = "Warm-up"
    kind: ClassVar[Kind] = "warm-up"
    about: ClassVar[str] = "The rate grows evenly to its full size before any schedule begins."
    formula: ClassVar[str] = r"\eta_t = \eta \left(s + (1 - s) \frac{t}{w}\right) \quad t < w"
    reference: ClassVar[str] = "Goyal et al. (2017)"

    count: int = knob(
        20, "w", "How many steps the rate grows.", valid=Interval(1, LONGEST), offer=(1, 500), label="Warm-up steps"
    )
    start: float = knob(
        0.1,
        "s",
        "The share of the rate at the first step.",
        valid=positive_share,
        offer=(0.01, 1),
        label="Share at the first step",
    )

    def factor(self, t: Array) -> Array:
        """The factor at the steps ``t``; 1 from step ``count`` on."""
        return self.start + (1 - self.start) * np.minimum(t / self.count, 1.0)


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    r"""The same rate at every step: as if there were no schedule.

    .. math::
        \eta_t = \eta

    Example
    -------
    >>> Constant().factor(np.arange(3)).tolist()
    [1.0, 1.0, 1.0]

    Differences
    -----------
    PyTorch's ``ConstantLR`` is another thing: it holds the rate down for its first five steps.
    """

    slug: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"
    about: ClassVar[str] = "The same rate at every step."
    formula: ClassVar[str] = r"\eta_t = \eta"
    rank: ClassVar[int] = 1

    def factor(self, t: Array) -> Array:
        return np.ones_like(t, dtype=float)
