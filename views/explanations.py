"""The rules of the scene in writing: the formula, the same with its settings filled in, and what to look for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from knobs import format_value
from optimizers import Phase
from optimizers.parts import Steps
from scenes import Run, Scene
from views.changes import has_changed
from views.code_card import code_card
from views.formulas import CHANGING_RATE, formula_of_phase, formula_with_settings, in_latex, in_lines, switched
from views.session import Session
from views.words import in_steps, settings_summary

_OTHERS = "other-rules"


def explanations(session: Session) -> None:
    """The rules of the open run in full, the surface, and the scene's other rules on demand."""
    scene = session.scene
    st.markdown("### The rules")
    explained = session.run_in_focus
    told: set[str] = set()
    if explained is not None:
        run, label = scene.runs[explained], scene.labels[explained]
        with st.container(key="explained-run"):
            for number in range(len(run.phases)):
                _phase(run, number, label, is_new=run.phases[number].rule.slug not in told)
                told.add(run.phases[number].rule.slug)
            for sentence in noise_in_words(scene):
                st.markdown(sentence)
        code_card(scene, explained)
    others = {phase.rule.slug: phase.rule for run in scene.runs for phase in run.phases}
    others = {slug: rule for slug, rule in others.items() if slug not in told}
    if others:
        # The page is sent again at every key of a slider: what is closed is not made.
        with st.expander("The other rules of this scene", key=_OTHERS, on_change=has_changed) as expander:
            if expander.open:
                for rule in others.values():
                    _formula(rule)
    st.markdown(f"**{scene.landscape.title}**, the surface: {scene.landscape.about}")
    weights = "x, y" if scene.landscape.samples is None else "w_1, w_2"  # x and y stand for data then
    st.latex(rf"f({weights}) = {scene.landscape.formula}")


def _phase(run: Run, number: int, label: str, *, is_new: bool) -> None:
    """A phase of the explained run; a rule that an earlier phase had is not told again."""
    phase = run.phases[number]
    heading = phase_heading(run, number)
    if heading:
        st.markdown(heading)
    if is_new:
        _formula(phase.rule)
    with st.container(key=f"filled-formula-{number}" if number else "filled-formula"):
        st.markdown(f"With the settings of {label}:" if len(run.phases) == 1 else "With the settings of this phase:")
        st.latex(in_lines(formula_of_phase(phase)))
        for sentence in (*switched(phase.rule), *clipping_in_words(phase)):
            st.markdown(sentence)
    for sentences, formula in parts_in_words(phase):
        st.markdown(sentences)
        if formula:
            st.latex(in_lines(formula))
    if is_new and phase.rule.look_for:
        st.markdown(f"**What to look for.** {phase.rule.look_for}")
    if is_new and phase.rule.elsewhere:
        st.markdown(f"**Printed differently.** {phase.rule.elsewhere}")


def _formula(rule: Any) -> None:
    st.markdown(f"**{rule.title}**: {rule.about} :gray[{rule.reference}]")
    st.latex(in_lines(rule.formula))


def phase_heading(run: Run, number: int) -> str:
    """What stands over a phase of a chain; "" over the only phase of a run.

    >>> from scenes import parse
    >>> scene, _ = parse("surface=booth&run=momentum;steps:count=100~adam")
    >>> [phase_heading(scene.runs[0], number) for number in (0, 1)]
    ['**Phase 1, 100 steps: Momentum**', '**Phase 2, to the end: Adam**']
    """
    if len(run.phases) == 1:
        return ""
    phase = run.phases[number]
    length = "to the end" if phase.steps is None else in_steps(phase.steps)
    return f"**Phase {number + 1}, {length}: {phase.rule_title}**"


def clipping_in_words(phase: Phase) -> list[str]:
    """What the first line of the formula says of the gradient, if there is one for clipping."""
    if phase.clip is None:
        return []
    return [
        f"A gradient $g$ longer than {format_value(phase.clip.norm)} is shortened to {format_value(phase.clip.norm)}."
    ]


def parts_in_words(phase: Phase) -> Iterator[tuple[str, str]]:
    """What is added to the rule of a phase: of each part its sentences, and its formula with its settings."""
    if phase.schedule or phase.warmup:
        rate = in_latex(phase.rule.lr)
        yield rf"The learning rate ${CHANGING_RATE}$ changes from step to step; its full size is $\eta = {rate}$.", ""
    for part in phase.parts:
        if part is phase.clip or isinstance(part, Steps):
            continue
        settings = f" Here {settings_summary(part)}." if settings_summary(part) else ""
        reference = f" :gray[{part.reference}]" if part.reference else ""
        formula = formula_with_settings(part) if part.formula else ""
        yield f"**{part.title}**: {part.about}{settings}{reference}", formula


def noise_in_words(scene: Scene) -> list[str]:
    """A sentence on the noise of the gradients, if there is any."""
    if not scene.noise:
        return []
    return [
        f"**Gradient noise**: to each coordinate of every gradient that a step asks for, a random number of standard "
        f"deviation {format_value(scene.noise)} is added, at each step the same for all runs (seed {scene.seed})."
    ]
