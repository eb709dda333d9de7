"""Yogi."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, nonnegative

from .arithmetic import power
from .rule import Array, At, Rule, Update
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, M, rate_under, step_along
from .terms import Term


class YogiState(NamedTuple):
    """The running means of gradients and squares, and the number of steps."""

    m: Array
    v: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class Yogi(Rule):
    r"""Yogi: Adam whose mean of squares changes by steps, so that it does not forget a steep place quickly.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow v - (1 - \beta_2)\, \operatorname{sign}(v - g^2)\, g^2 \\
        \hat m &= m / (1 - \beta_1^t), \qquad \hat v = v / (1 - \beta_2^t) \\
        x &\leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: about the longest step in each coordinate on a steady slope.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly v follows: each step adds or takes 1 - beta2 of the newest square.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    initial_accumulator : float in [0, inf)
        a, at which m and v begin.

    Example
    -------
    Adam forgets a steep slope in proportion to what it remembers, Yogi only in proportion to what it meets:

    >>> rule = Yogi(beta2=0.5, initial_accumulator=0)
    >>> state = rule.init(np.zeros(2))
    >>> for slope in (10.0, 1.0, 1.0):
    ...     step, state, terms = rule.update(At(np.zeros(2), np.full(2, slope)), state, rule.lr)
    >>> terms["v"]
    array([49., 49.])

    Reference
    ---------
    Zaheer et al., "Adaptive methods for nonconvex optimization", 2018.

    Differences
    -----------
    As ``optax.yogi(lr, beta1, beta2, eps)``; PyTorch has none. In optax not only v but also m begins at the initial
    accumulator, so its first steps lean a little towards smaller x and y; in the paper m begins at 0, and no mean is
    corrected.
    """

    slug: ClassVar[str] = "yogi"
    title: ClassVar[str] = "Yogi"
    formula: ClassVar[str] = (
        r"m_0 = v_0 = a \quad m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"v \leftarrow v - (1 - \beta_2)\, \operatorname{sign}(v - g^2)\, g^2 \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \quad \hat v = \frac{v}{1 - \beta_2^t} \\ "
        r"x \leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    )
    about: ClassVar[str] = "Adam that forgets a steep place only as fast as the ground that it meets now allows."
    look_for: ClassVar[str] = (
        "After a steep beginning Adam speeds up again as its memory fades; where the slope is now gentle, Yogi's steps "
        "at the same settings stay shorter for much longer."
    )
    reference: ClassVar[str] = "Zaheer et al. (2018)"
    rank: ClassVar[int] = 12
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-3)
    initial_accumulator: float = knob(
        1e-6,
        "a",
        "Where both means begin.",
        valid=nonnegative,
        offer=(1e-12, 1),
        scale="log",
        label="Initial accumulator",
        rare=True,
    )

    def init(self, x: Array) -> YogiState:
        begin = np.zeros_like(x) + self.initial_accumulator
        return YogiState(m=begin, v=begin, t=0)

    def update(self, at: At, state: YogiState, lr: Any) -> Update:
        g, beta1, beta2, eps = at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = state.v - (1 - beta2) * np.sign(state.v - g**2) * g**2
        m_hat = m / (1 - power(beta1, t))
        v_hat = v / (1 - power(beta2, t))
        step = -lr * m_hat / (np.sqrt(v_hat) + eps)
        return Update(step, YogiState(m, v, t), {"g": g, "m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            replace(M, before="initial_accumulator"),
            Term(
                "v",
                "v_before - (1 - beta2) * sign(v_before - g**2) * g**2",
                "Moves towards the new slope's square, by a share of that square and not of the distance.",
                role="squares",
                before="initial_accumulator",
            ),
            Term("m_hat", "m / (1 - beta1**t)", "Makes up for a start near 0.", symbol="m̂"),
            Term("v_hat", "v / (1 - beta2**t)", "Makes up for a start near 0.", symbol="v̂"),
            rate_under("v_hat"),
            step_along("m_hat"),
        )
