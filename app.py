"""Ravine: see how optimizers move on loss landscapes. Run with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from views.image_lab import image_lab
from views.losses_page import losses_page
from views.playground import playground

ASSETS = Path(__file__).parent / "assets"

st.set_page_config(page_title="Ravine", page_icon=ASSETS / "favicon.svg", layout="wide")
st.logo(ASSETS / "logo.svg", size="large")
pages = [
    st.Page(playground, title="Playground", default=True),
    st.Page(losses_page, title="Losses", url_path="losses"),
    st.Page(image_lab, title="Image lab", url_path="image-lab"),
]
page = st.navigation(pages, position="top")
# A narrow window has this instead of Streamlit's drawer, which would stay open over the page that was chosen.
with st.container(key="pages"), st.popover("Pages", key=f"pages-{page.url_path}"):
    for each in pages:
        st.page_link(each)
page.run()
