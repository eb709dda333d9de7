"""The image lab's page without a browser, for tests: how to open it, and what it says."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from lab.experiment import Experiment
from views.lab.session import LabSession

TINY = Experiment(model="linear", epochs=2, batch=256)
"""What takes no time to train."""


def opened(root, monkeypatch):
    """The page as on a first visit, set up for a training that takes no time."""
    monkeypatch.chdir(root)
    page = AppTest.from_string("from views.image_lab import image_lab\nimage_lab()", default_timeout=60)
    page.session_state["image-lab"] = LabSession(experiment=TINY)
    return checked(page.run())


def checked(app):
    assert not app.exception, app.exception
    return app


def session_of(app) -> LabSession:
    return app.session_state["image-lab"]


def press(app, key):
    return checked(app.button(key=key).click().run())


def said(app):
    """All that the page says outside of its controls."""
    texts = [element.value for kind in (app.markdown, app.caption) for element in kind]
    return "\n".join([*texts, *html_of(app)])


def html_of(app):
    return [html.body for html in app.get("html") if not html.body.startswith("<style>")]
