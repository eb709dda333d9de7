"""Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from knobs import knob, nonnegative

from .rule import Array, At, NoState, Rule, Update
from .settings import rate_setting
from .shared_terms import GRADIENT
from .terms import Term
from .terrain import eigen


def damping_setting(default: float) -> Any:
    """What is added to each curvature before the slope is divided by it."""
    return knob(
        default,
        r"\mu",
        "What is added to each curvature, so that flat ground makes no endless step.",
        valid=nonnegative,
        offer=(0, 10),
        label="Damping",
        rare=True,
    )


def along_axes(at: At, title: str) -> tuple[Array, Array, Array, Array]:
    """The slope's parts along the two axes of the Hessian, and the curvatures there, the smaller first.

    Raises TypeError if the surface has no ``hessian``.
    """
    try:
        matrix = at.hessian()
    except AttributeError as error:
        raise TypeError(f"{title} needs a surface with a hessian") from error
    curvatures, axes = eigen(matrix)
    along = (axes * at.gradient[:, None]).sum(axis=0)
    return axes[:, 0] * along[0], axes[:, 1] * along[1], curvatures[0], curvatures[1]


def check_two(x: Array, title: str) -> None:
    """Raise ValueError unless there are two parameters."""
    if len(x) != 2:
        raise ValueError(f"{title} works with two parameters, got {len(x)}")


def share(part: Array, curvature: Array) -> Array:
    """A part of the slope by the curvature along it; without slope no step, however flat the ground."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(part == 0, 0.0, part / curvature)


AXES = (
    GRADIENT,
    Term("c1", "c1", "The smaller curvature here; below 0 the ground is curved downwards.", symbol="c₁", shared=True),
    Term("c2", "c2", "The larger curvature here.", symbol="c₂", shared=True),
    Term("g1", "g1", "The part of the slope along the axis of the smaller curvature.", symbol="g₁"),
    Term("g2", "g - g1", "The part of the slope along the axis of the larger curvature.", symbol="g₂"),
)
"""What Newton's rules have in common, term by term; curvatures and axes are the surface's own."""


@dataclass(frozen=True, kw_only=True)
class Newton(Rule):
    r"""Newton's method: straight to where the parabola through this point is level, be it a minimum or not.

    .. math:: x \leftarrow x - \eta\, (H + \mu I)^{-1} g

    H is the exact matrix of second derivatives. Along each of its axes the slope is divided by the curvature, so where
    the ground is curved downwards the step leads uphill, to a saddle or a maximum.

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`, a pure number: the share of the way; 1 is Newton's.
    damping : float in [0, inf)
        What is added to each curvature, :math:`\mu`. Above the largest negative curvature the step leads downhill.

    Example
    -------
    One step to the minimum of a narrow bowl:

    >>> from types import SimpleNamespace
    >>> from optimizers import descend
    >>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + 50 * p[1] ** 2,
    ...                        gradient=lambda p: np.stack([2 * p[0], 100 * p[1]]),
    ...                        hessian=lambda p: np.stack([np.stack([2 + 0 * p[0], 0 * p[0]]),
    ...                                                    np.stack([0 * p[0], 100 + 0 * p[0]])]))
    >>> descend(bowl, Newton(), (3, 4), 1).points.tolist()
    [[3.0, 4.0], [0.0, 0.0]]

    Reference
    ---------
    Nocedal and Wright, "Numerical optimization", 2006, section 3.3.

    Differences
    -----------
    PyTorch and Keras have none. Needs two parameters and a surface with a ``hessian``; a Hessian counts as two
    gradients. Where it is singular along a slope, the step is not finite and the run ends.
    """

    slug: ClassVar[str] = "newton"
    title: ClassVar[str] = "Newton's method"
    formula: ClassVar[str] = r"x \leftarrow x - \eta\, (H + \mu I)^{-1} g"
    about: ClassVar[str] = "Fits a parabola to the ground and jumps to where that is level, be it a minimum or not."
    look_for: ClassVar[str] = (
        "On a quadratic bowl, however narrow, it arrives in one step. Elsewhere it heads for level ground of any "
        "kind, be it a minimum, a saddle or a maximum: where the ground is curved downwards it climbs."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print it without $\eta$ and $\mu$; that is $\eta = 1$ and $\mu = 0$, as here by default."
    )
    reference: ClassVar[str] = "Nocedal and Wright (2006)"
    rank: ClassVar[int] = 30
    family: ClassVar[str] = "newton"
    scales_with_gradient: ClassVar[bool | None] = None
    natural_rate: ClassVar[float] = 1.0
    always_descends: ClassVar[bool] = False
    needs_hessian: ClassVar[bool] = True

    lr: float = rate_setting(1.0)
    damping: float = damping_setting(0.0)

    def init(self, x: Array) -> NoState:
        check_two(x, self.title)
        return NoState()

    def update(self, at: At, state: NoState, lr: Any) -> Update:
        g1, g2, c1, c2 = along_axes(at, self.title)
        step = -lr * (share(g1, c1 + self.damping) + share(g2, c2 + self.damping))
        return Update(step, state, {"g": at.gradient, "c1": c1, "c2": c2, "g1": g1, "g2": g2})

    def equations(self) -> tuple[Term, ...]:
        step = "-lr * (where(g1 == 0, 0, g1 / (c1 + damping)) + where(g2 == 0, 0, g2 / (c2 + damping)))"
        return (*AXES, Term("step", step, "Divides each part of the slope by its curvature.", role="step"))
