"""Update rules: their steps against PyTorch's, against each other, and against theory."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from tests.every import for_every
from tests.walking import gradient_lists, steps_for

REFERENCE = np.load(Path(__file__).parent / "reference" / "torch_reference.npz")
ABOUT = json.loads(str(REFERENCE["about"]))
CASES = ABOUT["cases"]
BY_NAME = {f"{case['slug']}-{case['surface']}-{case['name']}": case for case in CASES}

STEEP_AND_GENTLE = np.array([1000.0, 0.001])


# The same as PyTorch


@for_every("case", BY_NAME)
def test_fed_the_same_gradients_the_steps_are_pytorchs(case):
    rule = OPTIMIZERS[case["slug"]](**case["settings"])
    expected = REFERENCE[f"fed/{case['name']}"]
    steps = steps_for(rule, REFERENCE[f"gradients/{case['surface']}"])
    # Where opposite gradients cancel, a sum keeps the rounding of its larger terms: hence the absolute part.
    np.testing.assert_allclose(steps, expected, rtol=1e-12, atol=1e-15 * np.abs(expected).max())


@for_every("case", {name: case for name, case in BY_NAME.items() if case["steady"]})
def test_walking_freely_the_path_is_pytorchs(case):
    surface = LANDSCAPES[case["surface"]]
    rule = OPTIMIZERS[case["slug"]](**case["settings"])
    path = descend(surface, rule, ABOUT["starts"][case["surface"]], ABOUT["steps"])
    expected = REFERENCE[f"free/{case['name']}"]
    np.testing.assert_allclose(path.points[:: ABOUT["every"]], expected, rtol=1e-10, atol=1e-10)


def test_most_reference_runs_are_steady_enough_to_compare():
    assert sum(case["steady"] for case in CASES) >= 0.85 * len(CASES)
    for slug in {case["slug"] for case in CASES}:
        steady = [case["steady"] for case in CASES if case["slug"] == slug]
        assert sum(steady) >= len(steady) / 2, slug


def test_every_rule_that_pytorch_has_is_compared_with_it():
    assert {case["slug"] for case in CASES} == {slug for slug, cls in OPTIMIZERS.items() if cls().in_torch()}


# Identities


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99), st.floats(1e-12, 1), st.booleans())
def test_adam_without_beta1_and_correction_is_rmsprop(gradients, beta2, eps, inside):
    adam = OPTIMIZERS["adam"](lr=0.1, beta1=0, beta2=beta2, eps=eps, bias_correction=False, eps_in_sqrt=inside)
    rmsprop = OPTIMIZERS["rmsprop"](lr=0.1, decay_rate=beta2, eps=eps, eps_in_sqrt=inside)
    np.testing.assert_array_equal(steps_for(adam, gradients), steps_for(rmsprop, gradients))


@settings(max_examples=25)
@given(gradient_lists)
@pytest.mark.parametrize("slug", ["momentum", "nesterov"])
def test_without_momentum_it_is_gradient_descent(slug, gradients):
    still = OPTIMIZERS[slug](lr=0.1, rho=0)
    np.testing.assert_array_equal(steps_for(still, gradients), steps_for(OPTIMIZERS["sgd"](lr=0.1), gradients))


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99))
def test_averaging_gradients_is_heavy_ball_at_a_smaller_rate(gradients, rho):
    averaged = steps_for(OPTIMIZERS["momentum"](lr=0.1, rho=rho, averaged=True), gradients)
    heavy = steps_for(OPTIMIZERS["momentum"](lr=0.1 * (1 - rho), rho=rho), gradients)
    np.testing.assert_allclose(averaged, heavy, rtol=1e-9, atol=1e-12)


@settings(max_examples=25)
@given(gradient_lists)
def test_nesterov_is_momentum_with_the_newest_gradient_counted_once_more(gradients):
    velocity, expected = np.zeros(2), []
    for g in gradients:
        velocity = 0.9 * velocity + g
        expected.append(-0.1 * (g + 0.9 * velocity))
    np.testing.assert_array_equal(steps_for(OPTIMIZERS["nesterov"](lr=0.1), gradients), expected)


# First steps and bounds


@pytest.mark.parametrize("slug", ["adagrad", "adam"])
def test_the_first_step_of_adagrad_and_adam_is_the_rate_in_each_coordinate(slug):
    (first,) = steps_for(OPTIMIZERS[slug](lr=0.1), [STEEP_AND_GENTLE])
    assert first == pytest.approx([-0.1, -0.1], rel=2e-5)
    if slug == "adam":
        assert round(first[1], 6) == -0.099999  # eps


def test_the_first_step_of_rmsprop_is_longer_than_the_rate():
    (first,) = steps_for(OPTIMIZERS["rmsprop"](lr=0.1), [STEEP_AND_GENTLE])
    assert first.round(4).tolist() == [-1.0, -0.9999]


def test_without_correction_adams_first_step_is_too_long():
    with_correction, without = (
        steps_for(OPTIMIZERS["adam"](lr=0.05, bias_correction=on), [[3.0, -4.0]])[0] for on in (True, False)
    )
    assert np.abs(with_correction) == pytest.approx(0.05)
    assert np.abs(without) == pytest.approx(0.05 * 0.1 / math.sqrt(0.001))  # 0.158


def adams_bound(beta1, beta2):
    return (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))


def test_adams_bound_is_over_seven_rates():
    assert adams_bound(0.9, 0.999) == pytest.approx(7.27, abs=0.01)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.9), st.floats(0.9, 0.999))
def test_adam_keeps_within_its_bound(seed, beta1, beta2):
    random = np.random.default_rng(seed)
    gradients = random.standard_normal((400, 2)) * 10 ** random.uniform(-3, 3, (400, 1))
    steps = steps_for(OPTIMIZERS["adam"](lr=1, beta1=beta1, beta2=beta2, bias_correction=False), gradients)
    assert np.abs(steps).max() <= adams_bound(beta1, beta2) * (1 + 1e-9)


def test_adams_bound_is_nearly_reached_after_a_silence_and_more_than_a_textbooks_bound():
    # By Cauchy-Schwarz the longest step comes of gradients that grow by beta2 / beta1 from step to step.
    gradients = (0.999 / 0.9) ** np.arange(300.0)[:, None] * np.ones(2)
    steps = steps_for(OPTIMIZERS["adam"](lr=1, bias_correction=False, eps=0), gradients)
    assert np.abs(steps[-1]) == pytest.approx(adams_bound(0.9, 0.999), rel=1e-6)
    assert np.abs(steps[-1]).min() > 3.16
