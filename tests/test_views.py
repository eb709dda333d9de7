"""Words, marks, controls and the session: what the page says and remembers, without the page."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import re
import tomllib
from collections.abc import Mapping

import numpy as np
import pytest

from knobs import Choice, Knob, Switch, format_value, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, PARTS, WALKERS, default_rate
from presets import KEYS, PRESETS, preset_keys
from scenes import MAX_RUNS, View, default_scene, format, parse, simulate
from tests.every import for_every
from views.controls import slider_values
from views.session import Session
from views.theme import CASING, Mark, marks_of, themes
from views.words import headline_of, runs_table, settings_summary, short, swatch

OWNERS: list[tuple[str, Mapping[str, Knob]]] = [
    *((slug, knobs_of(owner)) for slug, owner in (*WALKERS.items(), *PARTS.items())),
    *((slug, surface.knobs) for slug, surface in LANDSCAPES.items()),
]
SETTINGS = {f"{slug}: {name}": declared for slug, knobs in OWNERS for name, declared in knobs.items()}


@pytest.fixture
def session() -> Session:
    """A session that has just been opened on the first scene."""
    session = Session(default_scene(), View())
    session.open(default_scene(), View(), (), autoplay=True)
    return session


# Words


def test_what_is_no_number_is_called_overflow():
    assert {short(value) for value in (np.nan, np.inf, -np.inf)} == {"overflow"}


@for_every("rule", OPTIMIZERS)
def test_a_cards_summary_names_every_setting_of_the_first_view(rule):
    summary = settings_summary(rule(lr=0.0234))
    for name, declared in knobs_of(rule).items():
        assert (f"{name} " in summary) == (not declared.rare)
    assert summary.startswith("lr 0.0234")


def test_a_rare_setting_is_named_once_it_is_not_what_it_is_by_default():
    assert "bias_correction off" in settings_summary(OPTIMIZERS["adam"](lr=0.1, bias_correction=False))


def test_a_setting_of_0_is_said_as_0():
    assert settings_summary(OPTIMIZERS["momentum"](lr=0.1, rho=0.0)) == "lr 0.1, rho 0"
    assert "beta1 0," in settings_summary(OPTIMIZERS["adam"](lr=0.1, beta1=0.0))


def test_the_table_has_a_dash_where_no_lowest_value_is_known():
    scene, _ = parse("surface=saddle&steps=20&run=adam:lr=0.01")
    assert "| – |" in runs_table(scene, simulate(scene))


def test_a_run_that_explodes_is_said_at_which_step():
    scene, _ = parse("surface=rosenbrock&start=-1.5,2&run=sgd:lr=0.1")
    [path] = simulate(scene)
    row = runs_table(scene, [path]).splitlines()[2]
    assert f"overflow at step {len(path.points)}" in row
    assert "nan" not in row.lower()
    assert "inf" not in row.lower()


@for_every("preset", PRESETS)
def test_a_presets_scene_has_the_presets_headline_until_it_is_changed(preset):
    scene, _ = parse(preset.link)
    assert (headline_of(scene).title, headline_of(scene).line) == (preset.headline, preset.line)
    changed = dataclasses.replace(scene, steps=scene.steps + 1)
    assert headline_of(changed).title == scene.landscape.title
    line = headline_of(changed).line
    assert line.endswith(".")
    assert scene.landscape.about.startswith(line)
    assert ". " not in line


def test_the_number_keys_open_the_chips_first_and_nothing_twice():
    chips = [preset.id for preset in PRESETS.values() if preset.chip]
    assert list(preset_keys())[: len(chips)] == chips
    assert len(set(preset_keys())) == KEYS
    assert set(preset_keys()) <= set(PRESETS)


# Colours


def drawn_swatch(mark: Mark) -> str:
    return base64.b64decode(swatch(mark).split("base64,")[1].rstrip(")")).decode()


def test_a_swatch_shows_the_runs_colour_on_its_casing():
    [mark] = marks_of([OPTIMIZERS["rmsprop"]()])
    assert mark.colour in drawn_swatch(mark)
    assert CASING in drawn_swatch(mark)


def test_a_swatch_has_the_runs_own_marker_and_that_of_a_repeat_is_hollow_on_a_dashed_line():
    symbols = ("circle", "diamond", "square", "cross", "pentagon", "triangle-up", "star", "hexagon")
    assert len({drawn_swatch(Mark("#FFFFFF", symbol)) for symbol in symbols}) == len(symbols)
    whole, repeat = (drawn_swatch(Mark("#FB631B", "triangle-up", repeat=repeat)) for repeat in (False, True))
    assert 'fill="#FB631B"' in whole
    assert "dasharray" not in whole
    assert 'fill="#FB631B"' not in repeat
    assert 'stroke-dasharray="8 4"' in repeat


def test_both_themes_have_the_colours_that_the_configuration_declares(root):
    config = tomllib.loads((root / ".streamlit" / "config.toml").read_text())["theme"]
    for name, theme in themes().items():
        assert theme.page == {**config, **config[name]}["backgroundColor"]
        assert all(
            re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in (theme.page, theme.text, theme.muted, theme.accent)
        )


# Controls


@for_every("declared", SETTINGS)
def test_every_slider_stops_at_valid_values_between_what_it_offers_and_never_twice(declared):
    if declared.offer is None:
        assert isinstance(declared.valid, (Switch, Choice))
        return
    stops = slider_values(declared)
    assert (stops[0], stops[-1]) == tuple(declared.offer)
    assert all(stop in declared.valid for stop in stops)
    assert len({format_value(stop) for stop in stops}) == len(stops)
    if declared.scale == "doubling":
        assert all(later == 2 * stop for stop, later in itertools.pairwise(stops))
    else:
        assert len(stops) >= 20 or len(stops) == stops[-1] - stops[0] + 1
    assert list(stops) == sorted(stops)


@for_every("rule", OPTIMIZERS)
def test_the_values_that_students_know_are_within_a_sliders_reach(rule):
    known = {
        "lr": {1e-4, 5e-4, 1e-3, 0.01, 0.1},
        "rho": {0, 0.9, 0.99},
        "beta1": {0, 0.9, 0.99},
        "beta2": {0, 0.9, 0.999},
    }
    for name, declared in knobs_of(rule).items():
        if declared.scale != "linear":  # one that is, is no memory: schedule-free's beta1 is a place between two points
            assert known.get(name, set()) <= set(slider_values(declared))


def test_what_remembers_is_spaced_by_how_long_it_remembers():
    """A linear slider would give two pixels to all that lies between 0.99 and 0.999."""
    stops = np.array(slider_values(knobs_of(OPTIMIZERS["adam"])["beta2"]))
    assert stops[0] == 0
    for low, high in ((0.9, 0.99), (0.99, 0.999), (0.999, 0.9999)):
        assert ((stops >= low) & (stops < high)).sum() >= 8


@for_every("knobs", dict(OWNERS))
def test_no_two_controls_of_a_card_have_the_same_name(knobs):
    labels = [declared.label for declared in knobs.values()]
    assert len(set(labels)) == len(labels)
    assert all(labels)


# The session


def test_a_new_surface_brings_its_own_start_and_rates_that_suit_it(session):
    session.choose_surface("rosenbrock")
    surface = LANDSCAPES["rosenbrock"]
    assert session.scene.start == surface.start
    assert [run.rule.lr for run in session.scene.runs] == [
        default_rate(type(run.rule), surface) for run in session.scene.runs
    ]
    assert session.scene.runs[1].rule.rho == 0.95  # what has nothing to do with the surface is kept
    assert session.scene.labels == default_scene().labels


@for_every("slug", [*WALKERS])
def test_every_method_can_be_added_and_is_the_open_card(session, slug):
    session.add_run(slug)
    assert session.scene.runs[-1].rule.slug == slug
    assert session.open_run == session.run_ids[-1]
    assert parse(format(session.scene))[0] == session.scene
    session.remove_run(session.run_ids[-1])


def test_every_surface_can_be_chosen(session):
    for slug in LANDSCAPES:
        session.choose_surface(slug)
        assert session.scene.surface == slug
        assert parse(format(session.scene))[0] == session.scene


def test_a_duplicate_stands_beside_its_original_and_is_the_open_card(session):
    session.duplicate_run(session.run_ids[1])
    assert session.scene.labels == ("Gradient descent", "Momentum", "Momentum 2", "Nesterov", "Adam")
    assert session.scene.runs[1] == session.scene.runs[2]
    assert session.open_run == session.run_ids[2]
    assert len(set(session.run_ids)) == 5


def test_hidden_runs_stay_hidden_while_others_come_and_go(session):
    nesterov = session.run_ids[2]
    session.toggle_run(nesterov)
    assert session.view.hidden == (2,)
    session.duplicate_run(session.run_ids[0])
    assert [session.run_ids[index] for index in session.view.hidden] == [nesterov]
    session.remove_run(session.run_ids[0])
    session.remove_run(session.run_ids[0])
    assert [session.run_ids[index] for index in session.view.hidden] == [nesterov]
    session.set_run_setting(nesterov, "lr", 0.0234)
    assert [session.run_ids[index] for index in session.view.hidden] == [nesterov]
    session.toggle_run(nesterov)
    assert session.view.hidden == ()


def test_a_hidden_run_that_is_removed_hides_no_other(session):
    session.toggle_run(session.run_ids[3])
    session.remove_run(session.run_ids[3])
    assert session.view.hidden == ()
    assert len(session.scene.runs) == len(session.run_ids) == 3


def test_five_rates_stand_in_order_and_the_run_itself_is_the_one_in_the_middle(session):
    adam = session.run_ids[3]
    session.toggle_run(adam)
    session.try_five_rates(adam)
    five = session.scene.runs[3:]
    assert [run.rule.lr for run in five] == [0.01, 0.03, 0.1, 0.3, 1]
    assert len(session.scene.runs) == len(set(session.run_ids)) == MAX_RUNS
    assert session.run_ids[5] == session.open_run == adam
    assert session.view.hidden == (0, 1, 2)
    assert parse(format(session.scene))[0] == session.scene


def test_five_rates_without_room_are_refused_with_what_to_do(session):
    for room_for, sentence in ((1, "remove 1 run first"), (0, "remove 2 runs first")):
        session.add_run("adagrad")
        before = session.scene
        with pytest.raises(ValueError, match=f"at most {MAX_RUNS} runs; to try 5 rates, {sentence}"):
            session.try_five_rates(session.run_ids[room_for])
        assert session.scene == before


@pytest.mark.parametrize("lr", [5e-324, 1.5e308])
def test_rates_that_no_rule_bears_are_left_out(session, lr):
    session.open(parse("surface=booth&run=adam")[0], View(), (), autoplay=False)
    session.set_run_setting(session.run_ids[0], "lr", lr)
    session.try_five_rates(session.run_ids[0])
    rates = [run.rule.lr for run in session.scene.runs]
    assert lr in rates
    assert 3 <= len(rates) < 5
    assert session.run_ids[rates.index(lr)] == session.open_run


def test_the_last_run_can_be_removed_and_another_added(session):
    for run_id in list(session.run_ids):
        session.remove_run(run_id)
    assert session.scene.runs == ()
    assert session.open_run is None
    session.add_run("adam")
    assert session.scene.labels == ("Adam",)
    assert session.open_run == session.run_ids[0]


def test_a_ninth_run_is_refused_with_a_sentence(session):
    for _ in range(MAX_RUNS):
        session.add_run("adam")
    assert len(session.scene.runs) == len(session.run_ids) == MAX_RUNS
    assert session.warnings == (f"A scene holds at most {MAX_RUNS} runs.",)


def test_reset_goes_back_to_the_scene_that_the_page_was_opened_with(session):
    scene, view = parse("surface=booth&run=adam:lr=0.0234&run=sgd&view=both")
    session.open(scene, view, (), autoplay=False)
    session.choose_surface("ackley")
    session.add_run("rmsprop")
    session.toggle_run(session.run_ids[0])
    session.reset()
    assert session.scene == scene
    assert session.view == view
    assert len(session.run_ids) == 2


@for_every("preset", PRESETS)
def test_a_preset_opens_playing_and_is_what_reset_goes_back_to(session, preset):
    opening = session.opening
    session.open_preset(preset.id)
    assert (session.scene, session.view) == parse(preset.link)
    assert (session.autoplay, session.opening, len(session.run_ids)) == (True, opening + 1, len(session.scene.runs))
    session.choose_surface("ackley")
    session.reset()
    assert session.scene == parse(preset.link)[0]


def test_a_preset_that_there_is_not_is_refused_with_a_sentence(session):
    with pytest.raises(ValueError, match="There is no scene called the-moon; choose one of the menu"):
        session.open_preset("the-moon")
    assert session.scene == default_scene()


def test_a_change_that_is_refused_is_explained_and_changes_nothing(session):
    before = session.scene
    session.attempt(lambda: session.set_run_setting(session.run_ids[1], "rho", 1.5))
    assert session.warnings == ("Momentum: rho must be in [0, 1), got 1.5.",)
    session.attempt(lambda: session.set_steps(20_000))
    assert session.warnings == ("Scene: steps must be in [1, 10000], got 20000.",)
    session.attempt(lambda: session.set_start(np.inf, 0))
    assert len(session.warnings) == 1
    assert session.scene == before
    session.attempt(lambda: session.set_steps(20))
    assert session.warnings == ()


def test_a_link_keeps_its_own_step_and_view_until_another_is_opened(session):
    scene, view = parse("surface=booth&run=adam&step=12&view=3d")
    opening = session.opening
    session.open(scene, view, (), autoplay=False)
    assert (session.view, session.opening) == (view, opening + 1)
    session.set_steps(77)
    assert dataclasses.replace(session.view, hidden=()) == view
    assert session.opening == opening + 1
