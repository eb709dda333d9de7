"""Momentum: Polyak's heavy ball."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .rule import Array, At, Rule, Update, in_words
from .settings import rho_setting


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
    differs once the rate changes. Some texts average instead, ``v = rho*v + (1-rho)*g``: that is this rule with the
    rate ``lr*(1-rho)``, so at the same rate it moves only 1 - rho times as far.
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
        r"Some notes print $v \leftarrow \rho\, v + (1 - \rho)\, g$; that is an average instead of a sum, and it takes "
        r"the steps of this rule at the rate $(1 - \rho)\, \eta$."
    )
    reference: ClassVar[str] = "Polyak (1964)"
    rank: ClassVar[int] = 1
    scales_with_gradient: ClassVar[bool] = True
    natural_rate: ClassVar[float] = 0.5

    rho: float = rho_setting()

    def init(self, x: Array) -> MomentumState:
        return MomentumState(v=np.zeros_like(x))

    def update(self, at: At, state: MomentumState, lr: Any) -> Update:
        g, rho = at.gradient, self.rho
        v = rho * state.v + g
        return Update(-lr * v, MomentumState(v), {"g": g, "v": v})

    def hint(self, steps: int) -> str:
        return f"In the long run a steady slope gets {in_words(1 / (1 - self.rho))} times the rate"
