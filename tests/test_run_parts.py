"""Schedules, wrappers, clipping, phases and noise on the page: what is set there is in the scene and in sight."""

from __future__ import annotations

import base64
import dataclasses
import re

import numpy as np
import pytest

from knobs import format_value, knobs_of
from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, default_rate
from optimizers.phases import MAX_PHASES
from optimizers.rates import default_settings
from scenes import View, format, parse, simulate
from tests.every import for_every
from tests.pages import checked, in_card, labelled, one_of_each_kind, scene_of, warnings_of
from views.run_notes import LINE_COLOUR, card_summary, flags, rate_plot, what_is_on
from views.session import Session
from views.theme import themes

SCHEDULES = {slug: cls for slug, cls in PARTS.items() if cls.kind == "schedule"}
SWITCHED = {slug: cls for slug, cls in PARTS.items() if cls.kind in ("warm-up", "wrapper", "clip")}
CHAIN = "surface=booth&steps=300&run=momentum:lr=0.02;clip:norm=5;steps:count=100~adam:lr=0.1~adam:lr=0.01;carry"
CHAIN = CHAIN.replace("~adam:lr=0.1~", "~adam:lr=0.1;steps:count=50~")


def session_of(link: str) -> Session:
    scene, view = parse(link)
    session = Session(scene, view)
    session.open(scene, view, (), autoplay=False)
    return session


def phases_of(session: Session):
    return session.scene.runs[0].phases


def with_more(open_app, link: str):
    """The page with all of the open card's settings."""
    return checked(labelled(open_app(link).button, "More").click().run())


# Changes


def test_a_schedule_that_is_chosen_lasts_as_long_as_its_phase():
    session = session_of("surface=booth&steps=120&run=adam:lr=0.1")
    session.add_part(session.run_ids[0], 0, "cosine")
    assert phases_of(session)[0].schedule == PARTS["cosine"](until=120)
    session = session_of(CHAIN)
    for number, length in enumerate((100, 50, 150)):
        session.add_part(session.run_ids[0], number, "polynomial")
        assert phases_of(session)[number].schedule == PARTS["polynomial"](until=length)
    session = session_of("surface=booth&steps=120&run=adam;warmup:count=30")
    session.add_part(session.run_ids[0], 0, "wsd")
    assert phases_of(session)[0].schedule.until == 90


def test_a_schedule_takes_the_place_of_the_one_before_and_can_be_taken_off():
    session = session_of("surface=booth&run=adam;cosine:until=50;clip:norm=5")
    session.add_part(session.run_ids[0], 0, "step")
    assert [part.slug for part in phases_of(session)[0].parts] == ["step", "clip"]
    session.remove_part(session.run_ids[0], 0, "step")
    assert [part.slug for part in phases_of(session)[0].parts] == ["clip"]


def test_a_phase_at_another_rate_goes_on_with_what_the_run_remembers():
    session = session_of("surface=booth&steps=300&run=momentum:lr=0.02,rho=0.8;cosine;sam;clip:norm=5")
    session.add_phase(session.run_ids[0])
    first, second = phases_of(session)
    assert (first.steps, second.carry, second.rule.lr, second.rule.rho) == (150, True, 0.002, 0.8)
    assert (second.wrappers, second.clip, second.schedule) == (first.wrappers, first.clip, None)
    assert session.open_phase == 1
    assert parse(format(session.scene))[0] == session.scene


def test_another_rule_goes_on_at_its_own_usual_rate():
    session = session_of("surface=booth&steps=300&run=momentum:lr=0.02")
    session.add_phase(session.run_ids[0], "adam")
    _, second = phases_of(session)
    assert second.rule.lr == default_rate(OPTIMIZERS["adam"], LANDSCAPES["booth"])
    assert not second.parts
    assert session.scene.labels == ("Momentum, then Adam",)


def test_phases_can_be_added_until_there_are_enough_and_removed_until_one_is_left():
    session = session_of("surface=booth&steps=300&run=momentum:lr=0.02")
    run = session.run_ids[0]
    for _ in range(MAX_PHASES - 1):
        session.add_phase(run)
    assert len(phases_of(session)) == MAX_PHASES
    before = session.scene
    session.attempt(lambda: session.add_phase(run))
    assert session.scene == before
    assert session.warnings
    while len(phases_of(session)) > 1:
        session.remove_phase(run, session.open_phase)
        assert parse(format(session.scene))[0] == session.scene
    assert phases_of(session)[0].parts == ()


def test_a_memory_that_can_no_longer_be_kept_is_not():
    session = session_of(CHAIN)
    run = session.run_ids[0]
    session.set_rule(run, 1, "adagrad")
    assert [phase.carry for phase in phases_of(session)] == [False, False, False]
    session = session_of(CHAIN)
    session.remove_phase(session.run_ids[0], 1)
    assert [(phase.rule.slug, phase.steps, phase.carry) for phase in phases_of(session)] == [
        ("momentum", 100, False),
        ("adam", None, False),
    ]


def test_a_new_surface_brings_usual_rates_for_all_phases_and_keeps_the_noise():
    session = session_of(f"{CHAIN}&noise=0.5&seed=7")
    session.choose_surface("rosenbrock")
    for phase in phases_of(session):
        usual = default_settings(type(phase.rule), LANDSCAPES["rosenbrock"])
        assert {name: getattr(phase.rule, name) for name in usual} == usual
    assert (session.scene.noise, session.scene.seed) == (0.5, 7)
    assert phases_of(session)[0].clip.norm == 5


def test_five_rates_and_smaller_rates_are_those_of_all_phases():
    session = session_of(CHAIN)
    session.try_five_rates(session.run_ids[0])
    rates = [[phase.rule.lr for phase in run.phases] for run in session.scene.runs]
    assert rates == [[0.002, 0.01, 0.001], [0.006, 0.03, 0.003], [0.02, 0.1, 0.01], [0.06, 0.3, 0.03], [0.2, 1, 0.1]]
    session.scale_rates([4], 0.1)
    assert [phase.rule.lr for phase in session.scene.runs[4].phases] == [0.02, 0.1, 0.01]


@for_every("slug", [*CLASSICAL])
def test_a_classical_method_can_be_added_and_takes_nothing_else(slug):
    session = session_of("surface=booth&run=")
    session.add_run(slug)
    before = session.scene
    assert before.runs[0].rule.slug == slug
    session.attempt(lambda: session.add_part(session.run_ids[0], 0, "clip"))
    assert session.scene == before
    assert "works by itself" in session.warnings[0]
    session.scale_rates([0], 0.1)
    assert session.scene == before
    with pytest.raises(ValueError, match="has no learning rate of which others could be tried"):
        session.try_five_rates(session.run_ids[0])
    assert session.scene == before
    session.choose_surface("rosenbrock")
    assert session.scene.runs[0].rule.slug == slug


# Words and the plot


def test_a_cards_line_names_what_is_on():
    scene, _ = parse("surface=booth&run=adam:lr=0.02;cosine:until=99;warmup;clip:norm=1;steps:count=9~adam:lr=0.001")
    [run] = scene.runs
    assert card_summary(run) == "lr 0.02, warm-up, cosine, clip 1, then lr 0.001"
    assert what_is_on(run.phases[0]) == "On: warm-up, cosine, clip 1"
    assert what_is_on(run.phases[1]) == ""
    assert flags(run, hidden=True) == ["hidden", "clipped"]


@for_every("slug", [*SCHEDULES, "warmup"])
def test_the_plot_of_a_rate_is_that_of_the_run_and_its_ends_are_named(slug):
    scene, _ = parse(f"surface=booth&steps=60&run=adam:lr=0.02;{slug}")
    [path] = simulate(scene)
    plot = rate_plot(path.rates, 60)
    drawn = base64.b64decode(re.search('base64,([^"]*)', plot)[1]).decode()
    points = np.array([pair.split(",") for pair in re.search('points="(.*?)"', drawn)[1].split()], dtype=float)
    np.testing.assert_allclose(points[:, 0], np.linspace(0, 100, 60), atol=0.05)
    np.testing.assert_allclose(1 - points[:, 1] / 100, path.rates / path.rates.max(), atol=1e-3)
    for end in ("step 0", "step 59", "<span>0</span>", format_value(float(f"{path.rates.max():.3g}"))):
        assert end in plot


def test_a_long_run_and_one_that_overflows_have_a_plot_too():
    assert rate_plot(np.full(10_000, 0.1), 10_000).count("step 9999") == 1
    assert len(rate_plot(np.full(10_000, 0.1), 10_000)) < 6000
    scene, _ = parse("surface=rosenbrock&start=-1.5,2&steps=60&run=sgd:lr=0.1;cosine")
    assert "step 59" in rate_plot(simulate(scene)[0].rates, 60)
    assert "step 59" in rate_plot(np.array([]), 60)


def test_the_line_of_the_rate_can_be_told_from_a_card_in_both_themes():
    def luminance(colour: str) -> float:
        channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
        return float(np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ WEIGHTS)

    for theme in themes().values():
        light, dark = sorted((luminance(theme.card), luminance(LINE_COLOUR)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3


WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


# On the page


@for_every("slug", ["constant", *one_of_each_kind({slug: knobs_of(cls) for slug, cls in SCHEDULES.items()})])
def test_a_schedule_with_every_kind_of_setting_can_be_chosen_and_set(open_app, slug):
    app = with_more(open_app, "surface=booth&steps=60&run=adam:lr=0.1")
    chooser = labelled(app.selectbox, "Schedule of the rate")
    assert chooser.value == "constant"
    assert not [html for html in app.get("html") if '<div class="ravine-rate"' in html.proto.body]
    checked(chooser.set_value(slug).run())
    schedule = scene_of(app).runs[0].phases[0].schedule
    if slug == "constant":
        assert schedule is None
        return
    assert schedule == SCHEDULES[slug].for_steps(60)
    assert SCHEDULES[slug].about in [caption.value for caption in app.caption]
    for name, declared in knobs_of(schedule).items():
        assert in_card(app.select_slider, declared.label).value == getattr(schedule, name)
        other = next(float(stop) for stop in in_card(app.select_slider, declared.label).options if float(stop) > 0)
        checked(labelled(app.text_input, f"{declared.label}, exact value").set_value(format_value(other)).run())
        schedule = scene_of(app).runs[0].phases[0].schedule
        assert getattr(schedule, name) == in_card(app.select_slider, declared.label).value == other
    assert parse(format(scene_of(app)))[0] == scene_of(app)
    assert [html for html in app.get("html") if '<div class="ravine-rate"' in html.proto.body]
    checked(labelled(app.selectbox, "Schedule of the rate").set_value("constant").run())
    assert scene_of(app).runs[0].phases[0].schedule is None


@for_every("slug", [*SWITCHED])
def test_every_other_part_can_be_switched_on_set_and_off(open_app, slug):
    app = with_more(open_app, "surface=booth&steps=60&run=adam:lr=0.1")
    checked(labelled(app.toggle, PARTS[slug].title).set_value(True).run())
    assert scene_of(app).runs[0].phases[0].parts == (PARTS[slug](),)
    for name, declared in knobs_of(PARTS[slug]).items():
        control = in_card(app.select_slider, declared.label)
        value = float(control.options[3])
        checked(control.set_value(value).run())
        assert getattr(scene_of(app).runs[0].phases[0].part(slug), name) == value
        assert labelled(app.text_input, f"{declared.label}, exact value").value == format_value(value)
    assert parse(format(scene_of(app)))[0] == scene_of(app)
    checked(labelled(app.toggle, PARTS[slug].title).set_value(False).run())
    assert scene_of(app).runs[0].phases[0].parts == ()


def test_what_is_on_is_seen_without_opening_anything(open_app):
    app = open_app("surface=booth&run=sgd:lr=0.01;clip:norm=2&run=adam:lr=0.1;cosine:until=20;sam&noise=0.25")
    closed, opened = [card.label for card in app.expander if "![](" in card.label]
    assert ":gray[clipped] :gray[lr 0.01, clip 2]" in closed
    assert opened.endswith("**Adam**")
    assert "On: cosine, SAM" in [caption.value for caption in app.caption]
    app.session_state["ravine"].open_card(None)
    checked(app.run())
    assert any(card.label.endswith("**Adam with SAM** :gray[lr 0.1, cosine]") for card in app.expander)
    assert any(card.label == "More :gray[gradient noise 0.25]" for card in app.expander)


def test_the_open_cards_title_stays_while_parts_come_and_go(open_app):
    """Another title would be another card, which begins at its top."""
    app = with_more(open_app, "surface=booth&steps=60&run=adam:lr=0.1")
    titles = {card.label for card in app.expander}
    for cls in SWITCHED.values():
        checked(labelled(app.toggle, cls.title).set_value(True).run())
        assert {card.label for card in app.expander} == titles


def test_a_setting_of_a_part_that_makes_no_sense_is_named(open_app):
    app = with_more(open_app, "surface=booth&run=adam:lr=0.1;cosine:until=20")
    checked(labelled(app.text_input, "Until step, exact value").set_value("0").run())
    assert warnings_of(app) == "Adam, Cosine: until must be in [1, 1000000], got 0."
    assert scene_of(app).runs[0].phases[0].schedule.until == 20


def test_a_run_goes_on_with_another_rule_whose_settings_are_shown(open_app):
    app = with_more(open_app, "surface=booth&steps=300&run=momentum:lr=0.02")
    checked(labelled(app.get("menu_button"), "Go on with").set_value("adam").run())
    [run] = scene_of(app).runs
    assert run.title == "Momentum, then Adam"
    assert in_card(app.select_slider, "beta1 direction").value == 0.9
    assert in_card(app.select_slider, "Steps of phase 1").value == run.phases[0].steps == 150
    checked(labelled(app.text_input, "Steps of phase 1, exact value").set_value("40").run())
    checked(labelled(app.text_input, "Learning rate, exact value").set_value("0.0234").run())
    first, second = scene_of(app).runs[0].phases
    assert (first.steps, first.rule.lr, second.rule.lr) == (40, 0.02, 0.0234)
    checked(labelled(app.selectbox, "Continue with").set_value("rmsprop").run())
    assert scene_of(app).runs[0].phases[1].rule.slug == "rmsprop"
    checked(labelled(app.button, "Remove phase 2").click().run())
    assert scene_of(app).runs[0].phases[0].parts == ()
    assert scene_of(app).labels == ("Momentum",)


def phase_choice(app):
    """The control that chooses a phase; the other of its kind chooses a scene."""
    [found] = [group for group in app.get("button_group") if group.label == "Phase"]
    return found


def test_the_rate_is_changed_in_mid_run_with_or_without_the_memory(open_app):
    app = with_more(open_app, "surface=booth&steps=300&run=momentum:lr=0.02")
    checked(labelled(app.get("menu_button"), "Go on with").set_value("").run())
    assert labelled(app.toggle, "Keep its memory").value is True
    checked(labelled(app.toggle, "Keep its memory").set_value(False).run())
    assert not scene_of(app).runs[0].phases[1].carry
    checked(labelled(app.toggle, "Keep its memory").set_value(True).run())
    assert scene_of(app).runs[0].phases[1].carry
    assert labelled(app.text_input, "Learning rate, exact value").value == "0.002"
    checked(phase_choice(app).set_value(0).run())
    assert labelled(app.text_input, "Learning rate, exact value").value == "0.02"
    assert not [toggle for toggle in app.toggle if toggle.label == "Keep its memory"]


def test_another_card_begins_with_its_first_phase(open_app):
    app = open_app(f"{CHAIN}&run=adam:lr=0.1")
    session = app.session_state["ravine"]
    session.open_card(session.run_ids[0])
    checked(app.run())
    checked(phase_choice(app).set_value(2).run())
    assert session.open_phase == 2
    session.open_card(session.run_ids[1])
    checked(app.run())
    assert session.open_phase == 0


def test_noise_and_seed_are_set_under_more(open_app):
    app = open_app("surface=booth&steps=60&run=adam:lr=0.1")
    assert not [field for field in app.text_input if field.label == "Seed"]
    app.session_state["scene-more"] = True
    checked(app.run())
    checked(labelled(app.text_input, "Gradient noise, exact value").set_value("0.123").run())
    assert scene_of(app).noise == in_card(app.select_slider, "Gradient noise").value == 0.123
    noisy = simulate(scene_of(app))[0]
    checked(labelled(app.button, "Another seed").click().run())
    assert scene_of(app).seed == 1
    assert labelled(app.text_input, "Seed").value == "1"
    assert not np.array_equal(simulate(scene_of(app))[0].points, noisy.points)
    checked(labelled(app.text_input, "Seed").set_value("-1").run())
    assert "Scene: seed must be in [0, 4294967295], got -1" in warnings_of(app)
    checked(labelled(app.text_input, "Gradient noise, exact value").set_value("0").run())
    assert "noise" not in format(scene_of(app))


def test_the_view_survives_all_of_it():
    session = session_of(f"{CHAIN}&view=3d")
    session.set_noise(1.0)
    session.add_part(session.run_ids[0], 0, "sam")
    session.add_phase(session.run_ids[0], "sgd")
    assert dataclasses.replace(session.view, step=None) == View(mode="3d")
