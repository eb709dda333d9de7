"""Where runs have come to rest: at which stationary point, and of which kind.

A small gradient alone says nothing: on the floor of a ravine it is small far from the minimum, and at a cusp it never
is. So a run is at rest only where its steps are small *and* Newton's steps, which lead to where the slope vanishes,
are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from .rule import Array, Surface
from .terrain import ROUNDING, Minimum, Terrain, eigen, hessian

GAP_SHARE = 1e-3
"""A loss counts as a minimum's when it is nearer to it than this share of the start's gap."""
REST_SHARE = 4e-3
"""Steps, and distances to a stationary point, are small below this share of the diagonal."""
FLAT_SHARE = 1e-4
"""A slope or a curvature is nothing below this share of what is typical of the window."""
LEVEL_SHARE = 1e-8
"""A curvature at a stationary point is rounding below this share of it, as along the floor of a ring."""
KINK_SHARE = 1e-4
"""Newton's steps over a kink, where differences stand for the Hessian, are shorter than this share of the diagonal."""
LOW_SHARE = 1e-6
"""Within this share an unlisted minimum is as low as the lowest, whose loss may have been given to six digits only."""
TAIL = 20
"""A run is judged by its last 1/20."""
NEWTON_STEPS = 3
"""How many more of Newton's steps are tried to see whether there is a stationary point where the first one led."""


class Run(NamedTuple):
    """Points ``(n + 1, 2)``, values ``(n + 1,)`` and gradients ``(n + 1, 2)`` of a path, all finite."""

    points: Array
    values: Array
    gradients: Array


class Rest(NamedTuple):
    """Where a run rests: the stationary point, its kind, and for a valley its minimum."""

    place: Array
    kind: Literal["plateau", "summit", "saddle", "valley"]
    minimum: Minimum | None = None


def is_beside(points: Array, place: Array, span: float) -> Array:
    """Which of the points ``(k, 2)`` are so near a place that they count as at it."""
    return np.hypot(*(points - place).T) <= REST_SHARE * span


def span_of(run: Run, terrain: Terrain) -> float:
    """A length that counts as long: the diagonal of the window, or else of the box around the path."""
    return terrain.diagonal or float(np.hypot(*np.ptp(run.points, axis=0))) or 1.0


def rests_of(surface: Surface, terrain: Terrain, runs: Sequence[Run]) -> list[Rest | None]:
    """Where each of several runs rests; None where it does not."""
    if not runs:
        return []
    spans = [span_of(run, terrain) for run in runs]
    ends, slopes = (np.stack([run[part][-1] for run in runs], axis=1) for part in (0, 2))
    typical = np.array([terrain.slope or np.hypot(*run.gradients.T).max() for run in runs])
    curvatures, axes = eigen(hessian(surface, ends, max(spans)))
    steps = _newton_steps(slopes, curvatures, axes, typical)
    places = ends + steps
    rests = [
        _rest(run, terrain, span, float(slope), curvature, place)
        for run, span, slope, curvature, place in zip(runs, spans, typical, curvatures.T, places.T, strict=True)
    ]
    unlisted = [i for i, rest in enumerate(rests) if rest and rest.kind == "valley" and rest.minimum is None]
    if not unlisted:
        return rests
    first = np.hypot(*steps[:, unlisted])
    places = places[:, unlisted]
    for _ in range(NEWTON_STEPS):
        slopes = np.asarray(surface.gradient(places), dtype=float)
        steps = _newton_steps(slopes, *eigen(hessian(surface, places, max(spans))), typical[unlisted])
        places = places + steps
    last = np.hypot(*steps)
    curvatures, _ = eigen(hessian(surface, places, max(spans)))
    losses = np.broadcast_to(surface.value(places), len(unlisted))
    for k, i in enumerate(unlisted):
        # From a floor that bends Newton's steps lead away, and beside an inflection they do not shrink. To the minimum
        # of x**4 it is three times as far as the first step says; and over a kink they go to and fro.
        is_there = np.hypot(*(places[:, k] - ends[:, i])) <= 3 * REST_SHARE * spans[i]
        if is_there and last[k] <= max(first[k] / 2, KINK_SHARE * spans[i]):
            rests[i] = _confirmed(runs[i], terrain, spans[i], places[:, k], curvatures[:, k], float(losses[k]))
        else:
            rests[i] = None
    return rests


def _newton_steps(slopes: Array, curvatures: Array, axes: Array, typical_slope: Array) -> Array:
    """The ways ``(2, k)`` to where the slopes would vanish if the curvatures stayed as they are."""
    along = (axes * slopes[:, None]).sum(axis=0)
    along = np.where(np.abs(along) <= ROUNDING * typical_slope, 0.0, along)
    return np.asarray((axes * np.where(along == 0, 0.0, -along / curvatures)).sum(axis=1))


def _rest(
    run: Run, terrain: Terrain, span: float, typical_slope: float, curvatures: Array, place: Array
) -> Rest | None:
    """Where a run seems to rest, by its last steps and the curvature at its end; ``place`` is where Newton's leads."""
    end, slope, (low, high) = run.points[-1], run.gradients[-1], curvatures
    last_steps = np.diff(run.points[-max(1, (len(run.points) - 1) // TAIL) - 1 :], axis=0)
    if not np.isfinite(low + high) or np.hypot(*last_steps.T).max() > REST_SHARE * span:
        return None
    flat = FLAT_SHARE * (terrain.curvature or typical_slope / span)
    if max(abs(low), abs(high)) <= flat:
        return Rest(end, "plateau") if np.hypot(*slope) <= FLAT_SHARE * typical_slope else None
    if not is_beside(end, place, span):
        return None
    known = terrain.minimum_beside(place[None], REST_SHARE * span) if low >= -flat else None
    gain = abs(float(slope @ (place - end))) / 2
    never_left = known is not None and is_beside(run.points, known.place, span).all()
    if gain > GAP_SHARE * np.ptp(run.values) > 0 and not never_left:
        return None
    return Rest(place if known is None else known.place, "valley", known)


def _confirmed(run: Run, terrain: Terrain, span: float, place: Array, curvatures: Array, loss: float) -> Rest:
    """A rest at a stationary point to which Newton's steps have led, with the curvature and the loss there."""
    low, high = curvatures
    level = LEVEL_SHARE * (terrain.curvature or abs(high))
    if low < -level:
        return Rest(place, "summit" if high < -level else "saddle")
    known = terrain.minimum_beside(place[None], REST_SHARE * span)
    if known is not None:
        return Rest(known.place, "valley", known)
    lowest = terrain.minimum_value
    tolerance = max(LOW_SHARE * max(terrain.spread or 0.0, abs(lowest or 0.0)), terrain.rounding(run.values))
    return Rest(place, "valley", Minimum(place, loss, lowest is not None and loss <= lowest + tolerance))
