"""Rules by sign, by curvature, by height and by average: identities between them, and theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, PARTS, At, Outcome, descend
from optimizers.rates import default_settings
from tests.walking import bowl, gradient_lists, steps_for

# Quasi-hyperbolic momentum


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.9999))
def test_without_its_mean_quasi_hyperbolic_momentum_is_gradient_descent(gradients, beta):
    qhm = OPTIMIZERS["qhm"](lr=0.1, nu=0, beta=beta)
    np.testing.assert_array_equal(steps_for(qhm, gradients), steps_for(OPTIMIZERS["sgd"](lr=0.1), gradients))


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99))
def test_with_its_mean_alone_it_is_the_averaged_momentum(gradients, beta):
    qhm = OPTIMIZERS["qhm"](lr=0.1, nu=1, beta=beta)
    averaged = OPTIMIZERS["momentum"](lr=0.1, rho=beta, averaged=True)
    np.testing.assert_array_equal(steps_for(qhm, gradients), steps_for(averaged, gradients))


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99))
def test_with_equal_settings_it_is_nesterov_at_a_smaller_rate(gradients, beta):
    qhm = OPTIMIZERS["qhm"](lr=0.1, nu=beta, beta=beta)
    nesterov = OPTIMIZERS["nesterov"](lr=0.1 * (1 - beta), rho=beta)
    np.testing.assert_allclose(steps_for(qhm, gradients), steps_for(nesterov, gradients), rtol=1e-9, atol=1e-11)


def test_with_its_defaults_it_follows_the_slope_at_once_with_a_third_and_gathers_speed_slowly():
    steps = -steps_for(OPTIMIZERS["qhm"](lr=1), np.ones((1000, 1)))[:, 0]
    assert steps[[0, 100, 999]] == pytest.approx([0.3007, 0.367, 0.743], abs=1e-3)


# Signs


@settings(max_examples=25)
@given(gradient_lists)
def test_sign_descent_moves_the_rate_in_each_coordinate_or_not_at_all(gradients):
    steps = steps_for(OPTIMIZERS["sign-sgd"](lr=0.1), gradients)
    np.testing.assert_array_equal(steps, -0.1 * np.sign(gradients))


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99), st.floats(0, 0.99))
def test_lion_without_decay_moves_the_rate_in_each_coordinate_or_not_at_all(gradients, beta1, beta2):
    steps = steps_for(OPTIMIZERS["lion"](lr=0.1, beta1=beta1, beta2=beta2), gradients)
    assert set(np.abs(steps).ravel()) <= {0.0, 0.1}


@settings(max_examples=25)
@given(gradient_lists)
def test_lion_without_memory_is_sign_descent(gradients):
    lion = OPTIMIZERS["lion"](lr=0.1, beta1=0, beta2=0)
    np.testing.assert_array_equal(steps_for(lion, gradients), steps_for(OPTIMIZERS["sign-sgd"](lr=0.1), gradients))


def test_lions_decay_also_pulls_towards_0():
    rule, x = OPTIMIZERS["lion"](lr=0.1, weight_decay=0.5), np.array([4.0, -2.0])
    step = rule.update(At(x, np.array([1.0, 1.0])), rule.init(x), rule.lr).step
    assert step == pytest.approx([-0.1 - 0.1 * 0.5 * 4, -0.1 + 0.1 * 0.5 * 2])


@pytest.mark.parametrize("slug", ["sign-sgd", "lion"])
def test_at_a_constant_rate_they_never_come_to_rest(slug):
    path = descend(bowl(1, 1), OPTIMIZERS[slug](lr=0.01), (1.003, 0.503), 2000)
    assert set(np.abs(np.diff(path.points[-500:], axis=0)).ravel().round(12)) == {0.01}
    assert np.hypot(*path.points[-500:].T).max() < 1


@settings(max_examples=25)
@given(gradient_lists, st.floats(0.1, 0.9), st.floats(1.01, 2), st.floats(1e-6, 1e-2), st.floats(0.1, 10))
def test_rprops_steps_keep_within_their_bounds(gradients, eta_minus, eta_plus, step_min, step_max):
    rule = OPTIMIZERS["rprop"](lr=0.05, eta_minus=eta_minus, eta_plus=eta_plus, step_min=step_min, step_max=step_max)
    sizes = np.abs(steps_for(rule, gradients))
    moved = sizes[sizes > 0]
    assert ((moved >= step_min) & (moved <= step_max)).all()


def test_rprop_grows_on_a_steady_slope_up_to_its_bound_and_waits_after_a_turn():
    rule = OPTIMIZERS["rprop"](lr=0.1, step_max=0.15)
    steps = steps_for(rule, [[3.0], [0.01], [3.0], [3.0], [-1.0], [-1.0], [-1.0]])[:, 0]
    assert steps == pytest.approx([-0.1, -0.12, -0.144, -0.15, 0, 0.075, 0.09])


@pytest.mark.parametrize("slug", ["sign-sgd", "lion", "rprop"])
def test_how_steep_it_is_makes_no_difference_to_rules_by_sign(slug):
    gradients, rule = np.random.default_rng(2).standard_normal((50, 2)), OPTIMIZERS[slug]()
    np.testing.assert_array_equal(steps_for(rule, 1024 * gradients), steps_for(rule, gradients))


def test_a_schedule_scales_rprops_steps():
    schedule = PARTS["exponential"]()
    plain, scheduled = (
        descend(bowl(1, 1), OPTIMIZERS["rprop"](lr=0.001), (50, 80), 20, schedule=each) for each in (None, schedule)
    )
    factors = scheduled.rates / 0.001
    assert factors[-1] < 1
    np.testing.assert_allclose(
        np.diff(scheduled.points, axis=0), factors[:, None] * np.diff(plain.points, axis=0), rtol=1e-6
    )


def test_adadelta_does_not_notice_the_unit_of_the_loss():
    gradients = np.random.default_rng(1).standard_normal((50, 2)) * 10
    rule = OPTIMIZERS["adadelta"](eps=1e-6)
    for unit in (10, 1000):
        np.testing.assert_allclose(steps_for(rule, unit * gradients), steps_for(rule, gradients), rtol=1e-3)


# Curvature


@settings(max_examples=40)
@given(st.floats(0.01, 100), st.floats(0, 180), st.floats(-2, 2), st.floats(-2, 2))
@pytest.mark.parametrize("slug", ["newton", "saddle-free-newton"])
def test_newton_reaches_the_minimum_of_any_quadratic_in_one_step(slug, kappa, angle, x, y):
    surface = LANDSCAPES["quadratic"](kappa=max(1, kappa * 10), angle=angle)
    assert np.abs(descend(surface, OPTIMIZERS[slug](), (x, y), 1).points[-1]).max() < 1e-11


def test_newtons_rules_do_not_notice_a_rotated_bowl():
    for slug in ("newton", "saddle-free-newton"):
        straight, turned = (LANDSCAPES["quadratic"](kappa=50, angle=angle) for angle in (0, 30))
        turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
        rule = OPTIMIZERS[slug](lr=0.3)
        path = descend(straight, rule, (1, 1), 20).points
        np.testing.assert_allclose(descend(turned, rule, turn @ (1, 1), 20).points, path @ turn.T, atol=1e-13)


def test_newton_climbs_to_himmelblaus_summit_and_saddle_free_newton_does_not():
    surface, start = LANDSCAPES["himmelblau"], (-0.3, -0.8)
    newton, saddle_free = (descend(surface, OPTIMIZERS[slug](), start, 50) for slug in ("newton", "saddle-free-newton"))
    assert newton.points[-1] == pytest.approx([-0.270845, -0.923039], abs=1e-5)
    assert newton.values[-1] > newton.values[0]
    assert newton.outcome is Outcome.SUMMIT
    assert saddle_free.values[-1] == pytest.approx(0, abs=1e-12)
    assert saddle_free.outcome is Outcome.LOWEST_VALLEY


def test_newton_goes_to_a_saddle_in_one_step_and_saddle_free_newton_leaves_it_twice_as_far_at_each():
    surface = LANDSCAPES["saddle"]
    newton, saddle_free = (
        descend(surface, OPTIMIZERS[s](), (1, 1e-6), 20).points for s in ("newton", "saddle-free-newton")
    )
    assert newton[1:] == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(saddle_free[1:, 1], 1e-6 * 2.0 ** np.arange(1, 21))
    assert saddle_free[1:, 0] == pytest.approx(0, abs=1e-15)


def test_saddle_free_newton_leads_downhill_wherever_there_is_a_slope():
    surface, rule = LANDSCAPES["himmelblau"], OPTIMIZERS["saddle-free-newton"]()
    points = np.random.default_rng(3).uniform(-5, 5, (2, 500))
    slopes = surface.gradient(points)
    steps = rule.update(At(points, slopes, surface), rule.init(points), 1.0).step
    assert ((slopes * steps).sum(axis=0) < 0).all()


def test_enough_damping_makes_newton_lead_downhill():
    surface, start = LANDSCAPES["himmelblau"], (-0.3, -0.8)
    path = descend(surface, OPTIMIZERS["newton"](damping=100), start, 300)
    assert path.values[-1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("slug", ["newton", "saddle-free-newton"])
def test_on_flat_ground_newton_stays_and_on_a_straight_slope_the_run_ends(slug):
    trough = bowl(1, 0)
    assert descend(trough, OPTIMIZERS[slug](), (3, 4), 2).points.tolist() == [[3, 4], [0, 4], [0, 4]]
    trough.gradient = lambda p: np.stack([p[0], 1 + 0 * p[1]])
    trough.value = lambda p: p[0] ** 2 / 2 + p[1]
    path = descend(trough, OPTIMIZERS[slug](), (3, 4), 5)
    assert path.outcome is Outcome.DIVERGED
    assert "rate" not in path.sentence  # no rate would help
    assert path.points.tolist() == [[3, 4]]
    assert descend(trough, OPTIMIZERS[slug](damping=2), (3, 4), 1).points[1] == pytest.approx([2, 3.5])


@pytest.mark.parametrize("slug", ["newton", "saddle-free-newton"])
def test_newton_says_what_it_needs(slug):
    rule, bare = OPTIMIZERS[slug](), bowl(1, 1)
    with pytest.raises(ValueError, match=f"^{rule.title} works with two parameters, got 3$"):
        rule.init(np.zeros(3))
    del bare.hessian
    with pytest.raises(TypeError, match=f"^{rule.title} needs a surface with a hessian$"):
        descend(bare, rule, (1, 1), 1)


def test_a_hessian_counts_as_two_gradients():
    path = descend(bowl(1, 2), OPTIMIZERS["newton"](lr=0.5), (1, 1), 10)
    assert path.evaluations.hessians == 10
    assert path.costs.tolist() == list(range(0, 33, 3))


# Height


def test_polyaks_step_halves_the_way_on_a_round_bowl():
    path = descend(bowl(3, 3), OPTIMIZERS["polyak"](), (3, 4), 30)
    np.testing.assert_allclose(path.points, np.array([3, 4]) * 0.5 ** np.arange(31)[:, None], rtol=1e-12)


def test_polyaks_step_never_leads_away_from_the_minimum_of_a_bowl():
    path = descend(bowl(1, 40), OPTIMIZERS["polyak"](), (3, 1), 200)
    distances = np.hypot(*path.points.T)
    assert (np.diff(distances) <= 0).all()
    assert distances[-1] < 1e-3


def test_polyaks_step_is_bounded_and_leads_uphill_below_its_lowest_value():
    rule = OPTIMIZERS["polyak"](max_learning_rate=0.1)
    assert descend(bowl(1, 1), rule, (3, 4), 1).points[1] == pytest.approx([2.7, 3.6])
    too_high = OPTIMIZERS["polyak"](f_min=100)
    assert np.hypot(*descend(bowl(1, 1), too_high, (3, 4), 1).points[1]) > 5


def test_in_a_side_valley_polyaks_step_jumps_further_the_gentler_the_slope_becomes():
    surface = LANDSCAPES["styblinski-tang"]
    rule = OPTIMIZERS["polyak"](f_min=surface.minimum_value)
    path = descend(surface, rule, (4, 4), 100, record=True)
    assert path.outcome is Outcome.CIRCLING
    assert (path.points > 0).all()  # it never leaves the side valley's quarter
    slopes, rates = np.hypot(*path.seen_gradients.T), path.terms["gamma"]
    assert (rates[slopes < np.median(slopes)] > rates[slopes > np.median(slopes)].max()).mean() > 0.9


def test_polyaks_step_knows_the_lowest_value_of_a_surface():
    surface = LANDSCAPES["styblinski-tang"]
    rule = OPTIMIZERS["polyak"](**default_settings(OPTIMIZERS["polyak"], surface))
    assert rule.f_min == surface.minimum_value
    assert "f_min" not in default_settings(OPTIMIZERS["polyak"], LANDSCAPES["saddle"])


# Average


def test_the_average_of_schedule_free_descent_is_the_mean_of_its_runner():
    path = descend(LANDSCAPES["himmelblau"], OPTIMIZERS["schedule-free"](lr=0.005), (-4, 1), 100, record=True)
    z, average = path.terms["z"], path.terms["average"]
    means = np.add.accumulate(z) / np.arange(1, 101)[:, None]
    np.testing.assert_allclose(average, means, rtol=1e-9)
    np.testing.assert_allclose(path.points[1:], 0.1 * z + 0.9 * average, rtol=1e-12)


def test_steps_of_a_warm_up_count_less_in_the_average():
    rule = OPTIMIZERS["schedule-free"](lr=0.005)
    path = descend(LANDSCAPES["himmelblau"], rule, (-4, 1), 50, parts=[PARTS["warmup"](count=20)], record=True)
    weights = np.maximum.accumulate(path.rates)[:, None] ** 2
    means = np.add.accumulate(weights * path.terms["z"]) / np.add.accumulate(weights)
    np.testing.assert_allclose(path.terms["average"], means, rtol=1e-9)


def test_at_the_average_itself_the_path_is_the_average():
    path = descend(bowl(1, 5), OPTIMIZERS["schedule-free"](lr=0.1, beta1=1), (3, 4), 50, record=True)
    np.testing.assert_array_equal(path.points[1:], path.points[:-1] + path.terms["step"])
    np.testing.assert_allclose(path.points[1:], path.terms["average"], rtol=1e-12, atol=1e-15)
