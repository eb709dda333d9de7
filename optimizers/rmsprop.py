"""RMSProp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import padded_root
from .rule import Array, At, Rule, Update, in_words
from .settings import decay_rate_setting, eps_in_sqrt_setting, eps_setting
from .shared_terms import GRADIENT, rate_under, step_along
from .terms import Term
from .torch_text import torch_constructor


class RMSPropState(NamedTuple):
    """v: the running mean of the squared gradients."""

    v: Array


@dataclass(frozen=True, kw_only=True)
class RMSProp(Rule):
    r"""RMSProp: each coordinate's slope is divided by its own recent size.

    .. math::
        v &\leftarrow d\, v + (1 - d)\, g^2 \\
        x &\leftarrow x - \eta\, \frac{g}{\sqrt{v} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: in the long run the length of a step in each coordinate.
    decay_rate : float in [0, 1)
        :math:`d`, how slowly old squares are forgotten: after about 1 / (1 - d) steps.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    eps_in_sqrt : bool
        Whether eps is added inside the root instead of after it.

    Example
    -------
    v begins at 0, so the first step is longer than the rate, 1 / sqrt(1 - decay_rate) times:

    >>> rule, slope = RMSProp(lr=0.1, decay_rate=0.99), np.array([1000.0, 0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(4)
    array([-1.    , -0.9999])

    Reference
    ---------
    Tieleman and Hinton, "Lecture 6.5: RMSProp", Coursera: Neural networks for machine learning, 2012.

    Differences
    -----------
    As ``torch.optim.RMSprop(lr, alpha=decay_rate, eps=eps)``. The lecture and Keras use a decay rate of 0.9; Keras
    adds eps (1e-7) within the root, which is ``eps_in_sqrt``. There is no correction for the start of v at 0: Adam
    brought that.
    """

    slug: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = (
        r"v \leftarrow d\, v + (1 - d)\, g^2 \\ x \leftarrow x - \eta\, \frac{g}{\sqrt{v} + \varepsilon}"
    )
    about: ClassVar[str] = "Divides each direction's slope by its recent size, so that all directions move alike."
    look_for: ClassVar[str] = (
        "Where there is a slope along both, its first step goes as far in w1 as in w2, so it crosses contour lines "
        "aslant. At a steady rate it cannot rest in a minimum for ever: sooner or later it jumps from side to side, "
        "and its loss curve rattles."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $\rho$ for $d$; that is the same decay rate, and here $\rho$ belongs to momentum only. Some "
        r"print $\sqrt{v + \varepsilon}$; that is the setting eps inside the root, and it matters only while $v$ is "
        r"about as small as $\varepsilon$."
    )
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType(
        {"eps_in_sqrt": {r"\sqrt{v} + \varepsilon": r"\sqrt{v + \varepsilon}"}}
    )
    reference: ClassVar[str] = "Tieleman and Hinton (2012)"
    rank: ClassVar[int] = 4
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.002

    decay_rate: float = decay_rate_setting(0.99)
    eps: float = eps_setting(1e-8)
    eps_in_sqrt: bool = eps_in_sqrt_setting()

    def init(self, x: Array) -> RMSPropState:
        return RMSPropState(v=np.zeros_like(x))

    def update(self, at: At, state: RMSPropState, lr: Any) -> Update:
        g, d = at.gradient, self.decay_rate
        v = d * state.v + (1 - d) * g**2
        return Update(-lr * g / padded_root(v, self.eps, self.eps_in_sqrt), RMSPropState(v), {"g": g, "v": v})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term(
                "v",
                "decay_rate * v_before + (1 - decay_rate) * g**2",
                "Keeps {decay_rate:%} of the old square; the rest comes from the new slope's square.",
                role="squares",
            ),
            rate_under("v", eps_in_sqrt=self.eps_in_sqrt),
            step_along("g"),
        )

    def in_torch(self) -> str:
        return "" if self.eps_in_sqrt else torch_constructor("RMSprop", lr=self.lr, alpha=self.decay_rate, eps=self.eps)

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"On a steady slope about lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
