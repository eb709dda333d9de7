"""NAdam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, nonnegative

from .arithmetic import power
from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, V_HAT, M, V, rate_under, step_along
from .terms import Term
from .torch_text import torch_constructor


class NAdamState(NamedTuple):
    """The running means of gradients and squares, the number of steps and the product of all mu so far."""

    m: Array
    v: Array
    t: int
    mu_product: Any


@dataclass(frozen=True, kw_only=True)
class NAdam(Rule):
    r"""NAdam: Adam that looks ahead as Nesterov does, with a momentum that grows from step to step.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad \hat v = v / (1 - \beta_2^t) \\
        \mu_t &= \beta_1\, (1 - \tfrac12\, 0.96^{\psi t}), \qquad \pi_t = \mu_1 \mu_2 \cdots \mu_t \\
        \bar m &= \frac{\mu_{t+1}\, m}{1 - \pi_{t+1}} + \frac{(1 - \mu_t)\, g}{1 - \pi_t} \\
        x &\leftarrow x - \eta\, \frac{\bar m}{\sqrt{\hat v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: about the length of a step in each coordinate.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly old sizes are forgotten: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    momentum_decay : float in [0, inf)
        :math:`\psi`: how quickly mu grows from half of beta1 to the whole; at 0 it stays half.

    Example
    -------
    The newest slope counts once more than in Adam, so the first step is longer than the rate:

    >>> rule, slope = NAdam(lr=0.1), np.array([1000.0, 0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(4)
    array([-0.1056, -0.1056])

    Reference
    ---------
    Dozat, "Incorporating Nesterov momentum into Adam", 2016.

    Differences
    -----------
    As ``torch.optim.NAdam(lr, (beta1, beta2), eps, momentum_decay=momentum_decay)`` (its own default rate is 0.002).
    It multiplies the momenta in 32 bits unless ``torch.set_default_dtype(torch.float64)`` is set; without that its
    steps agree only to about 1e-8. m is kept with beta1 itself; only its share in the step has the growing mu. optax's
    ``nadam`` has no such schedule: there mu is always beta1.
    """

    slug: ClassVar[str] = "nadam"
    title: ClassVar[str] = "NAdam"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \quad \hat v = \frac{v}{1 - \beta_2^t} \\ "
        r"\mu_t = \beta_1\, (1 - \tfrac{1}{2} \cdot 0.96^{\psi\, t}) \\ "
        r"\pi_t = \pi_{t-1}\, \mu_t \quad \pi_0 = 1 \\ "
        r"\bar m = \frac{\mu_{t+1}\, m}{1 - \pi_{t+1}} + \frac{(1 - \mu_t)\, g}{1 - \pi_t} \\ "
        r"x \leftarrow x - \eta\, \frac{\bar m}{\sqrt{\hat v} + \varepsilon}"
    )
    about: ClassVar[str] = "Adam that looks ahead: the newest slope counts once more, as in Nesterov's momentum."
    look_for: ClassVar[str] = (
        "Set beside it an Adam with the same settings: in a bowl and at a modest rate both overshoot, NAdam less."
    )
    reference: ClassVar[str] = "Dozat (2016)"
    rank: ClassVar[int] = 8
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)
    momentum_decay: float = knob(
        0.004,
        r"\psi",
        "How quickly the share of the old direction grows from half of beta1 to the whole.",
        valid=nonnegative,
        offer=(1e-4, 1),
        scale="log",
        label="Momentum decay",
        rare=True,
    )

    def init(self, x: Array) -> NAdamState:
        return NAdamState(m=np.zeros_like(x), v=np.zeros_like(x), t=0, mu_product=1.0)

    def update(self, at: At, state: NAdamState, lr: Any) -> Update:
        g, beta1, beta2, eps, psi = at.gradient, self.beta1, self.beta2, self.eps, self.momentum_decay
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        v_hat = v / (1 - power(beta2, t))
        mu = beta1 * (1 - 0.5 * power(0.96, psi * t))
        mu_next = beta1 * (1 - 0.5 * power(0.96, psi * (t + 1)))
        mu_product = state.mu_product * mu
        m_bar = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
        step = -lr * m_bar / (np.sqrt(v_hat) + eps)
        terms = {"g": g, "m": m, "v": v, "v_hat": v_hat, "mu": mu, "mu_product": mu_product, "m_bar": m_bar}
        return Update(step, NAdamState(m, v, t, mu_product), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            V,
            V_HAT,
            Term(
                "mu",
                "beta1 * (1 - 0.5 * 0.96**(momentum_decay * t))",
                "The momentum of this step: half of beta1 at first, more and more of it later.",
                symbol="μ",
                shared=True,
            ),
            Term(
                "mu_next",
                "beta1 * (1 - 0.5 * 0.96**(momentum_decay * (t + 1)))",
                "The momentum of the next step, to look ahead with.",
                symbol="μ_next",
                shared=True,
            ),
            Term(
                "mu_product",
                "mu_product_before * mu",
                "All momenta so far, multiplied: it makes up for the start at 0.",
                symbol="π",
                before="1",
                shared=True,
            ),
            Term(
                "m_bar",
                "mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)",
                "Mixes the direction as it will be with the newest slope once more.",
                symbol="m̄",
            ),
            rate_under("v_hat"),
            step_along("m_bar"),
        )

    def in_torch(self) -> str:
        betas = (self.beta1, self.beta2)
        return torch_constructor("NAdam", lr=self.lr, betas=betas, eps=self.eps, momentum_decay=self.momentum_decay)

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"On a steady slope about lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
