"""The message with the anatomy of one run's steps: equations, the values of a stretch of steps, and all its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from caches import remembered
from knobs import format_value
from optimizers.anatomy import Anatomy, PhaseAnatomy, anatomy_of
from optimizers.rule import Array
from scenes import Scene, simulate_in_detail
from views.player.message import pack

MOST_BYTES = 37_000
"""No message is longer; of a long run the steps around the shown one are sent, and others when they are asked for."""

NO_EQUATIONS = "This method works by itself and tells only where it goes: there are no equations of its steps to show."
UNTOLD = "This rule does not say how its terms come about: its class has no equations()."
_VALUE_BYTES = 26_000
_POINTS = 160  # of a curve: about as many as it has pixels
_SINGLE = np.finfo(np.float32)


@remembered("anatomies")
def anatomy_in(scene: Scene, run: int) -> Anatomy:
    """The anatomy of one run of a scene, walked again with all its terms kept; the latest are remembered.

    >>> from scenes import default_scene
    >>> [term.name for term in anatomy_in(default_scene(), 3).phases[0].quantities]
    ['g', 'm', 'v', 'm_hat', 'v_hat', 'rate', 'step']
    """
    return anatomy_of(simulate_in_detail(scene, run))


def anatomy_message(link: str, run: int, anatomy: Anatomy, around: int, stage: str = "stage") -> bytes:
    """Everything that the stage shows of the steps near ``around``, and the curves of all steps.

    ``link`` is that of the scene's message, so that no number is ever shown beside a path that it does not belong to.
    """
    length = min(anatomy.steps, max(1, _VALUE_BYTES // max(1, _bytes_of_a_step(anatomy))))
    while True:
        message = _message(link, run, anatomy, around, length, stage)
        if len(message) <= MOST_BYTES or length <= 1:
            return message
        length = length * 3 // 4


def _message(link: str, run: int, anatomy: Anatomy, around: int, length: int, stage: str) -> bytes:
    first = int(np.clip(around - length // 2, 0, anatomy.steps - length))
    end = first + length
    begin = max(0, first - 1)  # one more: the values before the first step
    phases = [phase for phase in anatomy.phases if phase.first < end and phase.end > begin]
    return pack(
        {
            "stage": stage,
            "link": link,
            "run": run,
            "steps": anatomy.steps,
            "begin": begin,
            "first": first,
            "end": end,
            "phases": [_phase(phase) for phase in phases],
            "values": _values(phases, begin, end),
            "curves": [
                {"title": curve.title, "logarithmic": curve.is_logarithmic, **_thinned(curve.values)}
                for curve in anatomy.curves
            ],
        }
    )


def _phase(phase: PhaseAnatomy) -> dict[str, Any]:
    return {
        "title": phase.title,
        "first": phase.first,
        "end": phase.end,
        "tBefore": phase.t_before,
        "note": "" if phase.has_equations else UNTOLD if phase.is_rule else NO_EQUATIONS,
        "settings": {name: format_value(value) for name, value in phase.settings.items()},
        "symbols": phase.symbols,
        "terms": [
            {
                "name": each.name,
                "expression": each.expression,
                "says": each.says,
                "role": each.role,
                "shared": each.values.ndim == 1,
            }
            for each in phase.quantities
        ],
        "before": {name: np.broadcast_to(value, (2,)).tolist() for name, value in phase.before.items()},
    }


def _series(phase: PhaseAnatomy) -> Mapping[str, Array]:
    """Everything of a phase that changes from step to step."""
    return {**phase.others, **{quantity.name: quantity.values for quantity in phase.quantities}}


def _bytes_of_a_step(anatomy: Anatomy) -> int:
    numbers: dict[str, int] = {}
    for phase in anatomy.phases:
        for name, values in _series(phase).items():
            numbers[name] = max(numbers.get(name, 0), values.size // max(1, len(values)))
    return 4 * sum(numbers.values())


def _values(phases: list[PhaseAnatomy], begin: int, end: int) -> dict[str, Array]:
    """By name, the values at the steps from ``begin`` up to ``end``; nan at the steps of phases without that name.

    What both coordinates share in one phase and not in another, as the rate of Polyak's step, stands there for both.
    """
    found: dict[str, Array] = {}
    for phase in phases:
        steps = slice(max(begin, phase.first), min(end, phase.end))
        for name, values in _series(phase).items():
            whole = found.setdefault(name, np.full((end - begin, *values.shape[1:]), np.nan))
            if whole.ndim < values.ndim:
                whole = found[name] = np.stack([whole, whole], axis=1)
            here = values[steps.start - phase.first : steps.stop - phase.first]
            whole[steps.start - begin : steps.stop - begin] = here if here.ndim == whole.ndim else here[:, None]
    return {name: _compact(values) for name, values in found.items()}


def _compact(values: Array) -> np.ndarray:
    """In single precision, whose seven digits are more than are shown, unless a value is too large or small for it."""
    size = np.abs(values[values != 0])
    is_within = not ((size > _SINGLE.max) | (size < _SINGLE.tiny)).any()
    return values.astype(np.float32) if is_within else values


def _thinned(values: Array) -> dict[str, Any]:
    """A curve as its steps and, for each coordinate, its values there.

    Where there are more steps than a curve has pixels, the lowest and the highest value of each few of them are kept.
    """
    coordinates = list(values.T) if values.ndim == 2 else [values]
    if len(values) <= _POINTS:
        return {"at": np.arange(len(values), dtype=np.float32), "values": [_compact(each) for each in coordinates]}
    edges = np.linspace(0, len(values), _POINTS // 2 + 1).astype(int)
    at = np.repeat((edges[:-1] + edges[1:] - 1) / 2, 2).astype(np.float32)
    with np.errstate(invalid="ignore"):
        lows, highs = (
            np.stack([reduce.reduceat(each, edges[:-1]) for each in coordinates]) for reduce in (np.fmin, np.fmax)
        )
    return {"at": at, "values": [_compact(np.stack(pair, axis=1).ravel()) for pair in zip(lows, highs, strict=True)]}
