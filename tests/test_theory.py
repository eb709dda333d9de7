"""What theory says of the rules: where they are stable, how long their steps can be, and what they do not notice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Outcome, descend, walk
from tests.walking import EVERY_RULE, bowl, gradient_lists, steps_for

# Stability on a quadratic: the largest rate, times the curvature

LIMITS = {
    "sgd": lambda rho: 2.0,
    "momentum": lambda rho: 2 + 2 * rho,
    "nesterov": lambda rho: (2 + 2 * rho) / (1 + 2 * rho),
}


def rule_of(slug, lr, rho):
    return OPTIMIZERS[slug](lr=lr) if slug == "sgd" else OPTIMIZERS[slug](lr=lr, rho=rho)


@pytest.mark.parametrize("slug", LIMITS)
@settings(max_examples=25)
@given(rho=st.floats(0, 0.95), curvature=st.floats(1e-3, 1e3), share=st.floats(0.02, 0.98))
def test_below_its_limit_a_rule_comes_to_rest_and_above_it_does_not(slug, rho, curvature, share):
    surface, limit = bowl(curvature, curvature), LIMITS[slug](rho) / curvature
    calm = walk(surface, rule_of(slug, share * limit, rho), np.ones((2, 1)), 3000, whole=False)
    wild = walk(surface, rule_of(slug, 1.02 * limit, rho), np.ones((2, 1)), 3000, whole=False)
    assert np.abs(calm.points).max() < 1e-6
    assert not np.abs(wild.points).max() < 1e6


@settings(max_examples=25)
@given(rho=st.floats(0, 0.99))
def test_the_limits_hold_for_the_characteristic_polynomial_too(rho):
    for slug, at_limit in (
        ("momentum", lambda a: [1, a - 1 - rho, rho]),
        ("nesterov", lambda a: [1, (1 + rho) * a - 1 - rho, rho - rho * a]),
    ):
        limit = LIMITS[slug](rho)
        below, above = (np.abs(np.roots(at_limit(factor * limit))).max() for factor in (0.999, 1.001))
        assert below < 1 < above


def test_near_rosenbrocks_minimum_gradient_descent_is_stable_below_two_over_the_curvature():
    surface = LANDSCAPES["rosenbrock"]
    low, high = np.linalg.eigvalsh(surface.hessian(np.array([1.0, 1.0])))
    assert (round(low, 4), round(high, 1)) == (0.3994, 1001.6)
    assert round(2 / high, 7) == 0.0019968
    steep = np.linalg.eigh(surface.hessian(np.array([1.0, 1.0])))[1][:, 1]
    for lr, shrinks in ((0.00199, True), (0.00201, False)):
        path = descend(surface, OPTIMIZERS["sgd"](lr=lr), (1, 1) + 1e-8 * steep, 400)
        first, last = (abs((path.points[k] - 1) @ steep) for k in (0, -1))
        assert (last < first) == shrinks


# Sizes of steps


def adams_bounds(beta1, beta2, count):
    """By Cauchy-Schwarz, with both corrections: the longest that Adam's first, second, ... step can be, in rates."""
    t = np.arange(1, count + 1)
    memory = np.cumsum((beta1**2 / beta2) ** (t - 1))
    return (1 - beta1) / (1 - beta1**t) * np.sqrt((1 - beta2**t) / (1 - beta2) * memory)


def wild_gradients(seed, count=300):
    random = np.random.default_rng(seed)
    return random.standard_normal((count, 2)) * 10 ** random.uniform(-3, 3, (count, 1))


seeds = st.integers(0, 2**32 - 1)


def test_adams_bound_begins_at_the_rate_and_ends_over_seven_rates():
    bounds = adams_bounds(0.9, 0.999, 20_000)
    assert bounds[0] == pytest.approx(1)
    assert bounds[-1] == pytest.approx(7.27, abs=0.01)
    assert bounds[-1] > 3.16  # which textbooks give: the case of a single spike after silence


@pytest.mark.parametrize("slug", ["adam", "adamw", "amsgrad"])
@settings(max_examples=15)
@given(seed=seeds, beta1=st.floats(0, 0.9), beta2=st.floats(0.9, 0.999))
def test_every_step_of_adams_kind_keeps_within_the_bound_of_its_number(slug, seed, beta1, beta2):
    no_decay = {"weight_decay": 0.0} if slug == "adamw" else {}
    steps = steps_for(OPTIMIZERS[slug](lr=1, beta1=beta1, beta2=beta2, **no_decay), wild_gradients(seed))
    assert (np.abs(steps).max(axis=1) <= adams_bounds(beta1, beta2, len(steps)) * (1 + 1e-9)).all()


@settings(max_examples=25)
@given(seed=seeds, beta1=st.floats(0, 0.9), beta2=st.floats(0.95, 0.9999))
def test_adamax_steps_hardly_further_than_the_rate(seed, beta1, beta2):
    steps = steps_for(OPTIMIZERS["adamax"](lr=1, beta1=beta1, beta2=beta2), wild_gradients(seed))
    t = np.arange(1, len(steps) + 1)
    bounds = (1 - beta1) / (1 - beta1**t) * np.cumsum((beta1 / beta2) ** (t - 1))
    assert (np.abs(steps).max(axis=1) <= bounds * (1 + 1e-9)).all()
    assert pytest.approx(1.009, abs=1e-3) == 0.1 / (1 - 0.9 / 0.999)  # with the defaults, in the long run


@settings(max_examples=25)
@given(gradients=gradient_lists, lr=st.floats(1e-3, 10))
def test_adagrad_never_steps_further_than_the_rate_and_ever_shorter_on_a_steady_slope(gradients, lr):
    steps = np.abs(steps_for(OPTIMIZERS["adagrad"](lr=lr), gradients))
    assert (steps <= lr * (1 + 1e-12)).all()
    t = np.arange(1, 101)[:, None]
    steady = steps_for(OPTIMIZERS["adagrad"](lr=lr), np.full((100, 2), 3.0))
    np.testing.assert_allclose(steady, np.broadcast_to(-lr / np.sqrt(t), (100, 2)), rtol=1e-9)


@settings(max_examples=25)
@given(seed=seeds, decay_rate=st.floats(0, 0.999))
def test_rmsprop_never_steps_further_than_its_first_step_can_be(seed, decay_rate):
    steps = steps_for(OPTIMIZERS["rmsprop"](lr=1, decay_rate=decay_rate, eps=0), wild_gradients(seed))
    assert np.abs(steps).max() <= (1 + 1e-9) / math.sqrt(1 - decay_rate)
    assert np.abs(steps[0]) == pytest.approx(1 / math.sqrt(1 - decay_rate))


# Rest


@pytest.mark.parametrize("slug", ["sgd", "momentum", "nesterov", "adagrad"])
def test_rules_whose_steps_shrink_come_to_rest_at_a_constant_rate(slug):
    path = descend(LANDSCAPES["quadratic"](kappa=1), OPTIMIZERS[slug](lr=0.1), (1, 0.5), 3000)
    assert np.abs(path.points[-1]).max() < 1e-6
    assert np.hypot(*np.diff(path.points, axis=0)[-100:].T).max() < 1e-8


@pytest.mark.parametrize("slug", ["rmsprop", "sign-sgd", "lion"])
def test_rules_whose_steps_do_not_shrink_never_come_to_rest(slug):
    lr = 0.01
    path = descend(LANDSCAPES["quadratic"](kappa=1), OPTIMIZERS[slug](lr=lr), (1.003, 0.502), 3000)
    assert np.abs(np.diff(path.points, axis=0)[-500:]).max() > 0.9 * lr


# Rotation

ROTATION_FREE = {
    "sgd", "momentum", "nesterov", "qhm", "schedule-free", "polyak", "newton", "saddle-free-newton",
}  # fmt: skip
COORDINATE_WISE = {
    "adagrad", "rmsprop", "adam", "adamw", "amsgrad", "nadam", "adamax", "radam", "adabelief", "yogi", "adadelta",
    "sign-sgd", "rprop", "lion",
}  # fmt: skip
ANGLES = [17.0, 45.0, 72.0]


def how_much_it_notices(rule, angle):
    """How far a path in a bowl turned by an angle is from the turned path, as a share of the path's extent."""
    turn = np.array([[math.cos(a := math.radians(angle)), -math.sin(a)], [math.sin(a), math.cos(a)]])
    start = np.array([1.2, 0.7])
    upright = descend(LANDSCAPES["quadratic"](kappa=20), rule, start, 20).points
    turned = descend(LANDSCAPES["quadratic"](kappa=20, angle=angle), rule, turn @ start, 20).points
    return np.abs(turned - upright @ turn.T).max() / np.ptp(upright, axis=0).max()


def slow(cls):
    """The rule at a rate that every one of them bears."""
    return cls(lr=1.0) if cls.scales_with_gradient is None else cls(lr=0.02)


def test_every_rule_is_of_one_kind():
    assert not ROTATION_FREE & COORDINATE_WISE
    assert set(OPTIMIZERS) >= ROTATION_FREE | COORDINATE_WISE


@EVERY_RULE
def test_a_rule_notices_a_rotation_clearly_or_not_at_all(cls):
    noticed = [how_much_it_notices(slow(cls), angle) for angle in ANGLES]
    if cls.slug in ROTATION_FREE:
        assert max(noticed) < 1e-9
    elif cls.slug in COORDINATE_WISE:
        assert min(noticed) > 1e-3
    else:
        assert max(noticed) < 1e-9 or min(noticed) > 1e-3


@EVERY_RULE
def test_a_quarter_turn_is_noticed_by_nobody(cls):
    assert how_much_it_notices(slow(cls), 90.0) < 1e-6


# Saddles


@pytest.mark.parametrize("slug", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
def test_only_noise_helps_who_stands_on_the_ridge(slug):
    surface, rule = LANDSCAPES["saddle"], OPTIMIZERS[slug](lr=0.01)
    assert (descend(surface, rule, (1, 0), 1500).points[:, 1] == 0).all()
    noisy = descend(surface, rule, (1, 0), 1500, noise=1e-6, seed=1)
    assert np.abs(noisy.points[:, 1]).max() > 1
    assert noisy.outcome is Outcome.OUTSIDE


def test_yogi_leaves_the_ridge_by_itself_because_its_direction_does_not_begin_at_0():
    begin_at_0, usual = (OPTIMIZERS["yogi"](lr=0.01, **given) for given in ({"initial_accumulator": 0}, {}))
    assert (descend(LANDSCAPES["saddle"], begin_at_0, (1, 0), 300).points[:, 1] == 0).all()
    assert (descend(LANDSCAPES["saddle"], usual, (1, 0), 300).points[1:, 1] < 0).all()
