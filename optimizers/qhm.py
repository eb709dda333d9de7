"""Quasi-hyperbolic momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import Interval, knob, unit_interval

from .rule import Array, At, Rule, Update
from .shared_terms import GRADIENT
from .terms import Term


class QHMState(NamedTuple):
    """v: the running mean of the gradients."""

    v: Array


@dataclass(frozen=True, kw_only=True)
class QuasiHyperbolicMomentum(Rule):
    r"""Quasi-hyperbolic momentum: a weighted mean of the newest gradient and of all the past ones.

    .. math::
        v &\leftarrow \beta v + (1 - \beta)\, g \\
        x &\leftarrow x - \eta\, ((1 - \nu)\, g + \nu v)

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`.
    beta : float in [0, 1)
        How slowly the mean forgets: after about 1 / (1 - beta) steps.
    nu : float in [0, 1]
        How much the mean counts; 0 is gradient descent, 1 the averaged form of momentum.

    Example
    -------
    The first step from a steady slope is short, for the mean begins at 0:

    >>> rule, slope = QuasiHyperbolicMomentum(lr=1.0, beta=0.9, nu=0.5), np.array([2.0])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(12), terms["v"].round(12)
    (array([-1.1]), array([0.2]))

    Reference
    ---------
    Ma and Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", 2019; its defaults.

    Differences
    -----------
    PyTorch and Keras have none. With nu = 1 it is heavy ball at the rate lr * (1 - beta), and with nu = beta
    PyTorch's Nesterov momentum at that rate.
    """

    slug: ClassVar[str] = "qhm"
    title: ClassVar[str] = "QH momentum"
    formula: ClassVar[str] = (
        r"v \leftarrow \beta v + (1 - \beta)\, g \\ x \leftarrow x - \eta\, ((1 - \nu)\, g + \nu v)"
    )
    about: ClassVar[str] = "Mixes a step of gradient descent with a step of momentum that remembers very long."
    look_for: ClassVar[str] = (
        "With its defaults it follows the slope at once with 30 % of the rate, while its memory of 1000 steps only "
        "slowly gathers speed. With nu at 0 it is gradient descent to the last digit."
    )
    elsewhere: ClassVar[str] = (
        "Some notes print heavy ball and Nesterov as two rules; that is this rule with nu = 1 and with nu = beta, at a "
        "rate that is 1 / (1 - beta) times as large."
    )
    reference: ClassVar[str] = "Ma and Yarats (2019)"
    rank: ClassVar[int] = 24
    family: ClassVar[str] = "momentum"
    scales_with_gradient: ClassVar[bool | None] = True
    natural_rate: ClassVar[float] = 0.5

    beta: float = knob(
        0.999,
        r"\beta",
        "How much of the mean is kept from step to step.",
        valid=unit_interval,
        offer=(0, 0.9999),
        scale="memory",
        label="Memory beta",
        meaning="about {memory}",
    )
    nu: float = knob(
        0.7,
        r"\nu",
        "How much the mean counts against the newest slope.",
        valid=Interval(0, 1),
        offer=(0, 1),
        label="Share of the mean nu",
        meaning="{percent} % from the mean",
    )

    def init(self, x: Array) -> QHMState:
        return QHMState(v=np.zeros_like(x))

    def update(self, at: At, state: QHMState, lr: Any) -> Update:
        g, beta, nu = at.gradient, self.beta, self.nu
        v = beta * state.v + (1 - beta) * g
        return Update(-lr * ((1 - nu) * g + nu * v), QHMState(v), {"g": g, "v": v})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term(
                "v",
                "beta * v_before + (1 - beta) * g",
                "Keeps {beta:%} of the mean of past slopes and mixes in the new one.",
                role="momentum",
            ),
            Term(
                "step",
                "-lr * ((1 - nu) * g + nu * v)",
                "Follows the mean with {nu:%} of the rate, and the new slope with the rest.",
                role="step",
            ),
        )
