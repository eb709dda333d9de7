"""The code to take home, on the page: made when it is asked for, and that of the open run."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from optimizers import WALKERS
from scenes import parse
from take_home import package_code, torch_code, why_no_torch
from views.code_card import KEY, OURS, TORCHS

SCENE = "surface=booth&steps=20&run=adam:lr=0.1&run=lion:lr=0.01&step=0"


@pytest.fixture
def open_app(root, monkeypatch):
    """Open the page with a query, with the code on show or not."""
    monkeypatch.chdir(root)

    def open_app(query: str, *, is_open: bool = True) -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        for piece in query.split("&"):
            key, _, text = piece.partition("=")
            app.query_params[key] = [*app.query_params.get(key, []), text]
        app.run()
        if is_open:
            app.session_state[KEY] = True
            app.run()
        assert not app.exception, app.exception
        return app

    return open_app


def captions_of(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def test_the_code_is_not_made_before_it_is_looked_at(open_app):
    app = open_app(SCENE, is_open=False)
    assert not app.code
    assert [card.label for card in app.expander].count("Code to take home") == 1


def test_the_code_is_that_of_the_open_run_and_where_there_is_none_the_page_says_why(open_app):
    app = open_app(SCENE)
    scene, _ = parse(SCENE)
    assert [code.value for code in app.code] == [package_code(scene, 1)]  # the last run's card is open
    assert {OURS, why_no_torch(scene, 1)} <= set(captions_of(app))

    app.session_state["ravine"].open_run = app.session_state["ravine"].run_ids[0]
    app.run()
    assert [code.value for code in app.code] == [package_code(scene, 0), torch_code(scene, 0)]
    assert {OURS, TORCHS} <= set(captions_of(app))


@pytest.mark.parametrize("slug", [*WALKERS][::5])
def test_every_kind_of_run_has_its_code_on_the_page(open_app, slug):
    query = f"surface=booth&steps=20&run={slug}&step=0"
    codes = [code.value for code in open_app(query).code]
    scene, _ = parse(query)
    assert codes == [code for code in (package_code(scene, 0), torch_code(scene, 0)) if code]


def test_without_a_run_there_is_no_code(open_app):
    app = open_app("surface=booth&run=&step=0")
    assert not app.code
    assert "Code to take home" not in [card.label for card in app.expander]
