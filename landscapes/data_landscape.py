"""Landscapes that come from data: the loss of a model of two weights over samples, or over a batch of them.

What is drawn is the loss over all samples. A rule may be shown the loss over a batch instead: ``gradient(points,
batch)``. Nothing is invented there: the noise of a step is what the chosen samples differ by from the rest.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from caches import remembered
from landscapes.recording import Recording, gradient, second_derivatives, value, value_and_gradient
from landscapes.surface import Facts, FactsOrRule, Landscape, Pair, in_one_row, register, settings_from
from values import Value

_ELEMENTS = 2**15
"""How many points times samples are worked on at once: as many as fit in the cache of a processor."""

Picture = Literal["curve", "boundary", "classes"]
"""How the data and a model of them are drawn: a curve through points, a line between two classes, or three classes."""


@dataclass(frozen=True, eq=False)
class Samples(Value):
    """The data that a loss is taken over; its arrays cannot be written to.

    >>> samples = Samples(np.array([[1, 2, 3]]), np.array([2, 4, 6]), ("hours",), "pages")
    >>> len(samples), samples.inputs.shape, samples.is_outlier.any()
    (3, (1, 3), np.False_)

    Attributes
    ----------
    inputs : (d, N), a row for each input.
    targets : (N,): numbers, or -1 and +1 for two classes; (N, classes) with a single 1 in each row for more.
    input_names, target_name : what people call them.
    class_names : the classes, for two in the order -1, +1; () where the target is a number.
    is_outlier : (N,), which samples were added to the data by a setting.
    """

    inputs: np.ndarray
    targets: np.ndarray
    input_names: tuple[str, ...]
    target_name: str
    class_names: tuple[str, ...] = ()
    is_outlier: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        flags = self.is_outlier if len(self.is_outlier) else np.zeros(len(self.targets), dtype=bool)
        arrays = {
            "inputs": np.array(self.inputs, dtype=float, order="C"),
            "targets": np.array(self.targets, dtype=float, order="F"),  # class by class, as NumPy adds them fastest
            "is_outlier": np.array(flags, dtype=bool),
        }
        wanted, given = (len(self.input_names), len(arrays["targets"])), arrays["inputs"].shape
        if given != wanted:
            raise ValueError(f"inputs must have the shape {wanted}: names by targets, got {given}")
        for name, array in arrays.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """Each input and the targets, with the samples along axis 0 and an axis for points behind it."""
        return (*(row[:, None] for row in self.inputs), self.targets[:, None])


@dataclass(frozen=True, eq=False, kw_only=True)
class DataLandscape(Landscape):
    """The loss of a model of two weights over samples.

    Wherever a landscape takes points, this one takes a batch too: the numbers of the samples that are looked at.

    >>> from landscapes import LANDSCAPES
    >>> fit = LANDSCAPES["diabetes-line"]
    >>> len(fit.samples), fit.gradient((0, 0), batch=[3, 8]).shape, fit.on_samples([3, 8]).value((0, 0)).shape
    (442, (2,), ())

    Attributes
    ----------
    picture : how the data and the model are drawn.
    """

    picture: Picture
    _samples: Callable[..., Samples] = field(repr=False)
    _model: Callable[..., Any] = field(repr=False)

    @cached_property
    def samples(self) -> Samples:
        """The data, as the settings make them."""
        names = inspect.signature(self._samples).parameters
        return self._samples(**{name: self.settings[name] for name in names})

    def model(self, weights: Any, inputs: Any) -> np.ndarray:
        """What the model says: weights (2, ...) and inputs (d, k) -> (k, ...).

        Numbers where the target is one, a score for two classes, probabilities (k, classes, ...) for more.

        >>> from landscapes import LANDSCAPES
        >>> LANDSCAPES["diabetes-line"].model((2, 1), [[0, 3]])
        array([1., 7.])
        """
        weights, inputs = np.asarray(weights, dtype=float), np.asarray(inputs, dtype=float)
        count = len(self.samples.inputs)
        if weights.shape[:1] != (2,):
            raise ValueError(f"weights must have the shape (2, ...), got {weights.shape}")
        if inputs.ndim != 2 or len(inputs) != count:
            raise ValueError(f"inputs must have the shape ({count}, k), got {inputs.shape}")
        columns = inputs.reshape(*inputs.shape, *[1] * (weights.ndim - 1))
        with np.errstate(all="ignore"):
            return np.asarray(self._model(weights[0], weights[1], *columns))

    def _facts(self, facts: FactsOrRule) -> Facts:
        return _found(self, facts) if callable(facts) else super()._facts(facts)

    def value(self, points: Any, batch: Any = None) -> Any:
        """The loss over a batch or all samples: points (2, ...) -> (...); a number for a single pair."""
        return self._play_on(self._columns(batch), value, points)[0]

    def gradient(self, points: Any, batch: Any = None) -> np.ndarray:
        """The exact gradient of the loss over a batch or all samples: points (2, ...) -> (2, ...)."""
        return self._play_on(self._columns(batch), gradient, points)

    def value_and_gradient(self, points: Any, batch: Any = None) -> tuple[Any, np.ndarray]:
        """The loss and its gradient over a batch or all samples: points (2, ...) -> (...), (2, ...)."""
        outputs = self._play_on(self._columns(batch), value_and_gradient, points)
        return outputs[0], outputs[1:]

    def hessian(self, points: Any, batch: Any = None) -> np.ndarray:
        """The exact second derivatives over a batch or all samples: points (2, ...) -> (2, 2, ...)."""
        return self._play_on(self._columns(batch), second_derivatives, points)[[[0, 1], [1, 2]]]

    def on_samples(self, batch: Any) -> OnSamples:
        """The loss over a batch only: what a rule may ask in the step that sees it."""
        return OnSamples(self, np.array(self._checked(batch)))

    def quick_gradient(self, count: int) -> Callable[..., Any]:
        """As for any landscape; the function takes a batch too, an integer array that is not checked either."""
        if count < 2:
            return self.gradient  # along an axis of length 1 autograd would sum: see in_one_row
        everything = self.samples.columns
        plays: dict[int, Callable[..., Any]] = {}

        def quick(points: np.ndarray, batch: np.ndarray | None = None) -> Any:
            columns = everything if batch is None else [column[batch] for column in everything]
            size = len(columns[0])
            if size not in plays:
                plays[size] = _recording(self, gradient, count, size).play
            return plays[size](points[0], points[1], *columns)

        return quick

    def _checked(self, batch: Any) -> np.ndarray:
        """A batch as an array of sample numbers; ValueError if it is none."""
        count = len(self.samples)
        try:
            array = np.asarray(batch)
        except ValueError:
            raise ValueError(f"{self.title}: batch must be one row of sample numbers, got uneven rows") from None
        if array.ndim != 1:
            raise ValueError(f"{self.title}: batch must be one row of sample numbers, got the shape {array.shape}")
        if not array.size:
            raise ValueError(f"{self.title}: batch must name at least one sample, got none")
        if array.dtype.kind not in "iu":
            raise ValueError(f"{self.title}: batch must be integers, the numbers of samples, got {array.dtype}")
        wrong = array[(array < 0) | (array >= count)]
        if wrong.size:
            raise ValueError(f"{self.title}: batch must name samples from 0 to {count - 1}, got {wrong[0]}")
        return array

    def _columns(self, batch: Any) -> Sequence[np.ndarray]:
        if batch is None:
            return self.samples.columns
        batch = self._checked(batch)
        return [column[batch] for column in self.samples.columns]

    def _play_on(self, columns: Sequence[np.ndarray], wanted: Callable[..., Any], points: Any) -> np.ndarray:
        """The wanted outputs over these samples; many points are worked on in portions of one size."""
        size = len(columns[0])
        portion = max(2, _ELEMENTS // size)

        def play(rows: np.ndarray) -> Any:
            count = rows.shape[1]
            if count <= portion:
                return _recording(self, wanted, count, size).play(rows[0], rows[1], *columns)
            rows = np.pad(rows, ((0, 0), (0, -count % portion)), mode="edge")
            recorded = _recording(self, wanted, portion, size)
            played = [
                np.array(recorded.play(rows[0, at : at + portion], rows[1, at : at + portion], *columns))
                for at in range(0, count, portion)
            ]
            return np.concatenate(played, axis=1)[:, :count]

        return in_one_row(points, play)


@dataclass(frozen=True, eq=False)
class OnSamples(Value):
    """A data landscape seen on a batch only: its loss there, in the window of the whole.

    >>> from landscapes import LANDSCAPES
    >>> fit = LANDSCAPES["diabetes-line"]
    >>> seen = fit.on_samples([3, 8])
    >>> bool(seen.value((1, 0)) == fit.value((1, 0), batch=[3, 8])), seen.x_range == fit.x_range
    (True, True)
    """

    surface: DataLandscape
    batch: np.ndarray

    @property
    def x_range(self) -> Pair:
        return self.surface.x_range

    @property
    def y_range(self) -> Pair:
        return self.surface.y_range

    def value(self, points: Any) -> Any:
        """The loss over the batch: points (2, ...) -> (...)."""
        return self.surface.value(points, self.batch)

    def gradient(self, points: Any) -> np.ndarray:
        """Its exact gradient: points (2, ...) -> (2, ...)."""
        return self.surface.gradient(points, self.batch)

    def hessian(self, points: Any) -> np.ndarray:
        """Its exact second derivatives: points (2, ...) -> (2, 2, ...)."""
        return self.surface.hessian(points, self.batch)


@remembered("recordings of data")
def _recording(surface: DataLandscape, wanted: Callable[..., Any], count: int, size: int) -> Recording:
    """The recording for so many points over so many samples: the samples are inputs, so it serves every batch."""
    function, settings = surface.function, surface.settings
    example = np.full(count, 0.5)
    columns = [column[np.zeros(size, dtype=int)] for column in surface.samples.columns]
    return Recording(wanted(lambda *inputs: function(*inputs, **settings)), example, example, *columns)


@remembered("minima of data")
def _found(surface: DataLandscape, search: Callable[[DataLandscape], Facts]) -> Facts:
    return search(surface)


def data_landscape(
    slug: str,
    *,
    title: str,
    formula: str,
    x_range: Pair,
    y_range: Pair,
    start: Pair,
    about: str,
    samples: Callable[..., Samples],
    model: Callable[..., Any],
    picture: Picture,
    minima: Facts | Callable[[DataLandscape], Facts] = (),
    saddles: Facts = (),
    logarithmic: bool = False,
    listed: bool = True,
) -> Callable[[Callable[..., Any]], DataLandscape]:
    """Make a landscape of a loss over data, and list it in ``LANDSCAPES`` unless ``listed`` is False.

    The function is the mean loss of the weights over the samples. Its parameters are the two weights, arrays (points,);
    each input of the samples and their targets, arrays (samples, 1, ...); and then its settings, the default of each a
    ``knob``. It must not index them. ``samples`` takes those settings that it names, and is asked when they are needed.
    ``model`` takes the two weights and the inputs, as ``DataLandscape.model`` says. ``minima`` are points, or a
    function of the landscape that finds them.

    >>> three = Samples(np.array([[1, 2, 3]]), np.array([2, 4, 6]), ("x",), "y")
    >>> @data_landscape("three", title="Three points", formula="f", x_range=(-1, 1), y_range=(-1, 1), start=(1, 0),
    ...     about="A line through three points.", samples=lambda: three, model=lambda w1, w2, x: w1 * x + w2,
    ...     picture="curve", minima=((2, 0),), listed=False)
    ... def line(w1, w2, x, y):
    ...     return ((w1 * x + w2 - y) ** 2).mean(axis=0)
    >>> line.gradient((2, 1)), line.gradient((2, 1), batch=[2])
    (array([4., 2.]), array([6., 2.]))
    """

    def declare(function: Callable[..., Any]) -> DataLandscape:
        inputs = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
        made = DataLandscape(
            slug=slug,
            title=title,
            formula=formula,
            about=about,
            x_range=x_range,
            y_range=y_range,
            start=start,
            function=function,
            _minima=minima,
            _local_minima=(),
            _saddles=saddles,
            logarithmic=logarithmic,
            picture=picture,
            _samples=samples,
            _model=model,
            **settings_from(function, len(inputs), title),
        )
        return register(made) if listed else made

    return declare
