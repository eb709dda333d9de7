"""The image lab: train a classifier on images and look at what happens.

A training runs in the page's own script, after everything else is drawn. Whatever is pressed meanwhile ends the script
and begins it anew: the training, which is kept in the session, then goes on where it was, unless "Stop" was pressed.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from caches import once
from lab.trials import Progress
from views.changes import settle
from views.lab.controls import lab_controls
from views.lab.results import Drawn, comparison, details, draw_curves, drawn_trials, log
from views.lab.session import LabSession, Running, current_lab
from views.notices import problem
from views.page_style import page_style

_BETWEEN_PICTURES = 0.125
"""Seconds: the curves of a training are drawn anew at most eight times each."""

HEADLINE = "Real images, the same rules."
LINE = "What walks on the map moves the weights of a classifier here. Train one, and look at what it learns."


@once
def _style() -> str:
    own = (Path(__file__).parent / "lab" / "lab.css").read_text(encoding="utf-8")
    return f"{page_style()}<style>{own}</style>"


def image_lab() -> None:
    """The page."""
    session = current_lab()
    settle()
    st.html(_style())
    left, right = st.columns([7, 3], gap="small")
    with right, st.container(key="panel"):  # first, for whether there is something to train depends on it
        lab_controls(session)
    with left, st.container(key="lab-results"):
        st.html(f'<div class="rv-lab-headline"><h1>{HEADLINE}</h1><p>{LINE}</p></div>')
        with st.container(key="notices"):  # there even when empty, so that nothing after it is made anew
            if session.warning:
                problem(session.warning)
        curves, state = _training_card(session)
        log(session)
        with st.container(key="lab-compared"):
            if side_by_side := comparison(session.shown()):
                st.html(side_by_side)
        details(session)
    if session.running is not None:
        _train(session, session.running, curves, state)


Places = tuple[list[DeltaGenerator], DeltaGenerator]


def _training_card(session: LabSession) -> Places:
    """The curves, and under them how far the training is, with the button that begins or ends it."""
    with st.container(key="lab-card"):
        with st.container(horizontal=True, key="lab-curves"):
            curves = [st.container(key=f"lab-curve-{name}").empty() for name in ("loss", "accuracy")]
        drawn = [_drawn(session.running)] if session.running else drawn_trials(session.shown())
        draw_curves(curves, drawn, session.experiment.epochs)
        with st.container(horizontal=True, vertical_alignment="center", key="lab-bar"):
            # Both are always there: a button that takes the place of another stands beside it until the script ends.
            st.button(
                "Train",
                key="lab-train",
                type="primary",
                icon=":material/play_arrow:",
                disabled=session.images is None or session.running is not None,
                on_click=lambda: session.attempt(session.begin),
            )
            is_idle = session.running is None
            st.button(
                "Stop",
                key="lab-stop",
                icon=":material/stop:",
                disabled=is_idle,
                on_click=lambda: session.attempt(session.stop),
            )
            state = st.container(key="lab-state").empty()
            _show_state(state, session)
    return curves, state


def _show_state(place: DeltaGenerator, session: LabSession) -> None:
    running = session.running
    if running is None:
        place.html(f'<p class="rv-state" role="status">{_ended(session)}</p>')
        return
    percent, words = 0.0, "Starting"
    if running.now is not None:
        percent, words = 100 * running.now.share, progress_in_words(running.now, running.training.experiment.epochs)
    place.html(
        f'<p class="rv-state">{words}</p><div class="rv-progress" role="progressbar" aria-label="Training" '
        f'aria-valuenow="{percent:.0f}" aria-valuetext="{words}"><div style="width:{percent:.1f}%"></div></div>'
    )


def progress_in_words(now: Progress, epochs: int) -> str:
    """How far a training is.

    >>> from lab.experiment import Experiment
    >>> from lab.training import train
    >>> from views.lab.session import the_digits
    >>> progress_in_words(next(train(Experiment(), the_digits())), 40)
    'Epoch 0 of 40 · 0 images seen · 0.0 s'
    """
    return f"Epoch {now.epoch} of {epochs} · {now.samples:,} images seen · {now.seconds:.1f} s"


def _ended(session: LabSession) -> str:
    """What became of the trial that is looked at."""
    if not session.shown():
        return escape(session.experiment.summary)
    number, trial = session.shown()[0]
    return escape(
        f"Trial {number}: {trial.outcome_in_words}. Test accuracy {100 * trial.test_accuracy:.1f} %, "
        f"{trial.last.samples:,} images seen in {trial.last.seconds:.1f} s."
    )


def _drawn(running: Running) -> Drawn:
    experiment = running.training.experiment
    return Drawn(f"trial {running.number}", experiment.phase.rule, running.curve, experiment.epochs)


def _train(session: LabSession, running: Running, curves: list[DeltaGenerator], state: DeltaGenerator) -> None:
    """Train on to the end; each drawing lets go of the script if something was pressed."""
    drawn_at = 0.0
    while session.advance():
        if monotonic() - drawn_at >= _BETWEEN_PICTURES:
            draw_curves(curves, [_drawn(running)], running.training.experiment.epochs)
            _show_state(state, session)
            drawn_at = monotonic()
    st.rerun()
