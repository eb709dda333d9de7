"""The controls of what is added to a rule: schedule and warm-up, wrappers, clipping, and further phases."""

from __future__ import annotations

import dataclasses
from functools import partial

import streamlit as st

from knobs import knobs_of
from optimizers import OPTIMIZERS, PARTS, Phase, Rule
from optimizers.parts import Batch
from optimizers.phases import MAX_PHASES
from scenes import simulate
from views.chains import can_carry
from views.changes import on_change, show
from views.controls import choice, setting_control, switch_control
from views.run_notes import rate_plot
from views.session import Session
from views.words import in_steps

_CONSTANT = "constant"
"""The schedule that changes nothing stands for having none."""

_SAME_RULE = ""
"""What the menu of further phases calls the rule of the phase before."""

_SWITCHED_ON = ("warm-up", "wrapper", "clip")
"""The kinds of parts that have a switch of their own."""


def phase_key(run_id: int, number: int) -> str:
    """What the keys of the controls of a phase begin with."""
    return f"run-{run_id}-{number}" if number else f"run-{run_id}"


def takes_parts(phase: Phase) -> bool:
    """Whether anything can be added: a classical method works by itself."""
    return isinstance(phase.rule, Rule)


def part_controls(session: Session, run_id: int, number: int, label: str) -> None:
    """What can be added to the rule of a phase, with the settings of what is."""
    _schedule(session, run_id, number, label)
    for slug, cls in PARTS.items():
        if cls.kind in _SWITCHED_ON:
            _switched_part(session, run_id, number, slug, label)


def batch_control(session: Session, run_id: int, number: int, label: str) -> None:
    """How many samples each step of a phase looks at; nothing where there are none, or for a classical method."""
    samples, phase = session.scene.landscape.samples, session.run(run_id).phases[number]
    if samples is None or not takes_parts(phase):
        return
    count = len(samples)
    size = min(phase.batch.size, count) if phase.batch else count
    steps = -(-count // size)
    meaning = "all the data" if size == count else f"{in_steps(steps)} an epoch"
    declared = dataclasses.replace(knobs_of(Batch)["size"], offer=(1, count), meaning=meaning)
    apply = partial(session.set_batch, run_id, number)
    setting_control(label, declared, size, f"{phase_key(run_id, number)}-batch-size", apply, session.attempt)


def _schedule(session: Session, run_id: int, number: int, label: str) -> None:
    phase = session.run(run_id).phases[number]
    titles = {slug: cls.title for slug, cls in PARTS.items() if cls.kind == "schedule"}

    def choose(slug: str) -> None:
        if slug != _CONSTANT:
            session.attempt(lambda: session.add_part(run_id, number, slug))
        else:
            session.attempt(lambda: session.remove_part(run_id, number, current))

    current = phase.schedule.slug if phase.schedule else _CONSTANT
    choice("Schedule of the rate", titles, current, f"{phase_key(run_id, number)}-schedule-choice", choose)
    if phase.schedule or phase.warmup:
        path = simulate(session.scene)[session.index_of(run_id)]
        st.html(rate_plot(path.rates, session.scene.steps))
    if phase.schedule:
        st.caption(phase.schedule.about)
        _part_settings(session, run_id, number, phase.schedule.slug, label)


def _switched_part(session: Session, run_id: int, number: int, slug: str, label: str) -> None:
    _switch(session, run_id, number, slug)
    if session.run(run_id).phases[number].part(slug):
        _part_settings(session, run_id, number, slug, label)


def _switch(session: Session, run_id: int, number: int, slug: str) -> None:
    """The switch of a part of a phase."""
    cls, is_on = PARTS[slug], session.run(run_id).phases[number].part(slug) is not None

    def switch(on: bool) -> None:
        (session.add_part if on else session.remove_part)(run_id, number, slug)

    switch_control(cls.title, cls.about, is_on, f"{phase_key(run_id, number)}-{slug}", switch, session.attempt)


def _part_settings(session: Session, run_id: int, number: int, slug: str, label: str) -> None:
    part = session.run(run_id).phases[number].part(slug)
    for name, declared in knobs_of(PARTS[slug]).items():
        apply = partial(session.set_part_setting, run_id, number, slug, name)
        key = f"{phase_key(run_id, number)}-{slug}-{name}"
        setting_control(f"{label}, {PARTS[slug].title}", declared, getattr(part, name), key, apply, session.attempt)


def phase_choice(session: Session, run_id: int) -> int:
    """Which phase of the open run is on show, to be chosen where there are several."""
    phases = session.run(run_id).phases
    session.open_phase = min(session.open_phase, len(phases) - 1)
    if len(phases) == 1:
        return 0
    key = f"run-{run_id}-phase"

    def choose() -> None:
        session.open_phase = st.session_state[key]

    show(key, session.open_phase)
    st.segmented_control(
        "Phase",
        range(len(phases)),
        key=key,
        format_func=lambda number: f"{number + 1} {phases[number].rule.title}",
        required=True,
        on_change=on_change(key, choose),
        label_visibility="collapsed",
        width="stretch",
    )
    return session.open_phase


def phase_controls(session: Session, run_id: int, number: int, label: str) -> None:
    """What a later phase has above its sliders: when it begins, its rule, and whether it keeps the memory."""
    if number == 0:
        return
    run = session.run(run_id)
    before = run.phases[number - 1]
    key = phase_key(run_id, number)
    declared = knobs_of(PARTS["steps"])["count"]
    declared = dataclasses.replace(declared, label=f"Steps of phase {number}")
    apply = partial(session.set_part_setting, run_id, number - 1, "steps", "count")
    setting_control(label, declared, before.steps or 0, f"{key}-before", apply, session.attempt)
    titles = {slug: cls.title for slug, cls in OPTIMIZERS.items()}

    def choose(slug: str) -> None:
        session.attempt(lambda: session.set_rule(run_id, number, slug))

    choice("Continue with", titles, run.phases[number].rule.slug, f"{key}-rule-choice", choose)
    if can_carry(run, number):
        _switch(session, run_id, number, "carry")


def next_phase_menu(session: Session, run_id: int) -> None:
    """What the run may go on with: the same rule at another rate, or another rule."""
    last = session.run(run_id).phases[-1]
    titles = {_SAME_RULE: f"{last.rule.title} at another rate"}
    titles |= {slug: cls.title for slug, cls in OPTIMIZERS.items() if slug != last.rule.slug}
    key = f"run-{run_id}-then"

    def add() -> None:
        slug = st.session_state[key] or None
        session.attempt(lambda: session.add_phase(run_id, slug))

    st.menu_button(
        "Go on with",
        list(titles),
        key=key,
        format_func=lambda slug: titles[slug],
        icon=":material/add:",
        width="stretch",
        help="What the run goes on with after some steps",
        disabled=len(session.run(run_id).phases) >= MAX_PHASES,
        on_click=add,
    )
