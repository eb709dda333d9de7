"""Schedule-free descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import Interval, knob, nonnegative

from .arithmetic import power
from .rule import Array, At, Rule, Update
from .terms import Term


class ScheduleFreeState(NamedTuple):
    """z, the largest rate so far, and the sum of all weights so far."""

    z: Array
    top: Array
    total: Array


@dataclass(frozen=True, kw_only=True)
class ScheduleFree(Rule):
    r"""Schedule-free descent: gradient descent, its running average, and the gradient taken between the two.

    .. math::
        z &\leftarrow z - \eta\, g(y) \\
        \bar x &\leftarrow (1 - c)\, \bar x + c z, \qquad c = w / \textstyle\sum w, \quad w = \eta_{\max}^p \\
        y &\leftarrow (1 - \beta_1)\, z + \beta_1 \bar x

    The path that is drawn is y, where the gradient is asked for. The average, which the paper calls x and uses in the
    end, and z are among the terms of each step; all three begin at the start.

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`.
    beta1 : float in (0, 1]
        How close to the average the gradient is taken.
    weight_lr_power : float in [0, inf)
        How much less the steps of a warm-up count in the average, p; at a constant rate all steps count alike.

    Example
    -------
    After the first step the average is z itself; from then on y stays near the average:

    >>> rule, y = ScheduleFree(lr=0.5), np.array([4.0])
    >>> state = rule.init(y)
    >>> for _ in range(2):
    ...     step, state, terms = rule.update(At(y, y), state, rule.lr)
    ...     y = y + step
    ...     print(terms["z"].round(12), terms["average"].round(12), y.round(12))
    [2.] [2.] [2.]
    [1.] [1.5] [1.45]

    Reference
    ---------
    Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The road less scheduled", 2024; names as in optax.

    Differences
    -----------
    As ``optax.contrib.schedule_free_sgd(lr, b1=beta1, weight_lr_power=weight_lr_power)``, which also works out the
    average from y and z instead of storing it; so beta1 must not be 0. PyTorch has none.
    """

    slug: ClassVar[str] = "schedule-free"
    title: ClassVar[str] = "Schedule-free"
    formula: ClassVar[str] = (
        r"z \leftarrow z - \eta\, g(y) \\ "
        r"\bar x \leftarrow (1 - c)\, \bar x + c z \quad c = w / \textstyle\sum w \quad w = \eta_{\max}^p \\ "
        r"y \leftarrow (1 - \beta_1)\, z + \beta_1 \bar x"
    )
    about: ClassVar[str] = "Averages the points of gradient descent while it runs, and takes slopes near the average."
    look_for: ClassVar[str] = (
        "The path drawn is y, where the slopes are taken, not the average that the paper uses in the end; the two stay "
        "close together. It comes to rest more and more slowly, because the average remembers the whole run."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $c = 1 / t$; that is this rule at a constant rate, where all steps count alike."
    )
    reference: ClassVar[str] = "Defazio et al. (2024)"
    rank: ClassVar[int] = 25
    family: ClassVar[str] = "momentum"
    scales_with_gradient: ClassVar[bool | None] = True
    natural_rate: ClassVar[float] = 1.0

    beta1: float = knob(
        0.9,
        r"\beta_1",
        "How close to the average the slopes are taken.",
        valid=Interval(0, 1, low_open=True),
        offer=(0.01, 1),
        label="beta1 nearness",
        meaning="{percent} % of the way from z to the average",
    )
    weight_lr_power: float = knob(
        2.0,
        "p",
        "How much less the steps of a warm-up count.",
        valid=nonnegative,
        offer=(0, 4),
        label="Power of the weight",
        rare=True,
    )

    def init(self, x: Array) -> ScheduleFreeState:
        return ScheduleFreeState(z=np.array(x, dtype=float), top=np.zeros_like(x), total=np.zeros_like(x))

    def update(self, at: At, state: ScheduleFreeState, lr: Any) -> Update:
        y, g, beta1 = at.point, at.gradient, self.beta1
        top = np.maximum(state.top, lr)
        weight = power(top, self.weight_lr_power)
        total = state.total + weight
        c = weight / np.where(total > 0, total, 1.0)
        average = (y - (1 - beta1) * state.z) / beta1
        z = state.z - lr * g
        average = (1 - c) * average + c * z
        step = (beta1 * average + (1 - beta1) * z) - y
        terms = {"g": g, "top": top, "weight": weight, "total": total, "c": c, "z": z, "average": average}
        return Update(step, ScheduleFreeState(z, top, total), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            Term("g", "g", "The slope at y, the point that is drawn.", role="gradient"),
            Term("top", "max(top_before, lr)", "The largest rate so far.", symbol="η_max", shared=True),
            Term(
                "weight", "top**weight_lr_power", "How much this step counts in the average.", symbol="w", shared=True
            ),
            Term("total", "total_before + weight", "How much all steps count together.", symbol="Σw", shared=True),
            Term("c", "weight / where(total > 0, total, 1)", "The share of this step in the average.", shared=True),
            Term("z", "z_before - lr * g", "A point that runs ahead by plain gradient descent.", before="x"),
            Term(
                "average",
                "(1 - c) * (x - (1 - beta1) * z_before) / beta1 + c * z",
                "Mixes the new z into the average of all of them, which is worked out from y and the old z.",
                symbol="x̄",
                before="x",
            ),
            Term(
                "step",
                "beta1 * average + (1 - beta1) * z - x",
                "Goes to the point {beta1:%} of the way from z to the average.",
                role="step",
            ),
        )
