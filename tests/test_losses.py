"""The losses: values and slopes against scikit-learn, by hand and by differences, and what is said of each."""

from __future__ import annotations

import re

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landscapes.losses import LOSSES
from landscapes.recording import Recording, second_derivatives, value_and_gradient
from tests.every import for_every

ELEMENTWISE = [slug for slug, loss in LOSSES.items() if loss.task != "classes"]
FOR_CLASSES = [slug for slug, loss in LOSSES.items() if loss.task == "classes"]
BINARY = [slug for slug, loss in LOSSES.items() if loss.task == "binary"]
KINKS = {"mae": (0,), "huber": (-1, 1), "hinge": (-1, 1), "squared-hinge": (-1, 1)}
HUGE = np.array([-1e6, -1e3, -1.0, 0.0, 1.0, 1e3, 1e6])


def targets_of(slug: str, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Targets that the loss can be asked about."""
    drawn = np.random.default_rng(seed).normal(size=shape)
    return np.where(drawn > 0, 1.0, -1.0) if slug in BINARY else drawn


def one_hot(labels: list[int], classes: int = 3) -> np.ndarray:
    return np.eye(classes)[labels]


def softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def test_the_losses_are_there_by_their_slugs_and_read_only():
    assert all(slug == loss.slug for slug, loss in LOSSES.items())
    with pytest.raises(TypeError):
        LOSSES["mine"] = LOSSES["mse"]


# Against scikit-learn

PREDICTIONS = np.random.default_rng(1).normal(scale=3, size=400)
NUMBERS = np.random.default_rng(2).normal(size=400)
SIGNS = targets_of("hinge", (400,), seed=3)


def sklearn_mean(slug: str) -> float:
    """The mean loss of the predictions above by scikit-learn's metrics."""
    from sklearn import metrics

    return {
        "mse": lambda: metrics.mean_squared_error(NUMBERS, PREDICTIONS),
        "mae": lambda: metrics.mean_absolute_error(NUMBERS, PREDICTIONS),
        "logistic": lambda: metrics.log_loss(SIGNS > 0, 1 / (1 + np.exp(-PREDICTIONS))),
        "hinge": lambda: metrics.hinge_loss(SIGNS, PREDICTIONS),
    }[slug]()


@pytest.mark.parametrize("slug", ["mse", "mae", "logistic", "hinge"])
def test_the_mean_loss_is_scikit_learns_metric(slug):
    target = SIGNS if slug in BINARY else NUMBERS
    assert LOSSES[slug].value(PREDICTIONS, target).mean() == pytest.approx(sklearn_mean(slug), rel=1e-12)


@pytest.mark.parametrize(
    ("slug", "name", "factor"),
    [("mse", "HalfSquaredError", 2), ("mae", "AbsoluteError", 1), ("logistic", "HalfBinomialLoss", 1)],
)
def test_values_and_slopes_are_those_of_the_losses_inside_scikit_learn(slug, name, factor):
    from sklearn._loss import loss as inside

    target = SIGNS if slug in BINARY else NUMBERS
    theirs = getattr(inside, name)()
    value, slope = theirs.loss_gradient((target + 1) / 2 if slug in BINARY else target, PREDICTIONS)
    assert LOSSES[slug].value(PREDICTIONS, target) == pytest.approx(factor * value, rel=1e-12)
    assert LOSSES[slug].slope(PREDICTIONS, target) == pytest.approx(factor * slope, rel=1e-10)


@pytest.mark.parametrize("delta", [0.1, 0.5, 1, 2.5, 50])
def test_huber_is_scikit_learns_with_the_same_delta(delta):
    from sklearn._loss.loss import HuberLoss

    theirs = HuberLoss(delta=delta)
    theirs.closs.delta = delta  # by itself it takes a quantile of the errors
    value, slope = theirs.loss_gradient(NUMBERS, PREDICTIONS)
    assert LOSSES["huber"].value(PREDICTIONS, NUMBERS, delta=delta) == pytest.approx(value, rel=1e-12)
    assert LOSSES["huber"].slope(PREDICTIONS, NUMBERS, delta=delta) == pytest.approx(slope, rel=1e-12)


def test_softmax_is_scikit_learns_multinomial_loss_and_log_loss():
    from sklearn._loss.loss import HalfMultinomialLoss
    from sklearn.metrics import log_loss

    random = np.random.default_rng(4)
    scores, labels = random.normal(scale=3, size=(200, 5)), random.integers(5, size=200)
    loss, target = LOSSES["softmax"], np.eye(5)[labels]
    value, slope = HalfMultinomialLoss(n_classes=5).loss_gradient(labels.astype(float), scores)
    assert loss.value(scores, target) == pytest.approx(value, rel=1e-12)
    assert loss.slope(scores, target) == pytest.approx(slope, rel=1e-10, abs=1e-15)
    assert loss.value(scores, target).mean() == pytest.approx(log_loss(labels, softmax(scores)), rel=1e-12)


def test_two_classes_of_softmax_are_the_binary_cross_entropy_of_the_difference_of_scores():
    scores = np.random.default_rng(5).normal(scale=4, size=(100, 2))
    binary = LOSSES["logistic"].value(scores[:, 0] - scores[:, 1], 1.0)
    assert LOSSES["softmax"].value(scores, [1.0, 0.0]) == pytest.approx(binary, rel=1e-9)


# By hand: what the printed formulas say. The key is the formula on the page, so neither can change alone.

BY_HAND = {
    r"L = (\hat y - y)^2": lambda p, y: (p - y) * (p - y),
    r"L = |\hat y - y|": lambda p, y: max(p - y, y - p),
    r"L = \begin{cases} \tfrac12 (\hat y - y)^2 & |\hat y - y| \le \delta \\"
    r" \delta\,(|\hat y - y| - \tfrac12 \delta) & \text{otherwise} \end{cases}": lambda p, y: (
        (p - y) ** 2 / 2 if abs(p - y) <= 1 else 1 * (abs(p - y) - 1 / 2)
    ),
    r"L = \log\left(1 + e^{-y s}\right)": lambda s, y: np.log(1 + np.exp(-y * s)),
    r"L = \max(0,\; 1 - y s)": lambda s, y: max(0, 1 - y * s),
    r"L = \max(0,\; 1 - y s)^2": lambda s, y: max(0, 1 - y * s) ** 2,
    r"L = -\sum_k y_k \log p_k, \quad p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}": lambda s, y: (
        -np.sum(y * np.log(softmax(s)))
    ),
}
SLOPES_BY_HAND = {
    r"\frac{\partial L}{\partial \hat y} = 2\,(\hat y - y)": lambda p, y: 2 * (p - y),
    r"\frac{\partial L}{\partial \hat y} = \operatorname{sign}(\hat y - y)": lambda p, y: (p > y) - (p < y),
    r"\frac{\partial L}{\partial \hat y} = \max(-\delta, \min(\delta, \hat y - y))": lambda p, y: max(
        -1, min(1, p - y)
    ),
    r"\frac{\partial L}{\partial s} = \frac{-y}{1 + e^{y s}}": lambda s, y: -y / (1 + np.exp(y * s)),
    r"\frac{\partial L}{\partial s} = \begin{cases} -y & y s < 1 \\ 0 & \text{otherwise} \end{cases}": lambda s, y: (
        -y if y * s < 1 else 0
    ),
    r"\frac{\partial L}{\partial s} = -2\,y \max(0,\; 1 - y s)": lambda s, y: -2 * y * max(0, 1 - y * s),
    r"\frac{\partial L}{\partial s_k} = p_k - y_k": lambda s, y: softmax(s) - y,
}


def test_every_formula_that_is_worked_out_by_hand_is_on_the_page():
    assert set(BY_HAND) <= {loss.formula for loss in LOSSES.values()}
    assert set(SLOPES_BY_HAND) == {loss.slope_formula for loss in LOSSES.values() if loss.formula in BY_HAND}


@pytest.mark.parametrize("slug", [slug for slug in ELEMENTWISE if LOSSES[slug].formula in BY_HAND])
def test_a_loss_and_its_slope_are_what_their_formulas_say_also_at_kinks(slug):
    loss = LOSSES[slug]
    for target in (-1.0, 1.0) if slug in BINARY else (-1.0, 0.0, 0.25):
        for prediction in (np.arange(-24, 25) / 8).tolist():
            assert loss.value(prediction, target) == pytest.approx(BY_HAND[loss.formula](prediction, target))
            assert loss.slope(prediction, target) == pytest.approx(
                SLOPES_BY_HAND[loss.slope_formula](prediction, target)
            )


@pytest.mark.parametrize("slug", [slug for slug in FOR_CLASSES if LOSSES[slug].formula in BY_HAND])
@pytest.mark.parametrize("true", range(3))
def test_a_loss_of_classes_and_its_slopes_are_what_their_formulas_say(slug, true):
    loss, target = LOSSES[slug], one_hot([true])[0]
    for scores in ([0.0, 0.0, 0.0], [2.0, -1.0, 0.5], [-3.0, 3.0, 0.0]):
        scores = np.array(scores)
        assert loss.value(scores, target) == pytest.approx(BY_HAND[loss.formula](scores, target))
        assert loss.slope(scores, target) == pytest.approx(SLOPES_BY_HAND[loss.slope_formula](scores, target))


def test_the_values_that_a_class_works_out_on_the_board():
    assert LOSSES["mse"].value(5, 2) == 9
    assert LOSSES["mae"].value(5, 2) == 3
    assert LOSSES["huber"].value(5, 2) == 2.5
    assert LOSSES["huber"].value(2.5, 2) == 0.125
    assert LOSSES["logistic"].value(0, 1) == np.log(2)
    assert LOSSES["hinge"].value([-1, 0, 1, 2], 1).tolist() == [2, 1, 0, 0]
    assert LOSSES["squared-hinge"].value([-1, 0, 1, 2], 1).tolist() == [4, 1, 0, 0]
    assert LOSSES["softmax"].value([0, 0, 0], [1, 0, 0]) == pytest.approx(np.log(3))


@pytest.mark.parametrize(("slug", "kinks"), KINKS.items())
def test_the_slope_at_a_kink_lies_between_those_beside_it(slug, kinks):
    target = 1.0 if slug in BINARY else 0.0
    for kink in kinks:
        left, here, right = LOSSES[slug].slope(np.array([kink - 1e-9, kink, kink + 1e-9]), target)
        assert min(left, right) - 1e-8 <= here <= max(left, right) + 1e-8


# Slopes against differences, and large numbers


@pytest.mark.parametrize("slug", ELEMENTWISE)
@given(arrays(float, 20, elements=st.floats(-30, 30)))
def test_slopes_are_central_differences_away_from_kinks(slug, predictions):
    loss, target, step = LOSSES[slug], targets_of(slug, (20,)), 1e-5
    at = predictions - (0 if slug in BINARY else target)
    smooth = np.all([np.abs(at - kink) > 1e-3 for kink in KINKS.get(slug, (np.inf,))], axis=0)
    difference = (loss.value(predictions + step, target) - loss.value(predictions - step, target)) / (2 * step)
    assert loss.slope(predictions, target)[smooth] == pytest.approx(difference[smooth], rel=1e-5, abs=1e-6)


@given(arrays(float, (4, 3), elements=st.floats(-30, 30)))
def test_slopes_of_softmax_are_central_differences(scores):
    loss, target, step = LOSSES["softmax"], one_hot([0, 1, 2, 1]), 1e-5
    differences = np.empty((4, 3))
    for k in range(3):
        ahead, behind = scores + step * np.eye(3)[k], scores - step * np.eye(3)[k]
        differences[:, k] = (loss.value(ahead, target) - loss.value(behind, target)) / (2 * step)
    assert loss.slope(scores, target) == pytest.approx(differences, abs=1e-6)


@pytest.mark.parametrize("slug", ELEMENTWISE)
def test_nothing_overflows_far_out(slug):
    for target in (-1.0, 1.0):
        value, slope = LOSSES[slug].value(HUGE, target), LOSSES[slug].slope(HUGE, target)
        assert np.isfinite(value).all()
        assert np.isfinite(slope).all()
        assert (value >= 0).all()


def test_softmax_does_not_overflow_far_out():
    scores = np.array([[1e6, -1e6, 0.0], [-1e6, -1e6, -1e6], [1e6, 1e6, 1e6]])
    target = one_hot([1, 0, 2])
    assert LOSSES["softmax"].value(scores, target) == pytest.approx([2e6, np.log(3), np.log(3)])
    assert LOSSES["softmax"].slope(scores, target)[0].tolist() == [1, -1, 0]


# In recordings, as a network's loss


@for_every("slug", [*LOSSES])
def test_a_recorded_loss_of_classes_has_exact_first_and_second_derivatives(slug):
    loss, random = LOSSES[slug], np.random.default_rng(6)
    inputs, target = random.normal(size=(7, 2)), one_hot([0, 1, 2, 1, 0, 2, 2])
    one, other = random.normal(size=(2, 2, 3))

    def mean_loss(a, b, inputs, target):
        return anp.mean(loss.per_sample(inputs @ (a * one + b * other), target))

    example = (np.float64(0.5), np.float64(0.5), np.zeros((7, 2)), np.zeros((7, 3)))
    first = Recording(value_and_gradient(mean_loss), *example)
    second = Recording(second_derivatives(mean_loss), *example)
    a, b, step = np.float64(0.3), np.float64(-0.7), 1e-6
    value, *gradient = first.play(a, b, inputs, target)
    ahead, behind = (first.play(a, b + sign * step, inputs, target) for sign in (1, -1))
    assert value == pytest.approx(np.mean(loss.per_sample(inputs @ (a * one + b * other), target)), rel=1e-14)
    assert gradient[1] == pytest.approx((ahead[0] - behind[0]) / (2 * step), rel=1e-6)
    slopes = [(ahead[i] - behind[i]) / (2 * step) for i in (1, 2)]
    assert second.play(a, b, inputs, target)[1:] == pytest.approx(slopes, rel=1e-6, abs=1e-9)


@for_every("slug", [*LOSSES])
def test_every_loss_gives_each_sample_of_classes_one_number_that_counts_each_class(slug):
    loss, scores, target = LOSSES[slug], np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -4.0]]), one_hot([0, 2])
    if loss.task == "classes":
        wanted = loss.value(scores, target)
    else:
        signs = 2 * target - 1 if loss.task == "binary" else target
        wanted = [sum(loss.value(s, y) for s, y in zip(*row, strict=True)) for row in zip(scores, signs, strict=True)]
    assert loss.per_sample(scores, target) == pytest.approx(wanted)


# What is refused, and what is said


def test_what_makes_no_sense_is_refused_in_a_sentence():
    for slug, prediction, target, settings, sentence in [
        ("hinge", 1.0, 0.0, {}, "Hinge loss: targets must be -1 or 1, got 0"),
        ("huber", 1.0, 0.0, {"delta": -1.0}, "Huber loss: delta must be in (0, inf), got -1"),
        (
            "softmax",
            [1.0, 2.0],
            [1.0, 1.0],
            {},
            "Multi-class cross-entropy: the targets of a sample's classes must add up",
        ),
        ("mse", [1.0, 2.0], [1.0, 2.0, 3.0], {}, "Mean squared error: prediction and target must fit together"),
    ]:
        with pytest.raises(ValueError, match=re.escape(sentence)):
            LOSSES[slug].slope(prediction, target, **settings)
    with pytest.raises(TypeError, match="Mean squared error has no setting 'delta'; its settings: none"):
        LOSSES["mse"].value(1.0, 0.0, delta=2.0)


@for_every("slug", [*LOSSES])
def test_every_loss_says_what_it_does_when_to_use_it_and_where_it_comes_from(slug):
    loss = LOSSES[slug]
    for text in (loss.about, loss.use_when):
        assert text.endswith(".")
        assert len(text) <= 120
    assert loss.reference.endswith(")")


def test_what_is_said_of_the_regression_losses_is_true():
    mse, mae, huber = (LOSSES[slug] for slug in ("mse", "mae", "huber"))
    assert mse.value(6, 0) == 4 * mse.value(3, 0)
    assert mae.value(6, 0) == 2 * mae.value(3, 0)
    assert set(mae.slope([0.001, 1, 1000], 0)) == {1}
    for delta in (0.5, 2):
        assert np.max(np.abs(huber.slope(np.linspace(-9, 9, 50), 0, delta=delta))) == delta
    data, answers = np.array([0, 1, 2, 3, 50.0]), np.linspace(0, 50, 501)
    totals = {loss.slug: loss.value(answers[:, np.newaxis], data).sum(axis=1) for loss in (mse, mae)}
    assert answers[totals["mse"].argmin()] == pytest.approx(data.mean(), abs=0.05)
    assert answers[totals["mae"].argmin()] == pytest.approx(np.median(data), abs=0.05)


def test_what_is_said_of_the_losses_of_a_score_is_true():
    score = np.linspace(-4, 4, 81)
    surprise = -np.log(1 / (1 + np.exp(-score)))
    assert LOSSES["logistic"].value(score, 1) == pytest.approx(surprise)
    assert (LOSSES["logistic"].slope(score, 1) < 0).all()  # never quite content
    for slug in ("hinge", "squared-hinge"):
        assert (LOSSES[slug].value(score[score >= 1], 1) == 0).all()
    steps = np.diff(LOSSES["hinge"].value(score[score <= 1], 1))
    assert steps == pytest.approx(np.full(len(steps), -0.1))
    beside = LOSSES["squared-hinge"].slope([1 - 1e-9, 1, 1 + 1e-9], 1)
    assert beside == pytest.approx(np.zeros(3), abs=1e-8)
    assert LOSSES["squared-hinge"].value(-9, 1) == 10 * LOSSES["hinge"].value(-9, 1)
