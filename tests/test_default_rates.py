"""Default rates: on every surface, every rule does something worth looking at before a slider is touched."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, default_rate, descend_together, walk
from optimizers.terrain import survey

RATES = {
    slug: {name: default_rate(cls, surface) for name, cls in OPTIMIZERS.items()} for slug, surface in LANDSCAPES.items()
}
EVERY_SURFACE = pytest.mark.parametrize("slug", LANDSCAPES)


def diagonal(surface):
    return math.hypot(np.ptp(surface.x_range), np.ptp(surface.y_range))


def is_exempt(surface):
    """Whether "lower" means nothing (no lowest value) or hardly anything can happen (the start lies on a plain).

    On a plain, the slope at the start would have to last for 100 times the asked distance to reach the minimum.
    """
    if surface.minimum_value is None:
        return True
    gap = surface.value(surface.start) - surface.minimum_value
    return 0.05 * diagonal(surface) * np.hypot(*surface.gradient(surface.start)) <= 0.01 * gap


def lies_in_a_small_hollow(surface):
    """Whether the way straight downhill from the start is shorter than the asked distance."""
    lr = 0.01 * RATES[surface.slug]["sgd"]
    path = walk(surface, OPTIMIZERS["sgd"](lr=lr), np.array(surface.start)[:, None], 3000).points[:, :, 0]
    return np.hypot(*(path - path[0]).T).max() < 0.05 * diagonal(surface)


@EVERY_SURFACE
def test_a_default_rate_leads_somewhere_lower(slug):
    surface = LANDSCAPES[slug]
    rules = [cls(lr=RATES[slug][name]) for name, cls in OPTIMIZERS.items()]
    for path in descend_together(surface, rules, surface.start, 300):
        assert path.steps == 300  # finite
        if not is_exempt(surface):
            travelled = np.hypot(*(path.points - path.points[0]).T).max()
            assert travelled >= 0.05 * diagonal(surface) or lies_in_a_small_hollow(surface)
            assert path.values[-1] < path.values[0]


@EVERY_SURFACE
def test_a_default_rate_is_one_two_or_five(slug):
    for rate in RATES[slug].values():
        assert float(f"{rate:.0e}") == rate
        assert f"{rate:.0e}"[0] in "125"


def test_few_surfaces_are_exempt():
    assert {slug for slug, surface in LANDSCAPES.items() if is_exempt(surface)} <= {
        "saddle",
        "monkey-saddle",
        "plateau",
    }


def test_most_default_runs_stay_on_the_map():
    pairs = stays = 0
    for slug, surface in LANDSCAPES.items():
        rules = [cls(lr=RATES[slug][name]) for name, cls in OPTIMIZERS.items()]
        for path in descend_together(surface, rules, surface.start, 300):
            pairs, stays = pairs + 1, stays + (not survey(surface).outside(path.points).any())
    assert stays >= 0.85 * pairs


def test_steeper_surfaces_get_smaller_rates_where_steps_scale_with_the_slope():
    gentle, steep = (LANDSCAPES["quadratic"](kappa=kappa) for kappa in (1, 1000))
    for cls in OPTIMIZERS.values():
        ratio = default_rate(cls, gentle) / default_rate(cls, steep)
        assert ratio >= 50 if cls.scales_with_gradient else 0.1 <= ratio <= 10


def test_wider_maps_get_larger_rates_where_steps_do_not_scale_with_the_slope():
    def bowl(size):
        return SimpleNamespace(
            value=lambda p: (p**2).sum(axis=0) / size**2,
            gradient=lambda p: 2 * p / size**2,
            start=(0.7 * size, 0.5 * size),
            x_range=(-size, size),
            y_range=(-size, size),
        )

    for slug in ("adagrad", "rmsprop", "adam"):
        assert default_rate(OPTIMIZERS[slug], bowl(1000)) == 1000 * default_rate(OPTIMIZERS[slug], bowl(1))


def test_a_bare_surface_gets_a_rate_too():
    bare = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    flat = SimpleNamespace(value=lambda p: 0 * p[0], gradient=lambda p: 0 * p)
    for cls in OPTIMIZERS.values():
        assert default_rate(cls, bare) > 0
        assert default_rate(cls, flat) > 0
