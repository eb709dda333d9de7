"""The losses: how each of them judges a prediction."""

from __future__ import annotations

import streamlit as st

from views.page_style import page_style


def losses_page() -> None:
    """The page."""
    st.html(page_style())
