"""Ravine: see how optimizers move on loss landscapes. Run with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from memory import heavy_import, keep_in_order
from views.playground import playground

ASSETS = Path(__file__).parent / "assets"


def losses() -> None:
    """The page of losses, imported when someone first opens it: the playground should not wait for it."""
    with heavy_import():
        from views.losses_page import losses_page

    losses_page()


def lab() -> None:
    """The image lab, imported when someone first opens it."""
    with heavy_import():
        from views.image_lab import image_lab

    image_lab()


st.set_page_config(page_title="Ravine", page_icon=ASSETS / "favicon.svg", layout="wide")
st.logo(ASSETS / "logo.svg", size="large")
pages = [
    st.Page(playground, title="Playground", default=True),
    st.Page(losses, title="Losses", url_path="losses"),
    st.Page(lab, title="Image lab", url_path="image-lab"),
]
page = st.navigation(pages, position="top")
# A narrow window has this instead of Streamlit's drawer, which would stay open over the page that was chosen.
with st.container(key="pages"), st.popover("Pages", key=f"pages-{page.url_path}"):
    for each in pages:
        st.page_link(each)
page.run()
# After the first page has brought what it needs. The other pages are not among it: Streamlit serves a component only if
# it was declared while a visitor was answered.
keep_in_order(import_later=("lab.uploads", "lab.trials"))
