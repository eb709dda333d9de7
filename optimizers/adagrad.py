"""AdaGrad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .rule import Array, At, Rule, Update, in_words
from .settings import eps_setting


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
    with G = 0.1 and add eps within the root, so their first steps are shorter.
    """

    slug: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "AdaGrad"
    formula: ClassVar[str] = r"G \leftarrow G + g^2 \\ x \leftarrow x - \eta\, \frac{g}{\sqrt{G} + \varepsilon}"
    about: ClassVar[str] = "Brakes each direction by all the steepness it has met there, and never forgets."
    look_for: ClassVar[str] = (
        "Its first step goes as far in w1 as in w2, however different the slopes. From then on each direction is "
        "braked by all the slopes it has met, so a steep beginning leaves short steps and a loss curve that flattens."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $\sqrt{G + \varepsilon}$; that is $\varepsilon$ inside the root, and it makes a difference "
        r"only while $G$ is about as small as $\varepsilon$."
    )
    reference: ClassVar[str] = "Duchi, Hazan and Singer (2011)"
    rank: ClassVar[int] = 3
    scales_with_gradient: ClassVar[bool] = False
    natural_rate: ClassVar[float] = 0.1

    eps: float = eps_setting(1e-10)

    def init(self, x: Array) -> AdaGradState:
        return AdaGradState(G=np.zeros_like(x))

    def update(self, at: At, state: AdaGradState, lr: Any) -> Update:
        g, eps = at.gradient, self.eps
        G = state.G + g**2
        return Update(-lr * g / (np.sqrt(G) + eps), AdaGradState(G), {"g": g, "G": G})

    def hint(self, steps: int) -> str:
        reach = self.lr * sum(1 / k**0.5 for k in range(1, steps + 1))
        return (
            f"On a steady slope step k is lr / sqrt(k): {steps} steps of {in_words(self.lr)} go {in_words(reach)} here"
        )
