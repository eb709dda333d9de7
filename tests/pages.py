"""The page without a browser, for tests: how to open it, and how to find what is on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from streamlit.testing.v1 import AppTest

from knobs import Knob


def one_of_each_kind(owners: Mapping[str, Mapping[str, Knob]]) -> list[str]:
    """Of what has settings, the first with each kind of them: controls are made from the setting alone.

    >>> from optimizers import OPTIMIZERS
    >>> from knobs import knobs_of
    >>> one_of_each_kind({slug: knobs_of(OPTIMIZERS[slug]) for slug in ("sgd", "momentum", "nesterov", "adagrad")})
    ['sgd', 'momentum', 'adagrad']
    """
    seen: set[tuple[object, ...]] = set()
    chosen = []
    for slug, knobs in owners.items():
        kinds = {(type(knob.valid), type(knob.default), knob.scale, knob.rare) for knob in knobs.values()}
        if not kinds <= seen:
            chosen.append(slug)
            seen |= kinds
    return chosen


def opener(root, monkeypatch):
    """What opens the page with a query, as a first visit."""
    monkeypatch.chdir(root)

    def open_app(query: str = "") -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        for piece in query.split("&") if query else ():
            key, _, text = piece.partition("=")
            app.query_params[key] = [*app.query_params.get(key, []), text]
        return checked(app.run())

    return open_app


def checked(app: AppTest) -> AppTest:
    """The page, which must have had no exception, and whose open card must be open."""
    assert not app.exception, app.exception
    is_open = any(button.label == "Duplicate" for button in app.button)
    assert is_open == (app.session_state["ravine"].open_run is not None)
    return app


def warnings_of(app) -> str:
    """What the page says was refused or not understood: never as Markdown, in which it might be more than text."""
    assert not app.warning
    shown = "".join(html.body for html in app.get("html"))
    alerts = re.findall(r'<p class="rv-problem" role="alert">(.*?)</p>', shown, re.S)
    return unescape("  ".join(alerts).replace("<br>", "  "))


def everything_said(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def scene_of(app: AppTest):
    return app.session_state["ravine"].scene


def labelled(elements, label: str):
    """The one control with that label."""
    [found] = [element for element in elements if element.label == label]
    return found


def in_card(elements, label: str):
    """The one control of the open card whose label begins so: behind it stands what its value means."""
    [found] = [element for element in elements if element.label == label or element.label.startswith(f"{label}:")]
    return found
