"""The engine: the only place where steps are taken.

All runs advance together. Each step costs one batched call of the gradient for all of them, and one ``update`` for
each crew: runs of one kind, with their settings as arrays. Everything else (values, where a run ceased to be finite,
what became of it) is computed from the whole paths afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from .batches import Batches, samples_seen
from .checks import (
    NOISE,
    SEED,
    as_batch,
    as_clip,
    as_schedule,
    check_batches,
    check_step,
    check_steps,
    check_surface,
    checked_start,
    count_samples,
    gradient_noise,
)
from .classical import ClassicalMethod
from .crew import Crew, Ground, crews_of, kind_of
from .outcomes import judge, settled_step, without_rate
from .parts import Batch, Clip, Part
from .phases import Chain, Phase, chain_of, checked_parts
from .rule import Array, At, Evaluations, Rule, Surface
from .schedules import Schedule
from .terrain import survey
from .trajectory import Trajectory

_CHECK_EVERY = 64  # steps between two looks at whether any run is still finite


def descend(
    surface: Surface,
    rule: Any,
    start: Any = None,
    steps: int = 300,
    *,
    schedule: Schedule | None = None,
    clip: float | Clip | None = None,
    batch: int | Batch | None = None,
    parts: Iterable[Part] = (),
    noise: float = 0.0,
    seed: int = 0,
    record: bool = False,
) -> Trajectory:
    """Walk ``steps`` steps by a rule from a start.

    Parameters
    ----------
    surface : any object with ``value`` and ``gradient`` of points ``(2, ...)``.
    rule : an update rule with its settings; or a ``Phase``, or a sequence of phases; or a classical method, which
        stops by itself.
    start : a pair (x, y); the surface's own ``start`` if left out.
    steps : how many, from 1 to ``MAX_STEPS``.
    schedule, clip, batch, parts : what is added to the rule: a schedule for its rate, the longest gradient that it is
        given, how many samples each step looks at (on a surface of data), any other parts of ``PARTS``. A phase has
        its own.
    noise : the standard deviation of the noise that is added to each component of every gradient that a step asks for.
        It depends on the seed and the step alone.
    seed : what the noise and the order of the samples start from.
    record : whether the rule's intermediate quantities are kept, in ``Trajectory.terms``.

    Raises
    ------
    TypeError : if the surface has no value and gradient, or if a rule or part is not one with its settings.
    ValueError : if the number of steps or the noise is out of range, if the start is not two finite numbers, if the
        value or gradient there is not finite, if the phases make no sense together, or for batches of a formula.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS, PARTS
    >>> bowl = SimpleNamespace(value=lambda p: p[0] ** 2 + p[1] ** 2, gradient=lambda p: 2 * p, minima=[(0, 0)])
    >>> path = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), start=(3, 4), steps=20)
    >>> path.sentence
    'In the lowest valley since step 5.'
    >>> descend(bowl, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 2, schedule=PARTS["cosine"](until=2)).rates.tolist()
    [0.25, 0.125]
    """
    chain_of(rule)  # what is wrong with the rule is said first
    added = checked_parts(parts)
    added += [] if schedule is None else [as_schedule(schedule)]
    added += [] if clip is None else [as_clip(clip)]
    added += [] if batch is None else [as_batch(batch)]
    if added:
        if not isinstance(rule, (Rule, ClassicalMethod)):
            raise ValueError(f"a phase has its own parts; give it {', '.join(part.slug for part in added)}")
        rule = Phase(rule, tuple(added))
    return descend_together(surface, [rule], start, steps, noise=noise, seed=seed, record=record)[0]


def descend_together(
    surface: Surface,
    rules: Iterable[Any],
    start: Any = None,
    steps: int = 300,
    *,
    noise: float = 0.0,
    seed: int = 0,
    record: bool = False,
) -> list[Trajectory]:
    """Walk several rules from one start; each path is the same to the bit as if it were walked alone.

    Parameters and errors are those of :func:`descend`; the trajectories come in the order of the rules.
    """
    if not isinstance(rules, Iterable):
        raise TypeError(f"rules must be a list of rules, got {rules!r}")
    chains = [chain_of(rule) for rule in rules]
    check_surface(surface)
    check_steps(steps)
    noise, seed = float(NOISE.plain("", noise)), int(SEED.plain("", seed))
    check_batches(surface, chains)
    noises = gradient_noise(noise, seed, steps)
    x = checked_start(surface, getattr(surface, "start", None) if start is None else start)
    movers = [i for i, chain in enumerate(chains) if isinstance(chain[0].rule, Rule)]
    walked: list[_Walked] = [None] * len(chains)  # type: ignore[list-item]
    with np.errstate(all="ignore"):
        if movers:
            for i, each in zip(
                movers, _march([chains[i] for i in movers], surface, x, steps, noises, seed, record), strict=True
            ):
                walked[i] = each
        for i in set(range(len(chains))) - set(movers):
            walked[i] = _minimised(chains[i][0].rule, surface, x, steps, noises)
        return _judged(surface, chains, walked, steps, noise)


class _Walked(NamedTuple):
    """What is known of a run when it has been walked; arrays are those of :class:`Trajectory`.

    ``beyond`` is the position after the last finite one, if there is one.
    """

    points: Array
    values: Array
    gradients: Array
    seen: Array
    beyond: Array | None
    rates: Array
    costs: Array
    evaluations: Evaluations
    terms: Any
    batches: Batches | None = None
    stopped: bool = False


def _march(
    chains: Sequence[Chain], surface: Any, x: Array, steps: int, noise: Array | None, seed: int, record: bool
) -> list[_Walked]:
    """Walk rules together. Runs of one kind stand side by side: row r of every array is run order[r]."""
    kinds = [kind_of(chain) for chain in chains]
    order = sorted(range(len(chains)), key=lambda i: kinds.index(kinds[i]))
    points, gradients = np.empty((2, steps + 1, len(chains), 2))
    points[0] = x
    crews = crews_of([chains[i] for i in order], points, gradients, Ground(surface, noise, seed), record)
    taken = _advance(surface, [crew for _, crew in crews], points, gradients)
    points, gradients = points[: taken + 1], gradients[: taken + 1]
    values = np.broadcast_to(surface.value(_columns(points)), (taken + 1, len(chains)))
    finite = np.isfinite(points).all(axis=2) & np.isfinite(gradients).all(axis=2) & np.isfinite(values)
    broken = np.where(finite.all(axis=0), taken + 1, (~finite).argmax(axis=0))  # the first step that is not finite
    walked: list[_Walked] = [None] * len(chains)  # type: ignore[list-item]
    for first, crew in crews:
        for run in range(crew.size):
            row = first + run
            end = int(broken[row])
            exact = _frozen(gradients[:end, row])
            walked[order[row]] = _Walked(
                points=_frozen(points[:end, row]),
                values=_frozen(values[:end, row]),
                gradients=exact,
                seen=exact[:-1] if crew.seen is None else _frozen(crew.seen[: end - 1, :, run]),
                beyond=points[end, row] if end <= taken else None,
                rates=_frozen(crew.rates_of(run, end - 1)),
                costs=_frozen(crew.costs_of(end - 1)),
                evaluations=crew.evaluations_of(end - 1),
                terms=crew.terms_of(run, end - 1),
                batches=crew.batches and crew.batches.first(end - 1),
            )
    return walked


def _advance(surface: Any, crews: Sequence[Crew], points: Array, gradients: Array) -> int:
    """Fill in points and gradients step by step, and return how many steps were taken before every run diverged."""
    steps = len(points) - 1
    gradient = _gradient_of(surface, points.shape[1])
    for t in range(steps):
        gradients[t, :, 0], gradients[t, :, 1] = gradient(points[t].T.copy())
        for crew in crews:
            crew.take_step(t)
        if t % _CHECK_EVERY == 0 and not np.isfinite(points[t]).all(axis=1).any():
            return t
    gradients[steps, :, 0], gradients[steps, :, 1] = gradient(points[steps].T.copy())
    return steps


def _judged(
    surface: Any, chains: Sequence[Chain], walked: Sequence[_Walked], steps: int, noise: float
) -> list[Trajectory]:
    """The trajectories, with what became of each run."""
    if not walked:
        return []
    terrain, count = survey(surface), count_samples(surface)
    # A method that has stopped by itself stays where it is: so it is judged.
    stays = [max(0, steps + 1 - len(each.points)) if each.stopped else 0 for each in walked]
    ways = [
        (_staying(each.points, stay), _staying(each.values, stay), _staying(each.gradients, stay))
        for each, stay in zip(walked, stays, strict=True)
    ]
    stops = [len(each.points) - 1 if each.stopped else None for each in walked]
    verdicts = judge(surface, terrain, ways, [each.beyond for each in walked], stops)
    verdicts = [
        verdict if all(map(_has_rate_to_blame, chain)) else without_rate(verdict)
        for chain, verdict in zip(chains, verdicts, strict=True)
    ]
    return [
        Trajectory(
            phases=chain,
            points=each.points,
            values=each.values,
            gradients=each.gradients,
            seen_gradients=each.seen,
            outcome=verdict.outcome,
            outcome_step=verdict.step,
            sentence=verdict.sentence,
            settled_step=settled_step(way[1], terrain.minimum_value, terrain.rounding(way[1]))
            if len(way[1]) == steps + 1
            else None,
            evaluations=each.evaluations,
            rates=each.rates,
            costs=each.costs,
            stopped=each.stopped,
            batches=each.batches,
            sample_count=count,
            samples=_frozen(samples_seen(each.costs, each.batches.sizes if each.batches else count or 0)),
            noise=float(noise),
            terms=each.terms,
        )
        for chain, each, way, verdict in zip(chains, walked, ways, verdicts, strict=True)
    ]


def _has_rate_to_blame(phase: Phase) -> bool:
    """Whether a smaller rate would keep a run on the map: not where a rule works out by itself how far to go."""
    return isinstance(phase.rule, Rule) and phase.rule.scales_with_gradient is not None


def _staying(path: Array, steps: int) -> Array:
    """What a run leaves behind, with so many more steps at its end that change nothing."""
    return np.concatenate([path, np.repeat(path[-1:], steps, axis=0)]) if steps else path


def _minimised(method: ClassicalMethod, surface: Any, x: Array, steps: int, noise: Array | None) -> _Walked:
    """Let a classical method walk by itself."""
    way = method.minimise(surface, x, steps, noise)
    n = len(way.points) - 1
    return _Walked(
        points=_frozen(way.points),
        values=_frozen(way.values),
        gradients=_frozen(way.gradients),
        seen=_frozen(way.seen),
        beyond=way.beyond,
        rates=_frozen(np.full(n, np.nan)),
        costs=_frozen(way.costs),
        evaluations=way.evaluations,
        terms=MappingProxyType({}),
        stopped=n < steps and way.beyond is None,
    )


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
    Phase(rule)  # or else it says what is wrong with the rule
    check_surface(surface)
    check_steps(steps)
    x = np.array(start, dtype=float)
    state = rule.init(x)
    path = []
    with np.errstate(all="ignore"):
        for t in range(steps):
            g = np.asarray(surface.gradient(x), dtype=float)
            if whole:
                path.append((x, g))
            update = rule.update(At(x, g, surface), state, rule.lr)
            if not t:
                check_step(rule.title, update, x)
            state = update.state
            x = x + update.step
        path.append((x, np.asarray(surface.gradient(x), dtype=float)))
    return Walk(*(np.stack(each) for each in zip(*path, strict=True))) if whole else Walk(*path[-1])


def _gradient_of(surface: Any, count: int) -> Callable[[Array], Any]:
    """The surface's gradient for batches of one size: its unchecked form where it has one."""
    return surface.quick_gradient(count) if hasattr(surface, "quick_gradient") else surface.gradient


def _columns(rows: Array) -> Array:
    """Points ``(..., 2)`` as ``(2, ...)``, contiguous: NumPy may round exp and sin differently along strides."""
    return np.ascontiguousarray(np.moveaxis(rows, -1, 0) if rows.ndim > 2 else rows.T)


def _frozen(array: Array) -> Array:
    """A contiguous copy that nobody can write to."""
    array = np.array(array, dtype=float, order="C")
    array.setflags(write=False)
    return array
