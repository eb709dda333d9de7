"""The presets on data: what they claim is asserted, as in test_scenes_that_teach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from presets import PRESETS
from scenes import parse, simulate

SEEDS = 50
LINE = LANDSCAPES["diabetes-line"]


def scene_of(preset):
    return parse(PRESETS[preset].link)[0]


class TestBatchSize:
    @pytest.fixture(scope="class")
    @staticmethod
    def races():
        """The three runs for each seed."""
        return [simulate(replace(scene_of("batch-size"), seed=seed)) for seed in range(SEEDS)]

    def test_one_sample_a_batch_and_all_of_them_race(self):
        scene, view = parse(PRESETS["batch-size"].link)
        assert scene.labels == ("SGD, one sample", "SGD, batch 32", "Gradient descent")
        assert view.per == "sample"
        assert len(scene.landscape.samples) == 442

    def test_they_take_as_many_steps_but_not_as_many_samples(self, races):
        first = [[int((path.values - LINE.minimum_value < 0.05).argmax()) for path in race] for race in races]
        seen = [
            [path.samples[step] for path, step in zip(race, steps, strict=True)]
            for race, steps in zip(races, first, strict=True)
        ]
        assert np.median(first, axis=0).tolist() == [23, 23, 24]
        assert np.median(seen, axis=0).tolist() == [23, 730, 10_608]

    def test_then_they_hover_lower_the_larger_the_batch(self, races):
        ends = [[path.values[200:].mean() - LINE.minimum_value for path in race] for race in races]
        assert np.mean(ends, axis=0) == pytest.approx([0.071, 0.00073, 0], abs=5e-4, rel=0)
        assert np.mean(ends, axis=0)[1] == pytest.approx(0.00073, abs=5e-6)


class TestOutliers:
    @pytest.mark.parametrize(
        ("loss", "without", "tilted"), [("mse", 0.586, 0.126), ("huber", 0.617, 0.546), ("mae", 0.684, 0.622)]
    )
    def test_the_slope_of_the_best_line(self, loss, without, tilted):
        surface = scene_of("outliers").landscape
        assert dict(surface.settings) | {"loss": "mse", "outliers": 10} == dict(surface.settings)
        slopes = [surface(loss=loss, outliers=count).minima[0][0] for count in (0, 10)]
        assert slopes == pytest.approx([without, tilted], abs=5e-4)

    def test_the_outliers_are_where_it_is_told(self):
        samples = scene_of("outliers").landscape.samples
        assert len(samples) == 452
        assert samples.is_outlier.sum() == 10
        assert (samples.inputs[0, samples.is_outlier] == 2.5).all()
        assert (samples.targets[samples.is_outlier] == -8).all()

    def test_both_runs_end_on_that_line(self):
        scene = scene_of("outliers")
        for path in simulate(scene):
            assert path.points[-1] == pytest.approx(scene.landscape.minima[0], abs=1e-3)


class TestZeroWeights:
    def test_a_hair_away_from_zero_all_arrive(self):
        below = [int((path.values < 0.01).argmax()) for path in simulate(scene_of("zero-weights"))]
        assert below == [68, 18, 28]

    def test_at_zero_nothing_moves(self):
        for path in simulate(replace(scene_of("zero-weights"), start=(0.0, 0.0))):
            assert not path.gradients.any()
            assert not path.points.any()
