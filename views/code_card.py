"""The code of a run to take home: the lines of this package and those of PyTorch, to be copied."""

from __future__ import annotations

import streamlit as st

from scenes import Scene
from take_home import package_code, torch_code, why_no_torch
from views.changes import has_changed

KEY = "take-home"
OURS = "Run where this package is, these lines walk the same path, to the last bit."
TORCHS = "PyTorch's own optimizer on the same path. The surface and its gradient are this package's."


def code_card(scene: Scene, index: int) -> None:
    """The code of a run, made only while it is looked at: the page is sent again at every key of a slider."""
    with st.expander("Code to take home", key=KEY, on_change=has_changed, icon=":material/code:") as expander:
        if not expander.open:
            return
        ours, torchs = st.tabs(["This package", "PyTorch"])
        with ours:
            st.caption(OURS)
            st.code(package_code(scene, index), wrap_lines=True)  # a box that scrolls is out of the keyboard's reach
        with torchs:
            reason = why_no_torch(scene, index)
            st.caption(reason or TORCHS)
            if not reason:
                st.code(torch_code(scene, index), wrap_lines=True)
