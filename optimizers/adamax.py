"""AdaMax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import power
from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, M_HAT, M, step_along
from .terms import Term
from .torch_text import torch_constructor


class AdaMaxState(NamedTuple):
    """The running mean of gradients, the fading maximum of their sizes, and the number of steps."""

    m: Array
    u: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class AdaMax(Rule):
    r"""AdaMax: Adam that divides by the largest recent slope instead of the root of a mean of squares.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        u &\leftarrow \max(\beta_2 u, |g| + \varepsilon) \\
        \hat m &= m / (1 - \beta_1^t) \\
        x &\leftarrow x - \eta\, \frac{\hat m}{u}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: nearly the longest step in each coordinate.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly an old maximum fades: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.

    Example
    -------
    The first step is as long in a steep direction as in a gentle one:

    >>> rule, slope = AdaMax(lr=0.1), np.array([1000.0, 0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(6)
    array([-0.1     , -0.099999])

    Reference
    ---------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 2.

    Differences
    -----------
    As ``torch.optim.Adamax(lr, (beta1, beta2), eps)`` (its own default rate is 0.002). The paper has no eps, and gives
    lr as the bound of a step; (1 - beta1) / (1 - beta1/beta2) times that is the bound, 1.009 times with the usual
    settings.
    """

    slug: ClassVar[str] = "adamax"
    title: ClassVar[str] = "AdaMax"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"u \leftarrow \max(\beta_2\, u, |g| + \varepsilon) \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \\ "
        r"x \leftarrow x - \eta\, \frac{\hat m}{u}"
    )
    about: ClassVar[str] = "Adam that divides by the largest recent slope instead of a mean of squares."
    look_for: ClassVar[str] = (
        "Its first step goes as far in w1 as in w2, however different the slopes, unless one is 0. With its usual "
        "settings no step ever goes further than 1.01 times the rate in w1 or in w2; Adam's can."
    )
    reference: ClassVar[str] = "Kingma and Ba (2015)"
    rank: ClassVar[int] = 9
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)

    def init(self, x: Array) -> AdaMaxState:
        return AdaMaxState(m=np.zeros_like(x), u=np.zeros_like(x), t=0)

    def update(self, at: At, state: AdaMaxState, lr: Any) -> Update:
        g, beta1, beta2, eps = at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        u = np.maximum(beta2 * state.u, np.abs(g) + eps)
        m_hat = m / (1 - power(beta1, t))
        return Update(-lr * m_hat / u, AdaMaxState(m, u, t), {"g": g, "m": m, "u": u, "m_hat": m_hat})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            Term("u", "max(beta2 * u_before, abs(g) + eps)", "The largest slope so far, fading slowly."),
            M_HAT,
            Term("rate", "lr / u", "Each coordinate has its own rate: small where slopes were steep.", role="rate"),
            step_along("m_hat"),
        )

    def in_torch(self) -> str:
        return torch_constructor("Adamax", lr=self.lr, betas=(self.beta1, self.beta2), eps=self.eps)

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"On a steady slope lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
