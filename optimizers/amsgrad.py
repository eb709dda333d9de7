"""AMSGrad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import power
from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, M_HAT, M, V, rate_under, step_along
from .terms import Term
from .torch_text import torch_constructor


class AMSGradState(NamedTuple):
    """The running means of gradients and squares, the largest mean of squares, and the number of steps."""

    m: Array
    v: Array
    v_max: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class AMSGrad(Rule):
    r"""AMSGrad: Adam that divides by the largest mean of squares so far, and so never forgets a steep place.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        v_{\max} &\leftarrow \max(v_{\max}, v) \\
        \hat m &= m / (1 - \beta_1^t), \qquad \hat v = v_{\max} / (1 - \beta_2^t) \\
        x &\leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: about the longest step in each coordinate.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly v forgets old sizes; their maximum never does.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.

    Example
    -------
    One steep slope, then gentle ones: v forgets it, its maximum does not.

    >>> rule, state = AMSGrad(beta2=0.5), AMSGrad().init(np.zeros(2))
    >>> for slope in (4.0, 0.0, 0.0):
    ...     step, state, terms = rule.update(At(np.zeros(2), np.full(2, slope)), state, rule.lr)
    >>> terms["v"], terms["v_max"]
    (array([2., 2.]), array([8., 8.]))

    Reference
    ---------
    Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.

    Differences
    -----------
    As ``torch.optim.Adam(lr, (beta1, beta2), eps, amsgrad=True)``. The paper corrects no means; PyTorch corrects
    v after its maximum is taken, optax before. So ``v_max`` never shrinks, but what is divided by does, as long as the
    correction fades.
    """

    slug: ClassVar[str] = "amsgrad"
    title: ClassVar[str] = "AMSGrad"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \quad v_{\max} \leftarrow \max(v_{\max}, v) \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \quad \hat v = \frac{v_{\max}}{1 - \beta_2^t} \\ "
        r"x \leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    )
    about: ClassVar[str] = "Adam with a brake that is never let go: the steepest time it has met counts for ever."
    look_for: ClassVar[str] = (
        "Shown the same slopes, its steps are never longer than Adam's. After a steep beginning Adam speeds up again "
        "as it forgets, after about 1 / (1 - beta2) steps; AMSGrad stays slow."
    )
    reference: ClassVar[str] = "Reddi, Kale and Kumar (2018)"
    rank: ClassVar[int] = 7
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)

    def init(self, x: Array) -> AMSGradState:
        return AMSGradState(m=np.zeros_like(x), v=np.zeros_like(x), v_max=np.zeros_like(x), t=0)

    def update(self, at: At, state: AMSGradState, lr: Any) -> Update:
        g, beta1, beta2, eps = at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        v_max = np.maximum(state.v_max, v)
        m_hat = m / (1 - power(beta1, t))
        v_hat = v_max / (1 - power(beta2, t))
        step = -lr * m_hat / (np.sqrt(v_hat) + eps)
        terms = {"g": g, "m": m, "v": v, "v_max": v_max, "m_hat": m_hat, "v_hat": v_hat}
        return Update(step, AMSGradState(m, v, v_max, t), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            V,
            Term(
                "v_max",
                "max(v_max_before, v)",
                "Keeps the largest v so far, so a steep place is never forgotten.",
                role="squares",
                symbol="v_max",
            ),
            M_HAT,
            Term("v_hat", "v_max / (1 - beta2**t)", "Makes up for the start at 0, as in Adam.", symbol="v̂"),
            rate_under("v_hat"),
            step_along("m_hat"),
        )

    def in_torch(self) -> str:
        betas = (self.beta1, self.beta2)
        return torch_constructor("Adam", lr=self.lr, betas=betas, eps=self.eps, amsgrad=True)

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"On a steady slope about lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
