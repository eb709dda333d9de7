"""What an update rule is: frozen settings and two pure functions, ``init`` and ``update``.

Axis 0 of every array is the parameter axis, all later axes are batch. So one piece of code moves a point ``(2,)``,
several runs ``(2, R)``, a grid of starts ``(2, H, W)`` and the weights of a network ``(n,)``; reductions run over
axis 0 only, and no rule branches on a value (``np.where``, not ``if``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from knobs import check_settings, document_settings, format_value

from .settings import rate_setting
from .terms import Term

Array = NDArray[np.float64]


class Surface(Protocol):
    """What is walked on: anything with a value and a gradient; points are ``(2, ...)``, the batch shape is kept.

    It may also have ``hessian``, ``minima``, ``local_minima``, ``minimum_value``, ``start``, ``x_range`` and
    ``y_range``: they make outcomes and default rates better, and no walk needs them.
    """

    def value(self, points: Any, /) -> Any: ...

    def gradient(self, points: Any, /) -> Any: ...


@dataclass
class Evaluations:
    """How often one run has asked for something: the budget by which a comparison is fair."""

    values: int = 0
    gradients: int = 0
    hessians: int = 0


HESSIAN_COST = 2
"""A Hessian counts as so many gradients; a value at the same point as a gradient comes with it."""


class At:
    """What a rule may know of the present point; whatever costs an evaluation is lazy, and counted once for each place.

    >>> here = At(np.array([3.0, 4.0]), np.array([6.0, 8.0]))
    >>> here.point, here.gradient
    (array([3., 4.]), array([6., 8.]))
    """

    __slots__ = ("_answers", "_distort", "_evaluations", "_surface", "gradient", "point")

    def __init__(
        self,
        point: Array,
        gradient: Array,
        surface: Any = None,
        evaluations: Evaluations | None = None,
        distort: Callable[[Array], Array] | None = None,
    ) -> None:
        self.point = point
        self.gradient = gradient
        self._surface = surface
        self._evaluations = evaluations
        self._distort = distort
        self._answers: dict[Hashable, Array] = {}

    @property
    def value(self) -> Array:
        """The loss at the present point, shape ``(...)``."""
        return self._answer("value", self.point)

    def gradient_at(self, x: Array) -> Array:
        """The gradient at another point, shape ``(2, ...)``, with this step's noise and clipping."""
        gradient = self._answer("gradient", x)
        return gradient if self._distort is None else self._distort(gradient)

    def hessian(self) -> Array:
        """The matrix of second derivatives at the present point, shape ``(2, 2, ...)``."""
        return self._answer("hessian", self.point)

    def seeing(self, gradient: Array) -> At:
        """The same place with another gradient, for a rule that is shown more than the slope under it."""
        seen = At(self.point, gradient, self._surface, self._evaluations, self._distort)
        seen._answers = self._answers
        return seen

    def _answer(self, question: Literal["value", "gradient", "hessian"], x: Array) -> Array:
        """What the surface says of a place; who asks the same again is told the same again, and it costs nothing."""
        place = np.asarray(x, dtype=float)
        key = question, place.shape, place.tobytes()
        if key not in self._answers:
            self._answers[key] = np.asarray(getattr(self._surface, question)(x), dtype=float)
            if self._evaluations is not None:
                asked = f"{question}s"
                setattr(self._evaluations, asked, getattr(self._evaluations, asked) + 1)
        return self._answers[key]


class Update(NamedTuple):
    """One step of a rule: what to add to the point, the next state, and the equation's own quantities by name."""

    step: Array
    state: Any
    terms: Mapping[str, Any]


class NoState(NamedTuple):
    """The state of a rule that remembers nothing."""


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """An update rule with its settings; a new one is a new file of this package with a subclass, and nothing else.

    It must declare those of the class attributes that have no default here. A docstring without a section on the
    settings is given one.

    Class attributes
    ----------------
    slug, title : its name in code and links, and for people.
    title_with_batches : its name where it sees a few samples at a time; "" if that is the same.
    formula : the update in LaTeX, its lines separated by ``\\\\``, with the symbols of the settings.
    when_switched : what stands in the place of parts of the formula while a switch is not as usual, by its name.
    about : one sentence on the idea.
    look_for : one or two sentences on what there is to see of it on the map and in the loss curve; "" if there is
        nothing to say.
    elsewhere : where common notes print the rule differently, what that is; "" if there is nothing to say.
    reference : paper and year.
    rank : its place among the rules; by slug where equal.
    family : the slug of the rule whose colour and marker it shares; "" if it is a family by itself. One for which no
        colour is kept gets a spare one.
    scales_with_gradient : whether a steeper slope makes a longer step. It decides in which unit a natural rate is
        measured: 1 / curvature of the surface if so, the diagonal of its window otherwise; None if the rate has no
        unit, because the rule itself works out how far to go.
    natural_rate : the natural rate in that unit, from which ``default_rate`` starts.
    misprints : the names of switches that, turned, show what a formula does that is printed wrongly: it need not make
        sense.
    torch_reads_rate_once : whether PyTorch's optimizer looks at the learning rate at its first step alone.
    always_descends : whether some rate leads downhill wherever there is a slope. Newton's method climbs where the
        ground is curved downwards.
    needs_hessian : whether it asks for the matrix of second derivatives: too large to have for a network.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    title_with_batches: ClassVar[str] = ""
    formula: ClassVar[str]
    when_switched: ClassVar[Mapping[str, Mapping[str, str]]] = MappingProxyType({})
    about: ClassVar[str]
    look_for: ClassVar[str] = ""
    elsewhere: ClassVar[str] = ""
    reference: ClassVar[str]
    rank: ClassVar[int] = 100
    family: ClassVar[str] = ""
    scales_with_gradient: ClassVar[bool | None]
    natural_rate: ClassVar[float]
    misprints: ClassVar[frozenset[str]] = frozenset()
    torch_reads_rate_once: ClassVar[bool] = False
    always_descends: ClassVar[bool] = True
    needs_hessian: ClassVar[bool] = False

    lr: float = rate_setting(0.01)

    def __init_subclass__(cls) -> None:
        document_settings(cls)

    def __post_init__(self) -> None:
        check_settings(self)

    @abstractmethod
    def init(self, x: Array) -> Any:
        """The state before the first step from ``x`` of any shape ``(n, ...)``."""

    @abstractmethod
    def update(self, at: At, state: Any, lr: Any) -> Update:
        """The step from the present point at this step's rate ``lr``; inputs are left as they were."""

    def equations(self) -> tuple[Term, ...]:
        """The update term by term, in the order of computation, with the present switches; the last is the step."""
        return ()

    def in_torch(self) -> str:
        """The constructor of PyTorch's optimizer of the same steps, for a parameter ``x``; "" if there is none.

        >>> from optimizers import OPTIMIZERS
        >>> OPTIMIZERS["momentum"](lr=0.001).in_torch()
        'torch.optim.SGD([x], lr=0.001, momentum=0.9)'
        """
        return ""

    def hint(self, steps: int) -> str:
        """One sentence on what the present settings mean for a run of so many steps; "" if there is none."""
        return ""

    @classmethod
    def settings_for(cls, surface: Any) -> Mapping[str, float]:
        """Settings, other than the rate, whose usual value depends on the surface."""
        return {}


def in_words(number: float) -> str:
    """Three significant digits, as short as they can be.

    >>> in_words(9.999999999999998), in_words(0.30000000000000004), in_words(1 / 3)
    ('10', '0.3', '0.333')
    """
    return format_value(float(f"{number:.3g}"))
