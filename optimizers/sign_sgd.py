"""Sign descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .rule import Array, At, NoState, Rule, Update, in_words
from .terms import Term


@dataclass(frozen=True, kw_only=True)
class SignDescent(Rule):
    r"""Sign descent: every coordinate moves by the rate, whatever the slope; only its sign counts.

    .. math:: x \leftarrow x - \eta\, \mathrm{sign}(g)

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: the length of every step in each coordinate.

    Example
    -------
    >>> rule, slope = SignDescent(lr=0.1), np.array([1000.0, -0.001])
    >>> step, state, terms = rule.update(At(slope, slope), rule.init(slope), rule.lr)
    >>> step
    array([-0.1,  0.1])

    Reference
    ---------
    Bernstein, Wang, Azizzadenesheli and Anandkumar, "signSGD: compressed optimisation for non-convex problems", 2018.

    Differences
    -----------
    As ``optax.sign_sgd(lr)``; PyTorch has none. A slope of exactly 0 makes no step.
    """

    slug: ClassVar[str] = "sign-sgd"
    title: ClassVar[str] = "Sign descent"
    formula: ClassVar[str] = r"x \leftarrow x - \eta\, \mathrm{sign}(g)"
    about: ClassVar[str] = "Takes only the sign of each slope: all steps are of one length."
    look_for: ClassVar[str] = (
        "Where there is a slope along both, every step goes as far in w1 as in w2, so its path runs along diagonals. "
        "It cannot slow down: at a constant rate it ends by jumping to and fro over the minimum, one rate wide."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $g / |g|$; that is the sign of each slope by itself, not the slope divided by its length."
    )
    reference: ClassVar[str] = "Bernstein et al. (2018)"
    rank: ClassVar[int] = 21
    family: ClassVar[str] = "sign"
    scales_with_gradient: ClassVar[bool | None] = False
    natural_rate: ClassVar[float] = 0.002

    def init(self, x: Array) -> NoState:
        return NoState()

    def update(self, at: At, state: NoState, lr: Any) -> Update:
        g = at.gradient
        return Update(-lr * np.sign(g), state, {"g": g})

    def equations(self) -> tuple[Term, ...]:
        return (
            Term("g", "g", "The slope here; only its sign counts.", role="gradient"),
            Term("step", "-lr * sign(g)", "Goes the rate in each coordinate, downhill.", role="step"),
        )

    def hint(self, steps: int) -> str:
        lr = self.lr
        return f"Moves lr in each coordinate: {steps} x {in_words(lr)} = {in_words(steps * lr)} here at most"
