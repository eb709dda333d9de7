"""Lion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .rule import Array, At, Rule, Update, in_words
from .settings import beta1_setting, beta2_setting, weight_decay_setting
from .shared_terms import GRADIENT
from .terms import Term


class LionState(NamedTuple):
    """m: the running mean of the gradients."""

    m: Array


@dataclass(frozen=True, kw_only=True)
class Lion(Rule):
    r"""Lion: every coordinate moves by the rate, in the direction of the sign of a mean of gradients.

    .. math::
        c &= \beta_1 m + (1 - \beta_1)\, g \\
        x &\leftarrow x - \eta\, (\mathrm{sign}(c) + \lambda x) \\
        m &\leftarrow \beta_2 m + (1 - \beta_2)\, g

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: the length of every step in each coordinate.
    beta1 : float in [0, 1)
        How much the memory counts against the newest gradient when the sign is taken.
    beta2 : float in [0, 1)
        How slowly the memory forgets: after about 1 / (1 - beta2) steps.
    weight_decay : float in [0, inf)
        How strongly each step also pulls towards 0, :math:`\lambda`.

    Example
    -------
    The step is as long in a steep direction as in a gentle one:

    >>> rule, slope = Lion(lr=0.1), np.array([1000.0, -0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step
    array([-0.1,  0.1])

    Reference
    ---------
    Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2.

    Differences
    -----------
    As ``optax.lion(lr, beta1, beta2, weight_decay=weight_decay)``, whose own default decay is 0.001. PyTorch has no
    Lion. Its rates are to be 3 to 10 times smaller than Adam's.
    """

    slug: ClassVar[str] = "lion"
    title: ClassVar[str] = "Lion"
    formula: ClassVar[str] = (
        r"c = \beta_1 m + (1 - \beta_1)\, g \\ "
        r"x \leftarrow x - \eta\, (\mathrm{sign}(c) + \lambda x) \\ "
        r"m \leftarrow \beta_2 m + (1 - \beta_2)\, g"
    )
    about: ClassVar[str] = "Asks its memory of slopes only for a sign: all steps are of one length."
    look_for: ClassVar[str] = (
        "Without weight decay, and where there is a slope along both, every step goes as far in w1 as in w2, so its "
        "path runs along diagonals. It cannot slow down: at a constant rate it ends by circling round the minimum, "
        "and a smaller rate circles closer."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print one $\beta$ for both means; that is Signum, and here the direction listens to the newest "
        r"slope with $1 - \beta_1$ and the memory with $1 - \beta_2$."
    )
    reference: ClassVar[str] = "Chen et al. (2023)"
    rank: ClassVar[int] = 23
    family: ClassVar[str] = "sign"
    scales_with_gradient: ClassVar[bool | None] = False
    natural_rate: ClassVar[float] = 0.002

    beta1: float = beta1_setting(0.9)
    beta2: float = beta2_setting(0.99)
    weight_decay: float = weight_decay_setting(0.0)

    def init(self, x: Array) -> LionState:
        return LionState(m=np.zeros_like(x))

    def update(self, at: At, state: LionState, lr: Any) -> Update:
        g, beta1, beta2 = at.gradient, self.beta1, self.beta2
        c = beta1 * state.m + (1 - beta1) * g
        m = beta2 * state.m + (1 - beta2) * g
        step = -lr * (np.sign(c) + self.weight_decay * at.point)
        return Update(step, LionState(m), {"g": g, "c": c, "m": m})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term(
                "c",
                "beta1 * m_before + (1 - beta1) * g",
                "Asks the memory and the new slope for a direction; only its signs count.",
            ),
            Term(
                "m",
                "beta2 * m_before + (1 - beta2) * g",
                "Keeps {beta2:%} of the memory and mixes in the new slope, for the next step.",
                role="momentum",
            ),
            Term(
                "step",
                "-lr * (sign(c) + weight_decay * x)",
                "Goes the rate in each coordinate, against the sign.",
                role="step",
            ),
        )

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"Moves lr in each coordinate: {steps} x {in_words(lr)} = {in_words(steps * lr)} here at most"
