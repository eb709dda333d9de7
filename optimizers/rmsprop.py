"""RMSProp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import knob, unit_interval

from .rule import Array, At, Rule, Update, in_words
from .settings import eps_setting


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
    adds eps (1e-7) within the root. There is no correction for the start of v at 0: Adam brought that.
    """

    slug: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = (
        r"v \leftarrow d\, v + (1 - d)\, g^2 \\ x \leftarrow x - \eta\, \frac{g}{\sqrt{v} + \varepsilon}"
    )
    about: ClassVar[str] = "Divides each direction's slope by its recent size, so that all directions move alike."
    look_for: ClassVar[str] = (
        "Its first step goes as far in w1 as in w2, so it crosses contour lines aslant. At a steady rate it cannot "
        "rest in a minimum for ever: sooner or later it jumps from side to side, and its loss curve rattles."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $\rho$ for $d$; that is the same decay rate, and here $\rho$ belongs to momentum only. Some "
        r"print $\sqrt{v + \varepsilon}$; that matters only while $v$ is about as small as $\varepsilon$."
    )
    reference: ClassVar[str] = "Tieleman and Hinton (2012)"
    rank: ClassVar[int] = 4
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.002

    decay_rate: float = knob(
        0.99,
        "d",
        "How slowly old slopes are forgotten.",
        valid=unit_interval,
        offer=(0, 0.9999),
        scale="memory",
        label="Decay rate",
        meaning="remembers about {memory}",
    )
    eps: float = eps_setting(1e-8)

    def init(self, x: Array) -> RMSPropState:
        return RMSPropState(v=np.zeros_like(x))

    def update(self, at: At, state: RMSPropState, lr: Any) -> Update:
        g, d, eps = at.gradient, self.decay_rate, self.eps
        v = d * state.v + (1 - d) * g**2
        return Update(-lr * g / (np.sqrt(v) + eps), RMSPropState(v), {"g": g, "v": v})

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"On a steady slope about lr a step: {steps} x {in_words(lr)} = {in_words(steps * lr)} here"
