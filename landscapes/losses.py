"""The losses: how wrong is a prediction? Each with its exact slope, and with what there is to say about it.

A loss takes a *prediction* and a *target*. For regression both are numbers. For two classes the target is -1 or 1 and
the prediction is a score, whose sign is the class that it speaks for. For several classes the last axis holds a score
for each class, and a target that is 1 at the true class and 0 elsewhere (one-hot).

>>> LOSSES["mse"].value([1.0, 4.0], 2.0), LOSSES["mse"].slope([1.0, 4.0], 2.0)
(array([1., 4.]), array([-2.,  4.]))
>>> LOSSES["huber"].value(10.0, 0.0, delta=2.0)
18.0
>>> LOSSES["softmax"].slope([0.0, 0.0], [1.0, 0.0])
array([-0.5,  0.5])
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pickle import PicklingError
from types import MappingProxyType
from typing import Any, Literal

import autograd.numpy as np

from caches import remembered
from knobs import Knob, declared_knob, knob, positive
from landscapes.recording import Function, Recording, gradient
from landscapes.smooth import log_one_plus_exp, log_sum_exp

Task = Literal["regression", "binary", "classes"]


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss, what it means, and how it is computed.

    Attributes
    ----------
    slug, title : its name in links and code, and for people.
    formula, slope_formula : LaTeX: the loss, and its derivative with respect to the prediction.
    about, use_when : what it does, and when it is the one to take, in at most 120 letters each.
    reference : where it comes from, with the year in brackets at the end.
    task : what it judges: "regression" (numbers), "binary" (a score against -1 or 1) or "classes" (a score for each).
    knobs : its declared settings by name.
    """

    slug: str
    title: str
    formula: str
    slope_formula: str
    about: str
    use_when: str
    reference: str
    task: Task
    function: Function = field(repr=False)
    knobs: Mapping[str, Knob] = field(default_factory=dict, repr=False)

    def value(self, prediction: Any, target: Any, **settings: Any) -> Any:
        """The loss of each prediction; of several classes, one for each row of scores.

        >>> LOSSES["hinge"].value([2.0, 0.0, -2.0], 1.0).tolist()
        [0.0, 1.0, 3.0]
        """
        prediction, target = self._checked(prediction, target, settings)
        result = np.asarray(self.function(prediction, target, **self._complete(settings)))
        return result if result.ndim else result.item()

    def slope(self, prediction: Any, target: Any, **settings: Any) -> Any:
        """The derivative of the loss with respect to the prediction, or each score; 0 on the flat side of a kink.

        >>> LOSSES["mae"].slope([-3.0, 0.0, 3.0], 0.0).tolist()
        [-1.0, 0.0, 1.0]
        """
        prediction, target = self._checked(prediction, target, settings)
        rows = (-1, prediction.shape[-1]) if self.task == "classes" else (-1,)
        inputs = prediction.reshape(rows), target.reshape(rows)
        recorded = _slope(self, tuple(self._complete(settings).items()), inputs[0].shape)
        result = np.reshape(recorded.play(*inputs)[0], prediction.shape) + 0.0  # never -0
        return result if result.ndim else result.item()

    def of(self, prediction: Any, target: Any, **settings: Any) -> Any:
        """The loss as ``value`` gives it, for autograd and for recordings: nothing is checked or converted."""
        return self.function(prediction, target, **self._complete(settings))

    def per_sample(self, prediction: Any, one_hot: Any, **settings: Any) -> Any:
        """One loss for each sample of several classes, for autograd and for recordings.

        ``prediction`` and ``one_hot`` have a sample in each row and a class along the last axis. A loss for numbers or
        for two classes judges each class by itself against all others, and these losses are added up.

        >>> LOSSES["hinge"].per_sample(np.array([[2.0, -2.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])).tolist()
        [1.0]
        """
        if self.task == "classes":
            return self.of(prediction, one_hot, **settings)
        target = 2 * one_hot - 1 if self.task == "binary" else one_hot
        return np.sum(self.of(prediction, target, **settings), axis=-1)

    def __copy__(self) -> Loss:
        return self  # nothing of it can change

    def __deepcopy__(self, memo: Any) -> Loss:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """For a pickle: its name, by which another process finds it."""
        if LOSSES.get(self.slug) is not self:
            raise PicklingError(f"{self.title} cannot be pickled: only losses that LOSSES lists can")
        return _listed, (self.slug,)

    def _complete(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {name: settings.get(name, declared.default) for name, declared in self.knobs.items()}

    def _checked(self, prediction: Any, target: Any, settings: Mapping[str, Any]) -> tuple[Any, Any]:
        """Both as arrays of one shape; a sentence where they or the settings make no sense."""
        for name, value in settings.items():
            if name not in self.knobs:
                raise TypeError(
                    f"{self.title} has no setting {name!r}; its settings: {', '.join(self.knobs) or 'none'}"
                )
            self.knobs[name].plain(self.title, value)
        try:
            if any(np.asarray(each).dtype.kind in "USc" for each in (prediction, target)):
                raise TypeError  # NumPy would read numbers in texts, and drop what is imaginary
            prediction, target = np.asarray(prediction, dtype=float), np.asarray(target, dtype=float)
        except (TypeError, ValueError):
            given = f"{prediction!r} and {target!r}"
            raise ValueError(f"{self.title}: prediction and target must be numbers, got {given}") from None
        try:
            prediction, target = np.broadcast_arrays(prediction, target)
        except ValueError:
            shapes = f"{prediction.shape} and {target.shape}"
            raise ValueError(f"{self.title}: prediction and target must fit together, got {shapes}") from None
        if self.task == "binary" and not np.all(np.abs(target) == 1):
            raise ValueError(f"{self.title}: targets must be -1 or 1, got {target[np.abs(target) != 1].flat[0]:g}")
        if self.task == "classes" and not (np.ndim(target) and np.allclose(np.sum(target, axis=-1), 1)):
            raise ValueError(f"{self.title}: the targets of a sample's classes must add up to 1")
        return prediction, target


@remembered("recordings of losses")
def _slope(loss: Loss, settings: tuple[tuple[str, Any], ...], shape: tuple[int, ...]) -> Recording:
    example = np.full(shape, 0.5)
    return Recording(gradient(lambda p, y: loss.function(p, y, **dict(settings)), weights=1), example, example)


def with_delta() -> tuple[str, ...]:
    """The slugs of the losses that have the setting ``delta``: the only one that pages and trainings set.

    >>> "huber" in with_delta(), "mse" in with_delta()
    (True, False)
    """
    return tuple(slug for slug, loss in LOSSES.items() if "delta" in loss.knobs)


DELTA = knob(
    1.0,
    r"\delta",
    "How far off an error may be before it counts as an outlier.",
    valid=positive,
    offer=(0.1, 10),
    scale="log",
    label="Huber delta",
)

_LOSSES: dict[str, Loss] = {}

LOSSES: Mapping[str, Loss] = MappingProxyType(_LOSSES)
"""Every loss by its slug; read only."""


def _listed(slug: str) -> Loss:
    return LOSSES[slug]


def _loss(slug: str, **facts: Any) -> Callable[[Function], Function]:
    """List a function of prediction and target as a loss; its further parameters are settings, each a ``knob``."""

    def declare(function: Function) -> Function:
        parameters = list(inspect.signature(function).parameters.items())[2:]
        declared = [declared_knob(name, parameter.default) for name, parameter in parameters]
        knobs = {each.name: each for each in declared if each is not None}
        _LOSSES[slug] = Loss(slug=slug, function=function, knobs=MappingProxyType(knobs), **facts)
        return function

    return declare


@_loss(
    "mse",
    title="Mean squared error",
    formula=r"L = (\hat y - y)^2",
    slope_formula=r"\frac{\partial L}{\partial \hat y} = 2\,(\hat y - y)",
    about="Twice as far off costs four times as much, so one value that is far off outweighs many that are near.",
    use_when="Errors are small and of both signs, with no outliers: its best constant answer is the mean.",
    reference="Gauss, Theoria motus corporum coelestium (1809)",
    task="regression",
)
def _squared_error(prediction, target):
    return (prediction - target) ** 2


@_loss(
    "mae",
    title="Mean absolute error",
    formula=r"L = |\hat y - y|",
    slope_formula=r"\frac{\partial L}{\partial \hat y} = \operatorname{sign}(\hat y - y)",
    about="Twice as far off costs twice as much. The slope has one size and never says how near you are.",
    use_when="There are outliers that must not decide: its best constant answer is the median.",
    reference="Koenker and Bassett, Regression quantiles, Econometrica 46 (1978)",
    task="regression",
)
def _absolute_error(prediction, target):
    return np.fabs(prediction - target)


@_loss(
    "huber",
    title="Huber loss",
    formula=r"L = \begin{cases} \tfrac12 (\hat y - y)^2 & |\hat y - y| \le \delta \\"
    r" \delta\,(|\hat y - y| - \tfrac12 \delta) & \text{otherwise} \end{cases}",
    slope_formula=r"\frac{\partial L}{\partial \hat y} = \max(-\delta, \min(\delta, \hat y - y))",
    about="Squared near the target and absolute far from it: the slope grows as far as delta and no further.",
    use_when="There are outliers, and you want the smooth bottom of a squared error as well.",
    reference="Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35 (1964)",
    task="regression",
)
def _huber(prediction, target, delta=DELTA):
    size = np.fabs(prediction - target)
    return np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))


@_loss(
    "logistic",
    title="Binary cross-entropy",
    formula=r"L = \log\left(1 + e^{-y s}\right)",
    slope_formula=r"\frac{\partial L}{\partial s} = \frac{-y}{1 + e^{y s}}",
    about="The price of surprise: minus the logarithm of the probability that the score gives to the true class.",
    use_when="You want probabilities of two classes. It is never quite content, even with what is right.",
    reference="Cox, The regression analysis of binary sequences, Journal of the Royal Statistical Society B 20 (1958)",
    task="binary",
)
def _logistic(score, target):
    return log_one_plus_exp(-target * score)


@_loss(
    "softmax",
    title="Multi-class cross-entropy",
    formula=r"L = -\sum_k y_k \log p_k, \quad p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}",
    slope_formula=r"\frac{\partial L}{\partial s_k} = p_k - y_k",
    about="Softmax makes probabilities of the scores; what counts is only the one that the true class has got.",
    use_when="Exactly one of several classes is true: a cat, a dog or a pizza.",
    reference="Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)",
    task="classes",
)
def _softmax(scores, one_hot):
    return log_sum_exp(scores) - np.sum(one_hot * scores, axis=-1)


@_loss(
    "hinge",
    title="Hinge loss",
    formula=r"L = \max(0,\; 1 - y s)",
    slope_formula=r"\frac{\partial L}{\partial s} = \begin{cases} -y & y s < 1 \\ 0 & \text{otherwise} \end{cases}",
    about="Right by a margin of 1 costs nothing at all; every step below that costs the same.",
    use_when="Only the side of the boundary matters, not a probability: the loss of support vector machines.",
    reference="Cortes and Vapnik, Support-vector networks, Machine Learning 20 (1995)",
    task="binary",
)
def _hinge(score, target):
    margin = target * score
    return np.where(margin < 1, 1 - margin, 0.0)


@_loss(
    "squared-hinge",
    title="Squared hinge loss",
    formula=r"L = \max(0,\; 1 - y s)^2",
    slope_formula=r"\frac{\partial L}{\partial s} = -2\,y \max(0,\; 1 - y s)",
    about="As content as the hinge beyond the margin, but smooth there, and hard on what is far on the wrong side.",
    use_when="You want a margin and a smooth slope, and no label is plainly wrong: an outlier weighs heavily.",
    reference="Chang, Hsieh and Lin, Coordinate descent method for large-scale L2-loss linear support vector machines,"
    " Journal of Machine Learning Research 9 (2008)",
    task="binary",
)
def _squared_hinge(score, target):
    margin = target * score
    return np.where(margin < 1, 1 - margin, 0.0) ** 2
