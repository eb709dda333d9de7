"""The classical methods: they are SciPy's own, all that they ask for is counted, and what is said of them is true."""

from __future__ import annotations

import dataclasses
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize

from knobs import knobs_of
from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, Evaluations, Outcome, descend
from optimizers.classical_method import ClassicalMethod
from tests.every import for_every

EVERY_METHOD = for_every("cls", CLASSICAL)
EVERY_SURFACE = for_every("surface", LANDSCAPES)
WITH_SLOPES = [cls for cls in CLASSICAL.values() if cls.asks_for != "values"]
WITHOUT_SLOPES = [cls for cls in CLASSICAL.values() if cls.asks_for == "values"]
ROSENBROCK, SADDLE = LANDSCAPES["rosenbrock"], LANDSCAPES["saddle"]
START = (-1.5, 2.0)


# What is declared


def test_there_are_the_six_methods_of_the_textbooks():
    assert list(CLASSICAL) == ["nelder-mead", "powell", "cg", "bfgs", "l-bfgs-b", "trust-ncg"]
    assert not set(CLASSICAL) & set(OPTIMIZERS)
    with pytest.raises(TypeError, match="abstract"):
        ClassicalMethod()


@EVERY_METHOD
def test_a_method_declares_itself(cls):
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen
    assert hash(cls()) == hash(cls())
    assert all((cls.title, cls.formula, cls.reference))
    assert cls.family == "newton"
    assert all(text.endswith(".") for text in (cls.about, cls.look_for))
    assert "lr" not in knobs_of(cls)
    assert cls().hint(300) == ""
    for declared in knobs_of(cls).values():
        assert declared.help.endswith(".")
        assert all(end in declared.valid for end in declared.offer)


@EVERY_METHOD
def test_a_bad_setting_is_named_with_its_range(cls):
    for name, declared in knobs_of(cls).items():
        sentence = f"{cls.title}: {name} must be in {declared.valid}, got "
        for bad in (math.nan, math.inf, -1, 0, True, "fast", None, *([1001.5] if name != "size" else [])):
            with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
                cls(**{name: bad})


# The same as SciPy


def plainly(cls, surface, start, options):
    """SciPy's own answer."""
    functions = {"values": {}, "gradients": {"jac": surface.gradient}}
    functions["Hessians"] = functions["gradients"] | {"hess": surface.hessian}
    return optimize.minimize(surface.value, start, method=cls.slug, options=options, **functions[cls.asks_for])


def assert_it_is_scipys(walked, found, cls):
    np.testing.assert_array_equal(walked.points[-1], found.x)
    assert walked.values[-1] == pytest.approx(found.fun, rel=1e-12)
    assert len(walked.points) - 1 == found.nit - (cls.slug == "nelder-mead")  # which counts its first triangle
    asked = walked.evaluations
    assert asked.values == found.nfev
    assert asked.gradients == found.get("njev", 0)
    # SciPy takes a Hessian at the start even where it stops at once.
    assert asked.hessians == found.get("nhev", 0) or found.nit == 0


@EVERY_METHOD
@for_every("slug", [slug for slug, surface in LANDSCAPES.items() if surface.minima])
def test_a_path_ends_where_scipy_ends_and_asks_for_as_much(cls, slug):
    surface = LANDSCAPES[slug]
    steps = 60
    found = plainly(cls, surface, surface.start, {"maxiter": steps + (cls.slug == "nelder-mead")})
    assert_it_is_scipys(cls().minimise(surface, surface.start, steps), found, cls)


@pytest.mark.parametrize(
    ("slug", "settings"),
    [
        ("cg", {"c2": 0.1}),
        ("bfgs", {"c2": 0.2}),
        ("l-bfgs-b", {"maxcor": 1}),
        ("trust-ncg", {"initial_trust_radius": 0.05}),
    ],
)
def test_settings_are_scipys(slug, settings):
    cls = CLASSICAL[slug]
    walked = cls(**settings).minimise(ROSENBROCK, START, 300)
    assert_it_is_scipys(walked, plainly(cls, ROSENBROCK, START, {"maxiter": 300, **settings}), cls)
    assert len(walked.points) != len(cls().minimise(ROSENBROCK, START, 300).points)


def test_the_first_triangle_reaches_as_far_as_it_is_told_and_is_scipys_if_it_is_not():
    cls, corners = CLASSICAL["nelder-mead"], [START, (-2.25, 2.0), (-1.5, 3.0)]
    told = plainly(cls, ROSENBROCK, START, {"initial_simplex": corners, "maxiter": 301})
    assert_it_is_scipys(cls(size=0.5).minimise(ROSENBROCK, START, 300), told, cls)
    beside_0 = plainly(cls, ROSENBROCK, (0.0, 2.0), {"maxiter": 301})
    assert_it_is_scipys(cls().minimise(ROSENBROCK, (0.0, 2.0), 300), beside_0, cls)


# What a path is


@EVERY_METHOD
def test_a_path_has_all_its_numbers(cls):
    walked = cls().minimise(ROSENBROCK, START, 300)
    n = len(walked.points) - 1
    assert 0 < n < 300
    assert walked.points[0].tolist() == list(START)
    assert walked.points.shape == walked.gradients.shape == (n + 1, 2)
    assert walked.values.shape == walked.costs.shape == (n + 1,)
    assert walked.seen.shape == (n, 2)
    assert walked.beyond is None
    np.testing.assert_array_equal(walked.values, ROSENBROCK.value(walked.points.T))
    np.testing.assert_array_equal(walked.gradients, ROSENBROCK.gradient(walked.points.T).T)


@EVERY_METHOD
def test_fewer_steps_are_the_beginning_of_the_same_path(cls):
    long = cls().minimise(ROSENBROCK, START, 300)
    for steps in (1, 2, 7):
        short = cls().minimise(ROSENBROCK, START, steps)
        np.testing.assert_array_equal(short.points, long.points[: steps + 1])
        np.testing.assert_array_equal(short.costs, long.costs[: steps + 1])


@EVERY_METHOD
def test_descend_walks_it_and_says_what_became_of_it(cls):
    method = cls()
    path, walked = descend(ROSENBROCK, method, START, 300), method.minimise(ROSENBROCK, START, 300)
    for name in ("points", "values", "gradients", "costs"):
        np.testing.assert_array_equal(getattr(path, name), getattr(walked, name))
    assert path.rule is method
    assert path.outcome is Outcome.LOWEST_VALLEY
    assert path.stopped
    assert path.evaluations == walked.evaluations
    assert not descend(ROSENBROCK, method, START, 3).stopped


@EVERY_METHOD
def test_a_start_at_the_minimum_is_an_end_too(cls):
    path = descend(ROSENBROCK, cls(), (1, 1), 300)
    assert path.stopped
    assert path.outcome is Outcome.LOWEST_VALLEY
    if cls.asks_for != "values":
        assert path.steps == 0


# What it costs


@EVERY_METHOD
def test_every_question_is_counted(cls):
    asked = Evaluations()

    def counted(name, kind):
        def ask(points):
            if np.ndim(points) == 1:  # the path as a whole is asked for too, when it is there
                setattr(asked, kind, getattr(asked, kind) + 1)
            return getattr(ROSENBROCK, name)(points)

        return ask

    surface = SimpleNamespace(
        value=counted("value", "values"),
        gradient=counted("gradient", "gradients"),
        hessian=counted("hessian", "hessians"),
    )
    assert cls().minimise(surface, START, 40).evaluations == asked
    assert (asked.gradients > 0) == (cls.asks_for != "values")
    assert (asked.hessians > 0) == (cls.asks_for == "Hessians")


@EVERY_METHOD
@EVERY_SURFACE
def test_costs_grow_from_0_to_what_was_asked_for(cls, surface):
    walked = cls().minimise(surface, surface.start, 40)
    asked = walked.evaluations
    assert walked.costs[0] == 0
    assert (np.diff(walked.costs) >= 0).all()
    assert walked.costs[-1] <= asked.values + asked.gradients + 2 * asked.hessians
    if cls.asks_for == "values" and walked.beyond is None:
        assert walked.costs[-1] == asked.values


@pytest.mark.parametrize(
    ("slug", "steps", "cost", "evaluations"),
    [
        ("nelder-mead", 92, 179, Evaluations(179, 0, 0)),
        ("powell", 25, 670, Evaluations(670, 0, 0)),
        ("cg", 29, 79, Evaluations(79, 77, 0)),
        ("bfgs", 37, 44, Evaluations(44, 44, 0)),
        ("l-bfgs-b", 43, 53, Evaluations(53, 53, 0)),
        ("trust-ncg", 51, 140, Evaluations(52, 45, 44)),
    ],
)
def test_what_rosenbrocks_valley_costs(slug, steps, cost, evaluations):
    walked = CLASSICAL[slug]().minimise(ROSENBROCK, START, 300)
    assert (len(walked.points) - 1, walked.costs[-1], walked.evaluations) == (steps, cost, evaluations)


def test_a_value_comes_with_the_gradient_at_the_same_point_and_a_hessian_counts_as_two():
    walked = CLASSICAL["bfgs"]().minimise(ROSENBROCK, START, 300)
    assert walked.costs[-1] == walked.evaluations.values == walked.evaluations.gradients
    costs = CLASSICAL["trust-ncg"]().minimise(LANDSCAPES["quadratic"](kappa=100), (1, 1), 300).costs
    assert costs[:3].tolist() == [0, 4, 7]  # the start's gradient, then a gradient and a Hessian for each step


# Noise


@for_every("cls", WITH_SLOPES)
def test_noise_is_added_to_every_gradient_of_its_step(cls):
    noise = np.random.default_rng(0).normal(size=(8, 2))
    walked = cls().minimise(ROSENBROCK, START, 8, noise)
    assert (walked.seen[0] == walked.gradients[0] + noise[0]).all()
    for k, (seen, exact) in enumerate(zip(walked.seen, walked.gradients, strict=False)):
        # The gradient at a point is asked for when the point is tried, or when the next step begins.
        assert any((seen == exact + noise[step]).all() for step in range(k + 1))
    assert not np.array_equal(walked.points, cls().minimise(ROSENBROCK, START, 8).points)
    silent = cls().minimise(ROSENBROCK, START, 8, np.zeros((8, 2)))
    np.testing.assert_array_equal(silent.points, cls().minimise(ROSENBROCK, START, 8).points)
    np.testing.assert_array_equal(silent.seen, silent.gradients[:-1])


@for_every("cls", WITHOUT_SLOPES)
def test_without_slopes_there_is_nothing_for_noise_to_disturb(cls):
    noisy = cls().minimise(ROSENBROCK, START, 8, np.ones((8, 2)))
    np.testing.assert_array_equal(noisy.points, cls().minimise(ROSENBROCK, START, 8).points)
    assert np.isnan(noisy.seen).all()


# What the page says of them


def test_nelder_meads_lowest_corner_stands_still_while_the_others_move():
    steps = np.diff(CLASSICAL["nelder-mead"]().minimise(ROSENBROCK, START, 300).points, axis=0)
    assert 10 < (steps == 0).all(axis=1).sum() < len(steps)


@for_every("slug", [slug for slug, surface in LANDSCAPES.items() if surface.minima])
def test_a_step_of_powells_is_a_round_of_many_values(slug):
    walked = CLASSICAL["powell"]().minimise(LANDSCAPES[slug], LANDSCAPES[slug].start, 300)
    assert walked.costs[-1] / (len(walked.points) - 1) >= 12


@pytest.mark.parametrize("start", [(1, 1), (2, 1), (-1.5, 1), (-1.8, -0.6), (0.5, 1.5)])
@pytest.mark.parametrize("angle", [0, 30, 60])
def test_the_second_or_third_search_of_conjugate_gradients_runs_along_the_floor(angle, start):
    points = CLASSICAL["cg"]().minimise(LANDSCAPES["quadratic"](kappa=100, angle=angle), start, 300).points
    steps = np.diff(points, axis=0)[1:3]
    floor = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    assert (np.abs(steps @ floor) / np.hypot(*steps.T)).max() > 0.99


def test_the_last_steps_of_bfgs_jump_to_the_minimum():
    walked = CLASSICAL["bfgs"]().minimise(ROSENBROCK, START, 300)
    distances = np.hypot(*(walked.points - 1).T)
    assert (distances[-2:] < 0.03 * distances[-3:-1]).all()
    assert walked.evaluations.hessians == 0


def test_most_steps_of_l_bfgs_b_ask_for_a_single_slope():
    costs = [
        np.diff(CLASSICAL["l-bfgs-b"]().minimise(surface, surface.start, 300).costs)
        for surface in LANDSCAPES.values()
        if surface.minima
    ]
    assert (np.concatenate(costs) == 1).mean() > 0.6


def test_the_trust_region_goes_down_where_newtons_method_goes_up():
    trust = descend(SADDLE, CLASSICAL["trust-ncg"](), (1, 0.01), 20)
    newton = descend(SADDLE, OPTIMIZERS["newton"](lr=1.0), (1, 0.01), 20)
    assert trust.values[-1] < -1e6
    assert newton.points[-1].tolist() == [0, 0]
    assert newton.values[-1] > trust.values[-1]
    radius = 0.25
    walked = CLASSICAL["trust-ncg"](initial_trust_radius=radius).minimise(ROSENBROCK, START, 300)
    assert np.hypot(*np.diff(walked.points, axis=0)[0]) <= radius * (1 + 1e-12)
