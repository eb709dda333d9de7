"""What is said of a run: one test for each outcome, the traps, and the scenes that teach."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Outcome, descend, descend_together
from optimizers.outcomes import NO_SLOPE, settled_step
from optimizers.terrain import eigen, hessian, survey
from tests.every import for_every
from tests.walking import at_rest_where_flat, first_order

BOWL = LANDSCAPES["quadratic"](kappa=10)
CAME_BACK = re.compile(r" It left the map at step \d+ and came back\.$")


def told(surface, start, steps, *runs):
    """The sentences on runs given as (slug, lr) or (slug, lr, rho or decay rate)."""
    names = {"momentum": "rho", "nesterov": "rho", "rmsprop": "decay_rate", "adam": "beta1"}
    rules = [OPTIMIZERS[slug](lr=lr, **({names[slug]: more[0]} if more else {})) for slug, lr, *more in runs]
    return [path.sentence for path in descend_together(surface, rules, start, steps)]


# One of each


def test_in_the_lowest_valley():
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.1), (-1.5, 1), 60)
    assert path.outcome is Outcome.LOWEST_VALLEY
    assert path.sentence == "In the lowest valley since step 25."
    assert path.outcome_step == path.settled_step == 25
    assert path.values[25] <= 1e-3 * path.values[0] < path.values[24]


def test_in_a_side_valley():
    path = descend(LANDSCAPES["two-wells"], OPTIMIZERS["sgd"](lr=0.01), (1.4, -1.4), 300)
    assert path.outcome is Outcome.SIDE_VALLEY
    assert path.sentence == "In a side valley: loss -1.0927, the lowest is -2.0631."
    assert path.settled_step is None


def test_on_the_ridge():
    path = descend(LANDSCAPES["saddle"], OPTIMIZERS["sgd"](lr=0.01), (1, 0), 500)
    assert path.outcome is Outcome.SADDLE
    assert path.sentence == "On the ridge: no slope sideways."


def test_circling():
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.2), (-1.5, 1), 60)
    assert path.outcome is Outcome.CIRCLING
    assert path.sentence == "Circling: the steps no longer shrink."


def test_still_moving():
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.01), (-1.5, 1), 60)
    assert path.outcome is Outcome.STILL_MOVING
    assert path.sentence == "Still moving."


def test_outside():
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.21), (-1.5, 1), 60)
    assert path.outcome is Outcome.OUTSIDE
    assert path.outcome_step == 8
    assert path.sentence == "Left the map at step 8. The rate is too large here."


def test_outside_without_blame_where_the_loss_falls():
    path = descend(LANDSCAPES["saddle"], OPTIMIZERS["rmsprop"](lr=0.01), (1, 1e-4), 500)
    assert path.outcome is Outcome.OUTSIDE
    assert path.sentence == f"Left the map at step {path.outcome_step}."


def test_diverged():
    path = descend(LANDSCAPES["rosenbrock"], OPTIMIZERS["sgd"](lr=0.1), (-1.5, 2), 60)
    assert path.outcome is Outcome.DIVERGED
    assert path.outcome_step == len(path.points)
    assert path.sentence == f"Left the map at step 1; overflow at step {path.outcome_step}. The rate is too large here."


def test_diverged_where_there_is_no_lowest_value():
    path = descend(LANDSCAPES["saddle"], OPTIMIZERS["sgd"](lr=0.5), (1, 1e-4), 2000)
    assert path.sentence.endswith("The loss falls without end here.")


def test_a_loss_that_is_not_a_number_is_not_called_an_overflow():
    log = SimpleNamespace(
        value=lambda p: np.where(p[0] > 0, p[0], np.nan),
        gradient=lambda p: np.stack([np.ones_like(p[0]), 0 * p[1]]),
        x_range=(-2, 2),
        y_range=(-2, 2),
    )
    path = descend(log, OPTIMIZERS["sgd"](lr=0.4), (1, 0), 10)
    assert path.outcome is Outcome.DIVERGED
    assert path.sentence == "Step 3 leads to where the loss is not a number."


def test_on_a_plateau():
    plain = SimpleNamespace(
        value=lambda p: -np.exp(-20 * (p**2).sum(axis=0)),
        gradient=lambda p: 40 * p * np.exp(-20 * (p**2).sum(axis=0)),
        x_range=(-2, 2),
        y_range=(-2, 2),
    )
    path = descend(plain, OPTIMIZERS["sgd"](lr=0.01), (1, 1), 300)
    assert path.outcome is Outcome.PLATEAU
    assert path.sentence == "On a plateau: hardly any slope in any direction."


def test_on_a_summit():
    hill = SimpleNamespace(
        value=lambda p: -(p**2).sum(axis=0), gradient=lambda p: -2 * p, x_range=(-2, 2), y_range=(-2, 2)
    )
    path = descend(hill, OPTIMIZERS["sgd"](lr=0.01), (0, 0), 10)
    assert path.outcome is Outcome.SUMMIT
    assert path.sentence == NO_SLOPE


@for_every("slug", [*OPTIMIZERS])
def test_where_the_slope_is_exactly_zero_nothing_moves(slug):
    for surface in ("saddle", "monkey-saddle"):
        path = descend(LANDSCAPES[surface], at_rest_where_flat(OPTIMIZERS[slug]), (0, 0), 10)
        assert path.sentence == "The slope here is exactly 0. Nothing will move."
        assert not path.points.any()


@for_every("slug", [*OPTIMIZERS])
def test_started_in_the_lowest_valley_it_is_there_since_step_0(slug):
    path = descend(BOWL, at_rest_where_flat(OPTIMIZERS[slug]), (0, 0), 10)
    assert path.sentence == "In the lowest valley since step 0."
    assert path.settled_step == 0


def test_a_run_that_left_the_map_and_came_back_says_so():
    path = descend(BOWL, OPTIMIZERS["momentum"](lr=0.3), (-1.5, 1), 120)
    if (np.abs(path.points) > 2).any():
        assert CAME_BACK.search(path.sentence)
    far = descend(BOWL, OPTIMIZERS["sgd"](lr=0.18), (-1.5, 2.5), 60)  # begins outside
    assert far.sentence.startswith("In the lowest valley since step ")
    assert far.sentence.endswith(" It left the map at step 0 and came back.")


# The traps: a small gradient is not an arrival


@pytest.mark.parametrize("lr", [1e-5, 1e-4, 1e-3])
@pytest.mark.parametrize("start", [(-1.5, 2), (-1, 1), (-2, -1), (0, 0)])
def test_creeping_along_rosenbrocks_floor_is_still_moving(lr, start):
    path = descend(LANDSCAPES["rosenbrock"], OPTIMIZERS["sgd"](lr=lr / 10 if start == (-2, -1) else lr), start, 300)
    assert path.outcome is Outcome.STILL_MOVING


@pytest.mark.parametrize("steps", [3000, 10_000])
def test_at_the_end_of_rosenbrocks_floor_it_has_arrived(steps):
    path = descend(LANDSCAPES["rosenbrock"], OPTIMIZERS["momentum"](lr=0.001), (-1.5, 2), steps)
    assert path.outcome is Outcome.LOWEST_VALLEY


def test_acklys_cusp_is_found_although_its_slope_never_is_small():
    ackley = LANDSCAPES["ackley"]
    near = descend(ackley, OPTIMIZERS["adam"](lr=0.01), (0.3, 0.2), 300)
    assert near.outcome in (Outcome.LOWEST_VALLEY, Outcome.CIRCLING)
    assert descend(ackley, OPTIMIZERS["adagrad"](lr=0.02), (0.3, 0.2), 3000).outcome is Outcome.LOWEST_VALLEY
    assert descend(ackley, OPTIMIZERS["sgd"](lr=0.05), (0.3, 0.2), 300).outcome is Outcome.CIRCLING


def test_easoms_plain_is_not_a_valley():
    for start in ((-5, -5), (9, 9), (0, 8)):
        path = descend(LANDSCAPES["easom"], OPTIMIZERS["sgd"](lr=0.1), start, 300)
        assert path.outcome not in (Outcome.LOWEST_VALLEY, Outcome.SIDE_VALLEY, Outcome.VALLEY)


def test_passing_over_a_minimum_at_speed_is_no_rest():
    path = descend(BOWL, OPTIMIZERS["momentum"](lr=0.01, rho=0.999), (-1.5, 1), 300)
    over = int(np.argmin(path.values[100:])) + 100
    assert descend(BOWL, path.rule, (-1.5, 1), over).outcome is not Outcome.LOWEST_VALLEY


def test_a_neighbour_of_the_lowest_valley_is_a_side_valley_although_its_loss_is_nearly_as_low():
    levy = LANDSCAPES["levy-13"]
    inner = descend(levy, OPTIMIZERS["sgd"](lr=5e-4), (1.3, 1), 2000)
    assert inner.outcome is Outcome.SIDE_VALLEY
    assert inner.values[-1] < 1e-3 * levy.value((-10, 10))


def test_the_floor_of_a_ring_is_a_valley_and_no_ridge():
    wave = LANDSCAPES["drop-wave"]
    for angle in np.linspace(0.1, 6, 5):
        start = 2.7 * np.cos(angle), 2.7 * np.sin(angle)
        assert descend(wave, OPTIMIZERS["sgd"](lr=0.01), start, 300).outcome is Outcome.SIDE_VALLEY


# Surfaces of which less is known


def bare(**known):
    return SimpleNamespace(value=lambda p: (p**2).sum(axis=0) + 1, gradient=lambda p: 2 * p, **known)


def test_the_lowest_valley_is_claimed_only_where_it_is_known():
    rule = OPTIMIZERS["sgd"](lr=0.2)
    assert (
        descend(bare(), rule, (1, 1), 50).sentence == "In a valley with loss 1; whether it is the lowest is not known."
    )
    assert descend(bare(), rule, (1, 1), 50).outcome is Outcome.VALLEY
    for known in ({"minima": ((0, 0),)}, {"minimum_value": 1.0}):
        assert descend(bare(**known), rule, (1, 1), 50).outcome is Outcome.LOWEST_VALLEY
    assert descend(bare(minimum_value=-3.0), rule, (1, 1), 50).sentence == "In a side valley: loss 1, the lowest is -3."


def test_without_a_window_nothing_is_off_the_map():
    path = descend(bare(), OPTIMIZERS["sgd"](lr=1.1), (1, 1), 50)
    assert path.outcome is not Outcome.OUTSIDE


@pytest.mark.parametrize("slug", ["himmelblau", "two-wells", "saddle", "rosenbrock", "six-hump-camel"])
def test_outcomes_need_no_hessian(slug):
    surface = LANDSCAPES[slug]
    known = {name: getattr(surface, name) for name in ("minima", "local_minima", "minimum_value", "x_range", "y_range")}
    without = SimpleNamespace(value=surface.value, gradient=surface.gradient, **known)
    rules = [cls(lr=0.005) for cls in first_order()]
    pairs = zip(
        descend_together(surface, rules, surface.start, 300),
        descend_together(without, rules, surface.start, 300),
        strict=True,
    )
    assert all(one.sentence == other.sentence for one, other in pairs)


def test_the_hessian_by_differences_is_near_the_exact_one():
    surface = LANDSCAPES["himmelblau"]
    points = np.random.default_rng(0).uniform(-4, 4, (2, 20))
    by_differences = hessian(SimpleNamespace(gradient=surface.gradient), points, 14.0)
    np.testing.assert_allclose(by_differences, surface.hessian(points), rtol=1e-6, atol=1e-5)


def test_eigenvalues_in_closed_form_are_numpys():
    matrices = np.random.default_rng(1).standard_normal((2, 2, 50))
    matrices = matrices + matrices.swapaxes(0, 1)
    values, vectors = eigen(matrices)
    np.testing.assert_allclose(values.T, np.linalg.eigvalsh(matrices.transpose(2, 0, 1)), atol=1e-12)
    np.testing.assert_allclose(np.einsum("ijn,jkn->ikn", matrices, vectors), vectors * values, atol=1e-12)


def test_a_survey_is_made_once():
    surface = LANDSCAPES["quadratic"](kappa=17)
    assert survey(surface) is survey(LANDSCAPES["quadratic"](kappa=17))


def test_settled_means_for_good():
    assert settled_step(np.array([1.0, 1e-4, 0.5, 1e-3, 1e-4]), 0.0) == 3
    assert settled_step(np.array([1.0, 1e-4, 0.5]), 0.0) is None
    assert settled_step(np.array([1.0, 0.0]), None) is None
    assert settled_step(np.array([2.0, 2.0]), 2.0) == 0


def test_scaling_the_loss_or_the_map_changes_no_outcome():
    well = LANDSCAPES["two-wells"]
    for factor in (1e-6, 1e6):
        for wide in (1e-3, 1e3):
            scaled = SimpleNamespace(
                value=lambda p, f=factor, w=wide: f * well.value(p / w),
                gradient=lambda p, f=factor, w=wide: f / w * well.gradient(p / w),
                minima=np.multiply(wide, well.minima),
                x_range=np.multiply(wide, well.x_range),
                y_range=np.multiply(wide, well.y_range),
            )
            start = wide * np.array([1.4, -1.4])
            for lr, rho in ((0.01, 0.85), (0.01, 0.9), (0.0003, 0.5)):
                plain = descend(well, OPTIMIZERS["momentum"](lr=lr, rho=rho), (1.4, -1.4), 300)
                other = descend(scaled, OPTIMIZERS["momentum"](lr=lr * wide**2 / factor, rho=rho), start, 300)
                assert plain.outcome is other.outcome


# The scenes that teach are described truthfully

HIMMELBLAU, ROSENBROCK = LANDSCAPES["himmelblau"], LANDSCAPES["rosenbrock"]


def test_four_answers():
    runs = [("sgd", 0.001), ("momentum", 0.001, 0.95), ("nesterov", 0.001, 0.99), ("adam", 0.1)]
    sentences = told(HIMMELBLAU, (-4.8, 0.4), 300, *runs)
    assert sentences == [f"In the lowest valley since step {step}." for step in (93, 114, 169, 74)]


def test_too_big_a_step():
    sentences = told(BOWL, (-1.5, 1), 60, *(("sgd", lr) for lr in (0.01, 0.1, 0.19, 0.2, 0.21)))
    assert sentences == [
        "Still moving.",
        "In the lowest valley since step 25.",
        "In the lowest valley since step 32.",
        "Circling: the steps no longer shrink.",
        "Left the map at step 8. The rate is too large here.",
    ]


def test_one_step_in_a_round_bowl():
    assert told(LANDSCAPES["quadratic"](kappa=1), (-1.5, 1), 1, ("sgd", 1.0)) == ["In the lowest valley since step 1."]


def test_more_rho_helps_until_it_hurts():
    sentences = told(ROSENBROCK, (-1.5, 2), 300, *(("momentum", 0.001, rho) for rho in (0, 0.5, 0.9, 0.95, 0.99)))
    moving = "Still moving."
    assert sentences == [moving, moving, moving, "In the lowest valley since step 133.", moving]


def test_momentum_bears_larger_rates():
    sentences = told(BOWL, (-1.5, 1), 120, ("sgd", 0.3), ("momentum", 0.3, 0.9), ("nesterov", 0.3, 0.9))
    assert sentences[0] == "Left the map at step 2. The rate is too large here."
    assert sentences[1].startswith("In the lowest valley since step 78.")
    assert sentences[2] == "Left the map at step 1. The rate is too large here."


def test_the_ridge():
    runs = [("sgd", 0.01), ("momentum", 0.01), ("rmsprop", 0.01), ("adam", 0.01)]
    assert told(LANDSCAPES["saddle"], (1, 0), 2000, *runs) == ["On the ridge: no slope sideways."] * 4
    sentences = told(LANDSCAPES["saddle"], (1, 1e-4), 500, *runs)
    assert sentences == ["Still moving.", *(f"Left the map at step {step}." for step in (101, 54, 139))]


def test_rolling_through():
    runs = [("sgd", 0.01), ("momentum", 0.01, 0.85), ("momentum", 0.01, 0.9), ("adam", 0.01)]
    side = "In a side valley: loss -1.0927, the lowest is -2.0631."
    sentences = told(LANDSCAPES["two-wells"], (1.4, -1.4), 300, *runs)
    assert sentences == [side, side, "In the lowest valley since step 88.", side]


def test_small_steps_get_stuck():
    sentences = told(LANDSCAPES["three-hump-camel"], (1.7, -1), 100, ("sgd", 0.1), ("sgd", 0.2), ("sgd", 0.3))
    assert sentences[0] == "In a side valley: loss 0.29864, the lowest is 0."
    assert sentences[1] == "Circling: the steps no longer shrink."
    assert sentences[2].startswith("In the lowest valley since step 23.")


def test_decay_rate():
    sentences = told(BOWL, (-1.5, 1), 300, ("rmsprop", 0.1, 0.9), ("rmsprop", 0.1, 0.99), ("adam", 0.1))
    assert sentences[0] == "Circling: the steps no longer shrink."
    assert all(sentence.startswith("In the lowest valley") for sentence in sentences[1:])


def test_one_rate_does_not_fit_all():
    sentences = told(HIMMELBLAU, (-4.8, 0.4), 200, *((slug, 0.1) for slug in list(OPTIMIZERS)[:6]))
    for sentence in sentences[:3]:
        assert re.fullmatch(r"Left the map at step 1; overflow at step \d\. The rate is too large here\.", sentence)
    assert sentences[3] == "Still moving."
    assert all(sentence.startswith("In the lowest valley") for sentence in sentences[4:])
