"""What every rule of the registry must obey and declare; the registry; and what a rule may ask for."""

from __future__ import annotations

import dataclasses
import inspect
import math
import typing
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knobs import knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, At, Evaluations, Rule, descend, descend_together, walk
from optimizers.registry import Registry
from optimizers.sgd import GradientDescent
from tests.walking import EVERY_RULE, bowl, gradient_lists, moves_only_two, some_settings

# What every rule must obey


def unmisprinted(rule):
    """The rule as it should be printed: what a misprint does need not make sense."""
    return dataclasses.replace(rule, **{name: knobs_of(rule)[name].default for name in rule.misprints})


@EVERY_RULE
@settings(max_examples=20)
@given(gradient_lists, st.integers(0, 1000))
def test_an_update_is_pure(cls, gradients, seed):
    rule = some_settings(cls, seed)
    point = np.array([0.5, -0.25])
    state = rule.init(point)
    for g in gradients:
        kept = [np.array(part) for part in (point, g, *state)]
        once, again = (rule.update(At(point, g, bowl(1, 3)), state, rule.lr) for _ in range(2))
        np.testing.assert_array_equal(once.step, again.step)
        for before, after in zip(kept, (point, g, *state), strict=True):
            np.testing.assert_array_equal(before, after)
        state = once.state


@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 4, 5), (7,)])
@EVERY_RULE
def test_a_rule_moves_any_shape(cls, shape):
    if shape[0] != 2 and moves_only_two(cls):
        return
    x = np.linspace(-1, 1, math.prod(shape)).reshape(shape)
    rule, surface = cls(), bowl(*[2] * len(x))
    state = rule.init(x)
    for _ in range(3):
        step, state, terms = rule.update(At(x, 2 * x, surface), state, rule.lr)
        assert step.shape == shape
        assert step.dtype == np.float64
        np.testing.assert_array_equal(terms["g"], 2 * x)
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
def test_runs_of_different_settings_move_as_they_do_alone(cls):
    rules = [some_settings(cls, seed) for seed in range(6)]
    surface = LANDSCAPES["himmelblau"]
    for path, rule in zip(descend_together(surface, rules, (-1.5, 2.0), 12, record=True), rules, strict=True):
        alone = descend(surface, rule, (-1.5, 2.0), 12, record=True)
        np.testing.assert_array_equal(path.points, alone.points)


@EVERY_RULE
@given(seed=st.integers(0, 1000), x=st.floats(-4, 4), y=st.floats(-4, 4))
@settings(max_examples=10)
def test_a_mirrored_surface_mirrors_the_path(cls, seed, x, y):
    surface, flip = LANDSCAPES["himmelblau"], np.array([[-1.0], [1.0]])
    mirrored = SimpleNamespace(
        value=lambda p: surface.value(flip * p),
        gradient=lambda p: flip * surface.gradient(flip * p),
        hessian=lambda p: (flip * flip.T)[..., None] * surface.hessian(flip * p),
    )
    rule, start = unmisprinted(some_settings(cls, seed)), np.array([[x], [y]])
    if "initial_accumulator" in knobs_of(cls):  # optax's Yogi begins with a momentum that leans to one side
        rule = dataclasses.replace(rule, initial_accumulator=0)
    path = walk(surface, rule, start, 20).points
    np.testing.assert_array_equal(walk(mirrored, rule, flip * start, 20).points, flip * path)


@EVERY_RULE
def test_a_rule_declares_itself(cls):
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen
    assert next(iter(knobs_of(cls))) == "lr"
    assert cls.about.endswith(".")
    assert all((cls.title, cls.reference, cls.natural_rate > 0))
    assert cls.scales_with_gradient in (True, False, None)
    assert cls.family in {"", "sign", "newton"} | {slug for slug, each in OPTIMIZERS.items() if not each.family}
    assert hash(cls()) == hash(cls())
    for declared in knobs_of(cls).values():
        assert declared.symbol in cls.formula or declared.rare
        assert declared.help.endswith(".")


@EVERY_RULE
def test_a_docstring_explains_the_rule_in_the_agreed_order(cls):
    text = inspect.getdoc(cls)
    sections = ["math::", "Settings\n", "Example\n", ">>>", "Reference\n", "Differences\n"]
    places = [text.find(section) for section in sections if section in text]
    assert places == sorted(places)
    assert text.split("\n")[0].endswith(".")
    assert all(f"\n{name} : " in text for name in knobs_of(cls))


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
    rank: typing.ClassVar[int] = 1000

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
    nameless = type("Nameless", (Rule,), {"slug": "nameless", "title": "Nameless"})
    with pytest.raises(TypeError, match="Nameless must declare formula, about, reference, scales_with_gradient, nat"):
        registry.register(nameless)


# What a rule may ask for


@dataclasses.dataclass(frozen=True, kw_only=True)
class Curious(GradientDescent):
    """A rule that asks for everything in each step, and asks again."""

    slug: typing.ClassVar[str] = "curious"

    def update(self, at, state, lr):
        terms = [
            {
                "ahead": at.gradient_at(at.point - lr * at.gradient),
                "value": at.value,
                "curvature": at.hessian()[0, 0],
                "lr": lr,
            }
            for _ in range(2)
        ]
        assert all(np.array_equal(terms[0][name], again) for name, again in terms[1].items())
        return super().update(at, state, lr)._replace(terms=terms[0])


def test_what_a_rule_asks_for_is_right_and_counted_once():
    surface = LANDSCAPES["booth"]
    curious, plain = descend_together(surface, [Curious(lr=0.05), OPTIMIZERS["sgd"](lr=0.05)], (0, 0), 7, record=True)
    assert curious.evaluations == Evaluations(values=7, gradients=14, hessians=7)
    assert plain.evaluations == Evaluations(values=0, gradients=7, hessians=0)
    np.testing.assert_array_equal(curious.terms["ahead"], curious.gradients[1:])
    np.testing.assert_array_equal(curious.terms["value"].T, [curious.values[:-1]] * 2)
    assert curious.terms["curvature"].tolist() == [[10.0] * 2] * 7
    assert curious.terms["lr"].tolist() == [0.05] * 7


def test_an_answer_is_not_given_for_another_place_or_another_question():
    surface, point, evaluations = LANDSCAPES["himmelblau"], np.array([1.0, 2.0]), Evaluations()
    here = At(point, surface.gradient(point), surface, evaluations, distort=lambda gradient: 2 * gradient)
    with_another_slope = here.seeing(np.zeros(2))
    for at in (here, with_another_slope):
        for x in ((1.0, 2.0), (2.0, 1.0), (1.0, 2.0)):
            np.testing.assert_array_equal(at.gradient_at(np.array(x)), 2 * surface.gradient(x))
        np.testing.assert_array_equal(at.hessian(), surface.hessian(point))
        assert at.value == surface.value(point)
    assert evaluations == Evaluations(values=1, gradients=2, hessians=1)


def test_a_rule_is_abstract_until_it_can_update():
    with pytest.raises(TypeError, match="abstract"):
        Rule()
