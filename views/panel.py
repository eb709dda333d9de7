"""The right column: the surface with its settings, the runs, the start and the number of steps."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from knobs import knobs_of
from landscapes import LANDSCAPES
from optimizers import MAX_STEPS, WALKERS, default_rate
from optimizers.phases import spans_of
from scenes import MAX_RUNS, Per, Run, Scene, pers_on
from views.chains import has_rate
from views.changes import has_changed, on_change, show
from views.controls import choice, exact_field, setting_control
from views.run_notes import card_summary, flags, name_without_wrappers, noise_note, what_is_on
from views.run_parts import (
    batch_control,
    next_phase_menu,
    part_controls,
    phase_choice,
    phase_controls,
    phase_key,
    takes_parts,
)
from views.session import Session
from views.theme import Mark, marks_of
from views.words import EMPTY, swatch

_USUAL_STEPS = 1000
_SCENE_MORE = "scene-more"

PER_TITLES: dict[Per, str] = {
    "step": "Per step",
    "evaluation": "Per evaluation",
    "sample": "Per sample seen",
    "epoch": "Per epoch",
}
"""What the loss curve and the table can count, in the words of the menu."""


def panel(session: Session) -> None:
    """Everything that can be chosen about the scene."""
    _surface(session)
    _runs(session)
    _start_and_steps(session)
    with st.container(key="scene-card"):
        _scales(session)


def _surface(session: Session) -> None:
    scene = session.scene
    titles = {slug: surface.title for slug, surface in LANDSCAPES.items()}
    choice("Surface", titles, scene.surface, "surface", session.choose_surface)
    _surface_settings(session, is_rare=False)


def _surface_settings(session: Session, *, is_rare: bool) -> None:
    """The settings of the surface that mean something beside the others: the everyday or the rare ones."""
    surface = session.scene.landscape
    for name, declared in surface.knobs.items():
        if declared.rare == is_rare and declared.matters(surface.settings):
            apply, value = partial(session.set_surface_setting, name), surface.settings[name]
            setting_control(surface.title, declared, value, f"surface-{name}", apply, session.attempt)


def _runs(session: Session) -> None:
    scene = session.scene
    marks = marks_of(run.rule for run in scene.runs)
    for index, run_id in enumerate(session.run_ids):
        _run_card(session, run_id, scene.labels[index], marks[index])
    if not scene.runs:
        st.info(EMPTY)
    st.menu_button(
        "Add optimizer",
        list(WALKERS),
        key="add",
        format_func=lambda slug: WALKERS[slug].title,
        icon=":material/add:",
        width="stretch",
        disabled=len(scene.runs) >= MAX_RUNS,
        on_click=lambda: session.attempt(lambda: session.add_run(st.session_state["add"])),
    )


def _run_card(session: Session, run_id: int, label: str, mark: Mark) -> None:
    """One run: a line with its name and settings and, where it is the open one, its sliders."""
    index = session.index_of(run_id)
    run = session.run(run_id)
    is_hidden = index in session.view.hidden
    is_open = session.open_run == run_id
    key = f"run-{run_id}"

    def open_or_close() -> None:
        session.open_card(run_id if st.session_state[key] else None)

    # The title of the open card stays the same while its settings change: they keep their focus and their place.
    name = name_without_wrappers(run, label) if is_open else label
    notes = ["hidden"] * is_hidden if is_open else [*flags(run, hidden=is_hidden), card_summary(run)]
    title = f"{swatch(mark)} **{name}**" + "".join(f" :gray[{note}]" for note in notes)
    show(key, is_open, is_new=session.card_titles.get(run_id) != title)  # another title makes it another widget
    session.card_titles[run_id] = title
    with st.expander(title, key=key, on_change=on_change(key, open_or_close)) as card:
        if card.open:
            number = phase_choice(session, run_id)
            phase_controls(session, run_id, number, label)
            for name, declared in knobs_of(run.phases[number].rule).items():
                if not declared.rare:
                    _run_setting(session, run_id, number, label, name)
            batch_control(session, run_id, number, label)
            _actions(session, run_id, number, is_hidden)
            _added(session, run_id, number, label)


def _actions(session: Session, run_id: int, number: int, is_hidden: bool) -> None:
    """The line under a run's sliders: what can be done with it."""
    run, key = session.run(run_id), f"run-{run_id}"
    with st.container(horizontal=True, key=f"{key}-actions"):
        actions = [
            ("duplicate", "Duplicate", session.duplicate_run),
            ("hide", "Show" if is_hidden else "Hide", session.toggle_run),
            ("remove", "Remove", session.remove_run),
        ]
        if has_rate(run):
            actions.append(("five", "Try 5 rates", session.try_five_rates))
        if number:
            actions.append(("unphase", f"Remove phase {number + 1}", partial(_remove_phase, session, number)))
        for name, words, act in actions:
            change = partial(session.attempt, partial(act, run_id))
            st.button(words, key=f"{key}-{name}", type="tertiary", on_click=change)
        if _rare(session, run_id, number) or takes_parts(run.phases[number]):
            words = "Less" if session.more else "More"
            change = partial(session.attempt, session.toggle_more)
            st.button(words, key=f"{key}-more", type="tertiary", on_click=change)


def _added(session: Session, run_id: int, number: int, label: str) -> None:
    """What is rarely set, once it is asked for; else what is on of it."""
    phase = session.run(run_id).phases[number]
    if session.more:
        with st.container(key="run-more"):
            if takes_parts(phase):
                next_phase_menu(session, run_id)
                part_controls(session, run_id, number, label)
            for name in _rare(session, run_id, number):
                _run_setting(session, run_id, number, label, name)
    elif on := what_is_on(phase):
        with st.container(key="run-on"):
            st.caption(on)


def _rare(session: Session, run_id: int, number: int) -> list[str]:
    knobs = knobs_of(session.run(run_id).phases[number].rule)
    return [name for name, declared in knobs.items() if declared.rare]


def _remove_phase(session: Session, number: int, run_id: int) -> None:
    session.remove_phase(run_id, number)


def _run_setting(session: Session, run_id: int, number: int, label: str, name: str) -> None:
    rule = session.run(run_id).phases[number].rule
    declared = knobs_of(rule)[name]
    hint = _hint(session.run(run_id), number, session.scene.steps) if name == "lr" else ""
    usual = default_rate(type(rule), session.scene.landscape) if name == "lr" else None
    apply = partial(session.set_run_setting, run_id, name, phase=number)
    key = f"{phase_key(run_id, number)}-{name}"
    setting_control(label, declared, getattr(rule, name), key, apply, session.attempt, hint, usual)


def _hint(run: Run, number: int, steps: int) -> str:
    """What the settings of a phase mean for its steps; "" where its rate changes, or it never begins."""
    spans = list(spans_of(run.phases, steps))
    phase = run.phases[number]
    if phase.schedule or phase.warmup or number >= len(spans):
        return ""
    return str(phase.rule.hint(spans[number].end - spans[number].first))


def _start_and_steps(session: Session) -> None:
    scene = session.scene
    with st.container(horizontal=True, key="start-fields", vertical_alignment="bottom"):
        for axis in (0, 1):
            read = partial(_read_start, session, axis)
            label, value = f"Start w{axis + 1}", scene.start[axis]
            exact_field(label, value, f"start-{axis}", read, session.attempt, show_label=True)
        reset = partial(session.attempt, session.reset)
        st.button("Reset", key="reset", on_click=reset, help="Back to the scene that this page was opened with")
    with st.container(key="steps-setting"):
        limit = _USUAL_STEPS if scene.steps <= _USUAL_STEPS else MAX_STEPS
        show("steps", scene.steps)
        change = on_change("steps", lambda: session.set_steps(st.session_state["steps"]))
        st.slider("Steps", 1, limit, key="steps", on_change=change)
        exact_field("Steps, exact value", scene.steps, "steps-exact", partial(_read_steps, session), session.attempt)


def _read_start(session: Session, axis: int, text: str) -> None:
    start = list(session.scene.start)
    try:
        start[axis] = float(text)
    except ValueError:
        start[axis] = math.nan
    if not math.isfinite(start[axis]):
        raise ValueError(f"Start: w{axis + 1} must be a finite number, got {text}")
    session.set_start(*start)


def _read_steps(session: Session, text: str) -> None:
    session.set_steps(int(knobs_of(Scene)["steps"].parse(Scene.title, text)))


def _scales(session: Session) -> None:
    scene = session.scene
    is_open = bool(st.session_state.get(_SCENE_MORE))
    note = "" if is_open else noise_note(scene)
    if session.card_titles.get(_SCENE_MORE) != note:
        st.session_state[_SCENE_MORE] = is_open  # another title makes it another widget
        session.card_titles[_SCENE_MORE] = note
    with st.expander("More" + f" :gray[{note}]" * bool(note), key=_SCENE_MORE, on_change=has_changed) as more:
        if not more.open:
            return
        for label, name in (("Map colours", "colour"), ("Loss axis", "loss")):
            scales = {"": "As suits the surface", "log": "Logarithmic", "linear": "Linear"}
            current = getattr(session.view, name) or ""
            choice(label, scales, current, f"scale-{name}-choice", partial(session.set_scale, name))
        per: dict[str, str] = {per: PER_TITLES[per] for per in pers_on(scene.landscape)}
        choice("Loss curve and table", per, session.view.per, "scale-per-choice", partial(session.set_scale, "per"))
        _surface_settings(session, is_rare=True)
        noise = knobs_of(Scene)["noise"]
        setting_control(Scene.title, noise, scene.noise, "noise", session.set_noise, session.attempt)
        _seed(session)


def _seed(session: Session) -> None:
    declared, seed = knobs_of(Scene)["seed"], session.scene.seed

    def read(text: str) -> None:
        session.set_seed(int(declared.parse(Scene.title, text)))

    with st.container(horizontal=True, key="seed-fields", vertical_alignment="bottom"):
        exact_field(declared.label, seed, "seed", read, session.attempt, show_label=True)
        another = partial(session.attempt, lambda: session.set_seed((seed + 1) % 2**32))
        st.button("Another seed", key="another-seed", on_click=another, help="Other random numbers of the same size")
