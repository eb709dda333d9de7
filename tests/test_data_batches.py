"""Batches of a landscape of data: their exact derivatives, their mean over an epoch, and their noise."""

from __future__ import annotations

import numpy as np
import pytest

from landscapes import LANDSCAPES
from landscapes.data_landscape import DataLandscape
from landscapes.gradient_noise import noise_of_batches
from tests.every import for_every

SURFACES = [surface for surface in LANDSCAPES.values() if isinstance(surface, DataLandscape)]
every_surface = for_every("surface", {surface.slug: surface for surface in SURFACES})


def choices(surface):
    """A surface with each of the losses that it may have."""
    return [surface(loss=loss) for loss in surface.knobs["loss"].valid.titles] if "loss" in surface.knobs else [surface]


CHOICES = [each for surface in SURFACES for each in choices(surface)]
every_choice = for_every("surface", {f"{each.slug}-{each.settings.get('loss')}": each for each in CHOICES})
LINE = LANDSCAPES["diabetes-line"]


def points_of(surface: DataLandscape, count: int = 7, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([rng.uniform(*surface.x_range, count), rng.uniform(*surface.y_range, count)])


@every_choice
def test_all_samples_as_a_batch_give_what_the_surface_is(surface):
    points, everything = points_of(surface), np.arange(len(surface.samples))
    np.testing.assert_array_equal(surface.value(points, everything), surface.value(points))
    np.testing.assert_array_equal(surface.gradient(points, everything), surface.gradient(points))
    np.testing.assert_array_equal(surface.hessian(points, everything), surface.hessian(points))
    value, gradient = surface.value_and_gradient(points)
    np.testing.assert_array_equal(surface.value(points), value)
    np.testing.assert_array_equal(surface.gradient(points), gradient)


@every_choice
@pytest.mark.parametrize("size", [1, 20, 32])
def test_the_gradients_of_an_epoch_weighted_by_batch_size_are_the_full_one(surface, size):
    points, count = points_of(surface), len(surface.samples)
    order = np.random.default_rng(0).permutation(count)
    batches = [order[at : at + size] for at in range(0, count, size)]
    mean = sum(len(batch) / count * surface.gradient(points, batch) for batch in batches)
    np.testing.assert_allclose(mean, surface.gradient(points), rtol=0, atol=1e-12)


@every_choice
@pytest.mark.parametrize("batch", [[3], [5, 5, 0], range(20)])
def test_the_derivatives_of_a_batch_agree_with_differences(surface, batch):
    batch, points, step = np.array(batch) % len(surface.samples), points_of(surface, 20), 1e-6
    gradient, hessian = surface.gradient(points, batch), surface.hessian(points, batch)
    for axis in range(2):
        offset = np.zeros((2, 1))
        offset[axis] = step
        up, down = points + offset, points - offset
        slope = (surface.value(up, batch) - surface.value(down, batch)) / (2 * step)
        np.testing.assert_allclose(slope, gradient[axis], rtol=1e-5, atol=1e-7)
        bend = (surface.gradient(up, batch) - surface.gradient(down, batch)) / (2 * step)
        np.testing.assert_allclose(bend, hessian[axis], rtol=1e-4, atol=1e-6)


@every_choice
def test_the_quick_gradient_is_the_gradient_to_the_bit(surface):
    batch = np.array([7, 2, 2, 11]) % len(surface.samples)
    for count in (1, 2, 5):
        points, quick = points_of(surface, count), surface.quick_gradient(count)
        np.testing.assert_array_equal(np.array(quick(points)), surface.gradient(points))
        np.testing.assert_array_equal(np.array(quick(points, batch)), surface.gradient(points, batch))


@every_choice
def test_a_point_alone_gives_what_it_gives_in_company_on_a_batch_too(surface):
    points, batch = points_of(surface, 5), np.array([4, 0, 9]) % len(surface.samples)
    together = surface.gradient(points, batch), surface.value(points, batch)
    for i, point in enumerate(points.T):
        np.testing.assert_array_equal(surface.gradient(point, batch), together[0][:, i])
        assert surface.value(point, batch) == together[1][i]


@every_surface
def test_many_points_are_worked_on_in_portions_and_give_what_few_do(surface):
    many = points_of(surface, 4_001)
    value, gradient = surface.value_and_gradient(many)
    some = np.r_[0:5, 2_000:2_005, 3_998:4_001]
    np.testing.assert_array_equal(surface.value(many[:, some]), value[some])
    np.testing.assert_array_equal(surface.gradient(many[:, some]), gradient[:, some])


@every_surface
def test_what_a_rule_may_ask_of_a_batch_is_the_surface_there(surface):
    points, batch = points_of(surface), np.array([2, 3, 5]) % len(surface.samples)
    seen = surface.on_samples(batch)
    np.testing.assert_array_equal(seen.value(points), surface.value(points, batch))
    np.testing.assert_array_equal(seen.gradient(points), surface.gradient(points, batch))
    np.testing.assert_array_equal(seen.hessian(points), surface.hessian(points, batch))
    assert (seen.x_range, seen.y_range) == (surface.x_range, surface.y_range)


@pytest.mark.parametrize(
    ("batch", "sentence"),
    [
        ([], "Diabetes line: batch must name at least one sample, got none"),
        ([0, 442], "Diabetes line: batch must name samples from 0 to 441, got 442"),
        ([-1, 3], "Diabetes line: batch must name samples from 0 to 441, got -1"),
        ([0.0, 1.0], "Diabetes line: batch must be integers, the numbers of samples, got float64"),
        ([True, False], "Diabetes line: batch must be integers, the numbers of samples, got bool"),
        (["one"], "Diabetes line: batch must be integers, the numbers of samples, got <U3"),
        ([[1, 2]], r"Diabetes line: batch must be one row of sample numbers, got the shape \(1, 2\)"),
        (3, r"Diabetes line: batch must be one row of sample numbers, got the shape \(\)"),
        ([[1], [2, 3]], "Diabetes line: batch must be one row of sample numbers"),
    ],
)
@pytest.mark.parametrize("ask", ["value", "gradient", "value_and_gradient", "hessian"])
def test_a_bad_batch_is_refused_in_a_sentence(ask, batch, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        getattr(LINE, ask)((0, 0), batch)
    with pytest.raises(ValueError, match=f"^{sentence}"):
        LINE.on_samples(batch)


# Noise


@every_surface
def test_the_noise_of_a_batch_falls_as_sampling_without_replacement_says(surface):
    count = len(surface.samples)
    sizes = [size for size in (1, 2, 8, count // 3, count - 1, count) if size <= count]
    noise = noise_of_batches(surface, surface.start, sizes, draws=1000, seed=1)
    np.testing.assert_allclose(noise.measured, noise.expected, rtol=0.1, atol=1e-12)
    assert noise.expected[0] == pytest.approx(noise.sigma)
    assert noise.expected[-1] == 0
    assert noise.measured[-1] == pytest.approx(0, abs=1e-12)


def test_a_seed_repeats_the_measured_noise():
    first, again, other = (noise_of_batches(LINE, (1, 1), [4], draws=5, seed=seed) for seed in (3, 3, 4))
    assert first.measured.tolist() == again.measured.tolist() != other.measured.tolist()


@pytest.mark.parametrize("settings", [{"sizes": [0]}, {"sizes": [443]}, {"sizes": [1], "draws": 0}])
def test_noise_of_impossible_batches_is_refused(settings):
    with pytest.raises(ValueError, match=r"^Diabetes line: a batch size must be in \[1, 442\]|^draws must be in \[1, "):
        noise_of_batches(LINE, (0, 0), **settings)
