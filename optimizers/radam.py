"""RAdam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import power
from .rule import Array, At, Rule, Update
from .settings import beta1_setting, beta2_setting, eps_setting
from .shared_terms import GRADIENT, M_HAT, M, V, step_along
from .terms import Term
from .torch_text import torch_constructor

ENOUGH = 5
"""A mean of so few squares, or of fewer, is not divided by."""


class RAdamState(NamedTuple):
    """The running means of gradients and squares, and the number of steps."""

    m: Array
    v: Array
    t: int


@dataclass(frozen=True, kw_only=True)
class RAdam(Rule):
    r"""RAdam: Adam that first walks by momentum alone, until its mean of squares can be trusted.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad \hat m = m / (1 - \beta_1^t) \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        n_\infty &= 2 / (1 - \beta_2) - 1, \qquad n_t = n_\infty - 2 t \beta_2^t / (1 - \beta_2^t) \\
        r &= \sqrt{\frac{(n_t - 4)(n_t - 2)\, n_\infty}{(n_\infty - 4)(n_\infty - 2)\, n_t}} \\
        x &\leftarrow x - \eta\, \hat m\, \frac{r \sqrt{1 - \beta_2^t}}{\sqrt v + \varepsilon}
            \quad \text{if } n_t > 5, \text{ else } x - \eta\, \hat m

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly old sizes are forgotten: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.

    Example
    -------
    At first the step is as long as the mean slope is steep; the sixth is the first that is divided:

    >>> rule, slope = RAdam(lr=0.1), np.array([1000.0, 0.001])
    >>> state, steps = rule.init(slope), []
    >>> for _ in range(6):
    ...     step, state, terms = rule.update(At(slope, slope), state, rule.lr)
    ...     steps.append(round(float(step[0]), 4))
    >>> steps
    [-100.0, -100.0, -100.0, -100.0, -100.0, -0.0026]

    Reference
    ---------
    Liu et al., "On the variance of the adaptive learning rate and beyond", 2020.

    Differences
    -----------
    As ``torch.optim.RAdam(lr, (beta1, beta2), eps)`` (its own default rate is 0.001). The paper divides from
    :math:`n_t > 4` on, which it calls rho; optax from 5 on, 5 included, and it corrects v before eps is added.
    """

    slug: ClassVar[str] = "radam"
    title: ClassVar[str] = "RAdam"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \quad \hat m = \frac{m}{1 - \beta_1^t} \\ "
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\ "
        r"n_\infty = \frac{2}{1 - \beta_2} - 1 \quad n_t = n_\infty - \frac{2\, t\, \beta_2^t}{1 - \beta_2^t} \\ "
        r"r = \sqrt{\frac{(n_t - 4)(n_t - 2)\, n_\infty}{(n_\infty - 4)(n_\infty - 2)\, n_t}} \\ "
        r"x \leftarrow x - \eta\, \hat m\, \begin{cases} 1 & n_t \le 5 \\ "
        r"\frac{r \sqrt{1 - \beta_2^t}}{\sqrt{v} + \varepsilon} & \text{otherwise} \end{cases}"
    )
    about: ClassVar[str] = "Adam that waits: it divides by the recent size of the slopes only once it has seen enough."
    look_for: ClassVar[str] = (
        "With its usual settings the first five steps are as long as the slope is steep. From the sixth on they are "
        "divided as Adam's are, at first by far too much: its steps begin tiny and grow."
    )
    elsewhere: ClassVar[str] = (
        r"The paper prints $\rho_t$ for $n_t$; that is the same count, and here $\rho$ belongs to momentum only."
    )
    reference: ClassVar[str] = "Liu et al. (2020)"
    rank: ClassVar[int] = 10
    family: ClassVar[str] = "adam"
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)

    def init(self, x: Array) -> RAdamState:
        return RAdamState(m=np.zeros_like(x), v=np.zeros_like(x), t=0)

    def update(self, at: At, state: RAdamState, lr: Any) -> Update:
        g, beta1, beta2, eps = at.gradient, self.beta1, self.beta2, self.eps
        t = state.t + 1
        # n is the small difference of large numbers: beta2^t must be exact to the last bit, as a product is not.
        beta2_t = power(beta2, t)
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        m_hat = m / (1 - power(beta1, t))
        # Lengths below 5 are never used; as 5 they give r a root.
        n_max = np.maximum(2 / (1 - beta2) - 1, ENOUGH)
        n = np.maximum(n_max - 2 * t * beta2_t / (1 - beta2_t), ENOUGH)
        r = np.sqrt((n - 4) * (n - 2) * n_max / ((n_max - 4) * (n_max - 2) * n))
        rate = np.where(n > ENOUGH, lr * r * np.sqrt(1 - beta2_t) / (np.sqrt(v) + eps), lr)
        terms = {"g": g, "m": m, "v": v, "m_hat": m_hat, "n": n, "r": r, "rate": rate}
        return Update(-rate * m_hat, RAdamState(m, v, t), terms)

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            M,
            V,
            M_HAT,
            Term(
                "n_max",
                "max(2 / (1 - beta2) - 1, 5)",
                "How many squares v rests on in the long run.",
                symbol="n∞",
                shared=True,
            ),
            Term(
                "n",
                "max(n_max - 2 * t * beta2**t / (1 - beta2**t), 5)",
                "How many squares v rests on by now, never less than 5; more than 5 are enough to divide by.",
                shared=True,
            ),
            Term(
                "r",
                "sqrt((n - 4) * (n - 2) * n_max / ((n_max - 4) * (n_max - 2) * n))",
                "How far v is to be trusted: next to nothing at first, 1 in the end.",
                shared=True,
            ),
            Term(
                "rate",
                "where(n > 5, lr * r * sqrt(1 - beta2**t) / (sqrt(v) + eps), lr)",
                "The rate itself while v rests on too few squares; then one for each coordinate.",
                role="rate",
            ),
            step_along("m_hat"),
        )

    def in_torch(self) -> str:
        return torch_constructor("RAdam", lr=self.lr, betas=(self.beta1, self.beta2), eps=self.eps)
