"""Schedules that fall: in stairs, by the same share at every step, like one over the time, along a line or a power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from knobs import knob, positive

from ..rule import Array
from .schedule import Schedule, counted_in_steps, gamma_setting, positive_share, until_setting


@dataclass(frozen=True, kw_only=True)
class Step(Schedule):
    r"""A staircase: every so many steps the rate is multiplied by gamma.

    .. math::
        \eta_t = \eta\, \gamma^{\lfloor t / k \rfloor}

    Settings
    --------
    every : int in [1, 1000000]
        The length k of a stair.
    gamma : float in (0, 1]
        What the rate is multiplied by at the end of each.

    Example
    -------
    >>> Step(every=2, gamma=0.5).factor(np.arange(6)).tolist()
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]

    Reference
    ---------
    As PyTorch's ``StepLR(step_size, gamma)``.
    """

    slug: ClassVar[str] = "step"
    title: ClassVar[str] = "Staircase"
    about: ClassVar[str] = "Stays for a while, then drops at once, again and again."
    formula: ClassVar[str] = r"\eta_t = \eta\, \gamma^{\lfloor t / k \rfloor}"
    reference: ClassVar[str] = "PyTorch, StepLR"
    rank: ClassVar[int] = 2

    every: int = knob(
        100,
        "k",
        "How many steps the rate stays before it drops.",
        valid=counted_in_steps,
        offer=(1, 1000),
        scale="log",
        label="Every so many steps",
    )
    gamma: float = gamma_setting(0.1)

    def factor(self, t: Array) -> Array:
        return np.power(self.gamma, np.floor_divide(t, self.every), dtype=float)


@dataclass(frozen=True, kw_only=True)
class Exponential(Schedule):
    r"""The rate loses the same share at every step.

    .. math::
        \eta_t = \eta\, \gamma^t

    Settings
    --------
    gamma : float in (0, 1]
        What the rate is multiplied by at each step.

    Example
    -------
    >>> Exponential(gamma=0.5).factor(np.arange(4)).tolist()
    [1.0, 0.5, 0.25, 0.125]

    Reference
    ---------
    As PyTorch's ``ExponentialLR(gamma)``.
    """

    slug: ClassVar[str] = "exponential"
    title: ClassVar[str] = "Exponential"
    about: ClassVar[str] = "Loses the same share at every step, so that it soon hardly moves."
    formula: ClassVar[str] = r"\eta_t = \eta\, \gamma^t"
    reference: ClassVar[str] = "PyTorch, ExponentialLR"
    rank: ClassVar[int] = 3

    gamma: float = knob(
        0.99,
        r"\gamma",
        "What the rate is multiplied by at each step.",
        valid=positive_share,
        offer=(0.5, 0.9999),
        scale="memory",
        label="Multiplied by",
    )

    def factor(self, t: Array) -> Array:
        return np.power(self.gamma, t, dtype=float)


@dataclass(frozen=True, kw_only=True)
class InverseTime(Schedule):
    r"""The rate falls like one over the time: fast at first, and ever more slowly.

    .. math::
        \eta_t = \frac{\eta}{1 + t / h}

    Its sum grows without end and that of its squares does not: what Robbins and Monro ask for, so that noise averages
    out and still every place can be reached.

    Settings
    --------
    half : int in [1, 1000000]
        The step h at which half of the rate is left.

    Example
    -------
    >>> InverseTime(half=2).factor(np.array([0, 2, 6])).tolist()
    [1.0, 0.5, 0.25]

    Reference
    ---------
    Robbins and Monro, "A stochastic approximation method", 1951. As Keras' ``InverseTimeDecay`` with a decay rate of 1
    and ``decay_steps`` = half; PyTorch has none.
    """

    slug: ClassVar[str] = "inverse-time"
    title: ClassVar[str] = "Inverse time"
    about: ClassVar[str] = "Falls like one over the time: fast at first, ever more slowly, and never to 0."
    formula: ClassVar[str] = r"\eta_t = \frac{\eta}{1 + t / h}"
    reference: ClassVar[str] = "Robbins and Monro (1951)"
    rank: ClassVar[int] = 4

    half: int = knob(
        30,
        "h",
        "The step at which half of the rate is left.",
        valid=counted_in_steps,
        offer=(1, 1000),
        scale="log",
        label="Half at step",
    )

    def factor(self, t: Array) -> Array:
        return 1 / (1 + t / self.half)


@dataclass(frozen=True, kw_only=True)
class Polynomial(Schedule):
    r"""The rate falls to 0 along a line, or along a power of it.

    .. math::
        \eta_t = \eta \left(1 - \frac{\min(t, T)}{T}\right)^p

    Settings
    --------
    until : int in [1, 1000000]
        The step T from which on the rate is 0.
    power : float in (0, inf)
        The power p: 1 for a straight line, more for a fall that ends gently.

    Example
    -------
    >>> Polynomial(until=4, power=2).factor(np.arange(6)).tolist()
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]

    Reference
    ---------
    As PyTorch's ``PolynomialLR(total_iters, power)``.
    """

    slug: ClassVar[str] = "polynomial"
    title: ClassVar[str] = "Line or power"
    about: ClassVar[str] = "Falls to 0 along a straight line, or along a power of it."
    formula: ClassVar[str] = r"\eta_t = \eta \left(1 - \frac{\min(t, T)}{T}\right)^p"
    reference: ClassVar[str] = "PyTorch, PolynomialLR"
    rank: ClassVar[int] = 5

    until: int = until_setting()
    power: float = knob(
        1.0, "p", "1 is a straight line; more ends more gently.", valid=positive, offer=(0.5, 5), label="Power"
    )

    def factor(self, t: Array) -> Array:
        return (1 - np.minimum(t / self.until, 1.0)) ** self.power
