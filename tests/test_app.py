"""The page without a browser: every control is there, takes exactly what it is given, and says what it refuses."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from knobs import Choice, Switch, format_value, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, WALKERS
from presets import PRESETS, preset_keys
from scenes import default_scene, parse, simulate
from tests.every import for_every
from tests.pages import checked, everything_said, in_card, labelled, one_of_each_kind, scene_of, warnings_of
from views.formulas import formula_with_settings
from views.words import settings_summary

SOME_WALKERS = one_of_each_kind({slug: knobs_of(cls) for slug, cls in WALKERS.items()})
SOME_RULES = [slug for slug in SOME_WALKERS if slug in OPTIMIZERS]
SOME_SURFACES = one_of_each_kind({slug: surface.knobs for slug, surface in LANDSCAPES.items()})
PICTURES = {getattr(surface, "picture", ""): slug for slug, surface in LANDSCAPES.items()}
"""A surface for each kind of picture of data, and one without."""


def test_the_page_opens_on_four_runs_without_a_warning(open_app):
    app = open_app()
    assert not warnings_of(app)
    assert scene_of(app) == default_scene()
    said = everything_said(app)
    for path, label in zip(simulate(default_scene()), default_scene().labels, strict=True):
        assert label in said
        assert path.sentence in said


def test_the_open_runs_rule_is_explained_and_the_others_on_demand(open_app):
    app = open_app()
    runs = scene_of(app).runs
    formulas = "  ".join(latex.value for latex in app.latex)
    for text in (scene_of(app).landscape.formula, runs[-1].rule.formula, formula_with_settings(runs[-1].rule)):
        assert text in formulas
    for text in (runs[-1].rule.about, runs[-1].rule.look_for, runs[-1].rule.elsewhere, "With the settings of Adam"):
        assert text in everything_said(app)
    others = [run.rule.formula for run in runs[:-1]]
    assert not any(formula in formulas for formula in others)
    app.session_state["other-rules"] = True
    checked(app.run())
    formulas = "  ".join(latex.value for latex in app.latex)
    assert all(formula in formulas for formula in others)


def test_the_formula_is_filled_with_what_the_slider_says(open_app):
    app = open_app("surface=booth&run=momentum:lr=0.0234")
    checked(in_card(app.select_slider, "Momentum rho").set_value(0.95).run())
    assert any(r"0.95\, v + g" in latex.value and r"0.0234\, v" in latex.value for latex in app.latex)


def test_without_an_open_card_the_first_visible_run_is_explained(open_app):
    app = open_app("surface=booth&run=adagrad&run=rmsprop&hide=1")
    app.session_state["ravine"].open_run = None
    checked(app.run())
    assert OPTIMIZERS["rmsprop"].look_for in everything_said(app)


# Scenes to choose from


def chips_of(app: AppTest):
    [chips] = app.get("button_group")
    return chips


def test_the_chip_of_the_scene_on_show_is_filled_until_the_scene_is_changed(open_app):
    app = open_app()
    assert chips_of(app).value == "four-answers"
    checked(app.slider[0].set_value(120).run())
    assert chips_of(app).value is None


@for_every("preset", [preset for preset in PRESETS.values() if preset.chip])
def test_a_chip_opens_its_scene_from_the_first_step(open_app, preset):
    app = open_app("surface=booth&run=adam")
    opening = app.session_state["ravine"].opening
    checked(chips_of(app).set_value(preset.id).run())
    assert scene_of(app) == parse(preset.link)[0]
    assert (app.session_state["ravine"].opening, app.session_state["ravine"].autoplay) == (opening + 1, True)
    assert chips_of(app).value == preset.id
    checked(chips_of(app).set_value(None).run())  # pressed once more
    assert app.session_state["ravine"].opening == opening + 2
    assert chips_of(app).value == preset.id


def test_the_menu_holds_nothing_until_it_is_opened_and_closes_when_a_scene_is_chosen(open_app):
    app = open_app()
    assert not [button for button in app.button if button.key.startswith("scene-")]
    app.session_state["scene-menu"] = True
    checked(app.run())
    buttons = {button.key: button for button in app.button if button.key.startswith("scene-")}
    assert list(buttons) == [f"scene-{preset_id}" for preset_id in PRESETS]
    for preset in PRESETS.values():
        assert preset.title in buttons[f"scene-{preset.id}"].label
        assert preset.sentence in [caption.value for caption in app.caption]
        assert f"##### {preset.group}" in everything_said(app)
    for number, preset_id in enumerate(preset_keys(), start=1):
        assert buttons[f"scene-{preset_id}"].label.endswith(f"[{number}]")
    checked(buttons["scene-who-wins"].click().run())
    assert scene_of(app) == parse(PRESETS["who-wins"].link)[0]
    assert chips_of(app).value is None
    assert not [button for button in app.button if button.key.startswith("scene-")]


@for_every("slug", [*SOME_SURFACES, *PICTURES.values()])
def test_a_surface_of_every_kind_can_be_chosen_and_has_a_control_for_each_of_its_settings(open_app, slug):
    app = open_app("run=adam")
    checked(labelled(app.selectbox, "Surface").set_value(slug).run())
    assert scene_of(app).surface == slug
    assert not warnings_of(app)
    assert LANDSCAPES[slug].title in everything_said(app)
    app.session_state["scene-more"] = True
    checked(app.run())
    surface = LANDSCAPES[slug]
    for declared in surface.knobs.values():
        if isinstance(declared.valid, Choice):
            assert labelled(app.selectbox, declared.label).value == declared.default
        elif declared.matters(surface.settings):
            assert in_card(app.select_slider, declared.label).value == declared.default
        else:
            assert not [slider for slider in app.select_slider if slider.label.startswith(declared.label)]


def test_a_setting_that_matters_to_one_choice_only_comes_with_it(open_app):
    app = open_app("surface=diabetes-line&run=adam")
    assert not [slider for slider in app.select_slider if "delta" in slider.label]
    checked(labelled(app.selectbox, "Loss").set_value("huber").run())
    assert dict(scene_of(app).settings)["loss"] == "huber"
    assert [slider for slider in app.select_slider if "delta" in slider.label]


def test_the_batch_of_a_run_is_set_on_its_card_and_all_the_data_is_no_batch(open_app):
    app = open_app("surface=diabetes-line&steps=20&run=sgd:lr=0.05")
    assert labelled(app.text_input, "Batch size, exact value").value == "442"
    checked(labelled(app.text_input, "Batch size, exact value").set_value("33").run())
    assert scene_of(app).labels == ("SGD, batch 33",)
    assert in_card(app.select_slider, "Batch size").value == 33
    checked(in_card(app.select_slider, "Batch size").set_value(64).run())
    assert scene_of(app).runs[0].phases[0].batch.size == 64
    checked(labelled(app.text_input, "Batch size, exact value").set_value("1000").run())
    assert scene_of(app).labels == ("Gradient descent",)
    checked(labelled(app.text_input, "Batch size, exact value").set_value("0").run())
    assert "Gradient descent: size must be in [1, 1000000], got 0" in warnings_of(app)
    checked(labelled(app.text_input, "Batch size, exact value").set_value("1").run())
    checked(labelled(app.selectbox, "Surface").set_value("booth").run())
    assert scene_of(app).labels == ("Gradient descent",)
    assert not [slider for slider in app.select_slider if slider.label.startswith("Batch size")]


@for_every("slug", SOME_WALKERS)
def test_a_method_with_every_kind_of_setting_can_be_added_and_each_of_its_settings_has_its_control(open_app, slug):
    app = open_app("surface=booth&run=")
    checked(labelled(app.get("menu_button"), "Add optimizer").set_value(slug).run())
    [run] = scene_of(app).runs
    assert run.rule.slug == slug
    assert run.rule.title in everything_said(app)
    buttons = [button.label for button in app.button]
    assert ("Try 5 rates" in buttons) == (slug in OPTIMIZERS)
    if "More" in buttons:
        checked(labelled(app.button, "More").click().run())
    for name, declared in knobs_of(run.rule).items():
        is_switch = isinstance(declared.valid, Switch)
        control = in_card(app.toggle if is_switch else app.select_slider, declared.label)
        assert control.value == getattr(run.rule, name)
        assert control.help


@for_every("slug", SOME_RULES)
def test_a_value_typed_exactly_is_kept_exactly_by_field_slider_summary_and_scene(open_app, slug):
    app = open_app(f"surface=booth&run={slug}")
    for declared in knobs_of(OPTIMIZERS[slug]).values():
        if declared.rare:
            continue
        value = 0.0234 if 0.0234 in declared.valid else 1.0234
        field = f"{declared.label}, exact value"
        checked(labelled(app.text_input, field).set_value(str(value)).run())
        assert not warnings_of(app)
        assert getattr(scene_of(app).runs[0].rule, declared.name) == value
        assert labelled(app.text_input, field).value == str(value)
        assert in_card(app.select_slider, declared.label).value == value
    [run] = scene_of(app).runs
    assert settings_summary(run.rule) in everything_said(app)  # in the table
    assert simulate(scene_of(app))[0].sentence in everything_said(app)


@for_every("slug", SOME_RULES)
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


@for_every("slug", SOME_RULES)
def test_what_the_rate_means_is_written_under_its_slider_and_follows_it(open_app, slug):
    app = open_app(f"surface=booth&run={slug}:lr=0.0234")
    for _ in range(2):
        hint = scene_of(app).runs[0].rule.hint(scene_of(app).steps)
        assert [caption.value for caption in app.caption] == [hint] * bool(hint)
        checked(labelled(app.text_input, "Learning rate, exact value").set_value("0.5").run())


@pytest.mark.parametrize(
    ("run", "hint"),
    [
        ("adam:lr=0.1", "Moves at most about lr a step: 200 x 0.1 = 20 here"),
        ("sgd:lr=0.01;steps:count=150~adam:lr=0.1", ""),  # the card shows the first phase, and it has no hint
        ("adam:lr=0.1;steps:count=150~sgd:lr=0.01", "Moves at most about lr a step: 150 x 0.1 = 15 here"),
        ("adam:lr=0.1;cosine", ""),
    ],
)
def test_a_hint_counts_the_steps_of_its_phase_and_is_silent_where_the_rate_changes(open_app, run, hint):
    captions = [caption.value for caption in open_app(f"surface=booth&steps=200&run={run}").caption]
    assert [caption for caption in captions if " a step: " in caption] == [hint] * bool(hint)


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
    assert not warnings_of(app)


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


def test_five_rates_are_tried_at_once_and_the_other_runs_wait(open_app):
    app = open_app("surface=booth&run=sgd&run=adam:lr=0.1,beta1=0.8")
    checked(labelled(app.button, "Try 5 rates").click().run())
    assert [(run.rule.lr, run.rule.slug) for run in scene_of(app).runs[1:]] == [
        (rate, "adam") for rate in (0.01, 0.03, 0.1, 0.3, 1)
    ]
    assert {run.rule.beta1 for run in scene_of(app).runs[1:]} == {0.8}
    assert labelled(app.text_input, "Learning rate, exact value").value == "0.1"
    assert ["hidden" in expander.label for expander in app.expander[:6]] == [True, *[False] * 5]
    checked(labelled(app.button, "Try 5 rates").click().run())
    assert warnings_of(app) == "A scene holds at most 8 runs; to try 5 rates, remove 2 runs first."
    assert len(scene_of(app).runs) == 6


def test_when_the_last_run_is_removed_the_page_says_how_to_begin(open_app):
    app = open_app("surface=booth&run=adam")
    checked(labelled(app.button, "Remove").click().run())
    assert scene_of(app).runs == ()
    assert [info.value for info in app.info] == ["Add an optimizer to begin."]
    assert not [card for card in app.expander if "![](" in card.label]  # a run's card has its swatch


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
