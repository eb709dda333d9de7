"""A run as text, in a link: its phases with ``~`` between them, each a rule and its parts with ``;`` between them.

>>> from landscapes import LANDSCAPES
>>> link = Link("", [])
>>> run = read_run(link, "adam:lr=0.02;cosine:until=200;steps:count=100~adam:lr=0.001;carry", 1, LANDSCAPES["booth"])
>>> write_run(run)
'adam:lr=0.02,beta1=0.9,beta2=0.999;cosine:until=200,floor=0;steps:count=100~adam:lr=0.001,beta1=0.9,beta2=0.999;carry'
>>> read_run(link, "momentum:lr=0.1;sum:radius=1~adam", 2, LANDSCAPES["booth"]).title
'Momentum'
>>> for sentence in link.sentences:
...     print(sentence)
I did not understand sum:radius=1 in run 2; leaving it out.
In run 2, phase 1 (Momentum) must say how many steps it takes, for another follows it; leaving out what follows.
"""

from __future__ import annotations

from typing import Any

from knobs import Setting, knobs_of
from landscapes import Landscape
from links import Link, write_part
from optimizers import PARTS, WALKERS, Part, Phase, Rule, default_rate
from optimizers.checks import count_samples
from optimizers.parts import Batch
from optimizers.phases import MAX_PHASES, problem_of
from scene_values import Run


def write_run(run: Run) -> str:
    """The text of a run."""
    return "~".join(";".join(map(_write, (phase.rule, *phase.parts))) for phase in run.phases)


def _write(settings: Any) -> str:
    return write_part(settings.slug, knobs_of(settings), vars(settings))


def read_run(link: Link, text: str, number: int, landscape: Landscape) -> Run | None:
    """The run that a text stands for, the ``number``-th of its link; None if its first rule was not understood.

    What makes no sense is left out, and the link's sentences name it.
    """
    texts = link.chain(text)
    if len(texts) > MAX_PHASES:
        link.say(f"A run has at most {MAX_PHASES} phases, got {len(texts)} in run {number}; leaving out the rest.")
    phases: list[Phase] = []
    for index, parts in enumerate(texts[:MAX_PHASES]):
        place = f"run {number}" if index == 0 else f"phase {index + 1} of run {number}"
        phase = _read_phase(link, parts, place, landscape, "run" if index == 0 else "phase")
        if phase is None and index == 0:
            return None
        if phase is not None:
            phases.append(phase)
    return Run(_mended(link, phases, number))


def _read_phase(link: Link, texts: list[tuple[str, str]], place: str, landscape: Landscape, what: str) -> Phase | None:
    (slug, settings), *others = texts
    if slug not in WALKERS:
        link.not_understood(slug, place, f"leaving the {what} out")
        return None
    rule_class = WALKERS[slug]
    knobs = knobs_of(rule_class)

    def default(name: str) -> Setting:
        if name == "lr":
            return default_rate(rule_class, landscape)
        usual = rule_class.settings_for(landscape) if issubclass(rule_class, Rule) else {}
        return usual.get(name, knobs[name].default)

    phase = Phase(rule_class(**link.settings(knobs, settings, rule_class.title, place, default)))
    for name, text in others:
        phase = _with_part(link, phase, name, text, place, landscape)
    return phase


def _with_part(link: Link, phase: Phase, name: str, text: str, place: str, landscape: Landscape) -> Phase:
    """The phase with the part that a text stands for; without it, and with a sentence, if it makes no sense there."""
    if name not in PARTS:
        link.not_understood(f"{name}:{text}" if text else name, place)
        return phase
    cls = PARTS[name]
    part = cls(**link.settings(knobs_of(cls), text, cls.title, place))
    if not isinstance(phase.rule, Rule):
        link.say(f"{phase.rule.title} works by itself and takes no {name} in {place}; leaving it out.")
        return phase
    if isinstance(part, Batch) and count_samples(landscape) is None:
        link.say(f"{landscape.title} has no samples to make batches of; leaving out batch in {place}.")
        return phase
    rival = next((other for other in phase.parts if part.excludes(other)), None)
    if rival is not None and rival.slug == name:
        link.say(f"{name} is given more than once in {place}; using the last.")
    elif rival is not None:
        link.say(f"There is room for one {part.kind} in {place}, got {rival.slug} and {name}; using {name}.")
    return phase.adding(part)


def _mended(link: Link, phases: list[Phase], number: int) -> list[Phase]:
    """The chain without what makes no sense in it."""
    while problem := problem_of(phases):
        blamed: Part | None = problem.part
        remedy = f"leaving out {blamed.slug}" if blamed else "leaving out what follows"
        link.say(f"In run {number}, {problem.sentence}; {remedy}.")
        if blamed:
            phases[problem.phase] = phases[problem.phase].without(blamed.slug)
        else:
            phases = phases[: problem.phase]
            phases[-1] = phases[-1].without("steps")
    return phases
