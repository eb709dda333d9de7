"""The row above the stage: a chip for each of the best scenes, and every scene in a menu beside them."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from presets import PRESETS, preset_keys
from views.changes import has_changed, on_change, show
from views.session import Session
from views.words import preset_of

_CHIPS, _MENU = "scene-chips", "scene-menu"


def scene_menu(session: Session) -> None:
    """The scenes to choose from; the chip of the one on show is filled."""
    with st.container(horizontal=True, wrap=False, key="scene-row", vertical_alignment="center"):
        _chips(session)
        # The page is sent again at every key of a slider: what the menu holds is made only while it is open.
        with st.popover("All scenes", key=_MENU, on_change=has_changed) as menu:
            if menu.open:
                with st.container(key="scene-list"):
                    _every_scene(session)


def _chips(session: Session) -> None:
    chips = {preset.id: preset.title for preset in PRESETS.values() if preset.chip}
    shown = preset_of(session.scene)
    current = shown.id if shown and shown.chip else None

    def choose() -> None:
        # To press the filled chip is to choose its scene once more; Streamlit tells it as a choice of nothing.
        _open(session, str(st.session_state[_CHIPS] or current))

    show(_CHIPS, current)
    st.pills(
        "Scenes",
        list(chips),
        key=_CHIPS,
        format_func=lambda preset_id: chips[preset_id],
        on_change=on_change(_CHIPS, choose),
        label_visibility="collapsed",
        wrap=False,
    )


def _every_scene(session: Session) -> None:
    keys = {preset_id: str(number) for number, preset_id in enumerate(preset_keys(), start=1)}
    for group, presets in groupby(PRESETS.values(), key=lambda preset: preset.group):
        st.markdown(f"##### {group}")
        for preset in presets:
            key = f" :gray[{keys[preset.id]}]" if preset.id in keys else ""
            st.button(
                f"**{preset.title}**{key}",
                key=f"scene-{preset.id}",
                type="tertiary",
                width="stretch",
                on_click=_open,
                args=(session, preset.id),
            )
            st.caption(preset.sentence)


def _open(session: Session, preset_id: str) -> None:
    session.attempt(lambda: session.open_preset(preset_id))
    st.session_state[_MENU] = False
    st.rerun()  # the whole page, of which this menu is only a fragment
