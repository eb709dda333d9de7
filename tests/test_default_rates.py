"""Default rates: on every surface, every rule does something worth looking at before a slider is touched."""

from __future__ import annotations

import functools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, default_rate, descend_together, rates, walk
from optimizers.rates import default_settings
from optimizers.terrain import survey
from tests.every import for_every
from tests.walking import bowl

CLIMBS = {"rastrigin", "ackley", "griewank", "drop-wave", "easom"}
"""Where Newton's method, at any rate, is drawn uphill from the start to a saddle or a summit."""
EVERY_SURFACE = for_every("slug", [*LANDSCAPES])


@functools.cache
def usual_rules(slug):
    """Every rule as it is usual on a surface, by its slug."""
    surface = LANDSCAPES[slug]
    return {name: cls(**default_settings(cls, surface)) for name, cls in OPTIMIZERS.items()}


@functools.cache
def usual_runs(slug):
    """The path of each of them from the surface's own start."""
    surface = LANDSCAPES[slug]
    return descend_together(surface, usual_rules(slug).values(), surface.start, 300)


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
    lr = 0.01 * usual_rules(surface.slug)["sgd"].lr
    path = walk(surface, OPTIMIZERS["sgd"](lr=lr), np.array(surface.start)[:, None], 3000).points[:, :, 0]
    return np.hypot(*(path - path[0]).T).max() < 0.05 * diagonal(surface)


@EVERY_SURFACE
def test_a_default_rate_leads_somewhere_lower(slug):
    surface = LANDSCAPES[slug]
    for path in usual_runs(slug):
        assert path.steps == 300  # finite
        if not is_exempt(surface) and (path.rule.always_descends or slug not in CLIMBS):
            travelled = np.hypot(*(path.points - path.points[0]).T).max()
            assert travelled >= 0.05 * diagonal(surface) or lies_in_a_small_hollow(surface)
            assert path.values[-1] < path.values[0]


@EVERY_SURFACE
def test_a_default_rate_is_one_two_or_five(slug):
    for rule in usual_rules(slug).values():
        assert float(f"{rule.lr:.0e}") == rule.lr
        assert f"{rule.lr:.0e}"[0] in "125"


@for_every("cls", OPTIMIZERS)
def test_the_rate_is_the_one_that_would_be_found_among_all_at_once(cls, monkeypatch):
    surface = LANDSCAPES["saddle"]  # where the nearest are not enough for some rules
    found = rates._find_rate(cls, surface)
    with monkeypatch.context() as patch:
        patch.setattr(rates, "_NEAREST", None)
        assert rates._find_rate(cls, surface) == found


def test_few_surfaces_are_exempt():
    assert {slug for slug, surface in LANDSCAPES.items() if is_exempt(surface)} <= {
        "saddle",
        "monkey-saddle",
        "plateau",
    }


def test_most_default_runs_stay_on_the_map():
    pairs = stays = 0
    for slug, surface in LANDSCAPES.items():
        for path in usual_runs(slug):
            pairs, stays = pairs + 1, stays + (not survey(surface).outside(path.points).any())
    assert stays >= 0.85 * pairs


def test_steeper_surfaces_get_smaller_rates_where_steps_scale_with_the_slope():
    gentle, steep = (LANDSCAPES["quadratic"](kappa=kappa) for kappa in (1, 1000))
    for slug, cls in OPTIMIZERS.items():
        if cls.scales_with_gradient is None or slug == "radam":  # RAdam's first five steps are momentum's
            continue
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

    for slug in ("adagrad", "rmsprop", "adam", "lion", "sign-sgd", "rprop"):
        assert default_rate(OPTIMIZERS[slug], bowl(1000)) == 1000 * default_rate(OPTIMIZERS[slug], bowl(1))


def test_a_bare_surface_gets_a_rate_too():
    bare = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    flat = SimpleNamespace(value=lambda p: 0 * p[0], gradient=lambda p: 0 * p)
    for cls in OPTIMIZERS.values():
        if cls.family != "newton":
            assert default_rate(cls, bare) > 0
            assert default_rate(cls, flat) > 0


def test_newtons_rules_say_that_they_need_a_hessian():
    bare = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    for cls in (cls for cls in OPTIMIZERS.values() if cls.family == "newton"):
        with pytest.raises(TypeError, match=f"^{cls.title} needs a surface with a hessian$"):
            default_rate(cls, bare)
        assert default_rate(cls, bowl(1, 1)) == default_rate(cls, bowl(0, 0)) == 1


def test_a_rate_that_is_a_pure_number_is_1_wherever_that_does():
    found = {name: [usual_rules(slug)[name].lr for slug in LANDSCAPES] for name in ("polyak", "newton", "adadelta")}
    assert all(each.count(1) >= 0.6 * len(each) for each in found.values())


def test_settings_to_begin_with_are_the_rate_and_what_the_rule_names():
    for surface in LANDSCAPES.values():
        assert default_settings(OPTIMIZERS["adam"], surface) == {"lr": default_rate(OPTIMIZERS["adam"], surface)}
        polyak = default_settings(OPTIMIZERS["polyak"], surface)
        assert polyak.get("f_min") == surface.minimum_value
