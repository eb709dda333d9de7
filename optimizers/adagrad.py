"""AdaGrad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .arithmetic import padded_root
from .rule import Array, At, Rule, Update, in_words
from .settings import eps_in_sqrt_setting, eps_setting
from .shared_terms import GRADIENT, rate_under, step_along
from .terms import Term
from .torch_text import torch_constructor


class AdaGradState(NamedTuple):
    """G: the sum of all squared gradients so far."""

    G: Array


@dataclass(frozen=True, kw_only=True)
class AdaGrad(Rule):
    r"""AdaGrad: each coordinate has its own rate, which falls with the slopes it has seen.

    .. math::
        G &\leftarrow G + g^2 \\
        x &\leftarrow x - \eta\, \frac{g}{\sqrt{G} + \varepsilon}

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: the length of the first step in each coordinate.
    eps : float in [0, inf)
        Keeps the division from 0/0; where it outweighs the gradient, the step shrinks.
    eps_in_sqrt : bool
        Whether eps is added inside the root instead of after it.

    Example
    -------
    The first step is as long in a steep direction as in a gentle one:

    >>> rule, slope = AdaGrad(lr=0.1), np.array([1000.0, 0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step.round(6)
    array([-0.1, -0.1])

    Reference
    ---------
    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.

    Differences
    -----------
    As ``torch.optim.Adagrad(lr, eps=eps)`` (eps 1e-10; its own default rate is 0.01). Keras and TensorFlow begin
    with G = 0.1 and add eps within the root (``eps_in_sqrt``), so their first steps are shorter.
    """

    slug: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "AdaGrad"
    formula: ClassVar[str] = r"G \leftarrow G + g^2 \\ x \leftarrow x - \eta\, \frac{g}{\sqrt{G} + \varepsilon}"
    about: ClassVar[str] = "Brakes each direction by all the steepness it has met there, and never forgets."
    look_for: ClassVar[str] = (
        "Its first step goes as far in w1 as in w2, however different the slopes, unless one is 0. From then on each "
        "direction is braked by all the slopes it has met, so a steep beginning leaves short steps and a loss curve "
        "that flattens."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $\sqrt{G + \varepsilon}$; that is the setting eps inside the root, and it matters only "
        r"while $G$ is about as small as $\varepsilon$."
    )
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType(
        {"eps_in_sqrt": {r"\sqrt{G} + \varepsilon": r"\sqrt{G + \varepsilon}"}}
    )
    reference: ClassVar[str] = "Duchi, Hazan and Singer (2011)"
    rank: ClassVar[int] = 3
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.1

    eps: float = eps_setting(1e-10)
    eps_in_sqrt: bool = eps_in_sqrt_setting()

    def init(self, x: Array) -> AdaGradState:
        return AdaGradState(G=np.zeros_like(x))

    def update(self, at: At, state: AdaGradState, lr: Any) -> Update:
        g = at.gradient
        G = state.G + g**2
        return Update(-lr * g / padded_root(G, self.eps, self.eps_in_sqrt), AdaGradState(G), {"g": g, "G": G})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term("G", "G_before + g**2", "Adds the new slope's square and forgets nothing.", role="squares"),
            rate_under("G", eps_in_sqrt=self.eps_in_sqrt),
            step_along("g"),
        )

    def in_torch(self) -> str:
        return "" if self.eps_in_sqrt else torch_constructor("Adagrad", lr=self.lr, eps=self.eps)

    def hint(self, steps: int) -> str:
        reach = self.lr * sum(1 / k**0.5 for k in range(1, steps + 1))
        return (
            f"On a steady slope step k is lr / sqrt(k): {steps} steps of {in_words(self.lr)} go {in_words(reach)} here"
        )
