"""The classical methods end on every surface, from anywhere, without an error and without a warning."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np

from landscapes import LANDSCAPES
from optimizers import CLASSICAL, Outcome, descend
from optimizers.classical_method import MOST_IN_A_STEP, MOST_IN_ALL
from tests.every import for_every

EVERY_METHOD = for_every("cls", CLASSICAL)
EVERY_SURFACE = for_every("surface", LANDSCAPES)
SADDLE = LANDSCAPES["saddle"]


def bare(value, gradient, **more):
    """A surface that is nothing but its functions."""
    return SimpleNamespace(value=value, gradient=gradient, **more)


BOWL = bare(lambda p: (p**2).sum(axis=0), lambda p: 2.0 * p)


def assert_it_ended_well(walked, steps):
    n = len(walked.points) - 1
    assert n <= steps
    assert all(np.isfinite(part).all() for part in (walked.points, walked.values, walked.gradients, walked.costs))
    assert walked.evaluations.values + walked.evaluations.gradients <= MOST_IN_ALL
    assert (np.diff(walked.costs) <= MOST_IN_A_STEP).all()


@EVERY_METHOD
@EVERY_SURFACE
def test_it_ends_on_every_surface_from_anywhere(cls, surface):
    for start in (surface.start, (0.0, 0.0), (1e8, -1e8), (1e30, 2.0), (1.2e154, 0.0), *surface.minima[:1]):
        x = np.array(start)
        with np.errstate(all="ignore"):
            is_start = np.isfinite(surface.value(x)) and np.isfinite(surface.gradient(x)).all()
        if is_start:
            noise = np.random.default_rng(1).normal(size=(25, 2)) if start == (0.0, 0.0) else None
            assert_it_ended_well(cls().minimise(surface, x, 25, noise), 25)


HARD = {
    "a slope without end": bare(lambda p: p[0] * 1.0, lambda p: np.stack([1 + 0 * p[0], 0 * p[1]])),
    "flat": bare(lambda p: 0 * p[0], lambda p: 0.0 * p),
    "falling ever faster": bare(lambda p: -(p**4).sum(axis=0), lambda p: -4 * p**3),
    "a logarithm": bare(lambda p: np.log(p[0]) + p[1] ** 2, lambda p: np.stack([1 / p[0], 2 * p[1]])),
    "a cusp": bare(
        lambda p: np.sqrt(np.abs(p)).sum(axis=0), lambda p: np.sign(p) / (2 * np.sqrt(np.maximum(np.abs(p), 1e-30)))
    ),
    "no Hessian": bare(
        lambda p: (p**2).sum(axis=0), lambda p: 2.0 * p, hessian=lambda p: np.full((2, 2, *np.shape(p)[1:]), np.nan)
    ),
}


@EVERY_METHOD
@for_every("surface", HARD)
def test_it_ends_where_there_is_no_floor_no_slope_or_no_number(cls, surface):
    for start, steps in itertools.product([(1.0, 2.0), (1e-300, 1.0)], [1, 300]):
        assert_it_ended_well(cls().minimise(surface, start, steps), steps)


def test_a_search_without_end_is_ended_when_it_has_asked_too_often():
    endless = bare(lambda p: np.arctan(-p[0]), lambda p: np.stack([-1 / (1 + p[0] ** 2), 0 * p[1]]))
    walked = CLASSICAL["powell"]().minimise(HARD["a slope without end"], (1.0, 2.0), 300)
    assert walked.evaluations.values == MOST_IN_A_STEP
    assert len(walked.points) == 1
    assert_it_ended_well(CLASSICAL["nelder-mead"](size=1e-9).minimise(endless, (1e-9, 0.0), 10_000), 10_000)


def test_what_would_have_followed_tells_a_divergence():
    walked = CLASSICAL["powell"]().minimise(SADDLE, (1.0, 1e-4), 300)
    assert walked.points.tolist() == [[1.0, 1e-4]]
    assert abs(walked.beyond[1]) > 1e150
    path = descend(SADDLE, CLASSICAL["powell"](), (1.0, 1e-4), 300)
    assert path.outcome is Outcome.DIVERGED
    assert not path.stopped


def test_where_there_is_no_hessian_differences_of_the_gradient_stand_in_or_the_method_stops():
    walked = CLASSICAL["trust-ncg"]().minimise(BOWL, (3.0, 4.0), 300)
    assert np.abs(walked.points[-1]).max() < 1e-6
    assert walked.evaluations.hessians > 0
    assert len(CLASSICAL["trust-ncg"]().minimise(HARD["no Hessian"], (3.0, 4.0), 300).points) == 1
