"""The engine: what a path is, that runs do not disturb each other, and what it refuses."""

from __future__ import annotations

import itertools
import math
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import MAX_STEPS, OPTIMIZERS, At, Outcome, descend, descend_together, walk
from tests.every import for_every
from tests.walking import EVERY_RULE, at_rest_where_flat, first_order

ROSENBROCK = LANDSCAPES["rosenbrock"]
SIX = list(OPTIMIZERS.values())[:6]


def all_rules(**settings):
    return [cls(**settings) for cls in first_order()]


# What a path is


def test_a_path_begins_at_the_start_and_has_all_its_numbers():
    rule = OPTIMIZERS["adam"](lr=1e-4)
    path = descend(ROSENBROCK, rule, start=(-1.5, 2.0), steps=50)
    assert path.points[0].tolist() == [-1.5, 2.0]
    assert path.points.shape == path.gradients.shape == (51, 2)
    assert path.values.shape == (51,)
    assert path.seen_gradients.shape == (50, 2)
    assert path.steps == 50
    assert path.rule is rule
    for array in (path.points, path.values, path.gradients, path.seen_gradients):
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@for_every("surface", LANDSCAPES)
def test_values_and_gradients_are_those_of_the_points(surface):
    path = descend(surface, OPTIMIZERS["adam"](), surface.start, 20)
    assert np.isfinite(path.values).all()
    np.testing.assert_array_equal(path.values, surface.value(path.points.T))
    np.testing.assert_array_equal(path.gradients.T, surface.gradient(path.points.T))
    np.testing.assert_array_equal(path.seen_gradients, path.gradients[:-1])


@EVERY_RULE
def test_each_step_is_the_rules_own_and_so_are_the_terms(cls):
    rule = cls(lr=1e-4)
    path = descend(ROSENBROCK, rule, (-1.5, 2.0), 30, record=True)
    state = rule.init(path.points[0])
    for t in range(30):
        step, state, terms = rule.update(At(path.points[t], path.gradients[t], ROSENBROCK), state, rule.lr)
        np.testing.assert_array_equal(path.points[t] + step, path.points[t + 1])
        for name, term in terms.items():
            np.testing.assert_array_equal(path.terms[name][t], np.broadcast_to(term, path.terms[name][t].shape))
    assert all(len(term) == 30 and not term.flags.writeable for term in path.terms.values())
    assert not descend(ROSENBROCK, rule, (-1.5, 2.0), 30).terms


def test_start_and_steps_have_sensible_defaults():
    path = descend(ROSENBROCK, OPTIMIZERS["adam"]())
    assert tuple(path.points[0]) == ROSENBROCK.start
    assert path.steps == 300


def test_a_surface_may_be_any_object_with_a_value_and_a_gradient():
    bare = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    path = descend(bare, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 10)
    assert path.points[-1].tolist() == [3 / 1024, 4 / 1024]
    assert path.settled_step is None


# Runs do not disturb each other


@settings(max_examples=12)
@given(
    st.lists(st.sampled_from(list(OPTIMIZERS.values())), min_size=1, max_size=8),
    st.sampled_from(sorted(LANDSCAPES)),
    st.integers(0, 1000),
)
def test_together_is_the_same_as_alone_to_the_bit(classes, slug, seed):
    surface, random = LANDSCAPES[slug], np.random.default_rng(seed)
    rules = [cls(lr=float(10 ** random.uniform(-4, 1))) for cls in classes]
    for rule, together in zip(rules, descend_together(surface, rules, surface.start, 25), strict=True):
        alone = descend(surface, rule, surface.start, 25)
        assert together.rule is rule
        for name in ("points", "values", "gradients", "seen_gradients"):
            np.testing.assert_array_equal(getattr(together, name), getattr(alone, name))
        for name in ("outcome", "outcome_step", "sentence", "settled_step", "evaluations"):
            assert getattr(together, name) == getattr(alone, name)


def test_a_diverged_run_disturbs_nobody_and_warns_nobody():
    wild, calm = OPTIMIZERS["sgd"](lr=1.0), OPTIMIZERS["sgd"](lr=0.001)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        diverged, path = descend_together(ROSENBROCK, [wild, calm], (-1.5, 2.0), 200)
    assert diverged.outcome is Outcome.DIVERGED
    assert diverged.steps < 10
    assert diverged.outcome_step == diverged.steps + 1
    for array in (diverged.points, diverged.values, diverged.gradients):
        assert len(array) == diverged.steps + 1
        assert np.isfinite(array).all()
    np.testing.assert_array_equal(path.points, descend(ROSENBROCK, calm, (-1.5, 2.0), 200).points)


def test_when_all_have_diverged_nothing_more_is_computed():
    calls = itertools.count()
    surface = SimpleNamespace(
        value=lambda p: (p**4).sum(axis=0), gradient=lambda p: (next(calls), 4 * p**3)[1], minima=((0, 0),)
    )
    paths = descend_together(surface, [cls(lr=1e300) for cls in SIX], (1, 1), MAX_STEPS)
    assert {path.outcome for path in paths} == {Outcome.DIVERGED}
    assert next(calls) < 300


def test_one_gradient_call_a_step_serves_all_runs():
    calls = itertools.count()
    surface = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: (next(calls), 2 * p)[1])
    descend_together(surface, all_rules() * 3, (1, 1), 100)
    assert next(calls) <= 100 + 10  # and a few to check the start and to judge the end


def test_positions_are_never_clipped():
    path = descend(ROSENBROCK, OPTIMIZERS["sgd"](lr=0.01), (-1.5, 2.0), 2)
    assert path.points[1].tolist() == [-1.5 + 1.55, 2.5]
    saddle = descend(LANDSCAPES["saddle"], OPTIMIZERS["sgd"](lr=0.5), (1, 1), 100)
    assert saddle.points[-1].tolist() == [0, 2.0**100]


def test_a_path_may_leave_the_domain_of_numbers_in_value_or_gradient_first():
    for broken in ("value", "gradient"):
        surface = SimpleNamespace(value=lambda p: p[0] * 1.0, gradient=lambda p: np.stack([p[0] * 0 + 1, p[0] * 0]))
        inner = getattr(surface, broken)
        setattr(surface, broken, lambda p, inner=inner: np.where(p[0] > -2.5, inner(p), np.nan))
        path = descend(surface, OPTIMIZERS["sgd"](lr=1.0), (0, 0), 10)
        assert path.points[:, 0].tolist() == [0, -1, -2]
        assert path.outcome is Outcome.DIVERGED
        assert path.outcome_step == 3


@given(st.integers(0, 1000))
@settings(max_examples=5)
def test_a_walk_keeps_the_whole_path_or_its_end(seed):
    starts = np.random.default_rng(seed).uniform(-2, 2, (2, 3, 4))
    rule = OPTIMIZERS["adam"](lr=0.05)
    whole, end = (walk(ROSENBROCK, rule, starts, 15, whole=whole) for whole in (True, False))
    assert whole.points.shape == (16, 2, 3, 4)
    np.testing.assert_array_equal(whole.points[-1], end.points)
    np.testing.assert_array_equal(whole.gradients[-1], end.gradients)


def test_a_walk_moves_the_weights_of_a_network():
    target = np.arange(5.0)
    loss = SimpleNamespace(value=lambda w: ((w - target) ** 2).sum(axis=0), gradient=lambda w: 2 * (w - target))
    for rule in all_rules(lr=0.05):
        end = walk(loss, rule, np.zeros(5), 200, whole=False).points
        assert loss.value(end) < loss.value(np.zeros(5))


# What is refused


@pytest.mark.parametrize("steps", [0, -1, MAX_STEPS + 1, 20_000, 2.5, 300.0, True, None, "300"])
def test_a_bad_number_of_steps_is_refused(steps):
    with pytest.raises(ValueError, match=rf"^steps must be in \[1, 10000\], got {steps}$"):
        descend(ROSENBROCK, OPTIMIZERS["sgd"](), (0, 0), steps)


@pytest.mark.parametrize("steps", [1, np.int64(3), MAX_STEPS])
def test_a_good_number_of_steps_is_taken(steps):
    assert descend(LANDSCAPES["booth"], OPTIMIZERS["sgd"](), (0, 0), steps).steps == steps


@pytest.mark.parametrize("start", [(0,), (0, 0, 0), (math.nan, 0), (0, math.inf), "ab", (None, 1), 5, ((0, 1), (1, 0))])
def test_a_bad_start_is_refused(start):
    with pytest.raises(ValueError, match=r"^start must be two finite numbers, got "):
        descend(ROSENBROCK, OPTIMIZERS["sgd"](), start, 10)


def test_a_start_without_a_finite_loss_or_slope_is_refused():
    log = SimpleNamespace(value=lambda p: np.log(p[0]), gradient=lambda p: np.stack([1 / p[0], 0 * p[1]]))
    sentence = r"^the loss and its slope at the start \(-1, 0\) must be finite, got nan and \(-1, -?0\)$"
    with pytest.raises(ValueError, match=sentence):
        descend(log, OPTIMIZERS["sgd"](), (-1, 0), 10)
    with pytest.raises(ValueError, match="must be finite"):
        descend(ROSENBROCK, OPTIMIZERS["sgd"](), (1e200, 0), 10)


def test_a_gradient_of_the_wrong_shape_is_refused():
    constant = SimpleNamespace(value=lambda p: p[0], gradient=lambda p: np.array([1.0, 0.0]))
    with pytest.raises(ValueError, match=r"shape \(2, 1\) must have that shape too, got \(2,\)"):
        descend(constant, OPTIMIZERS["sgd"](), (0, 0), 10)


@pytest.mark.parametrize("rule", [OPTIMIZERS["adam"], "adam", None])
def test_a_rule_without_settings_is_refused(rule):
    with pytest.raises(TypeError, match="rule must be an optimizer with its settings"):
        descend(ROSENBROCK, rule, (0, 0), 10)


def test_no_runs_leave_no_paths():
    assert descend_together(ROSENBROCK, [], (0, 0), 10) == []


# Theory


def ends_on_the_steep_axis(rules, steps):
    """How far from the origin runs from (0, 1) end on the bowl with curvatures 1 and 100."""
    paths = descend_together(LANDSCAPES["quadratic"](kappa=100), rules, (0, 1), steps)
    return np.array([abs(path.points[-1, 1]) for path in paths])


def test_gradient_descent_is_stable_up_to_two_over_the_curvature():
    sgd = OPTIMIZERS["sgd"]
    path = descend(LANDSCAPES["quadratic"](kappa=100), sgd(lr=0.02), (1, 1), 1000)
    assert (np.abs(path.points[:, 1]) == 1).all()
    below, above = ends_on_the_steep_axis([sgd(lr=0.0199), sgd(lr=0.0201)], 1000)
    assert below < 1e-3
    assert above > 1e3


def test_momentum_and_nesterov_are_stable_up_to_their_limits():
    limits = {"momentum": lambda rho: (2 + 2 * rho) / 100, "nesterov": lambda rho: (2 + 2 * rho) / (1 + 2 * rho) / 100}
    pairs = list(itertools.product(limits, [0.0, 0.3, 0.5, 0.9]))
    below, above = (
        ends_on_the_steep_axis([OPTIMIZERS[slug](lr=factor * limits[slug](rho), rho=rho) for slug, rho in pairs], 4000)
        for factor in (0.99, 1.01)
    )
    assert (below < 1e-3).all()
    assert (above > 1e3).all()


def test_the_best_heavy_ball_needs_95_steps_where_gradient_descent_needs_709():
    bowl, low, high = LANDSCAPES["quadratic"](kappa=100), 1.0, 10.0  # roots of the curvatures
    heavy = OPTIMIZERS["momentum"](lr=(2 / (low + high)) ** 2, rho=((high - low) / (high + low)) ** 2)
    assert (round(heavy.lr, 7), round(heavy.rho, 6)) == (0.0330579, 0.669421)
    for rule, expected in ((heavy, 95), (OPTIMIZERS["sgd"](lr=2 / 101), 709)):
        path = descend(bowl, rule, (1, 1), 1000)
        distances = np.hypot(*path.points.T)
        assert int(np.argmax(distances < 1e-6)) == expected


ESCAPES = {
    "sgd": (233, 466, 698, 1396),
    "momentum": (49, 95, 140, 276),
    "rmsprop": (17, 17, 17, 18),
    "adam": (76, 77, 77, 78),
}


@pytest.mark.parametrize("slug", ESCAPES)
def test_how_long_it_takes_to_roll_off_a_saddle(slug):
    rule, steps = OPTIMIZERS[slug](lr=0.01), []
    for y in (1e-2, 1e-4, 1e-6, 1e-12):
        path = descend(LANDSCAPES["saddle"], rule, (1, y), 1500)
        steps.append(int(np.argmax(np.abs(path.points[:, 1]) > 1)))
    assert tuple(steps) == ESCAPES[slug]


def test_exactly_on_the_ridge_nobody_moves_sideways():
    rules = [at_rest_where_flat(cls, lr=0.01) for cls in OPTIMIZERS.values()]
    paths = descend_together(LANDSCAPES["saddle"], rules, (1, 0), 2000)
    assert [path.rule.slug for path in paths if (path.points[:, 1] != 0).any()] == []


def test_rmsprop_at_a_constant_rate_ends_in_a_cycle_of_half_the_rate():
    path = descend(LANDSCAPES["quadratic"](kappa=1), OPTIMIZERS["rmsprop"](lr=0.01), (1, 0), 4000)
    assert np.abs(path.points[780:820, 0]).max() < 1e-6
    assert np.abs(path.points[-200:, 0]) == pytest.approx(0.005, rel=0.05)


def test_adam_comes_to_rest_and_bursts_out_again_after_thousands_of_steps():
    path = descend(LANDSCAPES["quadratic"](kappa=1), OPTIMIZERS["adam"](lr=1), (1, 0), 3000)
    x = np.abs(path.points[:, 0])
    assert x[1900:2000].max() < 1e-20
    assert x[2000:].max() > 0.1
