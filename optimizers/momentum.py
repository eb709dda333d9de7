"""Momentum: Polyak's heavy ball."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, switch

from .rule import Array, At, Rule, Update, in_words
from .settings import rho_setting
from .shared_terms import GRADIENT
from .terms import Term
from .torch_text import torch_constructor


class MomentumState(NamedTuple):
    """The velocity v: the decaying sum of all gradients so far."""

    v: Array


@dataclass(frozen=True, kw_only=True)
class Momentum(Rule):
    r"""Momentum (heavy ball): the step follows a decaying sum of all gradients so far.

    .. math::
        v &\leftarrow \rho\, v + g \\
        x &\leftarrow x - \eta\, v

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`. On a quadratic it is stable below (2 + 2 rho) / (largest curvature).
    rho : float in [0, 1)
        How much of the velocity is kept; 0 is gradient descent.
    averaged : bool
        Whether v is the mean of past gradients, ``v = rho*v + (1-rho)*g``, instead of their sum: the same steps at the
        rate ``lr*(1-rho)``.

    Example
    -------
    A steady slope is walked faster and faster, up to 1 / (1 - rho) times the first step:

    >>> rule, slope = Momentum(lr=0.1, rho=0.5), np.array([1.0, 0.0])
    >>> state, steps = rule.init(slope), []
    >>> for _ in range(4):
    ...     step, state, terms = rule.update(At(slope, slope), state, rule.lr)
    ...     steps.append(round(float(step[0]), 4))
    >>> steps
    [-0.1, -0.15, -0.175, -0.1875]

    Reference
    ---------
    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    Differences
    -----------
    As ``torch.optim.SGD(lr, momentum=rho)``. Keras keeps the rate within the velocity, ``v = rho*v - lr*g``, which
    differs once the rate changes. Some texts average instead: that is ``averaged``, which at the same rate moves only
    1 - rho times as far. PyTorch's ``dampening=rho`` is not quite that: it leaves the first gradient whole.
    """

    slug: ClassVar[str] = "momentum"
    title: ClassVar[str] = "Momentum"
    formula: ClassVar[str] = r"v \leftarrow \rho\, v + g \\ x \leftarrow x - \eta\, v"
    about: ClassVar[str] = "Rolls like a heavy ball: past slopes add up, so it gains speed where they agree."
    look_for: ClassVar[str] = (
        "It does not turn at once where the slope turns: with rho near 0.9 it runs past the floor of a valley and "
        "swings back, and its loss curve comes down in waves. Where the slope stays the same its steps grow."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $v \leftarrow \rho\, v + (1 - \rho)\, g$; that is a mean instead of a sum, and it takes the "
        r"steps of this rule at the rate $(1 - \rho)\, \eta$. Turn on Averaged to see it."
    )
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType(
        {"averaged": {r"\rho\, v + g": r"\rho\, v + (1 - \rho)\, g"}}
    )
    reference: ClassVar[str] = "Polyak (1964)"
    rank: ClassVar[int] = 1
    scales_with_gradient: ClassVar[bool] = True
    natural_rate: ClassVar[float] = 0.5

    rho: float = rho_setting()
    averaged: bool = knob(
        False,
        r"\bar{v}",
        "Whether the velocity is the mean of past slopes instead of their sum.",
        valid=switch,
        label="Averaged",
        rare=True,
    )

    def init(self, x: Array) -> MomentumState:
        return MomentumState(v=np.zeros_like(x))

    def update(self, at: At, state: MomentumState, lr: Any) -> Update:
        g, rho = at.gradient, self.rho
        # A sum needs no weight; in a crew of several runs the switch may be an array.
        v = rho * state.v + (g if self.averaged is False else (1 - rho * self.averaged) * g)
        return Update(-lr * v, MomentumState(v), {"g": g, "v": v})

    def equations(self) -> tuple[Term, ...]:
        if self.averaged:
            velocity = "rho * v_before + (1 - rho) * g"
            says = "Keeps {rho:%} of the old velocity; the rest comes from the new slope."
        else:
            velocity, says = "rho * v_before + g", "Keeps {rho:%} of the old velocity and adds the whole new slope."
        return (
            GRADIENT,
            Term("v", velocity, says, role="momentum"),
            Term("step", "-lr * v", "Goes where the velocity leads, not straight downhill.", role="step"),
        )

    def in_torch(self) -> str:
        return "" if self.averaged else torch_constructor("SGD", lr=self.lr, momentum=self.rho)

    def hint(self, steps: int) -> str:
        if self.averaged:
            return "In the long run a steady slope gets the rate itself"
        return f"In the long run a steady slope gets {in_words(1 / (1 - self.rho))} times the rate"
