"""A landscape: a loss of two weights with its facts and its exact derivatives; and the registry of all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pickle import PicklingError
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from caches import remembered
from knobs import Knob, declared_knob
from landscapes.recording import Recording, gradient, second_derivatives, value, value_and_gradient

if TYPE_CHECKING:
    from landscapes.data_landscape import Samples

Pair = tuple[float, float]
Facts = tuple[Pair, ...]
FactsOrRule = Facts | Callable[..., Facts]
"""Points, or a function of the landscape's settings (as keywords) that gives them."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """A loss of two weights: what it looks like, what is known of it, and its exact derivatives.

    Two landscapes are equal if slug, function and settings are.

    Attributes
    ----------
    slug, title : its name in links and code, and for people.
    formula : LaTeX, with the symbols of its settings.
    about : one or two sentences on what it teaches.
    x_range, y_range : the window to look at, (lowest, highest).
    start : a good first start, (x, y).
    minima, local_minima, saddles : the points known to be global minima, other minima and saddles; () if none are.
    logarithmic : whether colours need a logarithmic scale to show anything.
    knobs, settings : the declared settings and their present values, by name.

    Examples
    --------
    >>> from landscapes import LANDSCAPES
    >>> surface = LANDSCAPES["rosenbrock"]
    >>> surface.value((-1.5, 2)), surface.gradient((-1.5, 2))
    (np.float64(12.5), array([-155.,  -50.]))
    >>> surface.hessian(surface.minima[0])
    array([[ 802., -400.],
           [-400.,  200.]])
    >>> bowl = LANDSCAPES["quadratic"](kappa=100)
    >>> bowl.gradient([[1, 0, 1], [0, 1, 1]])
    array([[  1.,   0.,   1.],
           [  0., 100., 100.]])
    """

    axis_titles: ClassVar[tuple[str, str]] = ("weight w1", "weight w2")

    slug: str
    title: str
    formula: str
    about: str
    x_range: Pair
    y_range: Pair
    start: Pair
    function: Callable[..., Any] = field(repr=False)
    _minima: FactsOrRule = field(repr=False)
    _local_minima: FactsOrRule = field(repr=False)
    _saddles: FactsOrRule = field(repr=False)
    logarithmic: bool = False
    knobs: Mapping[str, Knob] = field(default_factory=dict, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, **settings: Any) -> Landscape:
        """The same landscape with some settings changed.

        Raises ValueError for a value that a setting cannot have, TypeError for a setting that there is not.

        >>> from landscapes import LANDSCAPES
        >>> LANDSCAPES["quadratic"](kappa=0)
        Traceback (most recent call last):
            ...
        ValueError: Quadratic bowl: kappa must be in [1, inf), got 0
        """
        for name in settings:
            if name not in self.knobs:
                known = ", ".join(self.knobs) or "none"
                raise TypeError(f"{self.title} has no setting {name!r}; its settings: {known}")
        converted = {name: self.knobs[name].plain(self.title, setting) for name, setting in settings.items()}
        return replace(self, settings=MappingProxyType({**self.settings, **converted}))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Landscape) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        return self.slug, self.function, tuple(self.settings.items())

    def __copy__(self) -> Landscape:
        return self  # nothing of it can change

    def __deepcopy__(self, memo: Any) -> Landscape:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """For a pickle: its name and settings, from which another process makes it again."""
        listed = LANDSCAPES.get(self.slug)
        if listed is None or listed.function is not self.function:
            raise PicklingError(f"{self.title} cannot be pickled: only landscapes that LANDSCAPES lists can")
        return _listed, (self.slug, dict(self.settings))

    @property
    def minima(self) -> Facts:
        return self._facts(self._minima)

    @property
    def local_minima(self) -> Facts:
        return self._facts(self._local_minima)

    @property
    def saddles(self) -> Facts:
        return self._facts(self._saddles)

    @property
    def minimum_value(self) -> float | None:
        """The lowest value, at the known minima; None where the loss has no lowest value or none is known."""
        return float(self.value(np.transpose(self.minima)).min()) if self.minima else None

    def _facts(self, facts: FactsOrRule) -> Facts:
        points = facts(**self.settings) if callable(facts) else facts
        return tuple((float(x), float(y)) for x, y in points)

    def value(self, points: Any) -> Any:
        """The loss: points (2, ...) -> (...); a number for a single pair."""
        return self._play(value, points)[0]

    def gradient(self, points: Any) -> np.ndarray:
        """The exact gradient: points (2, ...) -> (2, ...)."""
        return self._play(value_and_gradient, points)[1:]

    def value_and_gradient(self, points: Any) -> tuple[Any, np.ndarray]:
        """The loss and its gradient, for the price of the gradient: points (2, ...) -> (...), (2, ...)."""
        outputs = self._play(value_and_gradient, points)
        return outputs[0], outputs[1:]

    @property
    def samples(self) -> Samples | None:
        """The data that the loss is taken over; None where it is a formula."""
        return None

    def quick_gradient(self, count: int) -> Callable[..., Any]:
        """The gradient of just so many points, for loops: a function of an array (2, count) that checks nothing.

        It returns the two rows, each an array or a number for all; warnings are the caller's to silence.

        >>> from landscapes import LANDSCAPES
        >>> LANDSCAPES["booth"].quick_gradient(3)(np.zeros((2, 3)))[0].tolist()
        [-34.0, -34.0, -34.0]
        """
        if count < 2:
            return self.gradient  # along an axis of length 1 autograd would sum: see in_one_row
        play = _recording(self, gradient, count).play
        return lambda points: play(points[0], points[1])

    def hessian(self, points: Any) -> np.ndarray:
        """The exact second derivatives: points (2, ...) -> (2, 2, ...); nan where there are none."""
        return self._play(second_derivatives, points)[[[0, 1], [1, 2]]]

    def _play(self, wanted: Callable[..., Any], points: Any) -> np.ndarray:
        """The wanted outputs, one after the other along axis 0, the shape of the points behind it."""
        return in_one_row(points, lambda rows: _recording(self, wanted, rows.shape[1]).play(rows[0], rows[1]))


def in_one_row(points: Any, play: Callable[[np.ndarray], Any]) -> np.ndarray:
    """What ``play`` gives for points (2, ...) when it is handed them as two contiguous rows, in their own shape.

    Many points give what each gives alone, to the bit, because all are computed in one contiguous row. A single point
    travels twice: along an axis of length 1 autograd would sum, which costs time.
    """
    points = _as_numbers(points)
    if points.shape[:1] != (2,):
        raise ValueError(f"points must have the shape (2, ...), got {points.shape}")
    rows = points.reshape(2, -1) if points.size != 2 else np.repeat(points.reshape(2, 1), 2, axis=1)
    with np.errstate(all="ignore"):
        outputs = np.array(play(rows), dtype=float)
    if points.size == 2:
        outputs = outputs[:, 0].copy()
    return outputs.reshape(len(outputs), *points.shape[1:])


def _as_numbers(points: Any) -> np.ndarray:
    try:
        array = np.asarray(points)
        if array.dtype.kind not in "iufbO":  # NumPy would read numbers in texts, and drop what is imaginary
            raise TypeError
        return np.ascontiguousarray(array, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"points must be numbers of the shape (2, ...), got {points!r}") from None


@remembered("recordings of surfaces")
def _recording(surface: Landscape, wanted: Callable[..., Any], count: int) -> Recording:
    function, settings = surface.function, surface.settings
    example = np.full(count, 0.5)
    return Recording(wanted(lambda x, y: function(x, y, **settings)), example, example)


class _Registry(Mapping[str, Landscape]):
    """Slug -> landscape, to be read; only ``register`` adds to it."""

    def __init__(self) -> None:
        self._landscapes: dict[str, Landscape] = {}

    def __getitem__(self, slug: str) -> Landscape:
        try:
            return self._landscapes[slug]
        except (KeyError, TypeError):
            raise KeyError(f"no landscape {slug!r}; there are {', '.join(self)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._landscapes)

    def __len__(self) -> int:
        return len(self._landscapes)

    def __repr__(self) -> str:
        return f"<{len(self)} landscapes: {', '.join(self)}>"


LANDSCAPES = _Registry()
"""Every landscape by its slug; read only."""


def _listed(slug: str, settings: Mapping[str, Any]) -> Landscape:
    return LANDSCAPES[slug](**settings)


Made = TypeVar("Made", bound=Landscape)


def register(made: Made) -> Made:
    """List a landscape in ``LANDSCAPES``; ValueError if its slug is taken."""
    if made.slug in LANDSCAPES:
        raise ValueError(f"there is a landscape {made.slug!r} already")
    LANDSCAPES._landscapes[made.slug] = made
    return made


def landscape(
    slug: str,
    *,
    title: str,
    formula: str,
    x_range: Pair,
    y_range: Pair,
    start: Pair,
    about: str,
    minima: FactsOrRule = (),
    local_minima: FactsOrRule = (),
    saddles: FactsOrRule = (),
    logarithmic: bool = False,
    listed: bool = True,
) -> Callable[[Callable[..., Any]], Landscape]:
    """Make a landscape of a function f(x, y), and list it in ``LANDSCAPES`` unless ``listed`` is False.

    The function must be elementwise: NumPy operations on arrays x and y of one shape, and no ``if`` on their values.
    Parameters after x and y are its settings; the default of each is a ``knob``.

    >>> @landscape("trough", title="Trough", formula="x^2", x_range=(-1, 1), y_range=(-1, 1), start=(1, 0),
    ...            about="Flat along y.", listed=False)
    ... def trough(x, y):
    ...     return x**2
    >>> trough.gradient((3, 5))
    array([6., 0.])
    """

    def declare(function: Callable[..., Any]) -> Landscape:
        made = Landscape(
            slug=slug,
            title=title,
            formula=formula,
            about=about,
            x_range=x_range,
            y_range=y_range,
            start=start,
            function=function,
            _minima=minima,
            _local_minima=local_minima,
            _saddles=saddles,
            logarithmic=logarithmic,
            **settings_from(function, 2, title),
        )
        return register(made) if listed else made

    return declare


def settings_from(function: Callable[..., Any], first: int, title: str) -> dict[str, Any]:
    """``knobs`` and ``settings`` of a landscape: the parameters from the given one on, each with a knob as default."""
    knobs = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[first:]:
        declared = declared_knob(name, parameter.default)
        if declared is None:
            raise TypeError(f"{title}: the default of its setting {name} must be a knob")
        knobs[name] = declared
    defaults = {name: declared.default for name, declared in knobs.items()}
    return {"knobs": MappingProxyType(knobs), "settings": MappingProxyType(defaults)}
