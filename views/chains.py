"""What a person may change about a run and its phases: pure functions from run to run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from knobs import knobs_of
from landscapes import Landscape
from optimizers import PARTS, WALKERS, Part, Phase, Rule
from optimizers.checks import count_samples
from optimizers.parts import Steps
from optimizers.phases import problem_of
from optimizers.rates import default_settings
from scenes import Run

_SLOWER = 0.1
"""A phase that changes the rate begins at this share of the rate before."""


def usual_settings(rule_class: type[Any], surface: Landscape) -> dict[str, Any]:
    """The settings of a rule whose usual values depend on the surface; none of a classical method do."""
    if not issubclass(rule_class, Rule):
        return {}
    return default_settings(rule_class, surface)


def usual_rule(slug: str, surface: Landscape) -> Any:
    """A rule, or a classical method, as it suits a surface.

    >>> from landscapes import LANDSCAPES
    >>> usual_rule("adam", LANDSCAPES["himmelblau"]).lr
    0.1
    """
    return WALKERS[slug](**usual_settings(WALKERS[slug], surface))


def on_surface(run: Run, surface: Landscape) -> Run:
    """The run as it suits another surface, for rates differ a thousandfold, and only data has batches."""
    if count_samples(surface) is None:
        run = Run(tuple(phase.without("batch") for phase in run.phases))
    return _with_rules(run, lambda rule: dataclasses.replace(rule, **usual_settings(type(rule), surface)))


def times(rate: float, factor: float) -> float:
    """A rate times a factor, as one would write it; once is the rate itself, to the last bit.

    >>> times(0.3, 0.1), times(0.1 + 0.2, 1)
    (0.03, 0.30000000000000004)
    """
    return rate if factor == 1 else float(f"{rate * factor:.12g}")


def has_rate(run: Run) -> bool:
    """Whether it has a learning rate: a classical method works out by itself how far to go."""
    return all("lr" in knobs_of(phase.rule) for phase in run.phases)


def bears(run: Run, factor: float) -> bool:
    """Whether its rates times a factor are rates."""
    return all(times(phase.rule.lr, factor) in knobs_of(phase.rule)["lr"].valid for phase in run.phases)


def at_rates_times(run: Run, factor: float) -> Run:
    """The run with the rate of every phase times a factor; a classical method has none.

    >>> from scenes import parse
    >>> chain = parse("surface=booth&run=momentum:lr=0.02;steps:count=100~adam:lr=0.1")[0].runs[0]
    >>> [phase.rule.lr for phase in at_rates_times(chain, 0.1).phases]
    [0.002, 0.01]
    """
    if not has_rate(run):
        return run
    return _with_rules(run, lambda rule: dataclasses.replace(rule, lr=times(rule.lr, factor)))


def _with_rules(run: Run, change: Callable[[Any], Any]) -> Run:
    """The run with the rule of every phase changed, and all that is added to it as it is."""
    return Run(tuple(Phase(change(phase.rule), phase.parts) for phase in run.phases))


def with_phase(run: Run, number: int, phase: Phase) -> Run:
    """The run with another phase in the place of one; a memory that could no longer be kept is not."""
    return _mended((*run.phases[:number], phase, *run.phases[number + 1 :]))


def with_next_phase(run: Run, phase: Phase, steps: int) -> Run:
    """The run with one more phase at its end; it begins in the middle of what is left of so many steps.

    >>> from scenes import parse
    >>> run = parse("surface=booth&run=momentum:lr=0.02")[0].runs[0]
    >>> with_next_phase(run, Phase(usual_rule("adam", parse("surface=booth")[0].landscape)), 300).phases[0].steps
    150
    """
    left = steps - sum(before.steps or 0 for before in run.phases)
    *others, last = run.phases
    return Run((*others, last.adding(Steps(count=max(1, left // 2))), phase))


def at_another_rate(phase: Phase) -> Phase:
    """What goes on with the rule and the memory of a phase, at a lower rate that no schedule changes.

    >>> from optimizers import OPTIMIZERS
    >>> after = at_another_rate(Phase(OPTIMIZERS["momentum"](lr=0.02), [PARTS["clip"](norm=2)]))
    >>> after.rule.lr, after.carry, after.clip
    (0.002, True, Clip(norm=2))
    """
    kept = tuple(part for part in phase.parts if part.kind in ("wrapper", "clip", "batch"))
    return Phase(dataclasses.replace(phase.rule, lr=times(phase.rule.lr, _SLOWER)), (*kept, PARTS["carry"]()))


def without_phase(run: Run, number: int) -> Run:
    """The run without one of its phases; the last one that is left lasts to the end.

    >>> from scenes import parse
    >>> chain = parse("surface=booth&run=momentum;steps:count=100~adam;steps:count=50~adam;carry")[0].runs[0]
    >>> without_phase(chain, 2).title, without_phase(chain, 2).phases[-1].steps
    ('Momentum, then Adam', None)
    """
    return _mended((*run.phases[:number], *run.phases[number + 1 :]))


def can_carry(run: Run, number: int) -> bool:
    """Whether a phase could go on with the memory of the one before it."""
    if number == 0:
        return False
    before, phase = run.phases[number - 1].without("carry"), run.phases[number].without("steps")
    return problem_of((before, phase.adding(PARTS["carry"]()))) is None


def as_part(run: Run, number: int, slug: str, steps: int) -> Part:
    """A part as it suits a phase of a run of so many steps: a schedule lasts as long as the phase."""
    cls = PARTS[slug]
    phase = run.phases[number]
    length = phase.steps or max(1, steps - sum(before.steps or 0 for before in run.phases[:number]))
    if cls.kind != "schedule":
        return cls()
    warm = phase.warmup.count if phase.warmup else 0
    part: Part = cls.for_steps(max(1, length - warm))  # type: ignore[attr-defined]
    return part


def _mended(phases: Sequence[Phase]) -> Run:
    """The run of these phases, without parts that make no sense among them."""
    chain = list(phases)
    while (problem := problem_of(chain)) and problem.part:
        chain[problem.phase] = chain[problem.phase].without(problem.part.slug)
    return Run(tuple(chain))
