"""Planes through a network's weights: against scikit-learn's PCA and against the network itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from lab.planes import GRID_SIZE, Plane, plane_landscape, principal_plane, random_plane, window_of
from landscapes.networks import Network

NETWORK = Network(inputs=6, outputs=3, hidden=(5, 4))


def walk(seed: int, snapshots: int = 12, weights: int = 40) -> np.ndarray:
    """A path that goes somewhere and wavers, as trainings do."""
    random = np.random.default_rng(seed)
    return np.cumsum(random.normal(size=weights) + random.normal(size=(snapshots, weights)), axis=0)


def task(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.uniform(size=(30, NETWORK.inputs)), np.eye(3)[random.integers(3, size=30)]


def loss_of(weights: np.ndarray) -> float:
    return NETWORK.loss(weights, *task())


def filters_of(weights: np.ndarray) -> list[np.ndarray]:
    """The weights that come into each unit, layer after layer."""
    return [column for layer in NETWORK.layers for column in weights[layer.matrix].reshape(layer.shape).T]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_principal_plane_is_that_of_scikit_learn(count):
    paths = [walk(seed, snapshots=8 + seed) for seed in range(count)]
    plane, known = principal_plane(paths), PCA(2).fit(np.concatenate(paths))
    assert np.allclose(plane.origin, known.mean_)
    assert np.allclose(np.abs(np.sum(plane.axes * known.components_, axis=1)), 1)
    signs = np.sign(np.sum(plane.axes * known.components_, axis=1))
    for path in paths:
        assert np.allclose(plane.project(path), signs * known.transform(path))
    assert np.allclose(plane.shares_along(paths), known.explained_variance_ratio_)
    assert plane.share_of(paths) == pytest.approx(known.explained_variance_ratio_.sum())


def test_along_the_axes_of_a_principal_plane_the_first_path_goes_forward():
    paths = [walk(3), walk(4)]
    began, *_, ended = principal_plane(paths).project(paths[0])
    assert (ended > began).all()
    assert np.array_equal(principal_plane(paths).axes, principal_plane(paths).axes)


def test_where_the_first_path_goes_neither_way_the_largest_component_is_positive():
    round_trip = np.array([[0.0, 0, 0], [2, 1, 0], [-3, -1, 1], [0, 0, 0]])
    axes = principal_plane([round_trip]).axes
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)


@given(st.integers(0, 10_000))
def test_what_lies_in_a_plane_is_its_own_shadow(seed):
    random = np.random.default_rng(seed)
    plane = Plane(random.normal(size=9), random.normal(size=(2, 9)))  # neither of length 1 nor at right angles
    places = random.normal(size=(5, 2))
    assert np.allclose(plane.project(plane.point(places)), places)
    assert plane.share_of([plane.point(places)]) == pytest.approx(1)


@given(st.integers(0, 10_000))
def test_a_shadow_is_the_nearest_place_of_the_plane(seed):
    random = np.random.default_rng(seed)
    plane = Plane(random.normal(size=9), random.normal(size=(2, 9)))
    weights = random.normal(size=(1, 9))
    rest = weights - plane.point(plane.project(weights))
    assert np.allclose(plane.axes @ rest.T, 0)


def test_every_filter_of_a_random_direction_is_as_long_as_the_solutions():
    solution = NETWORK.init(seed=1)
    plane = random_plane(solution, NETWORK.layers, seed=0)
    for axis in plane.axes:
        lengths = [np.linalg.norm(own) for own in filters_of(axis)]
        assert np.allclose(lengths, [np.linalg.norm(own) for own in filters_of(solution)])
        assert not any(axis[layer.bias].any() for layer in NETWORK.layers)
    assert np.array_equal(plane.origin, solution)


def test_a_seed_draws_the_same_two_different_directions_again():
    solution = NETWORK.init(seed=1)
    first, again, other = (random_plane(solution, NETWORK.layers, seed).axes for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert not np.allclose(first[0], first[1])


def test_among_thousands_of_weights_random_directions_are_nearly_at_right_angles_and_show_nearly_nothing():
    network = Network(inputs=64, outputs=10, hidden=(64,))
    path = network.init(seed=0) + 0.1 * walk(1, weights=network.size)
    plane = random_plane(path[-1], network.layers, seed=0)
    first, second = plane.axes / np.linalg.norm(plane.axes, axis=1, keepdims=True)
    assert abs(first @ second) < 0.05
    assert plane.share_of([path]) < 0.01 < 0.5 < principal_plane([path]).share_of([path])


def test_the_ground_is_the_networks_loss():
    paths = [NETWORK.init(seed=0) + 0.2 * walk(seed, weights=NETWORK.size) for seed in range(2)]
    solution = paths[0][-1]
    plane = random_plane(solution, NETWORK.layers, seed=0)
    window = window_of([plane.project(path) for path in paths], least=1, centre=(0, 0))
    ground = plane_landscape(plane, loss_of, window, title="Plane", axis_titles=("a", "b"))
    middle = GRID_SIZE // 2
    assert (ground.x[middle], ground.y[middle]) == (0, 0)
    assert ground.loss[middle, middle] == loss_of(solution)
    assert ground.value((0, 0)) == pytest.approx(loss_of(solution), rel=1e-9)
    assert ground.loss[4, 9] == loss_of(plane.point((ground.x[9], ground.y[4])))
    assert ground.value((ground.x[9], ground.y[4])) == pytest.approx(ground.loss[4, 9], rel=1e-9)


def test_between_the_points_of_its_grid_the_ground_is_nearly_the_networks_loss():
    paths = [NETWORK.init(seed=0) + 0.05 * walk(seed, weights=NETWORK.size) for seed in range(2)]
    plane = principal_plane(paths)
    window = window_of([plane.project(path) for path in paths])
    ground = plane_landscape(plane, loss_of, window, title="Plane", axis_titles=("a", "b"))
    random = np.random.default_rng(0)
    places = np.stack([random.uniform(*limits, 60) for limits in window], axis=1)
    exact = np.array([loss_of(weights) for weights in plane.point(places)])
    assert np.abs(ground.value(places.T) - exact).max() < 0.003 * np.ptp(ground.loss)


def test_the_window_is_square_and_holds_every_path_with_a_margin():
    places = [np.array([[0.0, 0], [4, 1]]), np.array([[1.0, -2]])]
    (left, right), (bottom, top) = window_of(places)
    assert right - left == pytest.approx(top - bottom)
    lowest, highest = np.concatenate(places).min(axis=0), np.concatenate(places).max(axis=0)
    assert (lowest - (left, bottom) > 0.1).all()
    assert ((right, top) - highest > 0.1).all()
    assert window_of([np.zeros((3, 2))], least=1, centre=(0, 0)) == ((-1, 1), (-1, 1))


def test_progress_is_told_row_by_row():
    told = []
    plane = Plane(np.zeros(3), np.eye(3)[:2])
    ground = plane_landscape(
        plane, np.sum, ((0, 1), (0, 1)), size=5, on_progress=told.append, title="A", axis_titles=("a", "b")
    )
    assert told == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert ground.value((9, 9)) == ground.value((1, 1))


def test_a_loss_that_overflows_is_drawn_as_the_largest_that_does_not():
    plane = Plane(np.zeros(3), np.eye(3)[:2])

    def steep(weights: np.ndarray) -> float:
        return float(weights[0]) if weights[0] < 0.7 else np.inf

    names = {"title": "A", "axis_titles": ("a", "b")}
    assert plane_landscape(plane, steep, ((0, 1), (0, 1)), size=5, **names).loss.max() == 0.5
    with pytest.raises(ValueError, match="overflows everywhere"):
        plane_landscape(plane, lambda weights: np.nan, ((0, 1), (0, 1)), size=5, **names)


WALK = walk(0)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "at least one path of weights, got none"),
        ([WALK[:1]], "never change"),
        ([WALK[:1], WALK[:1]], "never change"),
        ([np.repeat(WALK[:1], 5, axis=0)], "never change"),
        ([WALK[:2]], "lie on one line"),
        ([np.outer(np.arange(5.0), WALK[0])], "lie on one line"),
        ([WALK, WALK[:, :30]], r"one network.*\[30, 40\]"),
        ([WALK[0]], "one network"),
        ([np.where(WALK > 5, np.inf, WALK)], "overflowed"),
    ],
)
def test_paths_through_which_there_is_no_plane_are_refused_in_a_sentence(paths, message):
    with pytest.raises(ValueError, match=message):
        principal_plane(paths)


@pytest.mark.parametrize(
    ("solution", "message"),
    [
        (np.zeros(NETWORK.size), "no two directions"),
        (np.full(NETWORK.size, np.nan), "finite"),
        (np.zeros((3, NETWORK.size)), "of one network"),
    ],
)
def test_a_solution_without_a_random_plane_is_refused_in_a_sentence(solution, message):
    with pytest.raises(ValueError, match=message):
        random_plane(solution, NETWORK.layers, seed=0)
