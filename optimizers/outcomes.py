"""What became of a run, told from its path, its window and the curvature where it ended.

No threshold is absolute: lengths are shares of the window's diagonal, losses are shares of what the run had to gain,
curvatures are shares of what is typical of the window. A small gradient alone says nothing: on the floor of a ravine
it is small far from the minimum, and at a cusp it never is. So a run is at rest only where its steps are small *and*
a Newton step, which is the distance to where the slope vanishes, is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import numpy as np

from .rule import Array, Surface
from .terrain import Terrain, eigen, hessian

GAP_SHARE = 1e-3
"""A loss counts as a minimum's when it is nearer to it than this share of the start's gap."""
REST_SHARE = 4e-3
"""Steps, and distances to a stationary point, are small below this share of the diagonal."""
NEAR_SHARE = 0.05
"""A point may belong to a minimum's valley within this share of the diagonal."""
FLAT_SHARE = 1e-4
"""A slope or a curvature is nothing below this share of what is typical of the window."""
ROUNDING = 1e-12
"""What is below this share of the typical slope is rounding."""
TAIL = 20
"""A run is judged by its last 1/20."""


class Outcome(Enum):
    """What can become of a run; the values are the sentences that people read."""

    DIVERGED = "Left the map at step {left}; overflow at step {step}. The rate is too large here."
    OUTSIDE = "Left the map at step {step}."
    LOWEST_VALLEY = "In the lowest valley since step {step}."
    SIDE_VALLEY = "In a side valley: loss {loss}, the lowest is {lowest}."
    VALLEY = "In a valley with loss {loss}; whether it is the lowest is not known."
    SADDLE = "On the ridge: no slope sideways."
    SUMMIT = "On a summit: no slope, and it falls to every side."
    PLATEAU = "On a plateau: hardly any slope in any direction."
    CIRCLING = "Circling: the steps no longer shrink."
    STILL_MOVING = "Still moving."
    STOPPED = "Stopped by itself at step {step}."


NO_SLOPE = "The slope here is exactly 0. Nothing will move."
TOO_LARGE = " The rate is too large here."
OVERFLOW_INSIDE = "Overflow at step {step}. The rate is too large here."
FALLS_FOR_EVER = "Left the map at step {left}; overflow at step {step}. The loss falls without end here."
NO_STEP = "Step {step} is not a number, as where 0 is divided by 0."
NOT_A_NUMBER = "Step {step} leads to where the loss is not a number."
CAME_BACK = " It left the map at step {left} and came back."


class Verdict(NamedTuple):
    """An outcome, the step that it refers to (or None), and the sentence for people."""

    outcome: Outcome
    step: int | None
    sentence: str


class Run(NamedTuple):
    """Points ``(n + 1, 2)``, values ``(n + 1,)`` and gradients ``(n + 1, 2)`` of a path, all finite."""

    points: Array
    values: Array
    gradients: Array


class Curvature(NamedTuple):
    """The Hessian's eigenvalues where a run ended, and their directions as columns."""

    low: float
    high: float
    directions: Array


def settled_step(values: Array, minimum_value: float | None) -> int | None:
    """The first step from which the loss stays within 0.1 % of the start's gap to the minimum; None if never.

    >>> settled_step(np.array([1.0, 0.0, 0.5, 0.0005, 0.0]), 0.0)
    3
    """
    if minimum_value is None:
        return None
    return _since(values <= minimum_value + GAP_SHARE * max(values[0] - minimum_value, 0.0))


def judge(
    surface: Surface,
    terrain: Terrain,
    runs: Sequence[tuple[Array, Array, Array]],
    beyond: Sequence[Array | None],
    stopped: Sequence[int | None] = (),
) -> list[Verdict]:
    """The verdicts on several runs.

    ``beyond`` holds, for each run that diverged, the position one step after its last finite point; ``stopped``, for
    each that ended by itself, at which step it did: from there on its path, as given here, stays where it is.
    """
    paths = [Run(*run) for run in runs]
    ends = np.stack([run.points[-1] for run in paths], axis=1)
    spans = [terrain.diagonal or _extent(run.points) for run in paths]
    curvatures, directions = eigen(hessian(surface, ends, max(spans)))
    verdicts = [
        _judge(run, terrain, next_point, Curvature(curvatures[0, i], curvatures[1, i], directions[:, :, i]), spans[i])
        for i, (run, next_point) in enumerate(zip(paths, beyond, strict=True))
    ]
    ends_by_itself = zip(verdicts, stopped or [None] * len(runs), strict=True)
    return [
        _stopped(verdict, step) if step is not None and verdict.outcome is Outcome.STILL_MOVING else verdict
        for verdict, step in ends_by_itself
    ]


def _stopped(verdict: Verdict, step: int) -> Verdict:
    """Instead of the verdict that a run is still moving, which it may also have left and come back."""
    words = Outcome.STOPPED.value.format(step=step)
    return Verdict(Outcome.STOPPED, step, verdict.sentence.replace(Outcome.STILL_MOVING.value, words))


def without_rate(verdict: Verdict) -> Verdict:
    """The verdict on a run that has no learning rate to blame."""
    return verdict._replace(sentence=verdict.sentence.removesuffix(TOO_LARGE))


def _judge(run: Run, terrain: Terrain, beyond: Array | None, curvature: Curvature, span: float) -> Verdict:
    outside = terrain.outside(run.points)
    left = _first(outside)
    n = len(run.points) - 1
    if beyond is not None:
        return _diverged(run, terrain, beyond, left, n + 1)
    if outside[-1]:
        grown = run.values[-1] > run.values[0] and run.values[-1] >= run.values[: n // 2 + 1].max()
        sentence = Outcome.OUTSIDE.value.format(step=left) + (TOO_LARGE if grown else "")
        return Verdict(Outcome.OUTSIDE, left, sentence)
    found = (
        _at_rest(run, terrain, curvature, span)
        or _in_known_valley(run, terrain, span)
        or _circling(run, terrain)
        or _verdict(Outcome.STILL_MOVING)
    )
    return found if left is None else found._replace(sentence=found.sentence + CAME_BACK.format(left=left))


def _diverged(run: Run, terrain: Terrain, beyond: Array, left: int | None, step: int) -> Verdict:
    off_the_map = terrain.outside(beyond[None])[0] or not np.isfinite(beyond).all()
    if left is None and np.isnan(beyond).any():
        template = NO_STEP
    elif left is None and not off_the_map:
        template = NOT_A_NUMBER
    elif left is None:
        template = OVERFLOW_INSIDE
    elif terrain.minimum_value is None and run.values[-1] < run.values[:-1].min(initial=np.inf):
        template = FALLS_FOR_EVER
    else:
        template = Outcome.DIVERGED.value
    return Verdict(Outcome.DIVERGED, step, template.format(left=left, step=step))


def _at_rest(run: Run, terrain: Terrain, curvature: Curvature, span: float) -> Verdict | None:
    """The verdict on a run whose last steps are small and that stands at a stationary point, or None."""
    n = len(run.points) - 1
    end, slope = run.points[-1], run.gradients[-1]
    stands_still = not slope.any()
    last_steps = np.diff(run.points[-max(1, n // TAIL) - 1 :], axis=0)
    low, high, directions = curvature
    if not np.isfinite(low + high) or np.hypot(*last_steps.T).max() > REST_SHARE * span:
        return None
    typical_slope = terrain.slope or np.hypot(*run.gradients.T).max()
    typical_curvature = terrain.curvature or typical_slope / span
    if max(abs(low), abs(high)) <= FLAT_SHARE * typical_curvature:
        if np.hypot(*slope) > FLAT_SHARE * typical_slope:
            return None
        return _verdict(Outcome.PLATEAU, NO_SLOPE if stands_still else None)

    along = directions.T @ slope
    along = np.where(np.abs(along) <= ROUNDING * typical_slope, 0.0, along)
    newton = np.where(along == 0, 0.0, -along / np.array([low, high]))
    gain = abs(float(along @ newton)) / 2
    if np.hypot(*newton) > REST_SHARE * span or gain > GAP_SHARE * np.ptp(run.values) > 0:
        return None
    flat = FLAT_SHARE * typical_curvature  # the floor of a ring has no curvature along the ring, but for rounding
    if high < -flat:
        return _verdict(Outcome.SUMMIT, NO_SLOPE if stands_still else None)
    if low < -flat:
        return _verdict(Outcome.SADDLE, NO_SLOPE if stands_still else None)
    return _valley(run, terrain, end + directions @ newton, span)


def _valley(run: Run, terrain: Terrain, bottom: Array, span: float) -> Verdict:
    """The verdict on a run at rest at a minimum: whether it is a known global one."""
    value = run.values[-1]
    lowest = terrain.minimum_value
    since = _since(np.abs(run.values - value) <= GAP_SHARE * abs(run.values[0] - value))
    if lowest is None:
        return _verdict(Outcome.VALLEY, step=since, loss=value)
    at_known = _distance(bottom, terrain.minima) <= REST_SHARE * span
    as_low = value <= lowest + 1e-6 * max(np.ptp(run.values), abs(lowest))
    if at_known or as_low:
        settled = settled_step(run.values, lowest)
        return _verdict(Outcome.LOWEST_VALLEY, step=since if settled is None else settled)
    return _verdict(Outcome.SIDE_VALLEY, step=since, loss=value, lowest=lowest)


def _in_known_valley(run: Run, terrain: Terrain, span: float) -> Verdict | None:
    """The verdict on a run whose loss stays near a known minimum's, perhaps without coming to rest, or None."""
    lowest = terrain.minimum_value
    if lowest is None:
        return None
    n = len(run.points) - 1
    latest = n - n // TAIL
    settled = settled_step(run.values, lowest)
    if settled is not None and settled <= latest and _near(run, terrain.minima, span, latest):
        return _verdict(Outcome.LOWEST_VALLEY, step=settled)
    for place, value in zip(terrain.local_minima, terrain.local_values, strict=True):
        since = _since(np.abs(run.values - value) <= GAP_SHARE * (run.values[0] - value))
        if since is not None and since <= latest and _near(run, place[None], span, latest):
            return _verdict(Outcome.SIDE_VALLEY, step=since, loss=run.values[-1], lowest=lowest)
    return None


def _circling(run: Run, terrain: Terrain) -> Verdict | None:
    """The verdict on a run whose steps go to and fro without shrinking, or None.

    The last quarter is compared with the one before it.
    """
    quarter = (len(run.points) - 1) // 4
    if quarter < 2:
        return None
    steps = np.diff(run.points, axis=0)[-2 * quarter :]
    lengths = np.hypot(*steps.T)
    before, after = lengths[:quarter].mean(), lengths[quarter:].mean()
    progress = np.hypot(*steps.sum(axis=0))
    base = run.values.min() if terrain.minimum_value is None else terrain.minimum_value
    loss_before, loss_after = (run.values[-2 * quarter : -quarter] - base).mean(), (run.values[-quarter:] - base).mean()
    if after >= 0.9 * before > 0 and progress <= 0.25 * lengths.sum() and loss_after >= 0.8 * loss_before:
        return _verdict(Outcome.CIRCLING)
    return None


def _verdict(
    outcome: Outcome, template: str | None = None, *, step: int | None = None, loss: float = 0.0, lowest: float = 0.0
) -> Verdict:
    lowest = lowest if abs(lowest) > 1e-12 * abs(loss) else 0.0  # a minimum of 1e-31 is a rounded 0
    words = {"step": step, "loss": f"{loss:.5g}", "lowest": f"{lowest:.5g}"}
    return Verdict(outcome, step, (template or outcome.value).format(**words))


def _first(flags: Array) -> int | None:
    """The first step at which something holds, or None."""
    return int(flags.argmax()) if flags.any() else None


def _since(flags: Array) -> int | None:
    """The first step from which something holds to the end, or None if it does not hold at the end."""
    if not flags[-1]:
        return None
    return int(len(flags) - np.argmin(flags[::-1])) if not flags.all() else 0


def _near(run: Run, places: Array, span: float, since: int) -> bool:
    """Whether all points from a step on lie near one of the places (or none is known)."""
    if not len(places):
        return True
    distances = np.hypot(*(run.points[since:, None, :] - places).transpose(2, 0, 1))
    return bool((distances.max(axis=0) <= NEAR_SHARE * span).any())


def _distance(point: Array, places: Array) -> float:
    """The distance from a point to the nearest of the places; infinite if there are none."""
    return float(np.hypot(*(places - point).T).min(initial=np.inf))


def _extent(points: Array) -> float:
    """The diagonal of the box around a path."""
    return float(np.hypot(*np.ptp(points, axis=0))) or 1.0
