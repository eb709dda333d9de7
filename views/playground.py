"""The playground: the stage on the left, the controls on the right, what happened and the rules under it."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from scenes import simulate
from views.batch_noise import batch_noise
from views.changes import fragment, has_changed, settle
from views.explanations import explanations
from views.notices import problem
from views.page_style import page_style
from views.panel import panel
from views.player import Opening, ask_to_follow, has_followed, send_anatomy, send_terrain, stage
from views.scene_menu import scene_menu
from views.session import Session, current_session
from views.words import EMPTY, EVALUATION, runs_table

_SCENES, _STAGE_AND_PANEL, _BELOW = "scenes", "stage-and-panel", "below"

_HEAD_START_SECONDS = 0.09
"""By so much the new picture is ahead of the panel, whose forty elements the browser would otherwise make first: from
key to picture it takes 0.14 s instead of 0.2 s. Nobody else waits meanwhile."""

_SOON_WALKED = 1000
"""So many steps are walked again, with all their terms, before the picture of them would be missed."""


def playground() -> None:
    """The page, in three fragments.

    The panel is in the fragment with the stage, so that the key of a slider makes nothing else anew; what is around
    them follows a moment later. The stage comes first, to be on its way to the browser before the panel is made.
    """
    session = current_session()
    settle()
    session.told = _to_tell(session)  # the whole page is made in this run
    st.html(page_style())
    _scenes(session)
    _stage_and_panel(session)
    _below(session)


def _to_tell(session: Session) -> str:
    """Names all that the page around stage and panel depends on: while it is the same, nothing changes there."""
    return str(hash((session.scene, session.view.per, session.run_in_focus)))


@fragment(_SCENES)
def _scenes(session: Session) -> None:
    with st.container(key="scenes"):
        scene_menu(session)


@fragment(_STAGE_AND_PANEL)
def _stage_and_panel(session: Session) -> None:
    left, right = st.columns([7, 3], gap="small")
    with left, st.container(key="stagebox"):
        with st.container(key="notices"):  # there even when empty, so that nothing after it is made anew
            if session.warnings:
                problem(*session.warnings)
        _stage(session)
        send_terrain(session.scene, session.view)
    is_behind = session.told != _to_tell(session)
    if is_behind:
        time.sleep(_HEAD_START_SECONDS)
    with right:
        # Where a phone has the data, and what is inside a step.
        st.html('<div class="rv-data-place"></div><div class="rv-anatomy-place"></div>')
        with st.container(key="panel"):
            panel(session)
        ask_to_follow(_to_tell(session), is_behind=is_behind)


@fragment()
def _stage(session: Session) -> None:
    """The stage alone reruns while the start is dragged; the panel and the rest of the page follow on release."""

    def move_start() -> None:
        moved = st.session_state["stage"].start
        session.attempt(lambda: session.set_start(float(moved["x"]), float(moved["y"])))
        if moved["final"]:
            st.rerun(_STAGE_AND_PANEL)

    def answer() -> None:
        request = st.session_state["stage"].request
        session.attempt(lambda: _answer(session, request))
        if "anatomy" not in request:
            st.rerun(_STAGE_AND_PANEL)

    inside = st.container(key="anatomy")
    is_long = session.scene.steps > _SOON_WALKED
    if not is_long:  # before the stage, so that a new path and its numbers are shown together
        _send_anatomy(session, inside)
    stage(
        session.scene,
        session.view,
        simulate(session.scene),
        opening=Opening(session.opening, session.autoplay),
        on_start_change=move_start,
        on_request_change=answer,
    )
    if is_long:
        _send_anatomy(session, inside)


@fragment(_BELOW)
def _below(session: Session) -> None:
    with st.container(key="below"):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _what_happened(session)
            batch_noise(session.scene)
        with right:
            explanations(session)
        session.told = _to_tell(session)
        has_followed(session.told, on_behind_change=_follow)


def _follow() -> None:
    has_changed()  # what else the message brings are repetitions: no visitor has sent it
    st.rerun([_SCENES, _BELOW])


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
