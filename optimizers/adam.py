"""Adam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, switch

from .arithmetic import padded_root, power
from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, eps_in_sqrt_setting, eps_setting
from .shared_terms import GRADIENT, M_AS_IT_IS, M_HAT, V_AS_IT_IS, V_HAT, M, V, rate_under, step_along
from .terms import Term
from .torch_text import torch_constructor


class AdamState(NamedTuple):
    """The running means of gradients and squares, and the number of steps."""

    m: Array
    v: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class Adam(Rule):
    r"""Adam: momentum for the direction, RMSProp for the size, both corrected for their start at 0.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        \hat m &= m / (1 - \beta_1^t), \qquad \hat v = v / (1 - \beta_2^t) \\
        x &\leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: about the longest step in each coordinate.
    beta1 : float in [0, 1)
        How slowly old directions are forgotten: after about 1 / (1 - beta1) steps.
    beta2 : float in [0, 1)
        How slowly old sizes are forgotten: after about 1 / (1 - beta2) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    bias_correction : bool
        Whether both means are corrected for having begun at 0; without it the first steps are too long.
    squares : bool
        Whether v is of squares and its root is taken. Off is a misprint of some notes, here to show what it does.
    eps_in_sqrt : bool
        Whether eps is added inside the root instead of after it.

    Example
    -------
    The first step is as long in a steep direction as in a gentle one:

    >>> rule, slope = Adam(lr=0.1), np.array([1000.0, 0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(6)
    array([-0.1     , -0.099999])

    Reference
    ---------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.

    Differences
    -----------
    As ``torch.optim.Adam(lr, (beta1, beta2), eps)`` (its own default rate is 0.001); PyTorch has no switch for the
    correction, and none for eps inside the root, which optax calls ``eps_root``. Keras adds eps (1e-7) before the
    correction of v, the "epsilon hat" of the paper's section 2.
    """

    slug: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\ "
        r"\hat m = \frac{m}{1 - \beta_1^t} \quad \hat v = \frac{v}{1 - \beta_2^t} \\ "
        r"x \leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    )
    about: ClassVar[str] = "Takes its direction from recent slopes and divides by their recent size."
    look_for: ClassVar[str] = (
        "Its first step goes as far in w1 as in w2, however different the slopes, unless one is 0, so its path begins"
        " along a diagonal. With beta1 near 0.9 it runs past a minimum and swings back, and its loss curve comes down"
        " in waves."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $v$ without the square of $g$ and the step without the root of $\hat v$; that is the switch "
        r"square and root, off: the signs cancel, and on both sides of a valley it goes the same way. Some print "
        r"$\sqrt{\hat v + \varepsilon}$; that is the setting eps inside the root."
    )
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType(
        {
            "bias_correction": {r"\beta_1^t": "0", r"\beta_2^t": "0"},
            "squares": {"g^2": "g", r"\sqrt{\hat v}": r"\hat v"},
            "eps_in_sqrt": {r"\sqrt{\hat v} + \varepsilon": r"\sqrt{\hat v + \varepsilon}"},
        }
    )
    reference: ClassVar[str] = "Kingma and Ba (2015)"
    rank: ClassVar[int] = 5
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.01
    misprints: ClassVar[frozenset[str]] = frozenset({"squares"})

    beta1: float = beta1_setting()
    beta2: float = beta2_setting()
    eps: float = eps_setting(1e-8)
    bias_correction: bool = knob(
        True,
        r"\hat{\;}",
        "Whether the means are corrected for their start at 0.",
        valid=switch,
        label="Bias correction",
        rare=True,
    )
    squares: bool = knob(
        True,
        r"g^2, \sqrt{\;}",
        "Whether v is of squares and its root is taken; some notes misprint both away.",
        valid=switch,
        label="Square and root",
        rare=True,
    )
    eps_in_sqrt: bool = eps_in_sqrt_setting()

    def init(self, x: Array) -> AdamState:
        return AdamState(m=np.zeros_like(x), v=np.zeros_like(x), t=0)

    def update(self, at: At, state: AdamState, lr: Any) -> Update:
        g, beta1, beta2 = at.gradient, self.beta1, self.beta2
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * (g**2 if self.squares is True else np.where(self.squares, g**2, g))
        # The switch is this phase's own: a memory that is carried on may come from a phase in which it stood otherwise.
        m_hat = m / (1 - self.bias_correction * power(beta1, t))
        v_hat = v / (1 - self.bias_correction * power(beta2, t))
        step = -lr * m_hat / self._size(v_hat)
        return Update(step, AdamState(m, v, t), {"g": g, "m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat})

    def _size(self, v_hat: Array) -> Any:
        """What the step is divided by."""
        if self.squares is True:
            return padded_root(v_hat, self.eps, self.eps_in_sqrt)
        return np.where(self.squares, padded_root(np.abs(v_hat), self.eps, self.eps_in_sqrt), v_hat + self.eps)

    def equations(self) -> tuple[Term, ...]:
        hats = (M_HAT, V_HAT) if self.bias_correction else (M_AS_IT_IS, V_AS_IT_IS)
        size, rate = V, rate_under("v_hat", eps_in_sqrt=self.eps_in_sqrt)
        if not self.squares:
            size = replace(
                V, expression="beta2 * v_before + (1 - beta2) * g", says="A misprint: the slope, not squared."
            )
            rate = replace(rate, expression="lr / (v_hat + eps)", says="A misprint: no root, so it can be below 0.")
        return (GRADIENT, M, size, *hats, rate, step_along("m_hat"))

    def in_torch(self) -> str:
        if self.eps_in_sqrt or not (self.bias_correction and self.squares):
            return ""
        return torch_constructor("Adam", lr=self.lr, betas=(self.beta1, self.beta2), eps=self.eps)

    def hint(self, steps: int) -> str:
        if not (self.bias_correction and self.squares):  # the first steps are longer, or nothing holds them
            return ""
        lr = self.lr
        return f"Moves at most about lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
