"""The presets' sentences hold in the numbers: each preset's own link is run and what it claims is asserted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, Outcome, Trajectory, descend, walk
from presets import PRESETS
from scenes import Scene, parse, simulate
from tests.every import for_every


def scene_of(preset: str) -> Scene:
    """The scene of a preset."""
    return parse(PRESETS[preset].link)[0]


def paths_of(preset: str) -> tuple[Trajectory, ...]:
    """The trajectories of a preset, in the order of its runs."""
    return simulate(scene_of(preset))


def for_good(holds: Sequence[bool] | np.ndarray) -> int | None:
    """The first step from which something holds until the end; None if it does not hold at the end."""
    fails = np.flatnonzero(~np.asarray(holds))
    first = int(fails[-1]) + 1 if fails.size else 0
    return first if first < len(holds) else None


def settled_below(path: Trajectory, loss: float) -> int | None:
    """The first step from which the loss stays below a value."""
    return for_good(path.values < loss)


def distances(points: np.ndarray, point: Sequence[float]) -> np.ndarray:
    """Of points (..., 2) from one point."""
    return np.linalg.norm(points - np.asarray(point), axis=-1)


def first_outside(path: Trajectory, half_width: float) -> int | None:
    """The first step outside a square window around the origin."""
    outside = np.flatnonzero((np.abs(path.points) > half_width).any(axis=1))
    return int(outside[0]) if outside.size else None


def answers(landscape: Landscape, rules: Sequence, starts: np.ndarray, steps: int) -> np.ndarray:
    """The minimum that each rule (axis 0) ends nearest to from each start, as an index."""
    minima = np.array([*landscape.minima, *landscape.local_minima])
    ends = np.stack([walk(landscape, rule, starts, steps, whole=False).points for rule in rules])
    return ((ends[:, None] - minima[:, :, None, None]) ** 2).sum(axis=2).argmin(axis=1)


def grid(half_width: float, count: int = 101) -> np.ndarray:
    """Starts (2, count, count) on a square around the origin."""
    axis = np.linspace(-half_width, half_width, count)
    return np.array(np.meshgrid(axis, axis))


class TestFourAnswers:
    ends = ((-2.805118, 3.131312), (3.584428, -1.848126), (3, 2), (-3.779310, -3.283186))

    def test_each_optimizer_ends_in_a_valley_of_its_own(self):
        near = [
            distances(path.points, end) < 0.15 for path, end in zip(paths_of("four-answers"), self.ends, strict=True)
        ]
        assert [for_good(each) for each in near] == [86, 114, 169, 47]

    def test_nobody_leaves_the_map(self):
        assert [first_outside(path, 5) for path in paths_of("four-answers")] == [None] * 4
        assert {path.outcome for path in paths_of("four-answers")} == {Outcome.LOWEST_VALLEY}

    def test_it_does_not_hang_on_the_last_digit_of_the_start(self):
        scene = scene_of("four-answers")
        angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        disc = np.array(scene.start)[:, None, None] + np.linspace(0, 0.07, 4)[:, None] * np.array(
            [np.cos(angles), np.sin(angles)]
        ).reshape(2, 1, -1)
        found = answers(scene.landscape, [run.rule for run in scene.runs], disc, scene.steps)
        minima = scene.landscape.minima
        expected = [int(distances(np.array(minima), end).argmin()) for end in self.ends]
        assert (found == np.array(expected)[:, None, None]).all()

    def test_from_seven_of_ten_starts_all_four_agree(self):
        scene = scene_of("four-answers")
        found = np.sort(answers(scene.landscape, [run.rule for run in scene.runs], grid(5), scene.steps), axis=0)
        different = 1 + (np.diff(found, axis=0) > 0).sum(axis=0)
        assert 100 * (different == 1).mean() == pytest.approx(69.5, abs=0.05)
        assert 100 * (different == 4).mean() == pytest.approx(0.1, abs=0.05)


class TestOneStep:
    def test_the_first_step_points_past_the_minimum(self):
        (path,) = paths_of("one-step")
        step, to_minimum = path.points[1] - path.points[0], -path.points[0]
        assert step == pytest.approx([0.15, -0.4])
        cosine = step @ to_minimum / np.linalg.norm(step) / np.linalg.norm(to_minimum)
        assert np.degrees(np.arccos(cosine)) == pytest.approx(35.8, abs=0.05)

    def test_in_a_round_bowl_one_step_lands_on_it(self):
        (path,) = paths_of("one-step-round")
        assert path.points[1] == pytest.approx([0, 0], abs=1e-15)


class TestTooBigAStep:
    def test_the_losses_at_the_end(self):
        losses = [path.values[60] for path in paths_of("too-big-a-step")]
        assert losses[0] == pytest.approx(0.337, abs=5e-4)
        assert losses[1] == pytest.approx(3.6e-6, abs=5e-8)
        assert losses[2] == pytest.approx(1.6e-5, abs=5e-7)
        assert losses[3] == pytest.approx(5.0, abs=0.05)
        assert losses[4] == pytest.approx(4.6e5, abs=5e3)

    def test_at_the_limit_it_jumps_from_side_to_side_for_ever(self):
        path = paths_of("too-big-a-step")[3]
        assert path.points[:, 1] == pytest.approx(np.resize([1, -1], 61), rel=1e-12)
        assert path.outcome is Outcome.CIRCLING

    def test_beyond_it_the_path_leaves_the_map_at_step_8(self):
        outside = [first_outside(path, 2) for path in paths_of("too-big-a-step")]
        assert outside == [None, None, None, None, 8]


class TestTheRavine:
    def test_momentum_needs_a_quarter_of_the_steps(self):
        assert [settled_below(path, 1e-3) for path in paths_of("the-ravine")] == [102, 28, 35]


class TestMoreRho:
    def test_more_helps_until_it_hurts(self):
        losses = [path.values[300] for path in paths_of("more-rho")]
        assert losses[0] == pytest.approx(5.05, abs=5e-3)
        assert losses[1] == pytest.approx(4.16, abs=5e-3)
        assert losses[2] == pytest.approx(0.034, abs=5e-4)
        assert losses[3] == pytest.approx(1.4e-5, abs=5e-7)
        assert losses[4] == pytest.approx(0.211, abs=5e-4)

    def test_nobody_leaves_the_map(self):
        (left, right), (bottom, top) = LANDSCAPES["rosenbrock"].x_range, LANDSCAPES["rosenbrock"].y_range
        for path in paths_of("more-rho"):
            assert (path.points >= (left, bottom)).all()
            assert (path.points <= (right, top)).all()


class TestLargerRates:
    def test_only_momentum_bears_the_rate(self):
        sgd, momentum, nesterov = paths_of("larger-rates")
        assert settled_below(momentum, 1e-3) == 94
        assert first_outside(sgd, 2) == 2
        assert first_outside(nesterov, 2) == 1
        assert settled_below(sgd, 1e-3) is settled_below(nesterov, 1e-3) is None


class TestTheRidge:
    def test_the_steps_at_which_each_is_a_unit_away(self):
        away = [int((np.abs(path.points[:, 1]) > 1).argmax()) for path in paths_of("the-ridge")]
        assert away == [466, 95, 17, 77]

    def test_from_exactly_on_it_nobody_moves_sideways(self):
        for path in paths_of("exactly-on-the-ridge"):
            assert len(path.points) == 2001
            assert not path.points[:, 1].any()


class TestRollingThrough:
    def test_only_enough_momentum_reaches_the_lower_well(self):
        ends = [path.values[-1] for path in paths_of("rolling-through")]
        assert ends == pytest.approx([-1.0927, -1.0927, -2.0631, -1.0927], abs=5e-5)

    def test_gradient_descent_stays_at_every_rate(self):
        scene = scene_of("rolling-through")
        rates = np.linspace(0.01, 0.09, 33)
        sgd = OPTIMIZERS["sgd"](**{"lr": rates})
        ends = walk(scene.landscape, sgd, np.tile(scene.start, (33, 1)).T, scene.steps, whole=False).points
        assert (ends[0] > 0).all()


class TestSmallStepsGetStuck:
    def test_a_side_valley_a_rattle_and_the_true_minimum(self):
        small, middle, large = paths_of("small-steps-get-stuck")
        assert small.outcome is Outcome.SIDE_VALLEY
        assert small.values[-1] == pytest.approx(0.2986, abs=5e-5)
        assert middle.outcome is Outcome.CIRCLING
        assert (middle.points[:, 0] > 0.5).all()
        assert for_good(distances(large.points, (0, 0)) < 0.1) == 21
        assert distances(large.points[-1], (0, 0)) < 1e-6

    def test_the_shares_of_starts_that_end_in_the_true_minimum(self):
        scene = scene_of("small-steps-get-stuck")
        for run, share in zip(scene.runs, (58.9, 64.4, 99.3), strict=True):
            ends = walk(scene.landscape, run.rule, grid(2, 161), scene.steps, whole=False).points
            assert 100 * (np.hypot(*ends) < 0.1).mean() == pytest.approx(share, abs=0.05)


class TestTheBrake:
    def test_adagrad_brakes_for_good_and_rmsprop_forgets(self):
        scene = scene_of("the-brake")
        adagrad, rmsprop = (descend(scene.landscape, run.rule, scene.start, scene.steps) for run in scene.runs)
        rates = adagrad.rule.lr / np.sqrt(np.cumsum(adagrad.gradients[:-1, 0] ** 2))
        assert rates[0] == pytest.approx(0.0032, abs=5e-5)
        assert rates[10:] == pytest.approx(0.00079, abs=5e-6)
        mean_square, rates = 0.0, []
        for slope in rmsprop.gradients[:-1, 0]:
            mean_square = 0.9 * mean_square + 0.1 * slope**2
            rates.append(rmsprop.rule.lr / np.sqrt(mean_square))
        assert rates[0] == pytest.approx(0.0002, abs=5e-5)
        assert rates[-1] == pytest.approx(0.0023, abs=5e-5)
        assert adagrad.values[-1] == pytest.approx(1.61, abs=5e-3)
        assert rmsprop.values[-1] == pytest.approx(0.052, abs=5e-4)


class TestDecayRate:
    def test_a_short_memory_never_comes_to_rest(self):
        short, long, adam = paths_of("decay-rate")
        assert short.values[-1] == pytest.approx(0.0138, abs=5e-5)
        assert np.abs(short.points[-50:]) == pytest.approx(0.05, abs=5e-3)
        assert long.values[-1] < 1e-59
        assert adam.values[-1] == pytest.approx(3.5e-14, abs=5e-16)

    def test_a_long_memory_jumps_too_in_the_end(self):
        scene = scene_of("decay-rate")
        path = descend(scene.landscape, scene.runs[1].rule, scene.start, 400)
        assert (path.values[10:347] < 1e-3).all()
        assert path.values[347] > 1e-3
        assert path.values[350] == pytest.approx(1.35, abs=5e-3)


class TestBiasCorrection:
    def test_the_first_step_and_the_largest(self):
        scene = scene_of("bias-correction")
        for path, first, largest in zip(simulate(scene), (0.05, 0.158), (1.16, 6.55), strict=True):
            steps = np.abs(np.diff(path.points, axis=0)).max(axis=1)
            assert steps[0] == pytest.approx(first, abs=5e-4)
            assert steps.max() / path.rule.lr == pytest.approx(largest, abs=5e-3)
            assert path.points[-1] == pytest.approx([3, 2], abs=0.05)


class TestBeta1:
    def test_how_far_it_overshoots_and_when_it_is_there(self):
        paths = paths_of("beta1")
        overshoots = [max(0, path.points[:, 0].max()) for path in paths]
        assert overshoots == pytest.approx([0, 0.28, 0.78], abs=5e-3)
        assert [settled_below(path, 1e-3) for path in paths] == [32, 78, None]


class TestOneRateForAll:
    def test_three_leave_at_once_and_overflow(self):
        for path in paths_of("one-rate-for-all")[:3]:
            assert first_outside(path, 5) == 1
            assert path.outcome is Outcome.DIVERGED
            assert path.outcome_step <= 7

    def test_rmsprop_and_adam_reach_a_minimum(self):
        for path in paths_of("one-rate-for-all")[4:]:
            assert path.points[-1] == pytest.approx([-3.779, -3.283], abs=0.05)

    @pytest.mark.parametrize("factor", [0.01, 100])
    def test_the_height_of_the_loss_does_not_matter_to_adam(self, factor):
        scene = scene_of("one-rate-for-all")
        surface = scene.landscape
        scaled = SimpleNamespace(
            value=lambda points: factor * surface.value(points),
            gradient=lambda points: factor * surface.gradient(points),
        )
        path = descend(scaled, scene.runs[-1].rule, scene.start, scene.steps)
        assert np.abs(path.points - simulate(scene)[-1].points).max() < 2e-7


class TestTheTurnedValley:
    def test_only_the_coordinate_wise_rules_care(self):
        presets = ("valley-along-the-axes", "valley-turned")
        along, turned = ([int((path.values < 1e-3).argmax()) for path in paths_of(preset)] for preset in presets)
        assert along == [206, 71, 10, 24]
        assert turned == [206, 71, 239, 577]


class TestWhoWins:
    def test_it_depends_when_you_look(self):
        nesterov, adam = (path.values for path in paths_of("who-wins")[:2])
        assert (nesterov[300], adam[300]) == (pytest.approx(0.011, abs=5e-4), pytest.approx(0.25, abs=5e-3))
        assert (nesterov[1000], adam[1000]) == (pytest.approx(2.3e-5, abs=5e-7), pytest.approx(6.6e-7, abs=5e-9))
        assert (nesterov[2333], adam[2333]) == (pytest.approx(3.7e-10, abs=5e-12), pytest.approx(0.66, abs=5e-3))


class TestTextbookRates:
    def test_how_far_each_moves(self):
        moves = [distances(path.points[-1], path.points[0]) for path in paths_of("textbook-rates")]
        assert moves == pytest.approx([0.04, 0.09, 0.09, 2.66], abs=5e-3)


class TestHeadlines:
    # Numbers that stand over the stage but not in the sentence of the menu; each has its test below.
    also_asserted: ClassVar = {"valley-turned": {"24"}, "the-ridge": {"0.0001"}, "rolling-through": {"0.85"}}

    @for_every("preset", PRESETS)
    def test_they_are_short_and_say_no_number_that_is_not_asserted(self, preset):
        assert len(preset.headline) <= 60
        assert len(preset.line) <= 110
        assert preset.headline[-1] in ".?"
        assert preset.line[-1] in ".?"

        def numbers(text: str) -> set[str]:
            return set(re.findall(r"\d(?:[\d.,e-]*\d)?", text))

        asserted = numbers(preset.sentence) | self.also_asserted.get(preset.id, set())
        assert numbers(f"{preset.headline} {preset.line}") <= asserted

    def test_turned_adam_needs_24_times_as_many_steps(self):
        along, turned = (
            int((paths_of(preset)[3].values < 1e-3).argmax()) for preset in ("valley-along-the-axes", "valley-turned")
        )
        assert turned / along == pytest.approx(24, abs=0.5)

    def test_the_ridge_is_left_from_so_near(self):
        assert scene_of("the-ridge").start == (1, 0.0001)

    def test_who_stays_in_the_first_well_has_rho_085(self):
        assert [getattr(run.rule, "rho", None) for run in scene_of("rolling-through").runs] == [None, 0.85, 0.9, None]

    def test_uncorrected_the_first_step_is_three_times_too_long(self):
        corrected, uncorrected = (np.abs(path.points[1] - path.points[0]).max() for path in paths_of("bias-correction"))
        assert uncorrected / corrected == pytest.approx(3, abs=0.2)

    def test_in_the_ravine_each_has_the_settings_of_theory(self):
        sgd, momentum, nesterov = (run.rule for run in scene_of("the-ravine").runs)
        low, high = 1, 50  # the curvatures along and across the valley
        root = np.sqrt(high / low)
        assert sgd.lr == pytest.approx(2 / (low + high), abs=5e-5)
        assert momentum.lr == pytest.approx(4 / (np.sqrt(low) + np.sqrt(high)) ** 2, abs=5e-5)
        assert momentum.rho == pytest.approx(((root - 1) / (root + 1)) ** 2, abs=5e-4)
        assert nesterov.lr == 1 / high
        assert nesterov.rho == pytest.approx((root - 1) / (root + 1), abs=5e-4)
