"""What became of a run, told from its path, its window and the point at which it rests.

No threshold is absolute: lengths are shares of the window's diagonal, losses are shares of what the run had to gain,
curvatures are shares of what is typical of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import numpy as np

from .rest import GAP_SHARE, TAIL, Rest, Run, is_beside, rests_of, span_of
from .rule import Array, Surface
from .terrain import Terrain

NEAR_SHARE = 0.05
"""A point may belong to a minimum's valley within this share of the diagonal."""


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


def settled_step(values: Array, minimum_value: float | None, rounding: float = 0.0) -> int | None:
    """The first step from which the loss stays within 0.1 % of the start's gap to the minimum; None if never.

    However small the gap, a loss that differs from the minimum's by no more than ``rounding`` is the minimum's.

    >>> settled_step(np.array([1.0, 0.0, 0.5, 0.0005, 0.0]), 0.0)
    3
    >>> settled_step(np.array([0.0, 1e-17, 1e-16]), 0.0, rounding=1e-15)
    0
    """
    if minimum_value is None:
        return None
    return _since(values <= minimum_value + max(GAP_SHARE * (values[0] - minimum_value), rounding))


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
    finite = [run for run, next_point in zip(paths, beyond, strict=True) if next_point is None]
    rests = iter(rests_of(surface, terrain, finite))
    verdicts = [
        _judge(run, next(rests), terrain) if next_point is None else _diverged(run, next_point, terrain)
        for run, next_point in zip(paths, beyond, strict=True)
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


def _judge(run: Run, rest: Rest | None, terrain: Terrain) -> Verdict:
    outside = terrain.outside(run.points)
    left = _first(outside)
    # A minimum on the window's edge is reached from either side of it.
    if outside[-1] and (rest is None or terrain.outside(rest.place)):
        before = run.values[: (len(run.points) - 1) // 2 + 1]
        grown = run.values[-1] > run.values[0] and run.values[-1] >= before.max()
        sentence = Outcome.OUTSIDE.value.format(step=left) + (TOO_LARGE if grown else "")
        return Verdict(Outcome.OUTSIDE, left, sentence)
    found = (
        (rest and _resting(run, rest, terrain))
        or _in_known_valley(run, terrain)
        or _circling(run, terrain)
        or _verdict(Outcome.STILL_MOVING)
    )
    return found if left is None else found._replace(sentence=found.sentence + CAME_BACK.format(left=left))


def _diverged(run: Run, beyond: Array, terrain: Terrain) -> Verdict:
    left, step = _first(terrain.outside(run.points)), len(run.points)
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


def _resting(run: Run, rest: Rest, terrain: Terrain) -> Verdict:
    """The verdict on a run at rest."""
    if rest.kind != "valley":
        kinds = {"plateau": Outcome.PLATEAU, "saddle": Outcome.SADDLE, "summit": Outcome.SUMMIT}
        return _verdict(kinds[rest.kind], None if run.gradients[-1].any() else NO_SLOPE)
    assert rest.minimum is not None
    value, lowest, rounding = run.values[-1], terrain.minimum_value, terrain.rounding(run.values)
    began_as_low = abs(run.values[0] - rest.minimum.loss) <= rounding  # there is no gap to take a share of
    since = _since(is_beside(run.points, rest.place, span_of(run, terrain))) if began_as_low else None
    if since is None and rest.minimum.is_lowest:
        since = settled_step(run.values, lowest, rounding)
    if since is None:
        since = _since(np.abs(run.values - value) <= max(GAP_SHARE * abs(run.values[0] - value), rounding))
    if lowest is None:
        return _verdict(Outcome.VALLEY, step=since, loss=value)
    if rest.minimum.is_lowest:
        return _verdict(Outcome.LOWEST_VALLEY, step=since)
    return _verdict(Outcome.SIDE_VALLEY, step=since, loss=value, lowest=lowest)


def _in_known_valley(run: Run, terrain: Terrain) -> Verdict | None:
    """The verdict on a run whose loss stays near that of the known minimum beside it, perhaps without rest, or None."""
    lowest = terrain.minimum_value
    if lowest is None:
        return None
    n = len(run.points) - 1
    latest, rounding = n - n // TAIL, terrain.rounding(run.values)
    minimum = terrain.minimum_beside(run.points[latest:], NEAR_SHARE * span_of(run, terrain))
    if minimum is None and len(terrain.minima):
        return None
    if minimum is None or minimum.is_lowest:
        since = settled_step(run.values, lowest, rounding)
        found = _verdict(Outcome.LOWEST_VALLEY, step=since)
    else:
        gap = run.values[0] - minimum.loss
        since = _since(np.abs(run.values - minimum.loss) <= max(GAP_SHARE * gap, rounding))
        found = _verdict(Outcome.SIDE_VALLEY, step=since, loss=run.values[-1], lowest=lowest)
    return found if since is not None and since <= latest else None


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
