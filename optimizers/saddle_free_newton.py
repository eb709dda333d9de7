"""Saddle-free Newton."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .newton import AXES, along_axes, check_two, damping_setting, share
from .rule import Array, At, NoState, Rule, Update
from .settings import rate_setting
from .terms import Term


@dataclass(frozen=True, kw_only=True)
class SaddleFreeNewton(Rule):
    r"""Saddle-free Newton: Newton's method with all curvatures taken as positive, so that saddles push it away.

    .. math:: x \leftarrow x - \eta\, (|H| + \mu I)^{-1} g

    \|H\| has the axes of the exact Hessian H and the absolute values of its curvatures. The step always leads downhill;
    where the ground is nearly straight it can be too long.

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`, a pure number: the share of the way; 1 is Newton's.
    damping : float in [0, inf)
        What is added to each absolute curvature, :math:`\mu`.

    Example
    -------
    Newton's method goes to the saddle of x^2 - y^2 in one step; this one leaves it:

    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS, descend
    >>> def constant(p, matrix):
    ...     return np.array(matrix).reshape(2, 2, *[1] * (p.ndim - 1)) + 0 * p
    >>> saddle = SimpleNamespace(value=lambda p: p[0] ** 2 - p[1] ** 2,
    ...                          gradient=lambda p: np.stack([2 * p[0], -2 * p[1]]),
    ...                          hessian=lambda p: constant(p, [[2.0, 0.0], [0.0, -2.0]]))
    >>> descend(saddle, OPTIMIZERS["newton"](), (1, 0.5), 1).points[-1].tolist()
    [0.0, 0.0]
    >>> descend(saddle, SaddleFreeNewton(), (1, 0.5), 1).points[-1].tolist()
    [0.0, 1.0]

    Reference
    ---------
    Dauphin et al., "Identifying and attacking the saddle point problem in high-dimensional non-convex optimization",
    2014.

    Differences
    -----------
    The paper works in a Krylov subspace and chooses the damping by trials at each step; here the matrix is exact and
    the damping a setting. PyTorch and Keras have none. Needs two parameters and a surface with a ``hessian``; a Hessian
    counts as two gradients. Where it is singular along a slope and there is no damping, the run ends.
    """

    slug: ClassVar[str] = "saddle-free-newton"
    title: ClassVar[str] = "Saddle-free Newton"
    formula: ClassVar[str] = r"x \leftarrow x - \eta\, (|H| + \mu I)^{-1} g"
    about: ClassVar[str] = "Newton's method with every curvature taken as positive: saddles push it away."
    look_for: ClassVar[str] = (
        "In a bowl it does what Newton's method does. Where the ground is curved downwards it goes down instead of up, "
        "so it leaves saddles and maxima to which Newton's method is drawn."
    )
    elsewhere: ClassVar[str] = (
        r"Some notes print $|H|$ for the absolute value of each entry; that is another matrix, and here the curvatures "
        r"along its axes are made positive."
    )
    reference: ClassVar[str] = "Dauphin et al. (2014)"
    rank: ClassVar[int] = 31
    family: ClassVar[str] = "newton"
    scales_with_gradient: ClassVar[bool | None] = None
    natural_rate: ClassVar[float] = 1.0
    needs_hessian: ClassVar[bool] = True

    lr: float = rate_setting(1.0)
    damping: float = damping_setting(0.0)

    def init(self, x: Array) -> NoState:
        check_two(x, self.title)
        return NoState()

    def update(self, at: At, state: NoState, lr: Any) -> Update:
        g1, g2, c1, c2 = along_axes(at, self.title)
        step = -lr * (share(g1, np.abs(c1) + self.damping) + share(g2, np.abs(c2) + self.damping))
        return Update(step, state, {"g": at.gradient, "c1": c1, "c2": c2, "g1": g1, "g2": g2})

    def equations(self) -> tuple[Term, ...]:
        step = "-lr * (where(g1 == 0, 0, g1 / (abs(c1) + damping)) + where(g2 == 0, 0, g2 / (abs(c2) + damping)))"
        says = "Divides each part of the slope by the size of its curvature."
        return (*AXES, Term("step", step, says, role="step"))
