"""Adam's family: what its members have in common with Adam, and what sets each of them apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, At, walk
from tests.walking import gradient_lists, steps_for

FAMILY = ["adam", *(slug for slug, cls in OPTIMIZERS.items() if cls.family == "adam")]
STEEP_AND_GENTLE = np.array([1000.0, 0.001])
STEADY = np.ones((300, 2))
THEN_GENTLE = np.vstack([np.full((50, 2), 100.0), np.ones((2000, 2))])
betas = st.floats(0, 0.99)


def terms_for(rule, gradients):
    """The terms of every step of a rule that is shown these gradients."""
    x = np.zeros(2)
    state, terms = rule.init(x), []
    for g in np.asarray(gradients, dtype=float):
        update = rule.update(At(x, g), state, rule.lr)
        terms.append(update.terms)
        state = update.state
    return {name: np.array([each[name] for each in terms]) for name in terms[0]}


def path(slug, surface, start, steps, **settings):
    with np.errstate(all="ignore"):
        return walk(surface, OPTIMIZERS[slug](**settings), np.array(start, dtype=float), steps).points


# The family


@pytest.mark.parametrize("slug", [slug for slug in FAMILY if slug != "radam"])
def test_the_first_step_of_the_family_goes_about_as_far_in_a_steep_direction_as_in_a_gentle_one(slug):
    (first,) = steps_for(OPTIMIZERS[slug](lr=0.1, eps=1e-16), [[1000.0, 1.0]])
    assert first[0] == pytest.approx(first[1], rel=1e-3)
    assert np.abs(first) == pytest.approx(0.1, rel=0.12)


@pytest.mark.parametrize("slug", ["amsgrad", "nadam", "adamax"])
def test_on_a_steady_slope_a_step_is_the_rate(slug):
    steps = steps_for(OPTIMIZERS[slug](lr=0.01), np.ones((1000, 2)))
    assert steps[-1] == pytest.approx(-0.01, rel=1e-3)
    assert "1000 x 0.01 = 10 here" in OPTIMIZERS[slug](lr=0.01).hint(1000)


# AdamW


@settings(max_examples=25)
@given(gradient_lists, betas, betas)
def test_adamw_without_decay_is_adam_to_the_bit(gradients, beta1, beta2):
    shared = {"lr": 0.1, "beta1": beta1, "beta2": beta2}
    without = OPTIMIZERS["adamw"](**shared, weight_decay=0)
    np.testing.assert_array_equal(steps_for(without, gradients), steps_for(OPTIMIZERS["adam"](**shared), gradients))


def test_adamw_without_decay_walks_adams_path_to_the_bit():
    for surface in ("rosenbrock", "himmelblau"):
        without = path("adamw", LANDSCAPES[surface], (-1.5, 2), 300, lr=0.02, weight_decay=0)
        np.testing.assert_array_equal(without, path("adam", LANDSCAPES[surface], (-1.5, 2), 300, lr=0.02))


def test_where_the_ground_is_flat_adamw_heads_straight_for_the_origin_by_the_same_share_at_every_step():
    class Plain:
        def value(self, points):
            return 0 * points[0]

        def gradient(self, points):
            return 0 * points

    points = path("adamw", Plain(), (3, -1), 100, lr=0.1, weight_decay=0.2)
    np.testing.assert_allclose(points, 0.98 ** np.arange(101)[:, None] * [3, -1], rtol=1e-12)
    rule = OPTIMIZERS["adamw"](lr=0.1, weight_decay=0.2)
    assert rule.hint(100) == "Where there is no slope, 100 steps leave 13.3 % of a weight"
    assert points[-1, 0] / 3 == pytest.approx(0.133, abs=5e-4)
    assert OPTIMIZERS["adamw"](lr=1, weight_decay=2).hint(100) == ""


def test_adamws_decay_does_not_ask_for_the_slope():
    x = np.array([2.0, -1.0])
    for g in (STEEP_AND_GENTLE, -STEEP_AND_GENTLE):
        rules = [OPTIMIZERS["adamw"](lr=0.1, weight_decay=decay) for decay in (0, 0.3)]
        without, with_decay = (rule.update(At(x, g), rule.init(x), rule.lr).step for rule in rules)
        assert with_decay - without == pytest.approx(-0.1 * 0.3 * x)


# AMSGrad


@settings(max_examples=25)
@given(gradient_lists, betas, betas)
def test_amsgrads_largest_mean_of_squares_never_shrinks(gradients, beta1, beta2):
    v_max = terms_for(OPTIMIZERS["amsgrad"](beta1=beta1, beta2=beta2), gradients)["v_max"]
    assert (np.diff(v_max, axis=0) >= 0).all()


@settings(max_examples=25)
@given(gradient_lists, betas, betas)
def test_amsgrads_steps_are_never_longer_than_adams(gradients, beta1, beta2):
    shared = {"lr": 0.1, "beta1": beta1, "beta2": beta2}
    adam, amsgrad = (np.abs(steps_for(OPTIMIZERS[slug](**shared), gradients)) for slug in ("adam", "amsgrad"))
    assert (amsgrad <= adam).all()


@settings(max_examples=25)
@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), betas, betas)
def test_while_slopes_grow_amsgrad_is_adam(growth, beta1, beta2):
    gradients = np.outer(1 + np.cumsum(growth), [1.0, -2.0])
    shared = {"lr": 0.1, "beta1": beta1, "beta2": beta2}
    adam, amsgrad = (steps_for(OPTIMIZERS[slug](**shared), gradients) for slug in ("adam", "amsgrad"))
    np.testing.assert_allclose(amsgrad, adam, rtol=1e-12)


@pytest.mark.parametrize("slug", ["amsgrad", "yogi"])
def test_after_a_steep_beginning_adam_speeds_up_again_and_amsgrad_and_yogi_stay_slow(slug):
    adam, slow = (np.abs(steps_for(OPTIMIZERS[each](lr=1), THEN_GENTLE))[:, 0] for each in ("adam", slug))
    assert adam[-1] > 5 * adam[100]
    assert slow[-1] < 0.4 * adam[-1]
    assert (slow[100:] < adam[100:]).all()


# NAdam


def test_nadams_first_step_is_longer_than_the_rate_for_the_newest_slope_counts_once_more():
    (first,) = steps_for(OPTIMIZERS["nadam"](lr=1), [[5.0, -5.0]])
    mu, mu_next = (0.9 * (1 - 0.5 * 0.96 ** (0.004 * t)) for t in (1, 2))
    assert np.abs(first) == pytest.approx(1 + 0.1 * mu_next / (1 - mu * mu_next))


@pytest.mark.parametrize("kappa", [1, 10, 100])
@pytest.mark.parametrize("lr", [0.05, 0.1, 0.2])
def test_in_a_bowl_nadam_overshoots_less_than_adam(kappa, lr):
    adam, nadam = (
        path(slug, LANDSCAPES["quadratic"](kappa=kappa), (-1.5, 1), 300, lr=lr) for slug in ("adam", "nadam")
    )
    assert 0 < nadam[:, 0].max() < adam[:, 0].max()
    assert 0 < -nadam[:, 1].min() < -adam[:, 1].min()


@settings(max_examples=25)
@given(gradient_lists, betas, st.floats(1e-8, 1))
def test_nadam_without_beta1_is_adam_without_beta1(gradients, beta2, eps):
    shared = {"lr": 0.1, "beta1": 0, "beta2": beta2, "eps": eps}
    np.testing.assert_allclose(
        steps_for(OPTIMIZERS["nadam"](**shared), gradients),
        steps_for(OPTIMIZERS["adam"](**shared), gradients),
        rtol=1e-12,
    )


# AdaMax


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.95), st.floats(0.95, 0.9999))
def test_adamax_keeps_within_its_bound(seed, beta1, beta2):
    assume(beta1 < beta2)
    random = np.random.default_rng(seed)
    gradients = random.standard_normal((300, 2)) * 10 ** random.uniform(-3, 3, (300, 1))
    steps = steps_for(OPTIMIZERS["adamax"](lr=1, beta1=beta1, beta2=beta2), gradients)
    assert np.abs(steps).max() <= (1 - beta1) / (1 - beta1 / beta2) * (1 + 1e-9)


def test_adamaxs_bound_is_nearly_reached_by_slopes_that_fade_like_its_maximum_and_is_more_than_the_rate():
    gradients = 0.999 ** np.arange(200.0)[:, None] * np.ones(2)
    steps = np.abs(steps_for(OPTIMIZERS["adamax"](lr=1), gradients))
    bound = 0.1 / (1 - 0.9 / 0.999)
    assert bound == pytest.approx(1.009, abs=1e-4)
    assert steps[-1] == pytest.approx(bound, rel=1e-6)
    assert steps.max() <= 1.01


def test_adams_steps_can_be_longer_than_adamaxs_ever_are():
    gradients = (0.999 / 0.9) ** np.arange(300.0)[:, None] * np.ones(2)
    assert np.abs(steps_for(OPTIMIZERS["adam"](lr=1), gradients)).max() > 1.01


# RAdam


def test_radams_first_five_steps_are_the_mean_slope_times_the_rate():
    gradients = np.random.default_rng(1).standard_normal((8, 2)) * [1000, 0.001]
    terms = terms_for(OPTIMIZERS["radam"](lr=0.1), gradients)
    steps = steps_for(OPTIMIZERS["radam"](lr=0.1), gradients)
    np.testing.assert_array_equal(steps[:5], -0.1 * terms["m_hat"][:5])
    assert (terms["n"][:5] == 5).all()
    assert (terms["n"][5:] > 5).all()
    assert np.abs(steps[5:] / terms["m_hat"][5:]).min() < 1e-3  # from the sixth on, divided by what is steep


def test_radams_first_divided_steps_are_tiny_and_grow():
    for steep in (1, 1000):
        steps = np.abs(steps_for(OPTIMIZERS["radam"](lr=1), steep * STEADY))[:, 0]
        assert steps[:5] == pytest.approx(steep)
        assert steps[5] < 0.03
        assert (np.diff(steps[5:]) > 0).all()


@settings(max_examples=25)
@given(gradient_lists, betas, st.floats(0, 0.6))
def test_radam_with_too_short_a_memory_never_divides(gradients, beta1, beta2):
    terms = terms_for(OPTIMIZERS["radam"](lr=0.1, beta1=beta1, beta2=beta2), gradients)
    np.testing.assert_array_equal(terms["rate"], np.full(len(gradients), 0.1)[:, None] * np.ones(2))


def test_radam_becomes_adam_in_the_end():
    shared = {"lr": 0.1, "beta2": 0.9}
    gradients = np.random.default_rng(2).standard_normal((300, 2))
    adam, radam = (steps_for(OPTIMIZERS[slug](**shared), gradients) for slug in ("adam", "radam"))
    np.testing.assert_allclose(radam[-50:], adam[-50:], rtol=1e-6)


# AdaBelief


def test_on_a_steady_slope_adabeliefs_steps_grow_and_leave_adams_behind():
    for slope in (1000, 0.001):
        adam, belief = (
            np.abs(steps_for(OPTIMIZERS[slug](lr=1), slope * STEADY))[:, 0] for slug in ("adam", "adabelief")
        )
        assert (np.diff(belief) > 0).all()
        assert belief[-1] > 9 * adam[-1]


@settings(max_examples=25)
@given(gradient_lists, betas)
def test_adabelief_without_beta1_is_never_surprised(gradients, beta2):
    """The direction is then the newest slope itself: what is left under it is eps alone."""
    assert (terms_for(OPTIMIZERS["adabelief"](beta1=0, beta2=beta2, eps_root=0), gradients)["s"] == 0).all()


# Yogi


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.999))
def test_yogis_squares_change_by_a_share_of_the_newest_square(gradients, beta2):
    v = terms_for(OPTIMIZERS["yogi"](beta2=beta2, initial_accumulator=0), gradients)["v"]
    v = np.vstack([np.zeros(2), v])
    share = (1 - beta2) * gradients**2
    np.testing.assert_allclose(np.abs(np.diff(v, axis=0)), share * (v[:-1] != gradients**2), rtol=1e-6, atol=1e-9)
    assert (v >= 0).all()


@settings(max_examples=25)
@given(st.floats(-100, 100).filter(bool), st.floats(-100, 100).filter(bool), betas, betas)
def test_from_an_empty_memory_yogis_first_step_is_adams(x, y, beta1, beta2):
    shared = {"lr": 0.1, "beta1": beta1, "beta2": beta2, "eps": 1e-8}
    yogi = OPTIMIZERS["yogi"](**shared, initial_accumulator=0)
    np.testing.assert_allclose(steps_for(yogi, [[x, y]]), steps_for(OPTIMIZERS["adam"](**shared), [[x, y]]), rtol=1e-12)


# eps inside the root


@pytest.mark.parametrize("slug", ["adagrad", "rmsprop", "adam"])
def test_eps_inside_the_root_matters_only_where_the_squares_are_as_small(slug):
    beside, inside = (OPTIMIZERS[slug](lr=0.1, eps=1e-8, eps_in_sqrt=on) for on in (False, True))
    steep, gentle = [[1000.0, -1000.0]], [[1e-5, -1e-5]]
    np.testing.assert_allclose(steps_for(inside, steep), steps_for(beside, steep), rtol=1e-9)
    assert np.abs(steps_for(inside, gentle)).max() < 0.5 * np.abs(steps_for(beside, gentle)).max()


@pytest.mark.parametrize("slug", ["adagrad", "rmsprop", "adam"])
def test_without_eps_it_is_all_one_where_it_stands(slug):
    gradients = np.random.default_rng(3).standard_normal((50, 2))
    beside, inside = (OPTIMIZERS[slug](lr=0.1, eps=0, eps_in_sqrt=on) for on in (False, True))
    np.testing.assert_array_equal(steps_for(inside, gradients), steps_for(beside, gradients))


# In PyTorch's words


def test_pytorchs_constructor_is_written_with_this_rules_settings():
    written = {
        "sgd": "torch.optim.SGD([x], lr=0.5)",
        "momentum": "torch.optim.SGD([x], lr=0.5, momentum=0.9)",
        "nesterov": "torch.optim.SGD([x], lr=0.5, momentum=0.9, nesterov=True)",
        "adagrad": "torch.optim.Adagrad([x], lr=0.5, eps=1e-10)",
        "rmsprop": "torch.optim.RMSprop([x], lr=0.5, alpha=0.99, eps=1e-08)",
        "adam": "torch.optim.Adam([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08)",
        "adamw": "torch.optim.AdamW([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01)",
        "amsgrad": "torch.optim.Adam([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08, amsgrad=True)",
        "nadam": "torch.optim.NAdam([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08, momentum_decay=0.004)",
        "adamax": "torch.optim.Adamax([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08)",
        "radam": "torch.optim.RAdam([x], lr=0.5, betas=(0.9, 0.999), eps=1e-08)",
        "adabelief": "",
        "yogi": "",
    }
    assert {slug: OPTIMIZERS[slug](lr=0.5).in_torch() for slug in written} == written
    assert OPTIMIZERS["nesterov"](lr=1, rho=0).in_torch() == "torch.optim.SGD([x], lr=1.0)"


@pytest.mark.parametrize(
    ("slug", "turned"),
    [
        ("momentum", {"averaged": True}),
        ("adagrad", {"eps_in_sqrt": True}),
        ("rmsprop", {"eps_in_sqrt": True}),
        ("adam", {"eps_in_sqrt": True}),
        ("adam", {"bias_correction": False}),
    ],
)
def test_where_pytorch_has_no_such_switch_nothing_is_written(slug, turned):
    assert OPTIMIZERS[slug](**turned).in_torch() == ""
