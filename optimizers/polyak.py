"""Polyak's step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from knobs import Interval, knob, positive

from .rule import Array, At, NoState, Rule, Update
from .settings import eps_setting, rate_setting
from .shared_terms import GRADIENT
from .terms import Term

_FLAT = float(np.finfo(float).eps)  # a squared slope that counts as none, as in optax


@dataclass(frozen=True, kw_only=True)
class PolyakStep(Rule):
    r"""Polyak's step: gradient descent as far as the slope says that the lowest value lies.

    .. math::
        \gamma &= \min\left(\frac{f(x) - f^*}{\lVert g \rVert^2 + \varepsilon}, \gamma_{\max}\right) \\
        x &\leftarrow x - \eta\, \gamma\, g

    Settings
    --------
    lr : float in (0, inf)
        What the step is multiplied by, :math:`\eta`, a pure number; 1 is Polyak's.
    f_min : float in (-inf, inf)
        The lowest value, :math:`f^*`, which this rule must know. Too low a guess makes the steps too long; where the
        loss is below it, they lead uphill.
    max_learning_rate : float in (0, inf)
        The longest step, :math:`\gamma_{\max}`, in slopes.
    eps : float in [0, inf)
        Makes steps shorter where the slope is gentle.

    Example
    -------
    On the bowl x^2 + y^2 the straight line along the slope reaches 0 half way to the minimum:

    >>> from types import SimpleNamespace
    >>> from optimizers import descend
    >>> bowl = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    >>> descend(bowl, PolyakStep(), (3, 4), 2).points.tolist()
    [[3.0, 4.0], [1.5, 2.0], [0.75, 1.0]]

    Reference
    ---------
    Polyak, "Introduction to optimization", 1987, section 5.3; the bound from Loizou, Vaswani, Laradji and
    Lacoste-Julien, "Stochastic Polyak step-size for SGD", 2021.

    Differences
    -----------
    As ``optax.polyak_sgd(max_learning_rate, f_min=f_min, eps=eps)``, also in that a slope shorter than 1.5e-8 counts
    as none. Its ``scaling`` is to be our lr, but scales the gradient before its norm is taken, so that there twice the
    scaling makes half the step; here lr multiplies the step. PyTorch has none. The loss has no noise where the gradient
    has; with batches it is that of the batch. Where a batch has less than f_min, the step leads uphill.
    """

    slug: ClassVar[str] = "polyak"
    title: ClassVar[str] = "Polyak's step"
    formula: ClassVar[str] = (
        r"\gamma = \min\left(\frac{f(x) - f^*}{\lVert g \rVert^2 + \varepsilon}, \gamma_{\max}\right) \\ "
        r"x \leftarrow x - \eta\, \gamma\, g"
    )
    about: ClassVar[str] = "Knows the lowest value, and works out from height and slope how far away it should be."
    look_for: ClassVar[str] = (
        "Its steps are long where it stands high above the lowest value on a gentle slope, and need no tuning. In a "
        "side valley the lowest value is not to be found: the gentler the slope becomes there, the further it jumps, "
        "until the largest rate holds it back."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print no $\gamma_{\max}$; that is Polyak's own step, and the bound matters only where the "
        r"slope is gentle for the height."
    )
    reference: ClassVar[str] = "Polyak (1987), Loizou et al. (2021)"
    rank: ClassVar[int] = 26
    family: ClassVar[str] = "sgd"
    scales_with_gradient: ClassVar[bool | None] = None
    natural_rate: ClassVar[float] = 1.0

    lr: float = rate_setting(1.0)
    f_min: float = knob(
        0.0,
        "f^*",
        "The lowest value that the loss can have.",
        valid=Interval(),
        offer=(-100, 100),
        label="Lowest value",
    )
    max_learning_rate: float = knob(
        1.0,
        r"\gamma_{\max}",
        "The longest step, in slopes.",
        valid=positive,
        offer=(1e-4, 100),
        scale="log",
        label="Largest rate",
        rare=True,
    )
    eps: float = eps_setting(0.0)

    def init(self, x: Array) -> NoState:
        return NoState()

    def update(self, at: At, state: NoState, lr: Any) -> Update:
        g = at.gradient
        loss = at.value
        gap = loss - self.f_min
        square = (g**2).sum(axis=0) + self.eps
        flat = square <= _FLAT
        gamma = np.where(flat, 0.0, np.minimum(gap / np.where(flat, 1.0, square), self.max_learning_rate))
        return Update(-lr * (gamma * g), state, {"g": g, "loss": loss, "gap": gap, "square": square, "gamma": gamma})

    def equations(self) -> tuple[Term, ...]:
        return (
            GRADIENT,
            Term("loss", "loss", "How high it stands, as far as this step sees.", shared=True),
            Term("gap", "loss - f_min", "How far above the lowest value it stands.", shared=True),
            Term("square", "norm(g)**2 + eps", "How fast the straight slope would fall.", symbol="‖g‖²", shared=True),
            Term(
                "gamma",
                f"where(square <= {_FLAT!r}, 0, min(gap / square, max_learning_rate))",
                "How many slopes away the straight slope would reach the lowest value.",
                symbol="γ",
                shared=True,
            ),
            Term("rate", "lr * gamma", "What the slope is multiplied by.", role="rate", shared=True),
            Term("step", "-lr * (gamma * g)", "Goes there, straight downhill.", role="step"),
        )

    @classmethod
    def settings_for(cls, surface: Any) -> Mapping[str, float]:
        lowest = getattr(surface, "minimum_value", None)
        return {} if lowest is None else {"f_min": float(lowest)}
