"""The presets with noise, schedules, phases and switches: what they claim is asserted, as in test_scenes_that_teach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Phase, descend
from optimizers.parts import Steps
from presets import PRESETS
from scenes import parse, simulate

SEEDS = 200


def scene_of(preset):
    return parse(PRESETS[preset].link)[0]


def first_a_unit_away(path):
    return int((np.abs(path.points[:, 1]) > 1).argmax())


class TestNoiseFindsTheWay:
    def test_everyone_leaves_at_the_steps_that_are_told(self):
        assert [first_a_unit_away(path) for path in simulate(scene_of("noise-finds-the-way"))] == [375, 77, 17, 77]

    def test_over_many_seeds_gradient_descent_leaves_in_the_middle_at_407(self):
        scene = scene_of("noise-finds-the-way")
        seeds = [replace(scene, seed=seed, steps=800, runs=scene.runs[:1]) for seed in range(SEEDS)]
        steps = [first_a_unit_away(simulate(each)[0]) for each in seeds]
        assert np.median(steps) == 407
        assert np.percentile(steps, [5, 95]).round().tolist() == [352, 510]

    def test_without_noise_nobody_moves_sideways(self):
        for path in simulate(replace(scene_of("noise-finds-the-way"), noise=0)):
            assert (path.points[:, 1] == 0).all()


class TestNoiseAndDecay:
    def test_a_cosine_ends_lower_with_every_seed_and_the_constant_rate_as_theory_says(self):
        scene = scene_of("noise-and-decay")
        ends = np.array(
            [[path.values[-50:].mean() for path in simulate(replace(scene, seed=seed))] for seed in range(SEEDS)]
        )
        assert ends.mean(axis=0) == pytest.approx([0.0573, 0.0060], abs=5e-5)
        assert (ends[:, 1] < ends[:, 0]).all()

    def test_the_theory_is_that_of_a_bowl_with_independent_noise(self):
        # Each coordinate has the variance lr / (2 - lr * curvature) per unit of noise, and the loss half of it times
        # the curvature.
        lr, curvatures = 0.1, np.array([1.0, 4.0])
        assert (curvatures * lr / (curvatures * (2 - lr * curvatures)) / 2).sum() == pytest.approx(0.0576, abs=5e-5)


class TestPhases:
    def test_the_losses_at_the_end(self):
        ends = [path.values[-1] for path in simulate(scene_of("phases"))]
        assert ends == pytest.approx([8.7e-7, 1.8e-3, 1.02, 2.9e-8], rel=0.02)

    def test_the_other_way_round_it_loses(self):
        momentum, adam = OPTIMIZERS["momentum"](lr=0.001), OPTIMIZERS["adam"](lr=0.02)
        chain = [Phase(adam, [Steps(count=100)]), momentum]
        path = descend(LANDSCAPES["rosenbrock"], chain, (-1.5, 2), 600)
        assert path.values[-1] == pytest.approx(4.75e-3, rel=0.01)


class TestWhySquareAndRoot:
    def test_without_them_it_goes_the_same_way_from_both_sides(self):
        scene = scene_of("why-square-and-root")
        for start in (1.0, -1.0):
            misprinted, adam = simulate(replace(scene, start=(start, 0.0)))
            assert misprinted.steps == 100
            assert misprinted.points[-1, 0] == pytest.approx(-38, abs=0.5)
            assert (misprinted.points[:, 1] == 0).all()
            assert (np.abs(adam.points[:, 0]) <= 1).all()
