"""What runs came to on every surface, against a plain second opinion; and the ends that were once told wrongly."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Outcome, descend, descend_together
from optimizers.engine import walk
from optimizers.outcomes import judge
from optimizers.terrain import survey
from tests.walking import first_order

STARTS = 200
VALLEYS = {Outcome.LOWEST_VALLEY, Outcome.SIDE_VALLEY, Outcome.VALLEY}


def window_of(surface):
    """The window's centre, half its sides, and the length of its diagonal."""
    low, high = np.transpose([surface.x_range, surface.y_range])
    return (low + high) / 2, (high - low) / 2, np.hypot(*(high - low))


def judged(surface, rule, starts, steps):
    """The points ``(steps + 1, 2, k)`` of the runs from many starts that stay finite, and the verdicts on them."""
    with np.errstate(all="ignore"):
        points, gradients = walk(surface, rule, starts, steps)
        values = np.array(surface.value(points.swapaxes(0, 1)))
        is_finite = (np.isfinite(points) & np.isfinite(gradients)).all(axis=(0, 1)) & np.isfinite(values).all(axis=0)
        points, gradients, values = points[..., is_finite], gradients[..., is_finite], values[:, is_finite]
        runs = [(points[..., i], values[:, i], gradients[..., i]) for i in range(points.shape[-1])]
        return points, judge(surface, survey(surface), runs, [None] * len(runs))


def second_opinions(surface, starts, ends):
    """By the nearest listed minimum, or else by the signs of the Hessian's eigenvalues; None where they do not tell."""
    centre, half, diagonal = window_of(surface)
    lowest, others = (np.reshape(places, (-1, 2)) for places in (surface.minima, surface.local_minima))
    usual_slope = np.median(np.linalg.norm(surface.gradient(starts), axis=0))
    curvatures = np.linalg.eigvalsh(np.moveaxis(surface.hessian(np.concatenate([starts, ends], axis=1)), -1, 0))
    usual_curvature = np.nanmedian(np.abs(curvatures[: starts.shape[1]]).max(axis=1))
    for end, slope, (low, high) in zip(ends.T, surface.gradient(ends).T, curvatures[starts.shape[1] :], strict=True):
        to_lowest, to_others = (np.linalg.norm(places - end, axis=1).min(initial=np.inf) for places in (lowest, others))
        if (np.abs(end - centre) > half).any():
            yield Outcome.OUTSIDE
        elif np.linalg.norm(slope) > 1e-9 * usual_slope:
            yield None  # still on its way
        elif min(to_lowest, to_others) < 1e-3 * diagonal:
            yield Outcome.LOWEST_VALLEY if to_lowest < to_others else Outcome.SIDE_VALLEY
        elif max(abs(low), abs(high)) < 1e-3 * usual_curvature or min(abs(low), abs(high)) < 1e-9 * usual_curvature:
            yield None  # a plain, or the floor of a ring
        elif low > 0:
            yield Outcome.SIDE_VALLEY
        else:
            yield Outcome.SUMMIT if high < 0 else Outcome.SADDLE


def test_from_200_starts_on_every_surface_a_plain_second_opinion_agrees():
    """Newton's method ends at stationary points of any kind, its saddle-free form in valleys."""
    random, checked = np.random.default_rng(14), 0
    for slug, surface in LANDSCAPES.items():
        centre, half, _ = window_of(surface)
        starts = (centre + 1.3 * half * random.uniform(-1, 1, (STARTS, 2))).T
        for name, some in zip(("newton", "saddle-free-newton"), np.split(starts, 2, axis=1), strict=True):
            points, verdicts = judged(surface, OPTIMIZERS[name](damping=1e-9), some, 30)
            for k, expected in enumerate(second_opinions(surface, starts, points[-1])):
                if expected is not None:
                    where = f"{slug}, {name} from {points[0, :, k]} to {points[-1, :, k]}"
                    assert verdicts[k].outcome is expected, f"{where}: {verdicts[k].sentence}"
                    checked += 1
    assert checked > 0.8 * STARTS * len(LANDSCAPES)


@pytest.mark.parametrize(
    ("slug", "start", "minimum"),
    [
        ("goldstein-price", (10, 10), (1.2, 0.8)),
        ("three-hump-camel", (50, 50), (1.7475523, 0.8737762)),
        ("three-hump-camel", (12, -12), (1.7475523, 0.8737762)),
        ("six-hump-camel", (20, 1.5), (1.6071048, 0.5686514)),
    ],
)
def test_a_side_valley_is_one_however_far_above_it_the_run_began(slug, start, minimum):
    path = descend(LANDSCAPES[slug], OPTIMIZERS["newton"](), start, 60)
    np.testing.assert_allclose(np.abs(path.points[-1]), minimum, atol=1e-5)
    assert path.outcome is Outcome.SIDE_VALLEY


def test_where_no_minimum_is_listed_the_loss_decides_and_not_how_far_it_fell():
    bowl = SimpleNamespace(value=lambda p: (p**2).sum(axis=0) + 1, gradient=lambda p: 2 * p, minimum_value=-3.0)
    for far, outcome in ((1, Outcome.SIDE_VALLEY), (1e4, Outcome.SIDE_VALLEY)):
        assert descend(bowl, OPTIMIZERS["sgd"](lr=0.4), (far, far), 60).outcome is outcome
    bowl.minimum_value = 1.0
    assert descend(bowl, OPTIMIZERS["sgd"](lr=0.4), (1e4, 1e4), 60).outcome is Outcome.LOWEST_VALLEY


def test_a_floor_that_bends_is_no_side_valley():
    path = descend(LANDSCAPES["rosenbrock"], OPTIMIZERS["adam"](lr=0.05), (-0.0004, 2.2693), 100)
    assert path.outcome is not Outcome.SIDE_VALLEY


def test_a_minimum_flatter_than_a_parabola_or_at_a_kink_is_a_valley_too():
    window = {"x_range": (-2, 2), "y_range": (-2, 2)}
    flat = SimpleNamespace(
        value=lambda p: p[0] ** 4 + p[1] ** 2,
        gradient=lambda p: np.stack([4 * p[0] ** 3, 2 * p[1]]),
        minimum_value=0.0,
        **window,
    )
    kink = SimpleNamespace(value=lambda p: np.abs(p).sum(axis=0), gradient=np.sign, **window)
    assert descend(flat, OPTIMIZERS["sgd"](lr=0.1), (1.3, 0.8), 400).outcome is Outcome.LOWEST_VALLEY
    assert descend(kink, OPTIMIZERS["rprop"](lr=0.05), (1.3, 0.8), 400).outcome is Outcome.VALLEY


def test_a_run_that_begins_on_a_flat_minimum_and_comes_back_beside_it_is_told_with_a_step():
    surface = SimpleNamespace(
        value=lambda p: p[0] ** 4 + p[1] ** 2,
        gradient=lambda p: np.stack([4 * p[0] ** 3, 2 * p[1]]),
        minima=((0, 0),),
        x_range=(-2, 2),
        y_range=(-2, 2),
    )
    points = np.stack([[0, 1, *[0.06] * 40], np.zeros(42)])
    run = (points.T, surface.value(points), surface.gradient(points).T)
    [verdict] = judge(surface, survey(surface), [run], [None])
    assert verdict == (Outcome.LOWEST_VALLEY, 2, "In the lowest valley since step 2.")


def test_the_floor_of_a_ring_is_no_ridge_from_whichever_side_it_is_reached():
    starts = np.random.default_rng(3).uniform(-6, 6, (2, STARTS))
    points, verdicts = judged(LANDSCAPES["drop-wave"], OPTIMIZERS["momentum"](lr=0.01), starts, 100)
    is_between = np.abs(points[-1]).max(axis=0) < 5.12
    outcomes = {verdict.outcome for verdict, is_in in zip(verdicts, is_between, strict=True) if is_in}
    assert Outcome.SIDE_VALLEY in outcomes
    assert Outcome.SADDLE not in outcomes


def test_a_run_that_never_leaves_the_minimum_where_it_begins_is_there_since_step_0():
    """Adam and Rprop make something of a slope that is nothing but rounding."""
    checked = 0
    rules = [cls(lr=0.01) for cls in OPTIMIZERS.values()]
    for slug, surface in LANDSCAPES.items():
        reach = 1e-3 * window_of(surface)[2]
        for start in (*surface.minima[:1], *surface.local_minima[:1]):
            for path in descend_together(surface, rules, start, 60):
                is_near = np.linalg.norm(path.points - start, axis=1).max() < reach
                if is_near and path.steps == 60 and path.outcome is not Outcome.OUTSIDE:
                    assert path.outcome in VALLEYS, f"{path.rule.title} on {slug}: {path.sentence}"
                    assert path.outcome_step == 0, f"{path.rule.title} on {slug}: {path.sentence}"
                    checked += 1
    assert checked > 600


def test_losses_that_differ_by_rounding_alone_count_as_the_same():
    """The loss at this minimum is a mean over data, and so is rounded."""
    surface = LANDSCAPES["diabetes-line"]
    path = descend(surface, OPTIMIZERS["momentum"](lr=0.2), surface.minima[0], 300)
    assert np.ptp(path.values) < 1e-15
    assert path.outcome_step == path.settled_step == 0


def test_beside_a_minimum_on_the_windows_edge_a_run_has_not_left_the_map():
    bowl = SimpleNamespace(
        value=lambda p: p[0] ** 2 + (p[1] - 1) ** 2,
        gradient=lambda p: np.stack([2 * p[0], 2 * (p[1] - 1)]),
        x_range=(0, 2),
        y_range=(0, 2),
    )
    ends = []
    for surface in (bowl, SimpleNamespace(**vars(bowl), minima=((0, 1),))):
        for path in descend_together(surface, [cls(lr=0.1) for cls in first_order()], (1.5, 1.7), 300):
            if np.linalg.norm(path.points[-1] - (0, 1)) < 1e-5:
                assert path.outcome in VALLEYS, f"{path.rule.title}: {path.sentence}"
                ends.append(path.points[-1][0])
    assert min(ends) < -1e-7 < 1e-7 < max(ends)


def test_where_the_loss_falls_on_beyond_the_edge_a_run_from_the_lowest_place_in_the_window_leaves_it():
    surface = LANDSCAPES["eggholder"]
    assert descend(surface, OPTIMIZERS["sgd"](lr=1), surface.minima[0], 60).outcome is Outcome.OUTSIDE
