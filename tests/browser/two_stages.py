"""A page with two stages, for test_two_stages.py: `streamlit run` it from the repository's root."""

import streamlit as st

from scenes import parse, simulate
from views.page_style import page_style
from views.player import Opening, send_anatomy, send_terrain, stage

LINKS = {
    "first": "surface=booth&start=-8,5&steps=60&run=adam:lr=0.1&step=30",
    "second": "surface=matyas&start=-8,5&steps=80&run=sgd:lr=0.1&step=40",
}


def show(key: str, *, is_main: bool) -> None:
    """A stage, and under it what it has been asked for."""
    asked = st.session_state.setdefault(f"{key}-asked", [])
    scene, view = parse(LINKS[key])
    stage(
        scene,
        view,
        simulate(scene),
        opening=Opening(),
        on_start_change=lambda: asked.append("start"),
        on_request_change=lambda: asked.append(*set(st.session_state[key].request) - {"number"}),
        key=key,
        is_main=is_main,
    )
    send_terrain(scene, view, key)
    if "anatomy" in asked:
        send_anatomy(scene, view, 0, 30, key)
    st.html(f'<p id="{key}-asked">{" ".join(asked)}</p>')


st.set_page_config(layout="wide")
st.html(page_style())
show("first", is_main=True)
show("second", is_main=False)
