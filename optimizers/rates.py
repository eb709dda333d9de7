"""Settings to begin with: the learning rate that one surface bears another does not, a thousandfold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from caches import has_value_hash, remembered

from .checks import check_rule_class, check_surface
from .engine import walk
from .rule import Rule, Surface
from .terrain import Terrain, eigen, hessian, survey

TRIAL_STEPS = 300
TRAVEL = 0.05
"""How far a run at the default rate must get from its start in a trial, as a share of the window's diagonal."""

UNREST = 0.05
"""A run ends in unrest if it ends higher than it has been by this share of its largest fall."""

_DECADES = 4  # a trial looks so far to either side of the natural rate
_NEAREST = 9  # so many rates are tried first: of ten searches nine end there, and over data they cost a third


def default_rate(rule_class: type[Rule], surface: Surface) -> float:
    """A learning rate at which a rule does something sensible on a surface, from its own start: 1, 2 or 5 times 10^k.

    The natural rate is 1 / curvature for rules whose step scales with the gradient, a share of the window's diagonal
    for the others, and a pure number for rules that work out by themselves how far to go. The round rates nearest to it
    are then tried for 300 steps, in one batch, with the other settings that are usual on this surface, and if need be
    all within some decades; of those that stay finite, end lower than they began and get somewhere (5 % of the
    diagonal), the nearest to the natural one is taken, if possible one that stays in the window and ends about as low
    as it ever was. Where there is none (on a plain, say, in a hollow that is smaller, or for a rule that may climb),
    these conditions are given up one after the other.

    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS
    >>> steep = SimpleNamespace(value=lambda p: 50 * (p**2).sum(axis=0), gradient=lambda p: 100 * p,
    ...                         start=(1, 1), x_range=(-2, 2), y_range=(-2, 2))
    >>> default_rate(OPTIMIZERS["sgd"], steep), default_rate(OPTIMIZERS["adam"], steep)
    (0.01, 0.05)
    """
    check_rule_class(rule_class)
    check_surface(surface)
    return _known_rate(rule_class, surface) if has_value_hash(surface) else _find_rate(rule_class, surface)


def default_settings(rule_class: type[Rule], surface: Surface) -> dict[str, float]:
    """The settings to begin with on a surface, as far as they depend on it: the rate, and what the rule names besides.

    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS
    >>> bowl = SimpleNamespace(value=lambda p: 7 + (p**2).sum(axis=0), gradient=lambda p: 2 * p, minimum_value=7)
    >>> default_settings(OPTIMIZERS["polyak"], bowl)
    {'lr': 1.0, 'f_min': 7.0}
    """
    return {"lr": default_rate(rule_class, surface), **rule_class.settings_for(surface)}


@remembered("default rates")
def _known_rate(rule_class: type[Rule], surface: Surface) -> float:
    return _find_rate(rule_class, surface)


def _find_rate(rule_class: type[Rule], surface: Surface) -> float:
    terrain = survey(surface)
    start = _start(surface, terrain)
    diagonal = terrain.diagonal or 1 + math.hypot(*start)
    natural = rule_class.natural_rate * _unit(rule_class, surface, terrain, start, diagonal)
    rates = _round_rates(natural)
    best, *others = _conditions(rule_class, surface, terrain, start, diagonal, rates[:_NEAREST])
    if not best.any():
        best, *others = _conditions(rule_class, surface, terrain, start, diagonal, rates)
    for fits in (best, *others):
        if fits.any():
            return float(rates[fits.argmax()])
    return float(rates.min())


def _conditions(
    rule_class: type[Rule], surface: Surface, terrain: Terrain, start: Any, diagonal: float, rates: Any
) -> list[Any]:
    """Which of the rates meet each of the conditions, the most wanted of them first: boolean arrays like ``rates``."""
    starts = np.repeat(start[:, None], len(rates), axis=1)
    usual: dict[str, Any] = {**rule_class.settings_for(surface), "lr": rates}
    points = walk(surface, rule_class(**usual), starts, TRIAL_STEPS).points
    with np.errstate(all="ignore"):
        values = np.asarray(surface.value(np.ascontiguousarray(points.swapaxes(0, 1))), dtype=float)
        travel = np.hypot(*(points - points[0]).swapaxes(0, 1)).max(axis=0)
        finite = np.isfinite(values).all(axis=0) & np.isfinite(points).all(axis=(0, 1))
        stays = finite & (travel <= diagonal) & ~terrain.outside(points.swapaxes(1, 2)).any(axis=0)
        falls = finite & (values[-1] < values[0])
        moves = falls & (travel >= TRAVEL * diagonal)
        lowest = values.min(axis=0)
        calm = values[-1] - lowest <= UNREST * (values[0] - lowest)
    conditions = [moves & stays & calm, moves & stays]
    if rule_class.always_descends:  # for others a fall would be an accident
        nearby = moves & (travel <= diagonal)
        conditions += [nearby & calm, nearby, falls & stays & calm, moves & calm, moves, falls & stays, falls]
    return [*conditions, stays, finite]


def _unit(rule_class: type[Rule], surface: Surface, terrain: Terrain, start: Any, diagonal: float) -> float:
    """What a natural rate of 1 means here."""
    if rule_class.scales_with_gradient is None:
        return 1.0
    return 1 / _curvature(surface, terrain, start, diagonal) if rule_class.scales_with_gradient else diagonal


def _start(surface: Any, terrain: Terrain) -> Any:
    """The surface's start, or else a quarter into its window, or else (1, 1)."""
    start = getattr(surface, "start", None)
    if start is not None:
        return np.array(start, dtype=float)
    if terrain.x_range is None or terrain.y_range is None:
        return np.ones(2)
    return np.array([0.75 * low + 0.25 * high for low, high in (terrain.x_range, terrain.y_range)])


def _curvature(surface: Surface, terrain: Terrain, start: Any, diagonal: float) -> float:
    """The largest absolute curvature where the loss is no higher than at the start: where a fall can lead."""
    points = start[:, None]
    with np.errstate(all="ignore"):
        if terrain.grid is not None:
            lower = np.asarray(surface.value(terrain.grid)) <= np.asarray(surface.value(points))
            points = np.concatenate([points, terrain.grid[:, lower]], axis=1)
        curvatures = np.abs(eigen(hessian(surface, points, diagonal))[0]).max(axis=0)
    curvatures = curvatures[np.isfinite(curvatures) & (curvatures > 0)]
    return float(curvatures.max()) if curvatures.size else 1.0


def _round_rates(natural: float) -> Any:
    """All numbers 1, 2 and 5 times 10^k within some decades of the natural rate, the nearest to it first."""
    middle = math.floor(math.log10(natural))
    rates = np.array([float(f"{m}e{k}") for k in range(middle - _DECADES, middle + _DECADES + 1) for m in (1, 2, 5)])
    return rates[np.argsort(np.abs(np.log(rates / natural)), kind="stable")]
