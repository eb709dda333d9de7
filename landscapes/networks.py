"""The loss of a network's weights on samples: a landscape of thousands of weights, with its exact gradient.

The weights of a network are one flat vector, so that whatever moves a point of a landscape moves a network too.

>>> network = Network(inputs=2, outputs=3, hidden=(4,))
>>> weights = network.init(seed=0)
>>> inputs, one_hot = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(3)[[0, 2]]
>>> loss, gradient = network.value_and_gradient(weights, inputs, one_hot)
>>> network.size, gradient.shape, network.loss(weights - 0.1 * gradient, inputs, one_hot) < loss
(27, (27,), np.True_)
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive

from caches import remembered
from knobs import Choice, Interval, format_value, nonnegative
from landscapes.losses import LOSSES
from landscapes.recording import Recording, value_and_gradient

Array = np.ndarray[Any, np.dtype[Any]]

MOST_WEIGHTS = 1_000_000
"""A larger network is refused: one vector of so many weights takes 8 MB."""

_WEIGHTS_STREAM = 1  # keeps the first weights from the random numbers that the same seed gives elsewhere


@primitive
def _relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


# autograd's own maximum compares twice to share a tie; here the slope at 0 is 0
defvjp(_relu, lambda activated, z: lambda g: g * (activated > 0))

_ACTIVATIONS = {"relu": _relu, "tanh": anp.tanh}

activations = Choice((("relu", "ReLU"), ("tanh", "Tanh")))
"""What a hidden unit makes of its sum."""

losses = Choice(tuple((loss.slug, loss.title) for loss in LOSSES.values()))
"""What a network may be judged by."""


class Layer(NamedTuple):
    """Where a layer's numbers stand in the vector of weights.

    ``weights[layer.matrix].reshape(layer.shape)`` has a row for each input and a column for each unit: a column is what
    comes into one unit, its *filter*. ``weights[layer.bias]`` has one number for each unit.
    """

    matrix: slice
    bias: slice
    shape: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Network:
    r"""A fully connected network, and the loss by which its weights are judged.

    .. math::
        L(w) = \frac{1}{N} \sum_i \ell(\mathrm{scores}(x_i), y_i) + \frac{\lambda}{2} \sum_l \lVert W_l \rVert^2

    Attributes
    ----------
    inputs, outputs : how many numbers a sample has, and how many classes there are.
    hidden : the widths of the hidden layers; () is a linear model, with the loss "softmax" a softmax regression.
    activation : what hidden units make of their sum, "relu" or "tanh". The slope of ReLU at 0 is 0.
    loss_slug, settings : the loss, and its settings as pairs of name and value. A loss for numbers or for two classes
        judges each score by itself, as one class against all others, and the losses are added up.
    penalty : lambda above; biases are not penalised.

    As scikit-learn's ``MLPClassifier(alpha=penalty * batch_size)``, which divides its penalty by the batch size. Here
    it does not depend on the batch, so that the mean over an epoch's batches is the loss of all the data.
    """

    inputs: int
    outputs: int
    hidden: tuple[int, ...] = ()
    activation: str = "relu"
    loss_slug: str = "softmax"
    settings: tuple[tuple[str, float], ...] = ()
    penalty: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", tuple(self.hidden))
        for what, width in (("inputs", self.inputs), ("outputs", self.outputs), *(("width", h) for h in self.hidden)):
            if not isinstance(width, (int, np.integer)) or width < 1:
                raise ValueError(f"Network: {what} must be a whole number from 1 on, got {width}")
        if self.size > MOST_WEIGHTS:
            raise ValueError(f"Network: there may be at most {MOST_WEIGHTS:,} weights, got {self.size:,}")
        for what, choice, valid in (
            ("activation", self.activation, activations),
            ("loss", self.loss_slug, losses),
            ("penalty", self.penalty, nonnegative),
        ):
            _check(what, choice, valid)
        known = LOSSES[self.loss_slug].knobs
        for name, value in self.settings:
            if name not in known:
                raise ValueError(f"Network: the loss {self.loss_slug} has no setting {name}")
            known[name].check("Network", value)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Where each layer's matrix and bias stand, first to last.

        >>> Network(inputs=2, outputs=3).layers
        (Layer(matrix=slice(0, 6, None), bias=slice(6, 9, None), shape=(2, 3)),)
        """
        found, first = [], 0
        for shape in itertools.pairwise((self.inputs, *self.hidden, self.outputs)):
            middle = first + math.prod(shape)
            found.append(Layer(slice(first, middle), slice(middle, middle + shape[1]), shape))
            first = middle + shape[1]
        return tuple(found)

    @property
    def size(self) -> int:
        """How many weights there are."""
        return self.layers[-1].bias.stop

    def init(self, seed: int) -> Array:
        """The first weights, (n,): matrices and biases even in +-sqrt(6 / (inputs + units)) of their layer.

        That is Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, as
        scikit-learn's ``MLPClassifier`` does it for both activations, biases included.
        """
        random = np.random.default_rng((seed, 0, _WEIGHTS_STREAM))
        weights = np.empty(self.size)
        for layer in self.layers:
            bound = math.sqrt(6 / sum(layer.shape))
            weights[layer.matrix.start : layer.bias.stop] = random.uniform(
                -bound, bound, layer.bias.stop - layer.matrix.start
            )
        return weights

    def scores(self, weights: Array, inputs: Array) -> Array:
        """A score for each class: weights (n, ...) and inputs (N, d) -> (..., N, classes)."""
        with np.errstate(all="ignore"):
            scores: Array = self._scores(self._parts(weights), inputs)
        return scores

    def loss(self, weights: Array, inputs: Array, one_hot: Array) -> Any:
        """The loss above: weights (n, ...), inputs (N, d) and one-hot targets (N, classes) -> (...)."""
        with np.errstate(all="ignore"):
            return self._loss(self._parts(weights), inputs, one_hot)

    def value_and_gradient(self, weights: Array, inputs: Array, one_hot: Array) -> tuple[np.float64, Array]:
        """The loss and its exact gradient (n,) at one vector of weights."""
        play = _recording(self, len(inputs)).play
        with np.errstate(all="ignore"):
            value, *slopes = play(*self._parts(weights), inputs, one_hot)
        return value, np.concatenate([slope.ravel() for slope in slopes])

    def _parts(self, weights: Array) -> list[Array]:
        """The matrix and the bias of each layer, as views into the weights; further axes come first."""
        batch = weights.shape[1:]
        weights = np.moveaxis(weights, 0, -1) if batch else weights
        parts = []
        for matrix, bias, shape in self.layers:
            parts.append(weights[..., matrix].reshape(*batch, *shape))
            parts.append(weights[..., None, bias] if batch else weights[bias])
        return parts

    def _scores(self, parts: Any, inputs: Any) -> Any:
        activate = _ACTIVATIONS[self.activation]
        signals = inputs
        for index, (matrix, bias) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
            signals = anp.matmul(activate(signals) if index else signals, matrix) + bias
        return signals

    def _loss(self, parts: Any, inputs: Any, one_hot: Any) -> Any:
        scores = self._scores(parts, inputs)
        loss = anp.mean(LOSSES[self.loss_slug].per_sample(scores, one_hot, **dict(self.settings)), axis=-1)
        if self.penalty:
            loss = loss + 0.5 * self.penalty * sum(anp.sum(matrix**2, axis=(-2, -1)) for matrix in parts[::2])
        return loss


def _check(what: str, value: Any, valid: Choice | Interval) -> None:
    if value not in valid:
        shown = format_value(value) if isinstance(value, (int, float)) else value
        raise ValueError(f"Network: {what} must be in {valid}, got {shown}")


@remembered("recordings of networks")
def _recording(network: Network, count: int) -> Recording:
    """The loss and its gradient on so many samples, to be played back."""
    parts = network._parts(np.full(network.size, 0.5))

    def loss(*args: Any) -> Any:
        return network._loss(args[: len(parts)], *args[len(parts) :])

    inputs, one_hot = np.full((count, network.inputs), 0.5), np.full((count, network.outputs), 0.5)
    return Recording(value_and_gradient(loss, weights=len(parts)), *parts, inputs, one_hot)
