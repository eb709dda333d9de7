"""The landscapes: their facts, their derivatives and their declaration.

Most tests run over the registry, so a new surface is tested by being declared. Numbers are those of the literature,
evaluated anew.
"""

from __future__ import annotations

import threading
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knobs import Interval, knob
from landscapes import LANDSCAPES, Landscape, landscape
from landscapes.recording import Recording, second_derivatives, value_and_gradient
from landscapes.smooth import cos_of_root, sqrt

SURFACES = list(LANDSCAPES.values())
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.slug)
HAVE_KINKS = {"ackley", "eggholder", "schwefel"}  # places without second derivatives
ON_THE_EDGE = {"eggholder"}  # its lowest point in the window is not a place to rest


def grid(surface: Landscape, count: int = 101) -> np.ndarray:
    """A grid of the window, (2, count, count), to which 0 is added on both axes if the window contains it."""
    axes = [
        np.union1d(np.linspace(low, high, count), [0.0] if low <= 0 <= high else [])
        for low, high in (surface.x_range, surface.y_range)
    ]
    return np.array(np.meshgrid(*axes))


def random_points(surface: Landscape, count: int = 200, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([rng.uniform(*surface.x_range, count), rng.uniform(*surface.y_range, count)])


def steps_of_difference(surface: Landscape) -> np.ndarray:
    return 2e-7 * np.diff([surface.x_range, surface.y_range])[:, 0]


def central_differences(function, points, steps):
    """The derivative of function along x and along y, stacked on a first axis."""
    offsets = np.diag(steps)[:, :, None]
    return np.array(
        [
            (function(points + offset) - function(points - offset)) / (2 * step)
            for offset, step in zip(offsets, steps, strict=True)
        ]
    )


def known_points(surface: Landscape) -> list[tuple[float, float]]:
    return [*surface.minima, *surface.local_minima, *surface.saddles]


def circle_around(point, surface: Landscape, share: float = 0.01) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 73)[:-1]
    radius = share * min(np.ptp(surface.x_range), np.ptp(surface.y_range))
    return np.reshape(point, (2, 1)) + radius * np.array([np.cos(angles), np.sin(angles)])


# What every surface is held to


def test_there_are_at_least_24_surfaces():
    assert len(LANDSCAPES) >= 24


@every_surface
def test_a_surface_says_what_it_is(surface):
    assert surface == LANDSCAPES[surface.slug]
    assert surface.slug == surface.slug.lower().replace(" ", "-")
    assert surface.title
    assert surface.formula
    assert surface.about.endswith(".")
    assert surface.function.__doc__


@every_surface
def test_start_and_known_points_lie_in_the_window(surface):
    for x, y in [surface.start, *known_points(surface)]:
        assert surface.x_range[0] <= x <= surface.x_range[1]
        assert surface.y_range[0] <= y <= surface.y_range[1]


@every_surface
def test_a_walk_can_leave_the_start(surface):
    assert np.linalg.norm(surface.gradient(surface.start)) > 1e-5


@every_surface
def test_value_and_gradient_are_finite_all_over_the_window(surface):
    for points in (grid(surface), np.transpose(known_points(surface))):
        value, gradient = surface.value_and_gradient(points)
        assert np.isfinite(value).all()
        assert np.isfinite(gradient).all()


@every_surface
def test_far_outside_the_window_nothing_is_raised_or_warned_of(surface):
    far = np.array([[1e3, -1e80, 1e200, np.inf, np.nan], [-1e3, 1e80, 1e300, -np.inf, 0]])
    surface.value(far), surface.value_and_gradient(far), surface.hessian(far)


@every_surface
def test_the_gradient_agrees_with_differences_of_the_value(surface):
    points = random_points(surface)
    exact = surface.gradient(points)
    estimate = central_differences(surface.value, points, steps_of_difference(surface))
    np.testing.assert_allclose(estimate, exact, rtol=1e-5, atol=1e-7 * np.abs(exact).max())


@every_surface
def test_the_hessian_agrees_with_differences_of_the_gradient(surface):
    points = random_points(surface)
    exact = surface.hessian(points)
    estimate = central_differences(surface.gradient, points, steps_of_difference(surface))
    typical = np.percentile(np.abs(exact), 95) + np.abs(exact).max() * 1e-3
    np.testing.assert_allclose(estimate, exact, rtol=1e-4, atol=1e-6 * typical)


@settings(max_examples=100, deadline=None)
@given(
    surface=st.sampled_from([surface for surface in SURFACES if surface.slug not in HAVE_KINKS]),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    direction=st.floats(0, 2 * np.pi),
)
def test_a_small_step_changes_the_value_as_gradient_and_hessian_say(surface, share, direction):
    low, high = np.transpose([surface.x_range, surface.y_range])
    point = low + np.array(share) * (high - low)
    step = 1e-4 * (high - low).min() * np.array([np.cos(direction), np.sin(direction)])
    gradient, hessian = surface.gradient(point), surface.hessian(point)
    bend = max(abs(step @ (surface.hessian(point + t * step) - hessian) @ step) for t in (0.25, 0.5, 0.75, 1))
    change = surface.value(point + step) - surface.value(point)
    rounding = 1e-13 * (1 + np.abs(surface.value(grid(surface, 11))).max())
    assert abs(change - (gradient @ step + step @ hessian @ step / 2)) <= bend + rounding


@every_surface
def test_a_batch_gives_what_its_points_give_alone_to_the_bit(surface):
    points = random_points(surface, 37)
    value, gradient = surface.value_and_gradient(points)
    hessian = surface.hessian(points)
    for i, point in enumerate(points.T):
        assert surface.value(point) == value[i]
        np.testing.assert_array_equal(surface.gradient(point), gradient[:, i])
        np.testing.assert_array_equal(surface.hessian(point), hessian[:, :, i])


@every_surface
def test_layout_and_shape_of_a_batch_do_not_matter_to_the_bit(surface):
    points = random_points(surface, 24)
    value, gradient, hessian = surface.value(points), surface.gradient(points), surface.hessian(points)
    np.testing.assert_array_equal(surface.value_and_gradient(points)[0], value)
    for other in (points.reshape(2, 4, 6), np.asfortranarray(points), np.repeat(points, 2, axis=1)[:, ::2]):
        shape = other.shape[1:]
        np.testing.assert_array_equal(surface.value(other), value.reshape(shape))
        np.testing.assert_array_equal(surface.gradient(other), gradient.reshape(2, *shape))
        np.testing.assert_array_equal(surface.hessian(other), hessian.reshape(2, 2, *shape))


@every_surface
def test_results_have_the_shape_of_the_batch(surface):
    for shape in [(), (1,), (2,), (0,), (2, 3), (1, 1)]:
        points = np.full((2, *shape), 0.5)
        value, gradient = surface.value_and_gradient(points)
        assert np.shape(value) == np.shape(surface.value(points)) == shape
        assert gradient.shape == surface.gradient(points).shape == (2, *shape)
        assert surface.hessian(points).shape == (2, 2, *shape)


# Facts


@every_surface
def test_minimum_value_is_that_of_every_global_minimum(surface):
    if not surface.minima:
        assert surface.minimum_value is None
        return
    np.testing.assert_allclose(surface.value(np.transpose(surface.minima)), surface.minimum_value, rtol=0, atol=1e-12)


@every_surface
def test_nothing_in_the_window_is_lower_than_the_global_minima(surface):
    if surface.minima:
        assert surface.value(grid(surface, 401)).min() >= surface.minimum_value


@every_surface
def test_known_points_are_stationary(surface):
    if surface.slug in ON_THE_EDGE:
        return
    scale = np.abs(surface.gradient(random_points(surface))).max()
    for point in known_points(surface):
        assert np.abs(surface.gradient(point)).max() <= 1e-13 * max(1, scale)


@every_surface
def test_minima_are_the_lowest_points_around(surface):
    for point in (*surface.minima, *surface.local_minima):
        around = circle_around(point, surface)
        if surface.slug in ON_THE_EDGE:
            around = around[:, around[0] <= surface.x_range[1]]
        assert surface.value(around).min() > surface.value(point)
        hessian = surface.hessian(point)
        assert surface.slug == "ackley" or np.linalg.eigvalsh(hessian).min() > 0


@every_surface
def test_local_minima_lie_higher_than_the_global_ones(surface):
    for point in surface.local_minima:
        assert surface.value(point) > surface.minimum_value + 1e-3


@every_surface
def test_around_a_saddle_it_goes_both_up_and_down(surface):
    for point in surface.saddles:
        around = surface.value(circle_around(point, surface))
        assert around.min() < surface.value(point) < around.max()
        lowest, highest = np.linalg.eigvalsh(surface.hessian(point))
        assert lowest < 0 < highest or surface.slug == "monkey-saddle"


MINIMA: dict[str, tuple[list[tuple[float, float]], float | None]] = {
    "quadratic": ([(0, 0)], 0),
    "booth": ([(1, 3)], 0),
    "matyas": ([(0, 0)], 0),
    "rosenbrock": ([(1, 1)], 0),
    "himmelblau": ([(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)], 0),
    "beale": ([(3, 0.5)], 0),
    "three-hump-camel": ([(0, 0)], 0),
    "six-hump-camel": ([(0.0898, -0.7126), (-0.0898, 0.7126)], -1.031628),
    "goldstein-price": ([(0, -1)], 3),
    "styblinski-tang": ([(-2.903534, -2.903534)], -78.33233),
    "rastrigin": ([(0, 0)], 0),
    "ackley": ([(0, 0)], 0),
    "griewank": ([(0, 0)], 0),
    "levy-13": ([(1, 1)], 0),
    "mccormick": ([(-0.54719, -1.54719)], -1.913223),
    "branin": ([(-np.pi, 12.275), (np.pi, 2.275), (9.42478, 2.475)], 0.397887),
    "easom": ([(np.pi, np.pi)], -1),
    "schwefel": ([(420.9687, 420.9687)], 2.5455e-5),
    "eggholder": ([(512, 404.2319)], -959.6407),
    "drop-wave": ([(0, 0)], -1),
    "two-wells": ([(-0.936301, 0)], -2.063090),
    "long-valley": ([(2, 0.909297)], 0),
    "plateau": ([(2, 1)], 0),
    "saddle": ([], None),
    "monkey-saddle": ([], None),
}


@pytest.mark.parametrize("slug", MINIMA)
def test_minima_are_those_of_the_literature(slug):
    points, lowest = MINIMA[slug]
    surface = LANDSCAPES[slug]
    assert len(surface.minima) == len(points)
    for found, known in zip(surface.minima, points, strict=True):
        assert found == pytest.approx(known, abs=1e-4)
    assert surface.minimum_value == (None if lowest is None else pytest.approx(lowest, rel=1e-6, abs=1e-9))


@pytest.mark.parametrize(
    ("slug", "eigenvalues"),
    [
        ("rosenbrock", (0.3994, 1001.6)),
        ("booth", (2, 18)),
        ("matyas", (0.04, 1)),
        ("quadratic", (1, 10)),
        ("drop-wave", (72.5, 72.5)),
    ],
)
def test_curvature_at_the_minimum(slug, eigenvalues):
    surface = LANDSCAPES[slug]
    np.testing.assert_allclose(np.linalg.eigvalsh(surface.hessian(surface.minima[0])), eigenvalues, rtol=1e-4)


@pytest.mark.parametrize(("slug", "limit"), [("rosenbrock", 0.0019968), ("beale", 0.0408)])
def test_the_largest_stable_rate_near_the_minimum(slug, limit):
    surface = LANDSCAPES[slug]
    assert 2 / np.linalg.eigvalsh(surface.hessian(surface.minima[0])).max() == pytest.approx(limit, rel=1e-3)


def test_himmelblau_has_one_maximum():
    surface, top = LANDSCAPES["himmelblau"], (-0.270845, -0.923039)
    assert surface.value(top) == pytest.approx(181.6165, abs=1e-4)
    assert np.linalg.eigvalsh(surface.hessian(top)).max() < 0


def test_two_wells_has_a_shallower_well_on_the_right():
    surface = LANDSCAPES["two-wells"]
    assert surface.local_minima[0] == pytest.approx((0.905318, 0), abs=1e-6)
    assert surface.value(surface.local_minima[0]) == pytest.approx(-1.092732, abs=1e-6)


def test_a_side_valley_of_the_three_hump_camel():
    surface = LANDSCAPES["three-hump-camel"]
    assert surface.value(surface.local_minima[0]) == pytest.approx(0.2986, abs=1e-4)


def test_the_saddle_curves_up_along_x_and_down_along_y_everywhere():
    np.testing.assert_array_equal(LANDSCAPES["saddle"].hessian((0.3, -1.2)), [[2, 0], [0, -2]])


def test_the_monkey_saddle_has_no_curvature_at_its_centre():
    np.testing.assert_array_equal(LANDSCAPES["monkey-saddle"].hessian((0, 0)), np.zeros((2, 2)))


def test_eggholder_slopes_on_beyond_its_lowest_point_in_the_window():
    surface = LANDSCAPES["eggholder"]
    along_x, along_y = surface.gradient(surface.minima[0])
    assert along_x < -3
    assert along_y == pytest.approx(0, abs=1e-11)


def test_eggholder_is_finite_on_the_lines_where_a_root_is_zero():
    x = np.linspace(-400, 400, 33)
    kinks = np.concatenate([[x, x - 47], [x, -x / 2 - 47]], axis=1)
    assert np.isfinite(LANDSCAPES["eggholder"].gradient(kinks)).all()


@pytest.mark.parametrize("slug", ["ackley", "drop-wave", "schwefel"])
def test_the_gradient_is_exactly_zero_where_a_root_is_zero(slug):
    assert LANDSCAPES[slug].gradient((0, 0)).tolist() == [0, 0]


def test_ackley_has_no_hessian_at_its_tip_and_a_slope_that_does_not_fade():
    surface = LANDSCAPES["ackley"]
    assert np.isnan(surface.hessian((0, 0))).all()
    assert np.linalg.norm(surface.gradient((1e-9, 0))) == pytest.approx(4 / np.sqrt(2), rel=1e-6)


def test_the_valley_circles_of_the_drop_wave_are_level():
    angles = np.linspace(0, 6, 50)
    ring = LANDSCAPES["drop-wave"].value(0.53 * np.array([np.cos(angles), np.sin(angles)]))
    np.testing.assert_allclose(ring, ring[0], rtol=0, atol=1e-14)


def test_the_plateau_is_nearly_level_but_nowhere_quite():
    surface = LANDSCAPES["plateau"]
    points = grid(surface)
    distance = np.hypot(points[0] - 2, points[1] - 1)
    slope = np.linalg.norm(surface.gradient(points), axis=0)
    assert np.all(slope[distance > 0] > 0)
    assert np.all(slope[distance > 5] < 1e-4)
    assert np.mean(distance > 3) > 0.5  # most of the window, where less than a thousandth of the fall is left
    assert np.all(surface.value(points)[distance > 3] >= 0.999)


def test_the_floor_of_the_long_valley_hardly_falls():
    surface = LANDSCAPES["long-valley"]
    x = np.linspace(-3, 2, 50)
    on_the_floor = np.linalg.norm(surface.gradient([x, np.sin(x)]), axis=0)
    beside_it = np.linalg.norm(surface.gradient([x, np.sin(x) + 0.5]), axis=0)
    assert np.all(on_the_floor <= 0.1)
    assert np.all(beside_it > 1.9)


def test_matyas_and_booth_are_curved_as_their_texts_say():
    for slug, ratio in (("matyas", 25), ("booth", 9)):
        low, high = np.linalg.eigvalsh(LANDSCAPES[slug].hessian((0.3, 0.4)))
        assert high / low == pytest.approx(ratio)


def test_goldstein_price_spans_from_3_to_a_million():
    assert LANDSCAPES["goldstein-price"].value(grid(LANDSCAPES["goldstein-price"])).max() > 1e6


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
    for surface in SURFACES:
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
    value, along_x, along_y = Recording(value_and_gradient(function), x).play(x, y)
    np.testing.assert_allclose(value, s**3 + s + np.exp(s))
    np.testing.assert_allclose(along_x, y * (3 * s**2 + 1 + np.exp(s)))
    np.testing.assert_allclose(along_y, x * (3 * s**2 + 1 + np.exp(s)))
    xx, xy, yy = Recording(second_derivatives(function), x).play(x, y)
    np.testing.assert_allclose(xx, y**2 * (6 * s + np.exp(s)))
    np.testing.assert_allclose(xy, 3 * s**2 + 1 + np.exp(s) + s * (6 * s + np.exp(s)))
    np.testing.assert_allclose(yy, x**2 * (6 * s + np.exp(s)))


def test_playing_back_leaves_the_points_alone():
    points = np.array([[0.5, 1.0], [2.0, 3.0]])
    for surface in SURFACES:
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
