"""The loss of a network's weights: its gradient against differences and scikit-learn, its layout, its first weights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from landscapes import networks
from landscapes.losses import LOSSES
from landscapes.networks import MOST_WEIGHTS, Network, activations
from tests.every import for_every

DEPTHS = ((), (4,), (4, 3))
SHAPES = [(activation, hidden) for activation, hidden in itertools.product(activations.titles, DEPTHS)]
PENALTY = 0.3


@pytest.fixture
def samples():
    random = np.random.default_rng(5)
    return random.normal(size=(6, 5)), np.eye(3)[[0, 1, 2, 2, 1, 0]]


def network(loss="softmax", activation="tanh", hidden=(4,), penalty=PENALTY):
    return Network(inputs=5, outputs=3, hidden=hidden, activation=activation, loss_slug=loss, penalty=penalty)


def differences(function, x, h=1e-6):
    return np.array([(function(x + h * unit) - function(x - h * unit)) / (2 * h) for unit in np.eye(len(x))])


@for_every("loss", [*LOSSES])
@pytest.mark.parametrize(("activation", "hidden"), SHAPES)
def test_the_gradient_is_that_of_central_differences(loss, activation, hidden, samples):
    made = network(loss, activation, hidden)
    weights = made.init(seed=1)
    value, gradient = made.value_and_gradient(weights, *samples)
    assert value == pytest.approx(made.loss(weights, *samples), rel=1e-14)
    assert gradient == pytest.approx(differences(lambda w: made.loss(w, *samples), weights), abs=1e-7)


@pytest.mark.parametrize(("activation", "hidden"), SHAPES)
def test_loss_and_gradient_are_those_of_scikit_learn(activation, hidden, samples):
    from sklearn.neural_network import MLPClassifier

    inputs, one_hot = samples
    made = network("softmax", activation, hidden)
    weights = made.init(seed=2)
    theirs = MLPClassifier(
        hidden,
        activation=activation,
        solver="sgd",
        momentum=0,
        learning_rate_init=1,
        batch_size=len(inputs),
        alpha=PENALTY * len(inputs),
    )
    labels = one_hot.argmax(axis=1)
    theirs.partial_fit(inputs, labels, classes=[0, 1, 2])  # makes the weights; ours are put in their place
    for layer, matrix, bias in zip(made.layers, theirs.coefs_, theirs.intercepts_, strict=True):
        matrix[...], bias[...] = weights[layer.matrix].reshape(layer.shape), weights[layer.bias]
    theirs.partial_fit(inputs, labels)  # one step with the rate 1
    moved = np.concatenate(
        [part.ravel() for pair in zip(theirs.coefs_, theirs.intercepts_, strict=True) for part in pair]
    )
    value, gradient = made.value_and_gradient(weights, inputs, one_hot)
    assert value == pytest.approx(theirs.loss_, rel=1e-12)
    assert weights - gradient == pytest.approx(moved, rel=1e-12, abs=1e-14)


@for_every("loss", [*LOSSES])
def test_the_mean_of_an_epochs_batch_gradients_by_their_sizes_is_the_full_gradient(loss, samples):
    inputs, one_hot = samples
    made = network(loss)
    weights = made.init(seed=3)
    full = made.value_and_gradient(weights, inputs, one_hot)[1]
    batches = [slice(0, 3), slice(3, 5), slice(5, 6)]
    parts = [(made.value_and_gradient(weights, inputs[b], one_hot[b])[1], b.stop - b.start) for b in batches]
    assert sum(size * gradient for gradient, size in parts) / 6 == pytest.approx(full, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("hidden", DEPTHS)
def test_every_weight_belongs_to_one_matrix_or_bias_in_order(hidden):
    made = network(hidden=hidden)
    weights = np.arange(float(made.size))
    parts = []
    for layer in made.layers:
        matrix, bias = weights[layer.matrix].reshape(layer.shape), weights[layer.bias]
        assert len(bias) == layer.shape[1]
        parts += [matrix.ravel(), bias]
    assert np.concatenate(parts).tolist() == weights.tolist()


def test_scores_are_matrix_products_with_a_bend_in_between(samples):
    inputs, _ = samples
    made = network(activation="relu", hidden=(4,))
    weights = made.init(seed=4)
    (first, first_bias), (last, last_bias) = (
        (weights[layer.matrix].reshape(layer.shape), weights[layer.bias]) for layer in made.layers
    )
    by_hand = np.maximum(0, inputs @ first + first_bias) @ last + last_bias
    assert made.scores(weights, inputs) == pytest.approx(by_hand, rel=1e-14)


@for_every("loss", [*LOSSES])
def test_many_vectors_of_weights_give_what_each_gives_alone(loss, samples):
    made = network(loss, hidden=(4, 3))
    grid = np.stack([made.init(seed) for seed in range(6)], axis=1).reshape(made.size, 2, 3)
    scores, losses = made.scores(grid, samples[0]), made.loss(grid, *samples)
    assert (scores.shape, losses.shape) == ((2, 3, 6, 3), (2, 3))
    for place in np.ndindex(2, 3):
        alone = grid[(slice(None), *place)]
        assert scores[place] == pytest.approx(made.scores(alone, samples[0]), rel=1e-12)
        assert losses[place] == pytest.approx(made.loss(alone, *samples), rel=1e-12)


def test_the_first_weights_fill_the_range_of_glorot_and_bengio_and_follow_the_seed():
    made = Network(inputs=64, outputs=10, hidden=(64,))
    weights = made.init(seed=0)
    for layer in made.layers:
        bound, own = np.sqrt(6 / sum(layer.shape)), weights[layer.matrix.start : layer.bias.stop]
        assert 0.95 * bound < np.abs(own).max() <= bound
        assert abs(own.mean()) < 0.1 * bound
    assert made.init(seed=0).tolist() == weights.tolist() != made.init(seed=1).tolist()


def test_the_slope_of_relu_at_0_is_0(samples):
    made = network(activation="relu", penalty=0.0)
    gradient = made.value_and_gradient(np.zeros(made.size), *samples)[1]
    hidden, last = made.layers
    assert not gradient[: hidden.bias.stop].any()
    assert not gradient[last.matrix].any()


@for_every("loss", [*LOSSES])
def test_weights_that_are_far_too_large_make_no_warning(loss, samples):
    made = network(loss, activation="relu", hidden=(4, 3))
    made.value_and_gradient(1e200 * made.init(0), *samples)
    made.loss(1e200 * made.init(0), *samples)


def test_equal_networks_share_a_recording(samples):
    before = networks._recording.entries
    for _ in range(3):
        network("mse", penalty=0.123).value_and_gradient(network("mse").init(0), *samples)
    assert networks._recording.entries <= before + 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"inputs": 0}, "Network: inputs must be a whole number from 1 on, got 0"),
        ({"outputs": 2.5}, "Network: outputs must be a whole number from 1 on, got 2.5"),
        ({"hidden": (8, 0)}, "Network: width must be a whole number from 1 on, got 0"),
        ({"hidden": (2000, 2000)}, f"Network: there may be at most {MOST_WEIGHTS:,} weights, got 4,020,003"),
        ({"activation": "sin"}, "Network: activation must be in {relu, tanh}, got sin"),
        ({"loss_slug": "pizza"}, "Network: loss must be in {mse, .*}, got pizza"),
        ({"penalty": -1}, r"Network: penalty must be in \[0, inf\), got -1"),
        ({"settings": (("delta", 1.0),)}, "Network: the loss softmax has no setting delta"),
        ({"loss_slug": "huber", "settings": (("delta", 0.0),)}, r"Network: delta must be in \(0, inf\), got 0"),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Network(**{"inputs": 5, "outputs": 3, **settings})


def test_the_settings_of_a_loss_count(samples):
    made = [Network(inputs=5, outputs=3, loss_slug="huber", settings=(("delta", delta),)) for delta in (0.1, 1.0)]
    small, large = (each.loss(each.init(0), *samples) for each in made)
    assert small < large
