"""The right column: the surface with its settings, the runs, the start and the number of steps."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from knobs import knobs_of
from landscapes import LANDSCAPES
from optimizers import MAX_STEPS, OPTIMIZERS, default_rate
from scenes import MAX_RUNS, Scene
from views.controls import choice, exact_field, setting_control
from views.session import Session
from views.theme import Mark, marks_of
from views.words import EMPTY, settings_summary, swatch

_USUAL_STEPS = 1000


def panel(session: Session) -> None:
    """Everything that can be chosen about the scene."""
    _surface(session)
    _runs(session)
    _start_and_steps(session)
    _scales(session)


def _surface(session: Session) -> None:
    scene = session.scene
    titles = {slug: surface.title for slug, surface in LANDSCAPES.items()}
    choice("Surface", titles, scene.surface, "surface", session.choose_surface)
    for name, declared in scene.landscape.knobs.items():
        apply = partial(session.set_surface_setting, name)
        value = scene.landscape.settings[name]
        setting_control(scene.landscape.title, declared, value, f"surface-{name}", apply, session.attempt)


def _runs(session: Session) -> None:
    scene = session.scene
    marks = marks_of(run.rule for run in scene.runs)
    for index, run_id in enumerate(session.run_ids):
        _run_card(session, run_id, scene.labels[index], marks[index])
    if not scene.runs:
        st.info(EMPTY)
    st.menu_button(
        "Add optimizer",
        list(OPTIMIZERS),
        key="add",
        format_func=lambda slug: OPTIMIZERS[slug].title,
        icon=":material/add:",
        width="stretch",
        disabled=len(scene.runs) >= MAX_RUNS,
        on_click=lambda: session.add_run(st.session_state["add"]),
    )


def _run_card(session: Session, run_id: int, label: str, mark: Mark) -> None:
    """One run: a line with its name and settings and, where it is the open one, its sliders."""
    index = session.index_of(run_id)
    rule = session.scene.runs[index].rule
    is_hidden = index in session.view.hidden
    is_open = session.open_run == run_id
    key = f"run-{run_id}"

    def open_or_close() -> None:
        session.open_run = run_id if st.session_state[key] else None

    # The label of the open card stays the same while its sliders move: they keep their focus.
    notes = ["hidden"] * is_hidden + [settings_summary(rule)] * (not is_open)
    title = f"{swatch(mark)} **{label}**" + "".join(f" :gray[{note}]" for note in notes)
    # Another title makes it another widget for Streamlit, which does not know yet whether it is open.
    if st.session_state.get(key) != is_open or session.card_titles.get(run_id) != title:
        st.session_state[key] = is_open
        session.card_titles[run_id] = title
    with st.expander(title, key=key, on_change=open_or_close) as card:
        if not card.open:
            return
        knobs = knobs_of(rule)
        for name, declared in knobs.items():
            if not declared.rare:
                _run_setting(session, run_id, label, name)
        with st.container(horizontal=True, key=f"{key}-actions"):
            for name, words, act in (
                ("duplicate", "Duplicate", session.duplicate_run),
                ("hide", "Show" if is_hidden else "Hide", session.toggle_run),
                ("remove", "Remove", session.remove_run),
                ("five", "Try 5 rates", session.try_five_rates),
            ):
                change = partial(session.attempt, partial(act, run_id))
                st.button(words, key=f"{key}-{name}", type="tertiary", on_click=change)
            rare = [name for name, declared in knobs.items() if declared.rare]
            if rare:
                with st.popover("More", type="tertiary", key=f"{key}-more"):
                    for name in rare:
                        _run_setting(session, run_id, label, name)


def _run_setting(session: Session, run_id: int, label: str, name: str) -> None:
    rule = session.scene.runs[session.index_of(run_id)].rule
    declared = knobs_of(rule)[name]
    hint = rule.hint(session.scene.steps) if name == "lr" else ""
    usual = default_rate(type(rule), session.scene.landscape) if name == "lr" else None
    apply, key = partial(session.set_run_setting, run_id, name), f"run-{run_id}-{name}"
    setting_control(label, declared, getattr(rule, name), key, apply, session.attempt, hint, usual)


def _start_and_steps(session: Session) -> None:
    scene = session.scene
    with st.container(horizontal=True, key="start-fields", vertical_alignment="bottom"):
        for axis in (0, 1):
            read = partial(_read_start, session, axis)
            label, value = f"Start w{axis + 1}", scene.start[axis]
            exact_field(label, value, f"start-{axis}", read, session.attempt, show_label=True)
        st.button("Reset", key="reset", on_click=session.reset, help="Back to the scene that this page was opened with")
    with st.container(key="steps-setting"):
        limit = _USUAL_STEPS if scene.steps <= _USUAL_STEPS else MAX_STEPS
        if st.session_state.get("steps") != scene.steps:
            st.session_state["steps"] = scene.steps
        st.slider("Steps", 1, limit, key="steps", on_change=lambda: session.set_steps(st.session_state["steps"]))
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
    with st.popover("More", width="stretch", key="scales"):
        for label, name in (("Map colours", "colour"), ("Loss axis", "loss")):
            scales = {"": "As suits the surface", "log": "Logarithmic", "linear": "Linear"}
            current = getattr(session.view, name) or ""
            choice(label, scales, current, f"scale-{name}", partial(session.set_scale, name))
