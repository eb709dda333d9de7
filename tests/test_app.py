"""The page without a browser: every control is there, takes exactly what it is given, and says what it refuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from knobs import Switch, format_value, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from scenes import MAX_RUNS, default_scene, parse, simulate
from views.words import settings_summary


@pytest.fixture
def open_app(root, monkeypatch):
    """Open the page with a query, as a first visit."""
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
    is_open = any(field.label == "Learning rate, exact value" for field in app.text_input)
    assert is_open == (app.session_state["ravine"].open_run is not None)
    return app


def warnings_of(app: AppTest) -> str:
    """What the warnings say, without Markdown's backslashes."""
    return re.sub(r"\\([^\w\s])", r"\1", "  ".join(warning.value for warning in app.warning))


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


def test_the_page_opens_on_four_runs_without_a_warning(open_app):
    app = open_app()
    assert not app.warning
    assert scene_of(app) == default_scene()
    said = everything_said(app)
    for path, label in zip(simulate(default_scene()), default_scene().labels, strict=True):
        assert label in said
        assert path.sentence in said
    formulas = [latex.value for latex in app.latex]
    for text in (default_scene().landscape.formula, *(run.rule.formula for run in default_scene().runs)):
        assert any(text in formula for formula in formulas)


@pytest.mark.parametrize("slug", LANDSCAPES)
def test_every_surface_can_be_chosen_and_has_a_control_for_each_of_its_settings(open_app, slug):
    app = open_app("run=adam")
    checked(labelled(app.selectbox, "Surface").set_value(slug).run())
    assert scene_of(app).surface == slug
    assert not app.warning
    for name, declared in LANDSCAPES[slug].knobs.items():
        assert in_card(app.select_slider, declared.label or name)
    assert LANDSCAPES[slug].title in everything_said(app)


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_every_rule_can_be_added_and_each_of_its_settings_has_its_control(open_app, slug):
    app = open_app("surface=booth&run=")
    checked(labelled(app.get("menu_button"), "Add optimizer").set_value(slug).run())
    [run] = scene_of(app).runs
    assert run.rule.slug == slug
    assert run.rule.title in everything_said(app)
    for name, declared in knobs_of(run.rule).items():
        is_switch = isinstance(declared.valid, Switch)
        control = in_card(app.toggle if is_switch else app.select_slider, declared.label)
        assert control.value == getattr(run.rule, name)
        assert control.help


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_a_value_typed_exactly_is_kept_exactly_by_field_slider_summary_and_scene(open_app, slug):
    app = open_app(f"surface=booth&run={slug}")
    for declared in knobs_of(OPTIMIZERS[slug]).values():
        if declared.rare:
            continue
        checked(labelled(app.text_input, f"{declared.label}, exact value").set_value("0.0234").run())
        assert not app.warning
        assert getattr(scene_of(app).runs[0].rule, declared.name) == 0.0234
        assert labelled(app.text_input, f"{declared.label}, exact value").value == "0.0234"
        assert in_card(app.select_slider, declared.label).value == 0.0234
    [run] = scene_of(app).runs
    assert settings_summary(run.rule) in everything_said(app)  # in the table
    assert simulate(scene_of(app))[0].sentence in everything_said(app)


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_moving_a_slider_moves_the_field_and_the_scene_with_it(open_app, slug):
    app = open_app(f"surface=booth&run={slug}:lr=0.0234")
    for declared in knobs_of(OPTIMIZERS[slug]).values():
        if declared.rare:
            continue
        control = in_card(app.select_slider, declared.label)
        value = float(control.options[2])
        checked(control.set_value(value).run())
        assert getattr(scene_of(app).runs[0].rule, declared.name) == value
        assert labelled(app.text_input, f"{declared.label}, exact value").value == format_value(value)
        assert in_card(app.select_slider, declared.label).value == value


@pytest.mark.parametrize("typed", ["-1", "0", "abc", "", "nan", "inf", "1_0", "0,1"])
def test_a_bad_rate_is_answered_with_a_sentence_and_the_old_one_is_kept(open_app, typed):
    app = open_app("surface=booth&run=adam:lr=0.0234")
    checked(labelled(app.text_input, "Learning rate, exact value").set_value(typed).run())
    assert warnings_of(app).startswith("Adam: lr must be in (0, inf), got ")
    assert typed in warnings_of(app)
    assert scene_of(app).runs[0].rule.lr == 0.0234
    assert labelled(app.text_input, "Learning rate, exact value").value == "0.0234"
    # The sentence goes when something valid is chosen.
    checked(labelled(app.text_input, "Learning rate, exact value").set_value("0.5").run())
    assert not app.warning


def test_bad_settings_of_surface_start_and_steps_are_named_with_their_range(open_app):
    app = open_app("surface=quadratic:kappa=10&start=-1.5,1&steps=60&run=sgd:lr=0.01")
    before = scene_of(app)
    kappa = LANDSCAPES["quadratic"].knobs["kappa"]
    for label, typed, sentence in (
        (f"{kappa.label}, exact value", "0", f"kappa must be in {kappa.valid}, got 0"),
        ("Steps, exact value", "20000", "Scene: steps must be in [1, 10000], got 20000"),
        ("Steps, exact value", "1.5", "Scene: steps must be in [1, 10000], got 1.5"),
        ("Start w1", "inf", "w1 must be a finite number, got inf"),
        ("Start w2", "north", "w2 must be a finite number, got north"),
        ("Start w1", "1e300", "start"),
    ):
        checked(labelled(app.text_input, label).set_value(typed).run())
        assert sentence.lower() in warnings_of(app).lower()
        assert scene_of(app) == before


def test_the_number_of_steps_is_a_slider_that_is_called_steps(open_app):
    app = open_app()
    assert [slider.label for slider in app.slider] == ["Steps"]
    checked(app.slider[0].set_value(120).run())
    assert scene_of(app).steps == 120
    checked(labelled(app.text_input, "Steps, exact value").set_value("10000").run())
    assert scene_of(app).steps == app.slider[0].value == 10_000


def test_a_run_is_duplicated_hidden_shown_and_removed(open_app):
    app = open_app("surface=booth&run=sgd&run=adam:lr=0.0234")
    checked(labelled(app.button, "Duplicate").click().run())
    assert scene_of(app).labels == ("Gradient descent", "Adam", "Adam 2")
    assert scene_of(app).runs[2] == scene_of(app).runs[1]
    checked(labelled(app.button, "Hide").click().run())
    assert "hidden" in app.expander[2].label
    checked(labelled(app.button, "Show").click().run())
    assert "hidden" not in app.expander[2].label
    checked(labelled(app.button, "Remove").click().run())
    assert scene_of(app).labels == ("Gradient descent", "Adam")


def test_when_the_last_run_is_removed_the_page_says_how_to_begin(open_app):
    app = open_app("surface=booth&run=adam")
    checked(labelled(app.button, "Remove").click().run())
    assert scene_of(app).runs == ()
    assert [info.value for info in app.info] == ["Add an optimizer to begin."]
    assert not app.expander


def test_reset_brings_back_what_the_link_had(open_app):
    app = open_app("surface=booth&run=adam:lr=0.0234")
    opened = scene_of(app)
    checked(labelled(app.selectbox, "Surface").set_value("ackley").run())
    checked(labelled(app.button, "Duplicate").click().run())
    checked(labelled(app.button, "Reset").click().run())
    assert scene_of(app) == opened
    assert labelled(app.text_input, "Learning rate, exact value").value == "0.0234"


def test_a_rate_that_explodes_is_said_at_which_step(open_app):
    app = open_app("surface=rosenbrock&start=-1.5,2&steps=60&run=sgd:lr=0.1")
    [path] = simulate(scene_of(app))
    assert f"overflow at step {len(path.points)}" in everything_said(app)


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
    assert bool(app.warning) == bool(parse(pairs).warnings)
