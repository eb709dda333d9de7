"""What is known of single landscapes: numbers of the literature, evaluated anew, and what their texts claim."""

from __future__ import annotations

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape


def grid(surface: Landscape, count: int = 101) -> np.ndarray:
    """A grid of the window, (2, count, count)."""
    return np.array(np.meshgrid(np.linspace(*surface.x_range, count), np.linspace(*surface.y_range, count)))


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
