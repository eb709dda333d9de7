"""How a landscape is declared, set and differentiated: settings, the registry, recordings and roots."""

from __future__ import annotations

import threading
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knobs import Interval, knob
from landscapes import LANDSCAPES, landscape
from landscapes.recording import Recording, second_derivatives, value_and_gradient
from landscapes.smooth import cos_of_root, sqrt

# Settings


@settings(max_examples=30, deadline=None)
@given(kappa=st.floats(1, 1000), angle=st.floats(-90, 90))
def test_a_turned_bowl_has_the_eigenvalues_1_and_kappa(kappa, angle):
    bowl = LANDSCAPES["quadratic"](kappa=kappa, angle=angle)
    hessian = bowl.hessian((0.3, -0.7))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [1, kappa], rtol=1e-9)
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    np.testing.assert_allclose(hessian @ along, along, rtol=0, atol=1e-12 * kappa)


def test_an_unturned_bowl_is_exact():
    assert LANDSCAPES["quadratic"](kappa=100).gradient((0.3, 0.7)).tolist() == [0.3, 100 * 0.7]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kappa": 0}, r"Quadratic bowl: kappa must be in \[1, inf\), got 0"),
        ({"kappa": np.nan}, r"Quadratic bowl: kappa must be in \[1, inf\), got nan"),
        ({"kappa": "10"}, r"Quadratic bowl: kappa must be in \[1, inf\), got 10"),
        ({"kappa": np.ones(3)}, r"Quadratic bowl: kappa must be one number, got \[1. 1. 1.\]"),
        ({"angle": np.inf}, r"Quadratic bowl: angle must be in \(-inf, inf\), got inf"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        LANDSCAPES["quadratic"](**changes)


def test_a_setting_that_there_is_not_is_refused_by_name():
    with pytest.raises(TypeError, match="Quadratic bowl has no setting 'kapa'; its settings: kappa, angle"):
        LANDSCAPES["quadratic"](kapa=3)
    with pytest.raises(TypeError, match="Booth has no setting 'kappa'; its settings: none"):
        LANDSCAPES["booth"](kappa=3)


def test_every_knob_names_itself_and_takes_its_default():
    for surface in LANDSCAPES.values():
        assert list(surface.knobs) == list(surface.settings)
        for name, declared in surface.knobs.items():
            assert declared.name == name
            assert surface(**{name: declared.default}) == surface


def test_settings_are_kept_compared_and_hashed():
    bowl = LANDSCAPES["quadratic"]
    assert bowl(kappa=3)(angle=5).settings == {"kappa": 3, "angle": 5}
    assert bowl(kappa=3) == bowl(kappa=3.0) != bowl
    assert len({bowl, bowl(), bowl(kappa=10), bowl(kappa=3)}) == 2
    assert bowl.settings["kappa"] == 10


def test_settings_and_registry_are_read_only():
    registry: Any = LANDSCAPES
    bowl: Any = LANDSCAPES["quadratic"]
    with pytest.raises(TypeError):
        bowl.settings["kappa"] = 3
    with pytest.raises(AttributeError):
        bowl.title = "Tent"
    with pytest.raises(TypeError):
        registry["quadratic"] = bowl


# Declaring


def declared(function, **changes):
    facts = {"title": "Test", "formula": "f", "x_range": (-1, 1), "y_range": (-1, 1), "start": (1, 1), "about": "A."}
    return landscape("test", **{"listed": False, **facts, **changes})(function)


def test_an_unknown_slug_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no landscape 'rosenbrok'; there are .*rosenbrock"):
        LANDSCAPES["rosenbrok"]
    assert "rosenbrok" not in LANDSCAPES
    assert LANDSCAPES.get("rosenbrok") is None


def test_a_slug_is_given_only_once():
    with pytest.raises(ValueError, match="there is a landscape 'booth' already"):
        landscape("booth", title="B", formula="f", x_range=(0, 1), y_range=(0, 1), start=(0, 0), about="A.")(
            lambda x, y: x
        )


def test_an_unlisted_surface_works_and_stays_out_of_the_registry():
    surface = declared(lambda x, y: np.sin(x) * y)
    assert "test" not in LANDSCAPES
    np.testing.assert_allclose(surface.gradient((0.5, 2)), [2 * np.cos(0.5), np.sin(0.5)])
    assert surface.minimum_value is None


def test_facts_may_depend_on_the_settings():
    def bowl(x, y, shift=knob(1.0, "s", "Where the minimum is.", valid=Interval())):  # noqa: B008
        return (x - shift) ** 2 + y**2

    surface = declared(bowl, minima=lambda shift: ((shift, 0),))
    assert surface.minima == ((1, 0),)
    assert surface(shift=3).minima == ((3, 0),)
    assert surface(shift=3).minimum_value == 0


def test_a_setting_without_a_knob_is_refused():
    with pytest.raises(TypeError, match="Test: the default of its setting steepness must be a knob"):
        declared(lambda x, y, steepness=3: steepness * x)


def test_points_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"points must have the shape \(2, ...\), got \(3, 2\)"):
        LANDSCAPES["booth"].gradient(np.zeros((3, 2)))


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize(
    ("function", "gradient"),
    [
        (lambda x, y: 0 * x + 3.0, (0, 0)),
        (lambda x, y: x, (1, 0)),
        (lambda x, y: 3.0, (0, 0)),
        (lambda x, y: anp.where(x > 0, x**2, y), (1, 0)),
        (lambda x, y: anp.maximum(x, y) + abs(y), (1, -1)),
        (lambda x, y: (x > 0) * 1.0 + (y < 0) * 1.0 + x * x * x, (0.75, 0)),
        (lambda x, y: x**3 / y**2 + 2.0**x + x**0, (3 + np.sqrt(2) * np.log(2), 2)),
        (lambda x, y: anp.tanh(x) * anp.log1p(y**2), (np.cosh(0.5) ** -2 * np.log1p(0.25), -0.8 * np.tanh(0.5))),
    ],
)
def test_any_elementwise_function_is_differentiated(function, gradient, n):
    surface = declared(function)
    points = np.repeat([[0.5], [-0.5]], n, axis=1)
    np.testing.assert_allclose(surface.gradient(points), np.repeat(np.transpose([gradient]), n, axis=1), atol=1e-15)
    np.testing.assert_allclose(surface.value(points), function(points[0], points[1]))


def test_a_loss_may_sum_over_data():
    inputs, targets = np.linspace(-1, 1, 7)[:, None], np.linspace(0, 3, 7)[:, None] ** 2
    fit = declared(lambda x, y: anp.mean((x * inputs + y - targets) ** 2, axis=0))
    points = np.random.default_rng(0).normal(size=(2, 11))
    residuals = points[0] * inputs + points[1] - targets
    np.testing.assert_allclose(fit.value(points), np.mean(residuals**2, axis=0))
    np.testing.assert_allclose(fit.gradient(points), [np.mean(2 * residuals * inputs, 0), np.mean(2 * residuals, 0)])
    np.testing.assert_allclose(fit.hessian(points)[:, :, 3], [[2 * np.mean(inputs**2), 0], [0, 2]], atol=1e-15)
    for i, point in enumerate(points.T):
        np.testing.assert_array_equal(fit.gradient(point), fit.gradient(points)[:, i])


def test_a_function_that_indexes_its_weights_is_refused():
    with pytest.raises(TypeError, match="must not index"):
        declared(lambda x, y: x[:] * y).gradient((1, 1))


def test_a_function_that_branches_on_values_is_refused():
    with pytest.raises(ValueError, match="ambiguous"):
        declared(lambda x, y: x if x > 0 else y).gradient((1, 1))


# Recording


def test_a_result_that_is_used_often_is_not_changed_by_the_sum_of_its_gradients():
    def function(x, y):
        shared = x * y
        return shared * shared * shared + shared + anp.exp(shared)

    x, y = np.array([0.3, 0.4]), np.array([1.5, -0.2])
    s = x * y
    value, along_x, along_y = Recording(value_and_gradient(function), x, y).play(x, y)
    np.testing.assert_allclose(value, s**3 + s + np.exp(s))
    np.testing.assert_allclose(along_x, y * (3 * s**2 + 1 + np.exp(s)))
    np.testing.assert_allclose(along_y, x * (3 * s**2 + 1 + np.exp(s)))
    xx, xy, yy = Recording(second_derivatives(function), x, y).play(x, y)
    np.testing.assert_allclose(xx, y**2 * (6 * s + np.exp(s)))
    np.testing.assert_allclose(xy, 3 * s**2 + 1 + np.exp(s) + s * (6 * s + np.exp(s)))
    np.testing.assert_allclose(yy, x**2 * (6 * s + np.exp(s)))


def test_playing_back_leaves_the_points_alone():
    points = np.array([[0.5, 1.0], [2.0, 3.0]])
    for surface in LANDSCAPES.values():
        surface.gradient(points), surface.hessian(points)
    assert points.tolist() == [[0.5, 1.0], [2.0, 3.0]]


def test_threads_do_not_disturb_each_other():
    kappas = np.linspace(1.5, 9.5, 40)
    found = np.zeros(40)

    def record(first):
        for i in range(first, 40, 4):
            found[i] = LANDSCAPES["quadratic"](kappa=kappas[i]).hessian((0.1, 0.2))[1, 1]

    threads = [threading.Thread(target=record, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(found, kappas, rtol=1e-12)


def test_the_roots_of_rings_have_their_derivatives_at_zero_and_across_the_switch_to_the_series():
    s = np.array([0.0, 1e-12, 1e-4, 0.0099999, 0.01, 0.0100001, 0.3, 9.0, 100.0])
    rings = declared(lambda x, y: cos_of_root(x) + 0 * y)
    terms = [(-1.0) ** k * s[:6] ** k / np.prod(np.arange(1.0, 2 * k + 1)) for k in range(9)]
    np.testing.assert_allclose(rings.value([s, s])[:6], sum(terms), rtol=1e-15)
    root = np.sqrt(s[1:])
    np.testing.assert_allclose(rings.gradient([s, s])[0, 1:], -np.sin(root) / (2 * root), rtol=1e-13)
    assert rings.gradient((0, 0))[0] == -0.5
    second = rings.hessian([s, s])[0, 0]
    assert second[0] == pytest.approx(1 / 12, rel=1e-15)
    np.testing.assert_allclose(second[3], second[5], rtol=1e-6)
    np.testing.assert_allclose(second[6:], (np.sin(root[5:]) / root[5:] - np.cos(root[5:])) / (4 * s[6:]), rtol=1e-12)


def test_the_slope_of_the_root_at_zero_is_taken_to_be_zero():
    cone = declared(lambda x, y: sqrt(x**2 + y**2))
    assert cone.gradient((0, 0)).tolist() == [0, 0]
    assert np.isnan(cone.hessian((0, 0))).all()
    np.testing.assert_allclose(cone.gradient((3, 4)), [0.6, 0.8])
