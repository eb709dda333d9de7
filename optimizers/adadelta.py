"""AdaDelta."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .rule import Array, At, Rule, Update
from .settings import decay_rate_setting, eps_setting, rate_setting
from .shared_terms import GRADIENT
from .terms import Term
from .torch_text import torch_constructor


class AdaDeltaState(NamedTuple):
    """The running means of squared gradients, v, and of squared steps, u."""

    v: Array
    u: Array


@dataclass(frozen=True, kw_only=True)
class AdaDelta(Rule):
    r"""AdaDelta: RMSProp whose rate is the recent size of its own steps, so that none need be chosen.

    .. math::
        v &\leftarrow d\, v + (1 - d)\, g^2 \\
        \delta &= \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\, g \\
        u &\leftarrow d\, u + (1 - d)\, \delta^2 \\
        x &\leftarrow x - \eta\, \delta

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`, a pure number; the paper has none, which is 1.
    decay_rate : float in [0, 1)
        How much of the past sizes is kept, d: they are forgotten after about 1 / (1 - decay_rate) steps.
    eps : float in [0, inf)
        What both means are taken to be at least. Without it the rule would never start: u begins at 0.

    Example
    -------
    The first step is short, sqrt(eps / (1 - d)), and as long in a steep direction as in a gentle one:

    >>> rule, slope = AdaDelta(lr=1.0), np.array([1000.0, 1.0])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(5)
    array([-0.00316, -0.00316])

    Reference
    ---------
    Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1.

    Differences
    -----------
    As ``torch.optim.Adadelta(lr, rho=decay_rate, eps=eps)``; here "rho" is momentum's alone. Keras has the defaults
    0.001, 0.95 and 1e-7, and the paper uses 0.95.
    """

    slug: ClassVar[str] = "adadelta"
    title: ClassVar[str] = "AdaDelta"
    formula: ClassVar[str] = (
        r"v \leftarrow d\, v + (1 - d)\, g^2 \\ "
        r"\delta = \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\, g \\ "
        r"u \leftarrow d\, u + (1 - d)\, \delta^2 \\ "
        r"x \leftarrow x - \eta\, \delta"
    )
    about: ClassVar[str] = "Divides by the recent size of the slopes and multiplies by that of its own steps."
    look_for: ClassVar[str] = (
        "It begins with short steps and feels its way to longer ones, because each step may only be about as long as "
        "the last ones were. A learning rate of 1 is the paper's; on a wide map it needs more to get anywhere."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print no $\eta$; that is the paper, and $\eta = 1$. Where they call the decay rate $\rho$, it is "
        r"$d$ here."
    )
    reference: ClassVar[str] = "Zeiler (2012)"
    rank: ClassVar[int] = 20
    family: ClassVar[str] = "rmsprop"
    scales_with_gradient: ClassVar[bool | None] = None
    natural_rate: ClassVar[float] = 1.0

    lr: float = rate_setting(1.0)
    decay_rate: float = decay_rate_setting(0.9)
    eps: float = eps_setting(1e-6)

    def init(self, x: Array) -> AdaDeltaState:
        return AdaDeltaState(v=np.zeros_like(x), u=np.zeros_like(x))

    def update(self, at: At, state: AdaDeltaState, lr: Any) -> Update:
        g, d, eps = at.gradient, self.decay_rate, self.eps
        v = d * state.v + (1 - d) * g**2
        delta = np.sqrt(state.u + eps) / np.sqrt(v + eps) * g
        u = d * state.u + (1 - d) * delta**2
        return Update(-lr * delta, AdaDeltaState(v, u), {"g": g, "v": v, "delta": delta, "u": u})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term(
                "v",
                "decay_rate * v_before + (1 - decay_rate) * g**2",
                "Keeps {decay_rate:%} of the old mean square of the slopes and mixes in the new one.",
                role="squares",
            ),
            Term(
                "delta",
                "sqrt(u_before + eps) / sqrt(v + eps) * g",
                "Makes the slope as long as the last steps were.",
                symbol="δ",
            ),
            Term(
                "u",
                "decay_rate * u_before + (1 - decay_rate) * delta**2",
                "Remembers how long this step was, for the next one.",
            ),
            Term(
                "rate",
                "lr * sqrt(u_before + eps) / sqrt(v + eps)",
                "What each slope is multiplied by.",
                role="rate",
            ),
            Term("step", "-lr * delta", "Goes that way, downhill.", role="step"),
        )

    def in_torch(self) -> str:
        return torch_constructor("Adadelta", lr=self.lr, rho=self.decay_rate, eps=self.eps)
