"""The playground: the stage on the left, the controls on the right, what happened and the rules under it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from scenes import simulate
from views.batch_noise import batch_noise
from views.explanations import explanations
from views.page_style import page_style
from views.panel import panel
from views.player import Opening, send_anatomy, send_terrain, stage
from views.scene_menu import scene_menu
from views.session import Session, current_session
from views.words import EMPTY, EVALUATION, as_markdown, runs_table

_SOON_WALKED = 1000
"""So many steps are walked again, with all their terms, before the picture of them would be missed."""


def playground() -> None:
    """The page. The stage comes first, so that a change is on its way to the browser before the rest is made."""
    session = current_session()
    st.html(page_style())
    with st.container(key="scenes"):
        scene_menu(session)
    left, right = st.columns([7, 3], gap="small")
    with left, st.container(key="stagebox"):
        with st.container(key="notices"):  # there even when empty, so that nothing after it is made anew
            if session.warnings:
                st.warning("  \n".join(map(as_markdown, session.warnings)))
        _stage(session)
        send_terrain(session.scene, session.view)
    with right:
        # Where a phone has the data, and what is inside a step.
        st.html('<div class="rv-data-place"></div><div class="rv-anatomy-place"></div>')
        with st.container(key="panel"):
            panel(session)
    with st.container(key="below"):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _what_happened(session)
            batch_noise(session.scene)
        with right:
            explanations(session)


@st.fragment
def _stage(session: Session) -> None:
    """The stage alone reruns while the start is dragged; the rest of the page follows on release."""

    def move_start() -> None:
        moved = st.session_state["stage"].start
        session.attempt(lambda: session.set_start(float(moved["x"]), float(moved["y"])))

    inside = st.container(key="anatomy")
    is_long = session.scene.steps > _SOON_WALKED
    if not is_long:  # before the stage, so that a new path and its numbers are shown together
        _send_anatomy(session, inside)
    result = stage(
        session.scene,
        session.view,
        simulate(session.scene),
        opening=Opening(session.opening, session.autoplay),
        on_start_change=move_start,
        on_request_change=lambda: session.attempt(lambda: _answer(session, st.session_state["stage"].request)),
    )
    if is_long:
        _send_anatomy(session, inside)
    is_about_the_page = result.request and "anatomy" not in result.request
    if is_about_the_page or (result.start and result.start["final"]):
        st.rerun(scope="app")


def _answer(session: Session, request: dict[str, Any]) -> None:
    """What is asked for on the stage: a scene by its key, smaller rates for runs that overflowed, outliers, anatomy."""
    if "anatomy" in request:
        session.anatomy = None if request["anatomy"] is False else int(request["anatomy"])
    elif "preset" in request:
        session.open_preset(request["preset"])
    elif "outliers" in request:
        session.add_outliers(int(request["outliers"]), request["at"])
    else:
        session.scale_rates(request["slower"], request["factor"])


def _send_anatomy(session: Session, inside: DeltaGenerator) -> None:
    """What is inside the steps of the run in focus, while someone looks at it."""
    run = session.run_in_focus
    if session.anatomy is not None and run is not None and run not in session.view.hidden:
        with inside:
            send_anatomy(session.scene, session.view, run, session.anatomy)


def _what_happened(session: Session) -> None:
    st.markdown("### What happened")
    if session.scene.runs:
        st.markdown(runs_table(session.scene, simulate(session.scene), session.view.per))
        st.markdown(f":gray[{EVALUATION}]")
    else:
        st.markdown(EMPTY)
