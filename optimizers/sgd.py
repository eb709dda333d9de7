"""Gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .rule import Array, At, NoState, Rule, Update
from .shared_terms import GRADIENT
from .terms import Term
from .torch_text import torch_constructor


@dataclass(frozen=True, kw_only=True)
class GradientDescent(Rule):
    r"""Gradient descent: a step straight downhill, as long as the slope is steep.

    .. math:: x \leftarrow x - \eta\, g

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`. On a quadratic it is stable below 2 / (largest curvature).

    Example
    -------
    On the bowl (x^2 + y^2) / 2 the gradient is the point itself:

    >>> import numpy as np
    >>> rule = GradientDescent(lr=0.5)
    >>> x = np.array([4.0, -2.0])
    >>> step, state, terms = rule.update(At(x, x), rule.init(x), rule.lr)
    >>> step
    array([-2.,  1.])

    Reference
    ---------
    Cauchy, "Methode generale pour la resolution des systemes d'equations simultanees", 1847.

    Differences
    -----------
    None: ``torch.optim.SGD(lr)`` and Keras' ``SGD(learning_rate)`` take the same steps (their defaults are 0.001
    and 0.01). "Stochastic" and "mini-batch" are this rule with the gradient of a sample or a batch.
    """

    slug: ClassVar[str] = "sgd"
    title: ClassVar[str] = "Gradient descent"
    title_with_batches: ClassVar[str] = "SGD"
    formula: ClassVar[str] = r"x \leftarrow x - \eta\, g"
    about: ClassVar[str] = "Steps straight downhill: the steeper the slope, the longer the step."
    look_for: ClassVar[str] = (
        "On the map every step leaves its contour line at a right angle, and is shorter where the ground is flatter. "
        "Where it settles in a bowl, its loss falls along a straight line on the log axis: every step takes about the "
        "same share of what is left."
    )
    elsewhere: ClassVar[str] = (
        "Some notes print SGD for this; that is the same step with the gradient of one sample or of a small batch, as "
        "runs with batches take it. Without batches it is the gradient of the whole loss."
    )
    reference: ClassVar[str] = "Cauchy (1847)"
    rank: ClassVar[int] = 0
    scales_with_gradient: ClassVar[bool] = True
    natural_rate: ClassVar[float] = 1.0

    def init(self, x: Array) -> NoState:
        return NoState()

    def update(self, at: At, state: NoState, lr: Any) -> Update:
        g = at.gradient
        return Update(-lr * g, state, {"g": g})

    def equations(self) -> tuple[Term, ...]:
        return (GRADIENT, Term("step", "-lr * g", "Goes straight downhill, further where it is steeper.", role="step"))

    def in_torch(self) -> str:
        return torch_constructor("SGD", lr=self.lr)
