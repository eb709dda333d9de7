"""AdaBelief."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, nonnegative

from .arithmetic import power
from .rule import Array, At, Rule, Update
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, M_HAT, M, rate_under, step_along
from .terms import Term


class AdaBeliefState(NamedTuple):
    """The running means of gradients and of their squared surprises, and the number of steps."""

    m: Array
    s: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class AdaBelief(Rule):
    r"""AdaBelief: Adam that divides by how far the slopes stray from their mean, not by how steep they are.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        s &\leftarrow \beta_2 s + (1 - \beta_2)\, (g - m)^2 + \bar\varepsilon \\
        \hat m &= m / (1 - \beta_1^t), \qquad \hat s = s / (1 - \beta_2^t) \\
        x &\leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`; where the slope is steady, steps grow far beyond it.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly old surprises are forgotten: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0, beside the root.
    eps_root : float in [0, inf)
        :math:`\bar\varepsilon`: the same under the root; it is added to s at every step and so adds up.

    Example
    -------
    On a steady slope nothing is a surprise, and the steps grow, alike on a steep slope and on a gentle one:

    >>> rule, slope = AdaBelief(lr=0.1), np.array([1000.0, 0.001])
    >>> state, steps = rule.init(slope), []
    >>> for _ in range(4):
    ...     step, state, terms = rule.update(At(slope, slope), state, rule.lr)
    ...     steps.append(step[0].round(3).item())
    >>> steps
    [-0.111, -0.117, -0.123, -0.128]

    Reference
    ---------
    Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", 2020.

    Differences
    -----------
    As ``optax.adabelief(lr, beta1, beta2, eps, eps_root)``; PyTorch has none. The paper's own numbers are 1e-8 for eps
    and 0 for eps_root; its algorithm adds eps in both places.
    """

    slug: ClassVar[str] = "adabelief"
    title: ClassVar[str] = "AdaBelief"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"s \leftarrow \beta_2 s + (1 - \beta_2)\, (g - m)^2 + \bar\varepsilon \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \quad \hat s = \frac{s}{1 - \beta_2^t} \\ "
        r"x \leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}"
    )
    about: ClassVar[str] = (
        "Takes long steps where the slope is as recent slopes led it to expect, short ones elsewhere."
    )
    look_for: ClassVar[str] = (
        "Where the slope stays the same, its steps grow from step to step and leave Adam's at the same rate far "
        "behind, however steep or gentle that slope is."
    )
    reference: ClassVar[str] = "Zhuang et al. (2020)"
    rank: ClassVar[int] = 11
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-16)
    eps_root: float = knob(
        1e-16,
        r"\bar\varepsilon",
        "Is added to s at every step, inside the root.",
        valid=nonnegative,
        offer=(1e-16, 1),
        scale="log",
        label="eps root",
        rare=True,
    )

    def init(self, x: Array) -> AdaBeliefState:
        return AdaBeliefState(m=np.zeros_like(x), s=np.zeros_like(x), t=0)

    def update(self, at: At, state: AdaBeliefState, lr: Any) -> Update:
        g, beta1, beta2, eps = at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        s = beta2 * state.s + (1 - beta2) * (g - m) ** 2 + self.eps_root
        m_hat = m / (1 - power(beta1, t))
        s_hat = s / (1 - power(beta2, t))
        step = -lr * m_hat / (np.sqrt(s_hat) + eps)
        terms = {"g": g, "m": m, "s": s, "m_hat": m_hat, "s_hat": s_hat}
        return Update(step, AdaBeliefState(m, s, t), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            Term(
                "s",
                "beta2 * s_before + (1 - beta2) * (g - m)**2 + eps_root",
                "Keeps {beta2:%} of the old surprises and adds how far the slope is from the direction m.",
                role="squares",
            ),
            M_HAT,
            Term("s_hat", "s / (1 - beta2**t)", "Makes up for the start at 0: at first s is too small.", symbol="ŝ"),
            replace(
                rate_under("s_hat"), says="Each coordinate has its own rate: small where slopes came as a surprise."
            ),
            step_along("m_hat"),
        )
