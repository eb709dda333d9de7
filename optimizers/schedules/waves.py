"""Schedules that end, or begin again, on a curve: half a cosine, its restarts, one cycle, and a long even stretch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from knobs import Interval, knob

from ..rule import Array
from .schedule import Schedule, counted_in_steps, floor_setting, share, until_setting


def _half_wave(done: Array) -> Array:
    """Half a cosine: from 1 at 0 down to 0 at 1."""
    return (1 + np.cos(np.pi * done)) / 2


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    r"""Half a cosine from the whole rate down to a share of it, which stays.

    .. math::
        \eta_t = \eta \left(f + (1 - f)\, \frac{1 + \cos(\pi \min(t / T, 1))}{2}\right)

    Settings
    --------
    until : int in [1, 1000000]
        The step T at which it has come down.
    floor : float in [0, 1]
        The share f of the rate that is left then.

    Example
    -------
    >>> Cosine(until=4, floor=0.2).factor(np.array([0, 2, 4, 9])).round(12).tolist()
    [1.0, 0.6, 0.2, 0.2]

    Reference
    ---------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017. As PyTorch's
    ``CosineAnnealingLR(T_max, eta_min)`` with eta_min = floor * lr.

    Differences
    -----------
    Beyond T, PyTorch's rate goes up again and on like a wave; ours, like optax's, stays down.
    """

    slug: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine"
    about: ClassVar[str] = "Falls slowly, then fast, then slowly again, like half a wave."
    formula: ClassVar[str] = r"\eta_t = \eta \left(f + (1 - f)\, \frac{1 + \cos(\pi \min(t / T, 1))}{2}\right)"
    reference: ClassVar[str] = "Loshchilov and Hutter (2017)"
    rank: ClassVar[int] = 6

    until: int = until_setting()
    floor: float = floor_setting()

    def factor(self, t: Array) -> Array:
        return self.floor + (1 - self.floor) * _half_wave(np.minimum(t / self.until, 1.0))


@dataclass(frozen=True, kw_only=True)
class CosineRestarts(Schedule):
    r"""Half a cosine after another: the rate comes down and jumps up again, each time for longer.

    .. math::
        \eta_t = \eta \left(f + (1 - f)\, \frac{1 + \cos(\pi\, t_i / T_i)}{2}\right), \qquad T_{i + 1} = m\, T_i

    where t_i counts from the last restart.

    Settings
    --------
    period : int in [1, 1000000]
        The length of the first wave.
    stretch : int in [1, 10]
        How many times as long each wave is as the one before, m.
    floor : float in [0, 1]
        The share f of the rate to which it comes down.

    Example
    -------
    >>> CosineRestarts(period=2, stretch=2).factor(np.arange(8)).round(3).tolist()
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0, 0.962]

    Reference
    ---------
    Loshchilov and Hutter, 2017. As PyTorch's ``CosineAnnealingWarmRestarts(T_0, T_mult, eta_min)`` with T_0 = period,
    T_mult = stretch and eta_min = floor * lr.
    """

    slug: ClassVar[str] = "cosine-restarts"
    title: ClassVar[str] = "Cosine with warm restarts"
    about: ClassVar[str] = "Comes down like a cosine, jumps up again, and does so each time for longer."
    formula: ClassVar[str] = (
        r"\eta_t = \eta \left(f + (1 - f)\, \frac{1 + \cos(\pi\, t_i / T_i)}{2}\right) \quad T_{i + 1} = m\, T_i"
    )
    reference: ClassVar[str] = "Loshchilov and Hutter (2017)"
    rank: ClassVar[int] = 7
    lengths: ClassVar[Mapping[str, float]] = MappingProxyType({"period": 1 / 7})

    period: int = knob(
        50,
        "T_0",
        "How many steps the first wave takes.",
        valid=counted_in_steps,
        offer=(1, 1000),
        scale="log",
        label="First wave",
    )
    stretch: int = knob(
        2,
        "m",
        "How many times as long each wave is as the one before.",
        valid=Interval(1, 10),
        offer=(1, 10),
        label="Each so many times as long",
    )
    floor: float = floor_setting()

    def factor(self, t: Array) -> Array:
        t = np.asarray(t, dtype=float)
        starts, length = [0.0], float(self.period)
        lengths = [length]
        while starts[-1] + length <= t.max(initial=0.0):
            starts.append(starts[-1] + length)
            length *= self.stretch
            lengths.append(length)
        wave = np.searchsorted(starts, t, side="right") - 1
        done = (t - np.array(starts)[wave]) / np.array(lengths)[wave]
        return self.floor + (1 - self.floor) * _half_wave(done)


@dataclass(frozen=True, kw_only=True)
class OneCycle(Schedule):
    r"""One cycle: up from a small rate to the whole one, and down to almost nothing, each on half a cosine.

    The rate of the run is the greatest one, at the top. With c the step of the top, P T - 1:

    .. math::
        \eta_t = \eta\, \begin{cases}
            s + (1 - s)\, \frac{1 - \cos(\pi t / c)}{2} & t \le c \\
            f + (1 - f)\, \frac{1 + \cos(\pi (t - c) / (T - 1 - c))}{2} & t > c
        \end{cases}

    Settings
    --------
    until : int in [1, 1000000]
        The number of steps T of the cycle.
    rising : float in [0, 1]
        The share P of them in which the rate grows.
    start : float in [0, 1]
        The share s of the rate at the first step.
    floor : float in [0, 1]
        The share f of the rate at the last step.

    Example
    -------
    >>> OneCycle(until=10, rising=0.3, start=0.5, floor=0).factor(np.array([0, 1, 2, 9, 20])).round(12).tolist()
    [0.5, 0.75, 1.0, 0.0, 0.0]

    Reference
    ---------
    Smith and Topin, "Super-convergence", 2018. As PyTorch's ``OneCycleLR(max_lr, total_steps, pct_start)`` with
    max_lr = lr, div_factor = 1 / start and final_div_factor = start / floor.

    Differences
    -----------
    PyTorch's also moves the momentum, downwards while the rate goes up, unless ``cycle_momentum=False``; ours leaves it
    alone. After the cycle PyTorch's raises an error, and ours stays down.
    """

    slug: ClassVar[str] = "one-cycle"
    title: ClassVar[str] = "One cycle"
    about: ClassVar[str] = "Up from a small rate to the whole one, then down to almost nothing."
    formula: ClassVar[str] = (
        r"\eta_t = \eta\, \begin{cases} s + (1 - s)\, \frac{1 - \cos(\pi t / c)}{2} & t \le c \\ "
        r"f + (1 - f)\, \frac{1 + \cos(\pi (\min(t, T - 1) - c) / (T - 1 - c))}{2} & t > c \end{cases} "
        r"\quad c = P\, T - 1"
    )
    reference: ClassVar[str] = "Smith and Topin (2018)"
    rank: ClassVar[int] = 8

    until: int = until_setting()
    rising: float = knob(
        0.3, "P", "The share of the steps in which the rate grows.", valid=share, offer=(0, 1), label="Share rising"
    )
    start: float = knob(
        0.04, "s", "The share of the rate at the first step.", valid=share, offer=(0, 1), label="Share at the start"
    )
    floor: float = floor_setting(4e-6)

    def factor(self, t: Array) -> Array:
        top, last = self.rising * self.until - 1, self.until - 1
        up = np.clip(t / top, 0.0, 1.0) if top > 0 else np.ones_like(t, dtype=float)
        down = np.clip((t - top) / (last - top), 0.0, 1.0) if last > top else np.ones_like(t, dtype=float)
        rising = self.start + (1 - self.start) * (1 - _half_wave(up))
        return np.where(t <= top, rising, self.floor + (1 - self.floor) * _half_wave(down))


@dataclass(frozen=True, kw_only=True)
class WarmupStableDecay(Schedule):
    r"""Warm-up, stable, decay: up along a line, a long even stretch, and down along a line at the end.

    .. math::
        \eta_t = \eta\, \min\left(1, \frac{t + 1}{R\, T}, f + (1 - f)\, \frac{\max(T - t, 0)}{D\, T}\right)

    Settings
    --------
    until : int in [1, 1000000]
        The number of steps T of all three.
    rising : float in [0, 1]
        The share R of them in which the rate grows.
    falling : float in [0, 1]
        The share D of them in which it falls.
    floor : float in [0, 1]
        The share f of the rate that is left in the end.

    Example
    -------
    >>> WarmupStableDecay(until=10, rising=0.2, falling=0.4).factor(np.arange(12)).round(12).tolist()
    [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]

    Reference
    ---------
    Hu et al., "MiniCPM", 2024, with the straight decay of Hägele et al., "Scaling laws and compute-optimal training
    beyond fixed training durations", 2024.

    Differences
    -----------
    MiniCPM itself decays exponentially, and Hägele et al. prefer 1 - sqrt. Neither PyTorch nor optax has it in one
    piece. Where both stretches overlap, the lower rate holds.
    """

    slug: ClassVar[str] = "wsd"
    title: ClassVar[str] = "Warm-up, stable, decay"
    about: ClassVar[str] = "Up along a line, a long even stretch, and down along a line at the end."
    formula: ClassVar[str] = (
        r"\eta_t = \eta\, \min\left(1, \frac{t + 1}{R\, T}, f + (1 - f)\, \frac{\max(T - t, 0)}{D\, T}\right)"
    )
    reference: ClassVar[str] = "Hu et al. (2024), Hägele et al. (2024)"
    rank: ClassVar[int] = 9

    until: int = until_setting()
    rising: float = knob(
        0.1, "R", "The share of the steps in which the rate grows.", valid=share, offer=(0, 1), label="Share rising"
    )
    falling: float = knob(
        0.2, "D", "The share of the steps in which the rate falls.", valid=share, offer=(0, 1), label="Share falling"
    )
    floor: float = floor_setting()

    def factor(self, t: Array) -> Array:
        # Stretches of less than a step are jumps.
        up = np.minimum((t + 1) / max(self.rising * self.until, 1.0), 1.0)
        down = np.clip((self.until - t) / max(self.falling * self.until, 1.0), 0.0, 1.0)
        return np.minimum(up, self.floor + (1 - self.floor) * down)
