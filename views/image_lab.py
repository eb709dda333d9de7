"""The image lab: train a classifier on images and look at what happens."""

from __future__ import annotations

import streamlit as st

from views.page_style import page_style


def image_lab() -> None:
    """The page."""
    st.html(page_style())
