"""Update rules: their steps, their conventions, and what every rule of the registry must obey."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import typing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knobs import Interval, Switch, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, At, Evaluations, Rule, descend, descend_together, walk
from optimizers.registry import Registry
from optimizers.sgd import GradientDescent

REFERENCE = np.load(Path(__file__).parent / "reference" / "torch_reference.npz")
ABOUT = json.loads(str(REFERENCE["about"]))
CASES = ABOUT["cases"]
CASE_IDS = [f"{case['slug']}-{case['surface']}-{case['name']}" for case in CASES]
EVERY_RULE = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)

STEEP_AND_GENTLE = np.array([1000.0, 0.001])


def steps_for(rule, gradients):
    """The steps of a rule that is shown these gradients, one after the other."""
    gradients = np.asarray(gradients, dtype=float)
    state, steps = rule.init(np.zeros_like(gradients[0])), []
    for g in gradients:
        step, state, _ = rule.update(At(np.zeros_like(g), g), state, rule.lr)
        steps.append(step)
    return np.array(steps)


def bowl(*curvatures):
    """A quadratic bowl with these curvatures along x and y."""
    k = np.array(curvatures, dtype=float)

    def along(p):
        return k.reshape(2, *[1] * (np.ndim(p) - 1))

    return SimpleNamespace(value=lambda p: (along(p) * p**2).sum(axis=0) / 2, gradient=lambda p: along(p) * p)


# The same as PyTorch


@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_fed_the_same_gradients_the_steps_are_pytorchs(case):
    rule = OPTIMIZERS[case["slug"]](**case["settings"])
    expected = REFERENCE[f"fed/{case['name']}"]
    steps = steps_for(rule, REFERENCE[f"gradients/{case['surface']}"])
    # Where opposite gradients cancel, a sum keeps the rounding of its larger terms: hence the absolute part.
    np.testing.assert_allclose(steps, expected, rtol=1e-12, atol=1e-15 * np.abs(expected).max())


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["steady"]], ids=lambda case: f"{case['slug']}-{case['name']}"
)
def test_walking_freely_the_path_is_pytorchs(case):
    surface = LANDSCAPES[case["surface"]]
    rule = OPTIMIZERS[case["slug"]](**case["settings"])
    path = descend(surface, rule, ABOUT["starts"][case["surface"]], ABOUT["steps"])
    expected = REFERENCE[f"free/{case['name']}"]
    np.testing.assert_allclose(path.points[:: ABOUT["every"]], expected, rtol=1e-10, atol=1e-10)


def test_almost_every_reference_run_is_steady_enough_to_compare():
    assert sum(case["steady"] for case in ABOUT["cases"]) >= 0.9 * len(ABOUT["cases"])
    assert {case["slug"] for case in ABOUT["cases"]} <= set(OPTIMIZERS)


# Identities

gradient_lists: st.SearchStrategy[Any] = st.lists(
    st.tuples(*[st.floats(-100, 100, allow_subnormal=False)] * 2), min_size=1, max_size=30
).map(np.array)


@settings(max_examples=25)
@given(gradient_lists, st.floats(0, 0.99), st.floats(1e-12, 1))
def test_adam_without_beta1_and_correction_is_rmsprop(gradients, beta2, eps):
    adam = OPTIMIZERS["adam"](lr=0.1, beta1=0, beta2=beta2, eps=eps, bias_correction=False)
    rmsprop = OPTIMIZERS["rmsprop"](lr=0.1, decay_rate=beta2, eps=eps)
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
    lr, v, averaged = 0.1, np.zeros(2), []
    for g in gradients:
        v = rho * v + (1 - rho) * g
        averaged.append(-lr * v)
    heavy = steps_for(OPTIMIZERS["momentum"](lr=lr * (1 - rho), rho=rho), gradients)
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


# What every rule must obey


def some_settings(cls, seed):
    """A rule with settings drawn from what its sliders offer."""
    random = np.random.default_rng(seed)
    drawn = {}
    for name, declared in knobs_of(cls).items():
        if isinstance(declared.valid, Switch):
            drawn[name] = bool(random.integers(2))
        elif declared.scale == "log":
            drawn[name] = float(10 ** random.uniform(*np.log10(declared.offer)))
        else:
            drawn[name] = float(random.uniform(*declared.offer))
    return cls(**drawn)


@EVERY_RULE
@settings(max_examples=20)
@given(gradient_lists, st.integers(0, 1000))
def test_an_update_is_pure(cls, gradients, seed):
    rule = some_settings(cls, seed)
    point = np.array([0.5, -0.25])
    state = rule.init(point)
    for g in gradients:
        kept = [np.array(part) for part in (point, g, *state)]
        once, again = (rule.update(At(point, g), state, rule.lr) for _ in range(2))
        np.testing.assert_array_equal(once.step, again.step)
        for before, after in zip(kept, (point, g, *state), strict=True):
            np.testing.assert_array_equal(before, after)
        state = once.state


@EVERY_RULE
@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 4, 5), (7,)])
def test_a_rule_moves_any_shape(cls, shape):
    x = np.linspace(-1, 1, math.prod(shape)).reshape(shape)
    rule = cls()
    state = rule.init(x)
    for _ in range(3):
        step, state, terms = rule.update(At(x, 2 * x), state, rule.lr)
        assert step.shape == shape
        assert step.dtype == np.float64
        assert terms["g"] is not None
        x = x + step


@EVERY_RULE
@given(seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_a_grid_moves_as_its_points_do_alone(cls, seed):
    rule = some_settings(cls, seed)
    surface = LANDSCAPES["himmelblau"]
    grid = np.random.default_rng(seed).uniform(-5, 5, (2, 2, 3))
    together = walk(surface, rule, grid, 12).points
    for i, j in np.ndindex(2, 3):
        alone = walk(surface, rule, grid[:, i, j, None], 12).points[:, :, 0]
        np.testing.assert_array_equal(together[:, :, i, j], alone)


@EVERY_RULE
def test_settings_may_be_arrays(cls):
    rules = [some_settings(cls, seed) for seed in range(6)]
    stacked = cls(**{name: np.array([getattr(rule, name) for rule in rules]) for name in knobs_of(cls)})
    surface, start = LANDSCAPES["rosenbrock"], np.array([-1.5, 2.0])
    together = walk(surface, stacked, np.repeat(start[:, None], 6, axis=1), 12).points
    for column, rule in enumerate(rules):
        alone = walk(surface, rule, start[:, None], 12).points[:, :, 0]
        np.testing.assert_array_equal(together[:, :, column], alone)


@EVERY_RULE
@given(seed=st.integers(0, 1000), x=st.floats(-4, 4), y=st.floats(-4, 4))
@settings(max_examples=10)
def test_a_mirrored_surface_mirrors_the_path(cls, seed, x, y):
    surface, flip = LANDSCAPES["himmelblau"], np.array([[-1.0], [1.0]])
    mirrored = SimpleNamespace(
        value=lambda p: surface.value(flip * p), gradient=lambda p: flip * surface.gradient(flip * p)
    )
    rule, start = some_settings(cls, seed), np.array([[x], [y]])
    path = walk(surface, rule, start, 20).points
    np.testing.assert_array_equal(walk(mirrored, rule, flip * start, 20).points, flip * path)


@EVERY_RULE
def test_a_rule_declares_itself(cls):
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen
    assert next(iter(knobs_of(cls))) == "lr"
    assert cls.about.endswith(".")
    assert all((cls.title, cls.reference, cls.natural_rate > 0))
    assert cls.scales_with_gradient in (True, False)
    assert hash(cls()) == hash(cls())
    for declared in knobs_of(cls).values():
        assert declared.symbol in cls.formula or declared.rare
        assert declared.help.endswith(".")


@EVERY_RULE
def test_a_docstring_explains_the_rule_in_the_agreed_order(cls):
    parts = ["math::", "Settings\n", "Example\n", ">>>", "Reference\n", "Differences\n"]
    places = [(cls.__doc__ or "").find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert cls.__doc__.split("\n")[0].endswith(".")
    assert all(f"\n    {name} : " in cls.__doc__ for name in knobs_of(cls))


def bad_values(declared):
    """Values that a setting cannot have."""
    yield from (math.nan, math.inf, -math.inf, "fast", None)
    if isinstance(declared.valid, Interval):
        yield True
        if math.isfinite(declared.valid.low):
            yield declared.valid.low - 0.5
            if declared.valid.low_open:
                yield declared.valid.low
        if math.isfinite(declared.valid.high):
            yield declared.valid.high + 0.5
            if declared.valid.high_open:
                yield declared.valid.high
    else:
        yield from (0, 1, 0.5, "on")


@pytest.mark.parametrize(
    ("cls", "name", "bad"),
    [
        pytest.param(cls, name, bad, id=f"{slug}-{name}-{bad}")
        for slug, cls in OPTIMIZERS.items()
        for name, declared in knobs_of(cls).items()
        for bad in bad_values(declared)
    ],
)
def test_a_bad_setting_is_named_with_its_range(cls, name, bad):
    sentence = f"{cls.title}: {name} must be in {knobs_of(cls)[name].valid}, got "
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        cls(**{name: bad})


def test_the_sentence_about_a_bad_setting():
    with pytest.raises(ValueError, match=r"^Adam: beta1 must be in \[0, 1\), got 1\.5$"):
        OPTIMIZERS["adam"](beta1=1.5)
    with pytest.raises(ValueError, match=r"^Gradient descent: lr must be in \(0, inf\), got -1$"):
        OPTIMIZERS["sgd"](lr=-1)


@EVERY_RULE
def test_unknown_and_positional_settings_are_refused(cls):
    with pytest.raises(TypeError, match="speed"):
        cls(speed=1)
    with pytest.raises(TypeError):
        cls(0.1)


def test_sliders_reach_the_values_of_textbooks():
    for cls in OPTIMIZERS.values():
        low, high = knobs_of(cls)["lr"].offer
        assert all(low <= lr <= high for lr in (1e-4, 5e-4, 1e-3, 0.01, 0.1, 1))
        for name, usual in (("rho", 0.9), ("beta1", 0.9), ("beta2", 0.999), ("decay_rate", 0.9)):
            if name in knobs_of(cls):
                declared = knobs_of(cls)[name]
                assert declared.offer[0] == 0 <= usual <= declared.offer[1]
                assert declared.scale == "memory"


def test_the_defaults_are_the_conventional_ones():
    chosen = {
        slug: {name: getattr(cls(), name) for name in knobs_of(cls) if name != "lr"} for slug, cls in OPTIMIZERS.items()
    }
    assert chosen["momentum"] == chosen["nesterov"] == {"rho": 0.9}
    assert chosen["adagrad"] == {"eps": 1e-10}
    assert chosen["rmsprop"] == {"decay_rate": 0.99, "eps": 1e-8}
    assert chosen["adam"] == {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": True}
    assert OPTIMIZERS["momentum"](rho=0).rho == 0  # a 0 is a 0, not "use the default"


def test_hints_put_the_settings_into_words():
    assert OPTIMIZERS["sgd"]().hint(300) == ""
    assert OPTIMIZERS["momentum"](rho=0.9).hint(300) == "In the long run a steady slope gets 10 times the rate"
    assert OPTIMIZERS["adam"](lr=0.001).hint(300) == "Moves at most about lr a step: 300 x 0.001 = 0.3 here"
    assert OPTIMIZERS["rmsprop"](lr=0.01).hint(300) == "On a steady slope about lr a step: 300 x 0.01 = 3 here"


@pytest.mark.parametrize("slug", ["momentum", "nesterov", "rmsprop", "adagrad"])
def test_hints_are_true_on_a_steady_slope(slug):
    rule = OPTIMIZERS[slug](lr=0.01)
    steps = steps_for(rule, np.ones((1000, 2)))
    if slug in ("momentum", "nesterov"):
        assert steps[-1] == pytest.approx(-0.01 / (1 - rule.rho))
    elif slug == "rmsprop":
        assert steps[-1] == pytest.approx(-0.01, rel=1e-3)
    else:
        assert f"go {-steps.sum(axis=0)[0]:.3g} here" in rule.hint(1000)


# The registry


def test_the_registry_lists_the_rules_in_a_sensible_order():
    assert list(OPTIMIZERS)[:6] == ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
    assert all(cls.slug == slug for slug, cls in OPTIMIZERS.items())


def test_the_registry_is_read_only_and_names_what_there_is():
    with pytest.raises(KeyError, match=r"no optimizer 'sdg'; there are sgd, momentum"):
        OPTIMIZERS["sdg"]
    with pytest.raises(TypeError):
        OPTIMIZERS["sgd"] = None
    assert "sdg" not in OPTIMIZERS
    assert OPTIMIZERS.get("sdg") is None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignDescent(GradientDescent):
    """A rule made on the fly: always a step of the same length in each coordinate."""

    slug: typing.ClassVar[str] = "sign"
    title: typing.ClassVar[str] = "Sign descent"
    rank: typing.ClassVar[int] = 100

    def update(self, at, state, lr):
        update = super().update(at, state, lr)
        return update._replace(step=-lr * np.sign(at.gradient))


def test_a_rule_can_be_registered_on_the_fly():
    registry = Registry()
    for cls in (SignDescent, *OPTIMIZERS.values()):
        registry.register(cls)
    assert list(registry) == [*OPTIMIZERS, "sign"]
    registry.register(SignDescent)  # the same once more is no harm
    assert descend(bowl(1, 1), registry["sign"](lr=0.5), (3, -1), 2).points.tolist() == [[3, -1], [2.5, -0.5], [2, 0]]
    impostor = dataclasses.make_dataclass("Impostor", [], bases=(SignDescent,), frozen=True)
    with pytest.raises(ValueError, match="already an optimizer 'sign': SignDescent"):
        registry.register(impostor)
    registry.unregister("sign")
    assert "sign" not in registry


# What a rule may ask for


@dataclasses.dataclass(frozen=True, kw_only=True)
class Curious(GradientDescent):
    """A rule that asks for everything once a step."""

    slug: typing.ClassVar[str] = "curious"

    def update(self, at, state, lr):
        ahead = at.gradient_at(at.point - lr * at.gradient)
        return (
            super()
            .update(at, state, lr)
            ._replace(terms={"ahead": ahead, "value": at.value, "curvature": at.hessian()[0, 0], "lr": lr})
        )


def test_what_a_rule_asks_for_is_right_and_counted():
    surface = LANDSCAPES["booth"]
    curious, plain = descend_together(surface, [Curious(lr=0.05), OPTIMIZERS["sgd"](lr=0.05)], (0, 0), 7, record=True)
    assert curious.evaluations == Evaluations(values=7, gradients=14, hessians=7)
    assert plain.evaluations == Evaluations(values=0, gradients=7, hessians=0)
    np.testing.assert_array_equal(curious.terms["ahead"], curious.gradients[1:])
    np.testing.assert_array_equal(curious.terms["value"], curious.values[:-1])
    assert curious.terms["curvature"].tolist() == [10.0] * 7
    assert curious.terms["lr"].tolist() == [0.05] * 7


def test_a_rule_is_abstract_until_it_can_update():
    with pytest.raises(TypeError, match="abstract"):
        Rule()
