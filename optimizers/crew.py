"""Crews: runs of one kind that are moved by one call, with their settings as arrays.

Runs are of one kind if their phases have the same classes of rules and wrappers, the same lengths, and the same parts
that need a state. So a crew as a whole goes from one phase to the next, and its state never has to be taken apart.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from .batches import Batches, batches_of
from .checks import check_step
from .parts import Clip
from .phases import Chain, Phase, spans_of
from .rule import HESSIAN_COST, Array, At, Evaluations
from .schedules import ReactiveSchedule
from .wrappers import Mover, wrapped


class Ground(NamedTuple):
    """What is walked on: the surface, what is added to every gradient that a step asks for, and the seed of batches.

    ``noise`` is ``(steps, 2)``, or None.
    """

    surface: Any
    noise: Array | None = None
    seed: int = 0


class Leg(NamedTuple):
    """One phase of a crew, from step ``first`` up to step ``end``.

    ``lr`` is the rate of all its steps; where rates change, ``rates`` has them, ``(end - first, 2, runs)``.
    """

    first: int
    end: int
    phases: Sequence[Phase]
    mover: Mover
    lr: Any
    rates: Array | None
    clip: Clip | None
    carry: bool

    @property
    def reactions(self) -> dict[int, Any]:
        """The first states of schedules that react to the loss, by the place of their run in the crew."""
        schedules = enumerate(phase.schedule for phase in self.phases)
        return {run: schedule.init() for run, schedule in schedules if isinstance(schedule, ReactiveSchedule)}


class Crew:
    """Runs that advance together.

    Parameters
    ----------
    chains : the phases of each run, all of one kind.
    points, gradients : ``(steps + 1, 2, runs)``, this crew's part of the whole; at each step they are one block of
        memory, which NumPy is fast on.
    ground : what they walk on.
    record : whether the terms of every update are kept.
    """

    def __init__(self, chains: Sequence[Chain], points: Array, gradients: Array, ground: Ground, record: bool) -> None:
        self.points, self.gradients = points, gradients
        self.surface, self.noise = ground.surface, ground.noise
        self.steps, self.size = len(points) - 1, points.shape[2]
        self.evaluations = Evaluations()
        self.asked: list[tuple[int, int, int]] = []
        """How many values, gradients and Hessians had been asked for after each step, beyond the one it is given."""
        self.terms: list[Mapping[str, Any]] | None = [] if record else None
        self.seen: Array | None = None
        """The gradients that the rules were given, ``(steps, 2, runs)``; None where they are the exact ones."""
        self.batches = _batches(chains[0], ground, self.steps)
        """The samples of each step; None where every step looks at all there is."""
        phases = [phase for chain in chains for phase in chain]
        if self.noise is not None or self.batches or any(phase.clip for phase in phases):
            self.seen = np.empty_like(gradients[:-1])
        self.legs = list(_legs(chains, self.steps))
        self._next = iter(self.legs)
        self._begin(next(self._next))

    def _begin(self, leg: Leg) -> None:
        if not leg.carry:
            self._state = leg.mover.init(self.points[leg.first])
        self._leg = leg
        self._reactions = leg.reactions

    def take_step(self, t: int) -> None:
        """From the points of step t, whose gradients are known, to those of the next step."""
        if t == self._leg.end:
            self._begin(next(self._next))
        leg = self._leg
        x, g = self.points[t], self.gradients[t]
        lr = leg.lr if leg.rates is None else leg.rates[t - leg.first]
        if self.seen is None:
            at = At(x, g, self.surface, self.evaluations)
        else:
            distort = _distortion(None if self.noise is None else self.noise[t], leg.clip)
            surface, g = self._seen_by_step(t, x, g)
            g = self.seen[t] = distort(g)
            at = At(x, g, surface, self.evaluations, distort)
        if self._reactions:
            lr = self._react(t, lr)
        update = leg.mover.update(at, self._state, lr)
        if t == leg.first:
            check_step(leg.phases[0].title, update, x)
        self._state = update.state
        np.add(x, update.step, self.points[t + 1])
        asked = self.evaluations
        self.asked.append((asked.values, asked.gradients, asked.hessians))
        if self.terms is not None:
            self.terms.append({**update.terms, "step": update.step})

    def _seen_by_step(self, t: int, x: Array, g: Array) -> tuple[Any, Array]:
        """The surface and its gradient as step t sees them: of its batch, or else the exact ones."""
        batch = None if self.batches is None else self.batches[t]
        if batch is None:
            return self.surface, g
        surface = self.surface.on_samples(batch)
        return surface, np.asarray(surface.gradient(np.ascontiguousarray(x)), dtype=float)

    def _react(self, t: int, lr: Array) -> Array:
        """The rates of this step, from what the reactive schedules have seen so far; then they see this step's loss."""
        losses = np.broadcast_to(self.surface.value(np.ascontiguousarray(self.points[t])), self.size)
        for run, state in self._reactions.items():
            phase = self._leg.phases[run]
            if t - self._leg.first < (phase.warmup.count if phase.warmup else 0):
                continue
            lr[:, run] *= state.factor
            assert isinstance(phase.schedule, ReactiveSchedule)
            self._reactions[run] = phase.schedule.observe(state, float(losses[run]))
        return lr

    # What became of one run, by its place in the crew, over its first n steps

    def rates_of(self, run: int, n: int) -> Array:
        """The learning rate of each step, ``(n,)``."""
        rates = np.empty(self.steps)
        for leg in self.legs:
            at_each_step = leg.lr if leg.rates is None else leg.rates
            rates[leg.first : leg.end] = _column(at_each_step, run, self.size, parameter=0)
        return rates[:n]

    def evaluations_of(self, n: int) -> Evaluations:
        """What n steps have cost, with the gradient that each of them is given."""
        values, gradients, hessians = self.asked[n - 1] if n else (0, 0, 0)
        return Evaluations(values, gradients + n, hessians)

    def costs_of(self, n: int) -> Array:
        """The cost of the way to each point, ``(n + 1,)``."""
        asked = np.array([(0, 0, 0), *self.asked[:n]])
        return np.arange(n + 1) + asked @ (0, 1, HESSIAN_COST)

    def terms_of(self, run: int, n: int) -> Mapping[str, Array]:
        """The recorded terms and the step, each ``(n, 2)``, and the rate ``lr``, ``(n,)``.

        What is one number for both parameters stands there twice. Where a phase does not have a term, it is nan.
        """
        if self.terms is None:
            return MappingProxyType({})
        found: dict[str, Array] = {}
        for t, terms in enumerate(self.terms[:n]):
            for name, value in terms.items():
                if name not in found:
                    found[name] = np.full((n, 2), np.nan)
                found[name][t] = _column(value, run, self.size)
        found["lr"] = self.rates_of(run, n)
        for term in found.values():
            term.setflags(write=False)
        return MappingProxyType(found)


def crews_of(
    chains: Sequence[Chain], points: Array, gradients: Array, ground: Ground, record: bool
) -> list[tuple[int, Crew]]:
    """The crews of runs that stand in the order of their kinds, each with the place of its first run.

    ``points`` and ``gradients`` are ``(steps + 1, runs, 2)``.
    """
    crews: list[tuple[int, Crew]] = []
    first = 0
    for _, group in itertools.groupby(chains, key=kind_of):
        members = list(group)
        runs = slice(first, first + len(members))
        crew = Crew(members, points[:, runs].swapaxes(1, 2), gradients[:, runs].swapaxes(1, 2), ground, record)
        crews.append((first, crew))
        first = runs.stop
    return crews


def kind_of(chain: Chain) -> Hashable:
    """Runs of which this is equal can be moved by one call."""
    return tuple(
        (
            type(phase.rule),
            tuple(map(type, phase.wrappers)),
            phase.clip is None,
            phase.batch,
            phase.steps,
            phase.carry,
            phase.schedule is None and phase.warmup is None,
        )
        for phase in chain
    )


def _legs(chains: Sequence[Chain], steps: int) -> Iterator[Leg]:
    """The phases of a crew of so many steps; those that would begin at its end or later are left out."""
    for phases, (phase, first, end) in zip(zip(*chains, strict=True), spans_of(chains[0], steps), strict=False):
        rule = _stacked([phase.rule for phase in phases])
        wrappers = [_stacked(same) for same in zip(*(phase.wrappers for phase in phases), strict=True)]
        clips = [phase.clip for phase in phases]
        yield Leg(
            first=first,
            end=end,
            phases=phases,
            mover=wrapped(rule, wrappers),
            lr=rule.lr,
            rates=_rates(phases, end - first),
            clip=None if clips[0] is None else _stacked(clips),
            carry=phase.carry,
        )


def _batches(chain: Chain, ground: Ground, steps: int) -> Batches | None:
    """The batches of a run of so many steps; None if it has none."""
    if not any(phase.batch for phase in chain):
        return None
    sizes: list[int | None] = []
    for phase, first, end in spans_of(chain, steps):
        sizes += [phase.batch.size if phase.batch else None] * (end - first)
    return batches_of(sizes, len(ground.surface.samples), ground.seed)


def _rates(phases: Sequence[Phase], count: int) -> Array | None:
    """The rate of every step, ``(count, 2, runs)``; None where no rate changes."""
    if all(phase.schedule is None and phase.warmup is None for phase in phases):
        return None
    each = np.stack([phase.rule.lr * phase.factors(count) for phase in phases], axis=1)
    return np.repeat(each[:, None, :], 2, axis=1)


def _distortion(noise: Array | None, clip: Clip | None) -> Callable[[Array], Array]:
    """What this step makes of any gradient that it asks for."""

    def distort(gradient: Array) -> Array:
        seen = gradient if noise is None else gradient + noise[:, None]
        return seen if clip is None else clip.clipped(seen)

    return distort


def _stacked(settings: Sequence[Any]) -> Any:
    """One rule or part whose settings are arrays, one element for each of several; scalars where all agree."""
    stacked: dict[str, Any] = {}
    for setting in dataclasses.fields(settings[0]):
        values = [getattr(each, setting.name) for each in settings]
        stacked[setting.name] = values[0] if all(value == values[0] for value in values) else _pairs(values)
    return dataclasses.replace(settings[0], **stacked)


def _pairs(values: Sequence[Any]) -> Any:
    """A setting of each run as ``(2, runs)``, in memory like a crew's points, so that no step needs to broadcast."""
    return np.repeat(values, 2).reshape(len(values), 2).T


def _column(value: Any, run: int, size: int, parameter: int | None = None) -> Any:
    """One run's part of something that has the runs as its last axis, or is the same for all of them.

    With ``parameter``, the same of what has the parameters as the axis before: one parameter's part.
    """
    value = np.asarray(value)
    if value.ndim == 0:
        return value
    value = np.broadcast_to(value, (*value.shape[:-1], size))[..., run]
    return value if parameter is None or value.ndim == 0 else value[..., parameter]
