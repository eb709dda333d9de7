"""The page without a browser, opened by a link that says something wrong: it opens, and names what it cannot read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from scenes import MAX_RUNS, parse
from tests.pages import checked, scene_of, warnings_of


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("surface=nowhere", "I did not understand surface=nowhere; using himmelblau."),
        ("surface=booth&run=momentum:rho=abc", "I did not understand rho=abc in run 1; using 0.9."),
        ("run=momentum:rho=1.5", "Momentum: rho must be in [0, 1), got 1.5; using 0.9."),
        ("steps=20000", "Scene: steps must be in [1, 10000], got 20000; using 10000."),
        ("surface=quadratic:kappa=0", "kappa must be in [1, inf), got 0"),
        ("&".join(["surface=booth", *["run=adam"] * 9]), f"A scene holds at most {MAX_RUNS} runs, got 9"),
        ("start=1e400,2", "start"),
        ("whatever=__import__('os').system('true')", "I did not understand whatever="),
        ("run=<script>alert(1)</script>", "I did not understand <script>"),
        ("surface=https://evil.example", "I did not understand surface=https://evil.example;"),
        ("surface=:red[x]:material/alarm:", "I did not understand surface=:red[x]:material/alarm:;"),
    ],
)
def test_what_a_link_says_wrongly_is_named_and_the_rest_is_used(open_app, query, sentence):
    app = open_app(query)
    assert sentence in warnings_of(app)
    assert scene_of(app) == parse(query)[0]


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["surface", "start", "steps", "run", "step", "view", "hide", "x"]), st.text(max_size=12)
        ),
        max_size=5,
    )
)
def test_no_query_whatsoever_stops_the_page(root, pairs):
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    for key, text in pairs:
        app.query_params[key] = [*app.query_params.get(key, []), text]
    checked(app.run())
    assert bool(warnings_of(app)) == bool(parse(pairs).warnings)
