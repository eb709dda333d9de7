"""Nesterov's accelerated gradient, in the form that deep learning uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .rule import Array, At, Rule, Update, in_words
from .settings import rho_setting
from .shared_terms import GRADIENT
from .terms import Term
from .torch_text import torch_constructor


class NesterovState(NamedTuple):
    """The velocity v: the decaying sum of all gradients so far."""

    v: Array


@dataclass(frozen=True, kw_only=True)
class Nesterov(Rule):
    r"""Nesterov momentum: the step looks ahead to where the velocity is going.

    .. math::
        v &\leftarrow \rho\, v + g \\
        x &\leftarrow x - \eta\, (g + \rho\, v)

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`. On a quadratic it is stable below
        (2 + 2 rho) / (1 + 2 rho) / (largest curvature), less than for momentum.
    rho : float in [0, 1)
        How much of the velocity is kept; 0 is gradient descent.

    Example
    -------
    The first step is 1 + rho times that of gradient descent:

    >>> rule, slope = Nesterov(lr=0.1, rho=0.5), np.array([1.0, 0.0])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> round(float(step[0]), 4), float(terms["v"][0])
    (-0.15, 1.0)

    Reference
    ---------
    Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k^2)", 1983, in the form
    of Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.

    Differences
    -----------
    As ``torch.optim.SGD(lr, momentum=rho, nesterov=True)``. The papers take the gradient at the point looked ahead
    to; here the point itself is that one (a change of variable), so the gradient is taken where the run stands.
    Nesterov's own rho grows from step to step. Keras keeps the rate within the velocity.
    """

    slug: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "Nesterov"
    formula: ClassVar[str] = r"v \leftarrow \rho\, v + g \\ x \leftarrow x - \eta\, (g + \rho\, v)"
    about: ClassVar[str] = "Momentum that looks ahead: the newest slope counts once more, which damps the swinging."
    look_for: ClassVar[str] = (
        "Set beside it a momentum with the same settings: both run past the floor of a valley, and at a rate that both "
        "bear, Nesterov's swings and the waves of its loss curve die away sooner."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print momentum with the gradient taken ahead, at $x - \eta \rho\, v$; that is the same rule, with "
        r"$x$ standing for the point that is looked ahead to."
    )
    reference: ClassVar[str] = "Nesterov (1983), Sutskever et al. (2013)"
    rank: ClassVar[int] = 2
    scales_with_gradient: ClassVar[bool] = True
    natural_rate: ClassVar[float] = 0.5

    rho: float = rho_setting()

    def init(self, x: Array) -> NesterovState:
        return NesterovState(v=np.zeros_like(x))

    def update(self, at: At, state: NesterovState, lr: Any) -> Update:
        g, rho = at.gradient, self.rho
        v = rho * state.v + g
        return Update(-lr * (g + rho * v), NesterovState(v), {"g": g, "v": v})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term(
                "v",
                "rho * v_before + g",
                "Keeps {rho:%} of the old velocity and adds the whole new slope.",
                role="momentum",
            ),
            Term("step", "-lr * (g + rho * v)", "Counts the newest slope once more than momentum does.", role="step"),
        )

    def in_torch(self) -> str:
        # PyTorch refuses nesterov=True without momentum, which is gradient descent.
        if not self.rho:
            return torch_constructor("SGD", lr=self.lr)
        return torch_constructor("SGD", lr=self.lr, momentum=self.rho, nesterov=True)

    def hint(self, steps: int) -> str:
        return f"In the long run a steady slope gets {in_words(1 / (1 - self.rho))} times the rate"
