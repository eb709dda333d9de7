"""A run as a chain of phases: a rule with its parts, and after some steps another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from .classical import ClassicalMethod
from .parts import Batch, Carry, Clip, Part, Steps
from .rule import Array, Rule
from .schedules import Schedule, Warmup
from .wrappers import Wrapper

Chain = tuple["Phase", ...]

MAX_PHASES = 8
"""A run has at most this many phases."""


@dataclass(frozen=True)
class Phase:
    """A rule with the parts that are added to it; the parts are kept in one order, so that equal phases are equal.

    Raises ValueError if two parts are of one kind (two wrappers may be, but not of one slug), TypeError if the rule or
    a part is not one with its settings.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> phase = Phase(OPTIMIZERS["adam"](lr=0.02), [PARTS["clip"](norm=2), PARTS["cosine"](until=300)])
    >>> [part.slug for part in phase.parts], phase.steps, phase.carry
    (['cosine', 'clip'], None, False)
    >>> phase.title
    'Adam'
    """

    rule: Any
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.rule, (Rule, ClassicalMethod)):
            known = 'OPTIMIZERS["adam"](lr=0.01)'
            raise TypeError(f"rule must be an optimizer with its settings, such as {known}, got {self.rule}")
        parts = sorted(checked_parts(self.parts), key=lambda part: part.place())
        for first, second in itertools.pairwise(parts):
            if first.excludes(second):
                what = f"one {second.kind}, got {first.slug} and {second.slug}"
                what = f"one {first.slug}, got two" if first.slug == second.slug else what
                raise ValueError(f"{self.rule.title}: there is room for {what}")
        if parts and not isinstance(self.rule, Rule):
            raise ValueError(f"{self.rule.title} works by itself and takes no {parts[0].slug}")
        object.__setattr__(self, "parts", tuple(parts))

    def part(self, slug_or_kind: str) -> Part | None:
        """The part of this slug, or of this kind (of wrappers the innermost)."""
        return next((part for part in self.parts if slug_or_kind in (part.slug, part.kind)), None)

    def adding(self, part: Part) -> Phase:
        """The phase with this part, instead of one that it leaves no room for."""
        [part] = checked_parts([part])
        return Phase(self.rule, (*(other for other in self.parts if not part.excludes(other)), part))

    def without(self, *slugs: str) -> Phase:
        """The phase without these parts."""
        return Phase(self.rule, tuple(part for part in self.parts if part.slug not in slugs))

    @property
    def schedule(self) -> Schedule | None:
        return next((part for part in self.parts if isinstance(part, Schedule)), None)

    @property
    def warmup(self) -> Warmup | None:
        return next((part for part in self.parts if isinstance(part, Warmup)), None)

    @property
    def wrappers(self) -> tuple[Wrapper, ...]:
        return tuple(part for part in self.parts if isinstance(part, Wrapper))

    @property
    def clip(self) -> Clip | None:
        return next((part for part in self.parts if isinstance(part, Clip)), None)

    @property
    def batch(self) -> Batch | None:
        """The size of its batches; None is all the data."""
        return next((part for part in self.parts if isinstance(part, Batch)), None)

    @property
    def steps(self) -> int | None:
        """How long it lasts; None is to the end."""
        return next((part.count for part in self.parts if isinstance(part, Steps)), None)

    @property
    def carry(self) -> bool:
        """Whether it goes on with the state of the phase before."""
        return any(isinstance(part, Carry) for part in self.parts)

    def factors(self, count: int) -> Array:
        """What the rate is multiplied by at its first so many steps, ``(count,)``, as far as that is known before.

        >>> from optimizers import OPTIMIZERS, PARTS
        >>> warm = Phase(OPTIMIZERS["sgd"](), [PARTS["warmup"](count=2, start=0.5), PARTS["cosine"](until=2)])
        >>> warm.factors(6).round(12).tolist()
        [0.5, 0.75, 1.0, 0.5, 0.0, 0.0]
        """
        t = np.arange(count, dtype=float)
        grown = self.warmup.count if self.warmup else 0
        factors = np.ones(count) if self.schedule is None else self.schedule.factor(np.maximum(t - grown, 0.0))
        return np.where(t < grown, self.warmup.factor(t), factors) if self.warmup else factors

    @property
    def title(self) -> str:
        """The rule's title, the wrappers around it and its batches: "Adam with SAM, batch 32"."""
        return f"{self.title_without_batches}{f', {self.batch.label}' if self.batch else ''}"

    @property
    def title_without_batches(self) -> str:
        """The rule's title and the wrappers around it."""
        around = " and ".join(wrapper.label for wrapper in self.wrappers)
        return f"{self.rule_title}{f' with {around}' if around else ''}"

    @property
    def rule_title(self) -> str:
        """What its rule is called here: gradient descent with the slope of a few samples is SGD."""
        return str((self.batch and self.rule.title_with_batches) or self.rule.title)


def checked_parts(parts: Any) -> list[Part]:
    """Parts, each with its settings; TypeError with a sentence for anything else, such as a part without its brackets.

    >>> from optimizers import PARTS
    >>> checked_parts(["cosine"])
    Traceback (most recent call last):
        ...
    TypeError: a part must have its settings, such as PARTS["cosine"](until=300), got 'cosine'
    """
    if isinstance(parts, (str, type, Part)) or not isinstance(parts, Iterable):
        raise TypeError(f"parts must be a list of parts, got {parts!r}")
    parts = list(parts)
    for part in parts:
        if not isinstance(part, Part):
            raise TypeError(f'a part must have its settings, such as PARTS["cosine"](until=300), got {part!r}')
    return parts


def chain_of(phases: Any) -> Chain:
    """A rule, a phase, or a sequence of phases, as a checked chain of phases.

    Raises ValueError with a sentence for a chain that makes no sense, as told by :func:`problem_of`.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> momentum, adam = OPTIMIZERS["momentum"](), OPTIMIZERS["adam"]()
    >>> [phase.steps for phase in chain_of([Phase(momentum, [PARTS["steps"](count=100)]), Phase(adam)])]
    [100, None]
    >>> chain_of([Phase(momentum), Phase(adam)])
    Traceback (most recent call last):
        ...
    ValueError: phase 1 (Momentum) must say how many steps it takes, for another follows it
    """
    if isinstance(phases, Phase):
        phases = (phases,)
    elif isinstance(phases, str) or not isinstance(phases, Sequence):
        phases = (Phase(phases),)
    chain = tuple(phase if isinstance(phase, Phase) else Phase(phase) for phase in phases)
    if not 1 <= len(chain) <= MAX_PHASES:
        raise ValueError(f"a run must have 1 to {MAX_PHASES} phases, got {len(chain)}")
    for settings in (each for phase in chain for each in (phase.rule, *phase.parts)):
        for field in fields(settings):
            if np.ndim(value := getattr(settings, field.name)):  # walk alone takes arrays
                raise ValueError(f"{settings.title}: {field.name} must be one number, got {value}")
    problem = problem_of(chain)
    if problem:
        raise ValueError(problem.sentence)
    return chain


class Span(NamedTuple):
    """The steps that a phase takes: from ``first`` (from 0) up to ``end``."""

    phase: Phase
    first: int
    end: int


def spans_of(chain: Sequence[Phase], steps: int) -> Iterator[Span]:
    """The phases of a run of so many steps, but for those that would begin at its end or later.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> first = Phase(OPTIMIZERS["sgd"](), [PARTS["steps"](count=100)])
    >>> [(span.first, span.end) for span in spans_of([first, Phase(OPTIMIZERS["adam"]())], 300)]
    [(0, 100), (100, 300)]
    """
    first = 0
    for phase in chain:
        if first >= steps:
            return
        end = steps if phase.steps is None else min(steps, first + phase.steps)
        yield Span(phase, first, end)
        first = end


class Problem(NamedTuple):
    """What makes no sense in a chain: at which phase (from 0), in a sentence, and the part without which it would.

    Where no part is to blame, the phases from it on have to go.
    """

    phase: int
    sentence: str
    part: Part | None = None


def problem_of(chain: Sequence[Phase]) -> Problem | None:
    """The first problem of a chain: what never begins, never ends, or remembers another rule."""
    for index, phase in enumerate(chain):
        name = f"phase {index + 1} ({phase.title})"
        before, is_last = chain[index - 1] if index else None, index == len(chain) - 1
        carry, steps = phase.part("carry"), phase.part("steps")
        if before is not None and not (isinstance(phase.rule, Rule) and isinstance(before.rule, Rule)):
            return Problem(index, f"{name} cannot follow {before.title}: a classical method is a run by itself")
        if before is not None and before.steps is None:
            sentence = f"phase {index} ({before.title}) must say how many steps it takes, for another follows it"
            return Problem(index, sentence)
        if steps is not None and is_last:
            return Problem(index, f"{name} is the last and lasts to the end, so it has no number of steps", steps)
        if carry is not None and before is None:
            return Problem(index, f"{name} is the first and has no memory to keep", carry)
        if carry is not None and before is not None and not _is_alike(before, phase):
            return Problem(index, f"{name} cannot keep the memory of {before.title}: that is another rule", carry)
    return None


def _is_alike(before: Phase, after: Phase) -> bool:
    """Whether the state of one phase is a state of the other."""
    wrappers = [tuple(map(type, phase.wrappers)) for phase in (before, after)]
    return type(before.rule) is type(after.rule) and wrappers[0] == wrappers[1]
