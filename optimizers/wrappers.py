"""Wrappers: what can be put around any rule to change what it is shown or what is made of its steps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from knobs import Interval, knob, positive

from .parts import LONGEST, Kind, Part
from .rule import Array, At, Update
from .terms import Term


class Mover(Protocol):
    """A rule, bare or wrapped."""

    def init(self, x: Array, /) -> Any: ...

    def update(self, at: At, state: Any, lr: Any, /) -> Update: ...


@dataclass(frozen=True, kw_only=True)
class Wrapper(Part):
    """A part with two pure functions, like a rule's, that are given the rule inside."""

    kind: ClassVar[Kind] = "wrapper"
    label: ClassVar[str]

    @abstractmethod
    def init(self, inner: Mover, x: Array) -> Any:
        """The state before the first step from ``x``, which holds the inner rule's state."""

    @abstractmethod
    def update(self, inner: Mover, at: At, state: Any, lr: Any) -> Update:
        """The step from the present point; terms of the inner rule keep their names."""

    def equations(self, inner: tuple[Term, ...]) -> tuple[Term, ...]:
        """The terms of the inner rule's update with this wrapper's own; the last is the step."""
        return inner


class Wrapped(NamedTuple):
    """A rule inside a wrapper: again something that moves."""

    wrapper: Wrapper
    inner: Mover

    def init(self, x: Array) -> Any:
        return self.wrapper.init(self.inner, x)

    def update(self, at: At, state: Any, lr: Any) -> Update:
        return self.wrapper.update(self.inner, at, state, lr)


def wrapped(rule: Mover, wrappers: Sequence[Wrapper]) -> Mover:
    """The rule inside the wrappers, the first of them innermost."""
    return reduce(lambda inner, wrapper: Wrapped(wrapper, inner), wrappers, rule)


@dataclass(frozen=True, kw_only=True)
class SharpnessAware(Wrapper):
    r"""Sharpness-aware minimisation: the gradient is taken a little uphill, where a sharp valley's wall is steeper.

    .. math::
        \tilde x = x + r\, \frac{g}{\lVert g \rVert}, \qquad g \leftarrow \nabla f(\tilde x)

    Every step costs two gradients; both have the same noise.

    Settings
    --------
    radius : float in (0, inf)
        How far uphill, r; rho in the paper.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS, descend
    >>> bowl = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    >>> path = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 1, parts=[SharpnessAware(radius=0.5)])
    >>> path.points[1].round(12).tolist(), path.evaluations.gradients
    ([1.35, 1.8], 2)

    Reference
    ---------
    Foret, Kleiner, Mobahi and Neyshabur, "Sharpness-aware minimization", 2021.
    """

    slug: ClassVar[str] = "sam"
    title: ClassVar[str] = "Sharpness-aware (SAM)"
    label: ClassVar[str] = "SAM"
    about: ClassVar[str] = "Takes the gradient a little uphill of where it stands, so that sharp valleys push it out."
    formula: ClassVar[str] = r"\tilde x = x + r \frac{g}{\lVert g \rVert} \quad g \leftarrow \nabla f(\tilde x)"
    reference: ClassVar[str] = "Foret et al. (2021)"
    rank: ClassVar[int] = 1

    radius: float = knob(
        0.05,
        "r",
        "How far uphill the gradient is taken.",
        valid=positive,
        offer=(1e-3, 10),
        scale="log",
        label="Radius",
    )

    def init(self, inner: Mover, x: Array) -> Any:
        return inner.init(x)

    def update(self, inner: Mover, at: At, state: Any, lr: Any) -> Update:
        g = at.gradient
        length = np.sqrt((g**2).sum(axis=0))
        uphill = self.radius * g / np.where(length == 0, 1.0, length)  # where there is no slope, it stays
        ahead = at.gradient_at(at.point + uphill)
        update = inner.update(at.seeing(ahead), state, lr)
        return update._replace(terms={"slope": g, "uphill": uphill, **update.terms})

    def equations(self, inner: tuple[Term, ...]) -> tuple[Term, ...]:
        own = (
            Term("slope", "slope", "The slope where the run stands.", role="gradient", symbol="∇f(x)"),
            Term(
                "uphill", "radius * slope / norm(slope)", "So far uphill the slope is taken again.", symbol="r·∇f/|∇f|"
            ),
        )
        again = "The slope taken again, a little uphill; the rule is shown this one."
        return (*own, *(replace(term, says=again) if term.name == "g" else term for term in inner))


class LookaheadState(NamedTuple):
    """The inner rule's state, the slow weights, and the number of steps taken."""

    inner: Any
    slow: Array
    t: Any


@dataclass(frozen=True, kw_only=True)
class Lookahead(Wrapper):
    r"""Lookahead: the rule runs ahead for k steps, then goes back part of the way to where it set out.

    .. math::
        \text{every } k \text{ steps:} \quad \phi \leftarrow \phi + \alpha\, (x - \phi), \qquad x \leftarrow \phi

    What is drawn is the fast point x, which jumps back at every k-th step.

    Settings
    --------
    sync_period : int in [1, 1000000]
        The number of steps k between two jumps.
    slow_step_size : float in (0, 1]
        The share alpha of the way that is kept.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS, descend
    >>> slope = SimpleNamespace(value=lambda p: p[0], gradient=lambda p: np.stack([np.ones_like(p[0]), 0 * p[0]]))
    >>> lookahead = Lookahead(sync_period=2, slow_step_size=0.5)
    >>> descend(slope, OPTIMIZERS["sgd"](lr=1), (0, 0), 4, parts=[lookahead]).points[:, 0].tolist()
    [0.0, -1.0, -1.0, -2.0, -2.0]

    Reference
    ---------
    Zhang, Lucas, Hinton and Ba, "Lookahead optimizer: k steps forward, 1 step back", 2019; names as in optax.
    """

    slug: ClassVar[str] = "lookahead"
    title: ClassVar[str] = "Lookahead"
    label: ClassVar[str] = "Lookahead"
    about: ClassVar[str] = "Runs ahead for some steps, then goes back part of the way to where it set out."
    formula: ClassVar[str] = r"\text{every } k \text{ steps: } x, \phi \leftarrow \phi + \alpha\, (x - \phi)"
    reference: ClassVar[str] = "Zhang et al. (2019)"
    rank: ClassVar[int] = 2

    sync_period: int = knob(
        5,
        "k",
        "How many steps it runs ahead.",
        valid=Interval(1, LONGEST),
        offer=(1, 50),
        label="Steps ahead",
    )
    slow_step_size: float = knob(
        0.5,
        r"\alpha",
        "How much of the way ahead is kept.",
        valid=Interval(0, 1, low_open=True),
        offer=(0.05, 1),
        label="Share kept",
    )

    def init(self, inner: Mover, x: Array) -> LookaheadState:
        return LookaheadState(inner.init(x), np.array(x, dtype=float), 0.0)

    def update(self, inner: Mover, at: At, state: LookaheadState, lr: Any) -> Update:
        ahead, inner_state, terms = inner.update(at, state.inner, lr)
        t = state.t + 1
        synchronises = t % self.sync_period == 0
        slow = np.where(synchronises, state.slow + self.slow_step_size * (at.point + ahead - state.slow), state.slow)
        step = np.where(synchronises, slow - at.point, ahead)
        return Update(step, LookaheadState(inner_state, slow, t), {**terms, "ahead": ahead, "slow": slow})

    def equations(self, inner: tuple[Term, ...]) -> tuple[Term, ...]:
        *before, step = inner
        jump = "t / sync_period == whole(t / sync_period)"
        own = (
            Term("ahead", step.expression, step.says),
            Term(
                "slow",
                f"where({jump}, slow_before + slow_step_size * (x + ahead - slow_before), slow_before)",
                "Where it set out last.",
                symbol="φ",
                before="x",
            ),
            Term("step", f"where({jump}, slow - x, ahead)", "The jump back, or the step ahead.", role="step"),
        )
        return (*before, *own)
