"""The engine: the only place where steps are taken.

All runs advance together. Each step costs one batched call of the gradient for all of them, and one ``update`` for
each class of rule, whose runs are stacked along the last axis with their settings as arrays. Everything else (values,
where a run ceased to be finite, what became of it) is computed from the whole paths afterwards.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from .outcomes import judge, settled_step
from .rule import Array, At, Evaluations, Rule, Surface
from .terrain import survey
from .trajectory import Trajectory

MAX_STEPS = 10_000

_CHECK_EVERY = 64  # steps between two looks at whether any run is still finite


def descend(surface: Surface, rule: Rule, start: Any = None, steps: int = 300, *, record: bool = False) -> Trajectory:
    """Walk ``steps`` steps by a rule from a start.

    Parameters
    ----------
    surface : any object with ``value`` and ``gradient`` of points ``(2, ...)``.
    rule : an update rule with its settings.
    start : a pair (x, y); the surface's own ``start`` if left out.
    steps : how many, from 1 to ``MAX_STEPS``.
    record : whether the rule's intermediate quantities are kept, in ``Trajectory.terms``.

    Raises
    ------
    ValueError : if the number of steps is out of range, if the start is not two finite numbers, or if the value or
        gradient there is not finite.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS
    >>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + p[1] ** 2, gradient=lambda p: 2 * p, minima=[(0, 0)])
    >>> path = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), start=(3, 4), steps=20)
    >>> path.sentence
    'In the lowest valley since step 5.'
    """
    return descend_together(surface, [rule], start, steps, record=record)[0]


def descend_together(
    surface: Surface, rules: Iterable[Rule], start: Any = None, steps: int = 300, *, record: bool = False
) -> list[Trajectory]:
    """Walk several rules from one start; each path is the same to the bit as if it were walked alone.

    Parameters and errors are those of :func:`descend`; the trajectories come in the order of the rules.
    """
    rules = list(rules)
    check_steps(steps)
    for rule in rules:
        _check_rule(rule)
    x = checked_start(surface, getattr(surface, "start", None) if start is None else start)
    if not rules:
        return []

    # Runs of one class stand side by side: row r of every array belongs to rules[order[r]].
    order = sorted(range(len(rules)), key=lambda i: [type(rule) for rule in rules].index(type(rules[i])))
    points, gradients = np.empty((2, steps + 1, len(rules), 2))
    points[0] = x
    crews = _crews([rules[i] for i in order], points, gradients, record)
    with np.errstate(all="ignore"):
        taken = _march(surface, crews, points, gradients)
        points, gradients = points[: taken + 1], gradients[: taken + 1]
        values = np.broadcast_to(surface.value(_columns(points)), (taken + 1, len(rules)))
        finite = np.isfinite(points).all(axis=2) & np.isfinite(gradients).all(axis=2) & np.isfinite(values)
        broken = np.where(finite.all(axis=0), taken + 1, (~finite).argmax(axis=0))  # the first step that is not finite
        runs = [
            (_frozen(points[:end, c]), _frozen(values[:end, c]), _frozen(gradients[:end, c]))
            for c, end in enumerate(broken)
        ]
        beyond = [points[end, c] if end <= taken else None for c, end in enumerate(broken)]
        terrain = survey(surface)
        verdicts = judge(surface, terrain, runs, beyond)

    trajectories: list[Trajectory] = [None] * len(rules)  # type: ignore[list-item]
    for c, ((path, losses, slopes), verdict) in enumerate(zip(runs, verdicts, strict=True)):
        crew = next(crew for crew in crews if crew.first <= c < crew.first + crew.size)
        n = len(path) - 1
        asked = crew.evaluations
        trajectories[order[c]] = Trajectory(
            rule=rules[order[c]],
            points=path,
            values=losses,
            gradients=slopes,
            seen_gradients=slopes[:-1],
            outcome=verdict.outcome,
            outcome_step=verdict.step,
            sentence=verdict.sentence,
            settled_step=settled_step(losses, terrain.minimum_value) if n == steps else None,
            evaluations=Evaluations(asked.values, asked.gradients + n, asked.hessians),
            terms=_terms_of(crew, c - crew.first, n),
        )
    return trajectories


class Walk(NamedTuple):
    """Points and gradients ``(n + 1, 2, ...)`` of a whole batch, or of its last step alone ``(2, ...)``."""

    points: Array
    gradients: Array


def walk(surface: Surface, rule: Rule, start: Any, steps: int, *, whole: bool = True) -> Walk:
    """Move any batch of starts ``(n, ...)`` by one rule, whose settings may be arrays of the batch's shape.

    Made for basin maps, sweeps and trials: nothing is judged, and where a run diverges its numbers are not finite.
    With ``whole=False`` only the last points and gradients are kept.

    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS
    >>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + p[1] ** 2, gradient=lambda p: 2 * p)
    >>> rates = np.array([0.25, 0.5, 1.0])
    >>> walk(bowl, OPTIMIZERS["sgd"](lr=rates), np.ones((2, 3)), 2, whole=False).points[0].tolist()
    [0.25, 0.0, 1.0]
    """
    check_steps(steps)
    x = np.array(start, dtype=float)
    state = rule.init(x)
    path = []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            g = np.asarray(surface.gradient(x), dtype=float)
            if whole:
                path.append((x, g))
            step, state, _ = rule.update(At(x, g, surface), state, rule.lr)
            x = x + step
        path.append((x, np.asarray(surface.gradient(x), dtype=float)))
    return Walk(*(np.stack(each) for each in zip(*path, strict=True))) if whole else Walk(*path[-1])


def check_steps(steps: Any) -> None:
    """Raise ValueError with a sentence unless ``steps`` is a whole number from 1 to ``MAX_STEPS``."""
    whole = isinstance(steps, (int, np.integer)) and not isinstance(steps, (bool, np.bool_))
    if not (whole and 1 <= steps <= MAX_STEPS):
        raise ValueError(f"steps must be in [1, {MAX_STEPS}], got {steps}")


def checked_start(surface: Surface, start: Any) -> Array:
    """The start as an array ``(2,)``; ValueError with a sentence if no run can begin there."""
    try:
        x = np.array(start, dtype=float)
    except (TypeError, ValueError):
        x = np.empty(0)
    if x.shape != (2,) or not np.isfinite(x).all():
        raise ValueError(f"start must be two finite numbers, got {start}")
    with np.errstate(all="ignore"):
        value = np.asarray(surface.value(x[:, None]), dtype=float)
        gradient = np.asarray(surface.gradient(x[:, None]), dtype=float)
    if gradient.shape != (2, 1):
        raise ValueError(f"the gradient of points of shape (2, 1) must have that shape too, got {gradient.shape}")
    if not (np.isfinite(value).all() and np.isfinite(gradient).all()):
        x_text, y_text = x.tolist()
        raise ValueError(
            f"the loss and its slope at the start ({x_text:g}, {y_text:g}) must be finite, "
            f"got {value.item():g} and ({gradient[0, 0]:g}, {gradient[1, 0]:g})"
        )
    return x


class _Crew(NamedTuple):
    """Runs of one class, moved by one call: their stacked rule, and views of their part of all points and gradients.

    The views have the shape (steps + 1, 2, runs); at each step they are one block of memory, which NumPy is fast on.
    """

    rule: Rule
    points: Array
    gradients: Array
    first: int
    evaluations: Evaluations
    terms: list[Mapping[str, Any]] | None

    @property
    def size(self) -> int:
        return self.points.shape[2]


def _march(surface: Surface, crews: Sequence[_Crew], points: Array, gradients: Array) -> int:
    """Fill points and gradients ``(steps + 1, runs, 2)`` from the first points on; the number of steps taken.

    It ends early only when not a single run is finite any more.
    """
    states = [crew.rule.init(crew.points[0]) for crew in crews]
    steps = len(points) - 1
    gradient = _gradient_of(surface, points.shape[1])
    add = np.add
    for t in range(steps):
        gradients[t, :, 0], gradients[t, :, 1] = gradient(points[t].T.copy())
        for i, (rule, crew_points, crew_gradients, _, evaluations, recorded) in enumerate(crews):
            x = crew_points[t]
            step, states[i], terms = rule.update(At(x, crew_gradients[t], surface, evaluations), states[i], rule.lr)
            add(x, step, crew_points[t + 1])
            if recorded is not None:
                recorded.append(terms)
        if t % _CHECK_EVERY == 0 and not np.isfinite(points[t]).all(axis=1).any():
            return t
    gradients[steps, :, 0], gradients[steps, :, 1] = gradient(points[steps].T.copy())
    return steps


def _gradient_of(surface: Any, count: int) -> Callable[[Array], Any]:
    """The surface's gradient for batches of one size: its unchecked form where it has one."""
    return surface.batch_gradient(count) if hasattr(surface, "batch_gradient") else surface.gradient


def _columns(rows: Array) -> Array:
    """Points ``(..., 2)`` as ``(2, ...)``, contiguous: NumPy may round exp and sin differently along strides."""
    return np.ascontiguousarray(np.moveaxis(rows, -1, 0) if rows.ndim > 2 else rows.T)


def _crews(rules: Sequence[Rule], points: Array, gradients: Array, record: bool) -> list[_Crew]:
    """The crews of rules that are already in the order of their classes."""
    crews = []
    first = 0
    for _, group in itertools.groupby(rules, key=type):
        members = list(group)
        runs = slice(first, first + len(members))
        crews.append(
            _Crew(
                rule=_stacked(members),
                points=points[:, runs].swapaxes(1, 2),
                gradients=gradients[:, runs].swapaxes(1, 2),
                first=first,
                evaluations=Evaluations(),
                terms=[] if record else None,
            )
        )
        first = runs.stop
    return crews


def _stacked(rules: Sequence[Rule]) -> Rule:
    """One rule whose settings are arrays, one element for each of the rules; scalars where all agree."""
    settings: dict[str, Any] = {}
    for setting in dataclasses.fields(rules[0]):
        values = [getattr(rule, setting.name) for rule in rules]
        settings[setting.name] = values[0] if all(value == values[0] for value in values) else _pairs(values)
    return dataclasses.replace(rules[0], **settings)


def _pairs(values: Sequence[Any]) -> Any:
    """A setting of each run as ``(2, runs)``, in memory like a crew's points, so that no step needs to broadcast."""
    return np.repeat(values, 2).reshape(len(values), 2).T


def _terms_of(crew: _Crew, column: int, steps: int) -> Mapping[str, Any]:
    """The recorded terms of one run of a crew, each with the steps as axis 0."""
    if not crew.terms:
        return MappingProxyType({})
    return MappingProxyType(
        {
            name: _frozen(
                np.stack(
                    [
                        np.broadcast_to(terms[name], (*np.shape(terms[name])[:-1], crew.size))[..., column]
                        for terms in crew.terms[:steps]
                    ]
                )
            )
            for name in crew.terms[0]
        }
    )


def _check_rule(rule: Any) -> None:
    if not isinstance(rule, Rule):
        raise TypeError(f'rule must be an optimizer with its settings, such as OPTIMIZERS["adam"](lr=0.01), got {rule}')


def _frozen(array: Array) -> Array:
    """A contiguous copy that nobody can write to."""
    array = np.array(array, dtype=float, order="C")
    array.setflags(write=False)
    return array
