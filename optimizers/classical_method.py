"""What a classical method is: it owns its loop, decides by itself how far to go, and stops when it is done.

An update rule answers one question, where to go from here, and is moved by the engine. A classical method does not fit
that: within one step it asks for as many values and slopes as it likes, and it may stop long before its steps are used
up. So it has a protocol of its own, ``minimise``, which gives the path with the count of what was asked for. The
methods are SciPy's, called plainly; what is added here is the counting, the noise and an end to a search without one.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from knobs import check_settings
from memory import heavy_import

from .rule import HESSIAN_COST, Array, Evaluations, Surface
from .terrain import hessian, survey

MOST_IN_A_STEP = 1_000
"""After so many questions without a next point a search is ended: on a slope without a floor SciPy itself would go on,
or after a few more break off with an error."""

MOST_IN_ALL = 30_000
"""After so many values and gradients a run is ended in any case."""


class Walked(NamedTuple):
    """The path of a classical method of n steps, all of it finite, and what it cost.

    Attributes
    ----------
    points : (n + 1, 2), the start and SciPy's iterates. n is less than the steps allowed if the method stopped.
    values, gradients : (n + 1,) and (n + 1, 2), exact, at these points.
    seen : (n, 2), the gradient that the method was given at each point but the last; nan where it asked for none.
    costs : (n + 1,), the evaluations spent until each point was reached: a gradient counts as one, with the value at
        the same point; a Hessian as two; a value alone as one.
    evaluations : how often it asked for what, with what it asked for after the last point.
    beyond : the point that would have followed but is not finite, or has no finite value and gradient; None if the
        path ended for another reason.
    """

    points: Array
    values: Array
    gradients: Array
    seen: Array
    costs: Array
    evaluations: Evaluations
    beyond: Array | None


@dataclass(frozen=True, kw_only=True)
class ClassicalMethod(ABC):
    """One of SciPy's methods with its settings; a new one is a subclass in ``classical.py``, named in ``CLASSICAL``.

    Class attributes
    ----------------
    slug : its name in code and links, and SciPy's name of it.
    title, formula, about, look_for, elsewhere, reference, rank, family : as for an update rule.
    asks_for : what it asks for at a point. All of them ask for values.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str] = ""
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType({})
    about: ClassVar[str]
    look_for: ClassVar[str] = ""
    elsewhere: ClassVar[str] = ""
    reference: ClassVar[str]
    rank: ClassVar[int] = 100
    family: ClassVar[str] = "newton"
    asks_for: ClassVar[Literal["values", "gradients", "Hessians"]] = "gradients"

    def __post_init__(self) -> None:
        check_settings(self)

    @abstractmethod
    def options(self, start: Array, steps: int) -> dict[str, Any]:
        """What SciPy is told besides the surface and the start."""

    def hint(self, steps: int) -> str:
        """One sentence on what the present settings mean for a run of so many steps; "" if there is none."""
        return ""

    def minimise(self, surface: Surface, start: Any, steps: int, noise: Array | None = None) -> Walked:
        """Walk from a start, where value and gradient are finite, until the method stops or has taken its steps.

        ``noise`` is ``(steps, 2)``: its row k is added to every gradient that step k asks for. Values and Hessians
        stay exact.

        >>> from types import SimpleNamespace
        >>> from optimizers import CLASSICAL
        >>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + p[1] ** 2, gradient=lambda p: 2 * p)
        >>> walked = CLASSICAL["bfgs"]().minimise(bowl, (3, 4), 100)
        >>> np.abs(walked.points).max(axis=1).round(3).tolist(), walked.costs.tolist()
        ([4.0, 3.192, 1.353, 0.0], [0.0, 2.0, 3.0, 4.0])
        >>> walked.evaluations
        Evaluations(values=4, gradients=4, hessians=0)
        """
        with heavy_import():  # a page without classical methods does not wait for it
            from scipy import optimize

        x = np.array(start, dtype=float)
        asked = _Questions(surface, x, noise)
        functions: dict[str, dict[str, Any]] = {
            "values": {},
            "gradients": {"jac": asked.gradient},
            "Hessians": {"jac": asked.gradient, "hessp": asked.hessian_times},
        }
        with np.errstate(all="ignore"):
            with contextlib.suppress(_EnoughError):
                optimize.minimize(
                    asked.value,
                    x,
                    method=self.slug,
                    callback=asked.arrived,
                    options=self.options(x, steps),
                    **functions[self.asks_for],
                )
            return _walked(surface, asked)


class _EnoughError(Exception):
    """The search is ended from outside."""


class _Questions:
    """What SciPy may ask about a surface: each question is counted, and there is an end to them."""

    def __init__(self, surface: Any, start: Array, noise: Array | None) -> None:
        self.surface = surface
        self.noise = noise
        self.evaluations = Evaluations()
        self.points, self.costs = [start], [0]
        self.given: dict[tuple[float, ...], Array] = {}
        self._span = survey(surface).diagonal or 1 + float(np.hypot(*start))
        self._asked = self._cost = 0  # since the last point, and in all
        self._valued: Array | None = None  # where the value was asked for, and not yet the gradient
        self._curved: tuple[Array, Array] | None = None

    def _count(self) -> None:
        self._asked += 1
        if self._asked > MOST_IN_A_STEP or self.evaluations.values + self.evaluations.gradients >= MOST_IN_ALL:
            raise _EnoughError

    def value(self, x: Array) -> float:
        self._count()
        self.evaluations.values += 1
        self._cost += 1
        self._valued = x
        return float(self.surface.value(x))

    def gradient(self, x: Array) -> Array:
        self._count()
        self.evaluations.gradients += 1
        if self._valued is None or not np.array_equal(self._valued, x):
            self._cost += 1
        self._valued = None
        gradient = np.array(self.surface.gradient(x), dtype=float)
        if self.noise is not None:
            gradient += self.noise[min(len(self.points), len(self.noise)) - 1]
        self.given.setdefault(tuple(x.tolist()), gradient)
        return gradient

    def hessian_times(self, x: Array, direction: Array) -> Array:
        """The Hessian times a direction; SciPy cannot go on where there is no Hessian, or where the sizes overflow."""
        self._count()
        if self._curved is None or not np.array_equal(self._curved[0], x):
            self.evaluations.hessians += 1
            self._cost += HESSIAN_COST
            self._curved = x, hessian(self.surface, x, self._span)
        product = np.dot(self._curved[1], direction)
        curvature = np.dot(direction, product)
        reach = np.dot(direction, direction) / curvature * direction if curvature > 0 else curvature
        if not np.isfinite(reach).all():
            raise _EnoughError
        return product

    def arrived(self, x: Array) -> None:
        """SciPy's callback after each step."""
        self.points.append(x)
        self.costs.append(self._cost)
        self._asked = 0
        if not np.isfinite(x).all():
            raise StopIteration


def _walked(surface: Surface, asked: _Questions) -> Walked:
    """The finite part of the path."""
    points = np.array(asked.points)
    count = len(points)
    columns = np.ascontiguousarray(points.T)
    values = np.array(np.broadcast_to(surface.value(columns), count), dtype=float)
    gradients = np.array(surface.gradient(columns), dtype=float).T
    finite = np.isfinite(points).all(axis=1) & np.isfinite(values) & np.isfinite(gradients).all(axis=1)
    end = count if finite.all() else int(finite.argmin())
    unseen = np.full(2, np.nan)
    seen = [asked.given.get(tuple(point.tolist()), unseen) for point in points[: end - 1]]
    return Walked(
        points=points[:end],
        values=values[:end],
        gradients=gradients[:end],
        seen=np.array(seen).reshape(-1, 2),
        costs=np.array(asked.costs[:end], dtype=float),
        evaluations=asked.evaluations,
        beyond=points[end] if end < count else None,
    )
