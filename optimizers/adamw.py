"""AdamW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import power
from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, eps_setting, weight_decay_setting
from .shared_terms import GRADIENT, M_HAT, V_HAT, M, V, rate_under
from .terms import Term
from .torch_text import torch_constructor


class AdamWState(NamedTuple):
    """The running means of gradients and squares, and the number of steps."""

    m: Array
    v: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class AdamW(Rule):
    r"""AdamW: Adam, and every step also pulls the weights towards 0, whatever the slope.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        \hat m &= m / (1 - \beta_1^t), \qquad \hat v = v / (1 - \beta_2^t) \\
        x &\leftarrow x - \eta\, \lambda\, x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: about the longest step in each coordinate, and the unit of the decay.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly old sizes are forgotten: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    weight_decay : float in [0, inf)
        :math:`\lambda`: each step takes lr * weight_decay of every weight away; 0 is Adam.

    Example
    -------
    Where there is no slope, only the decay is left:

    >>> rule, x = AdamW(lr=0.1, weight_decay=0.5), np.array([2.0, -1.0])
    >>> step, state, terms = rule.update(At(x, np.zeros(2)), rule.init(x), rule.lr)
    >>> step.round(12)
    array([-0.1 ,  0.05])

    Reference
    ---------
    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.

    Differences
    -----------
    As ``torch.optim.AdamW(lr, (beta1, beta2), eps, weight_decay)`` (its own default rate is 0.001). optax has the same
    steps with a decay of 1e-4 by default. In the paper the decay is not multiplied by the rate itself, only by the
    schedule's factor. Added to the gradient instead, as ``weight_decay`` of PyTorch's ``Adam``, the decay would be
    divided by the root of v like all the rest.
    """

    slug: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \quad \hat v = \frac{v}{1 - \beta_2^t} \\ "
        r"x \leftarrow x - \eta\, \lambda\, x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    )
    about: ClassVar[str] = "Adam that also lets every weight shrink a little at each step, whatever the slope."
    look_for: ClassVar[str] = (
        "With weight decay at 0 it takes Adam's very steps. Turn it up: where the ground is flat, w1 and w2 shrink by "
        "the same share at every step, so the path heads straight for the origin."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print the decay as $g + \lambda\, x$; that is added to the slope and then divided by "
        r"$\sqrt{\hat v}$ as well, while here it is kept apart."
    )
    reference: ClassVar[str] = "Loshchilov and Hutter (2019)"
    rank: ClassVar[int] = 6
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)
    weight_decay: float = weight_decay_setting(0.01)

    def init(self, x: Array) -> AdamWState:
        return AdamWState(m=np.zeros_like(x), v=np.zeros_like(x), t=0)

    def update(self, at: At, state: AdamWState, lr: Any) -> Update:
        x, g, beta1, beta2, eps = at.point, at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        m_hat = m / (1 - power(beta1, t))
        v_hat = v / (1 - power(beta2, t))
        decay = -lr * self.weight_decay * x
        step = decay - lr * m_hat / (np.sqrt(v_hat) + eps)
        terms = {"g": g, "m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "decay": decay}
        return Update(step, AdamWState(m, v, t), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            V,
            M_HAT,
            V_HAT,
            Term("decay", "-lr * weight_decay * x", "Pulls the point towards 0 and never asks for the slope."),
            rate_under("v_hat"),
            Term("step", "decay - rate * m_hat", "Goes where Adam would, and towards 0 besides.", role="step"),
        )

    def in_torch(self) -> str:
        betas = (self.beta1, self.beta2)
        return torch_constructor("AdamW", lr=self.lr, betas=betas, eps=self.eps, weight_decay=self.weight_decay)

    def hint(self, steps: int) -> str:
        kept = 1 - self.lr * self.weight_decay
        if kept < 0:  # so strong a decay throws the weight to the other side of 0
            return ""
        return f"Where there is no slope, {steps} steps leave {in_words(100 * kept**steps)} % of a weight"
