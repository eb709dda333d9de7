"""What every landscape is held to: a new surface is tested by being declared."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Landscape
from tests.every import for_every

SURFACES = list(LANDSCAPES.values())
every_surface = for_every("surface", LANDSCAPES)
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


def test_there_are_at_least_24_surfaces():
    assert len(LANDSCAPES) >= 24


@every_surface
def test_a_surface_says_what_it_is(surface):
    assert surface == LANDSCAPES[surface.slug]
    assert surface.slug == surface.slug.lower().replace(" ", "-")
    assert surface.title
    assert surface.formula
    assert surface.about.endswith(".")


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
        rounding = 1e-14 * abs(surface.minimum_value)
        assert surface.value(grid(surface, 401)).min() >= surface.minimum_value - rounding


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
