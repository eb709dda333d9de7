"""The landscape around the solution: what the stage is sent, what is said, and the section of the lab's page."""

from __future__ import annotations

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lab.experiment import Experiment
from lab.images import digits
from lab.planes import principal_plane
from lab.shadows import Cut, cast_shadows
from lab.threads import one_blas_thread
from lab.training import train
from lab.trials import Trials
from optimizers import OPTIMIZERS, Phase
from scenes import View, default_scene, simulate
from tests.pages import warnings_of
from views.lab.landscape import NONE_YET
from views.lab.session import LabSession, the_digits
from views.lab.show import RANDOM_WALK_SHARE, percent, plane_in_words, reading_in_words, shadows_table, show_of_shadows
from views.player.player import scene_message
from views.player.show import Opening, show_message
from views.theme import marks_of
from views.words import short

MOMENTUM = Phase(OPTIMIZERS["momentum"](lr=0.05))


def trained(**settings):
    training = train(Experiment(**{"model": "linear", "epochs": 2, "batch": 200, **settings}), the_digits())
    for _ in training:
        pass
    return training.trial


def header_of(message: bytes) -> dict:
    """What a message says, without its arrays."""
    length = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + length])["body"]


@pytest.fixture(scope="module")
def trials():
    return {1: trained(), 2: trained(phase=MOMENTUM, epochs=4), 3: trained(loss="squared-hinge")}


@pytest.fixture(scope="module")
def drawn(trials):
    return cast_shadows({number: trials[number] for number in (1, 2)}, the_digits(), Cut("principal"), size=9)


@pytest.fixture(scope="module")
def at_random(trials):
    return cast_shadows({1: trials[1]}, the_digits(), Cut("random", seed=1, around=1), size=9)


# What the stage is sent


def test_the_stage_draws_every_trial_in_the_look_of_its_rule(drawn):
    show = show_of_shadows(drawn)
    experiments = {number: shadow.experiment for number, shadow in drawn.shadows.items()}
    assert [run.label for run in show.runs] == [f"{number}: {each.label}" for number, each in experiments.items()]
    assert [run.mark for run in show.runs] == list(marks_of(each.phase.rule for each in experiments.values()))
    for run, shadow in zip(show.runs, drawn.shadows.values(), strict=True):
        assert np.array_equal(run.points, shadow.places)
        assert np.array_equal(run.losses, shadow.losses)
        assert np.array_equal(run.counts, shadow.epochs)


def test_paths_lie_on_the_ground(drawn):
    show = show_of_shadows(drawn)
    for run in show.runs:
        assert np.allclose(run.heights, show.terrain.heights(drawn.ground.value(run.points.T)))


def test_of_a_record_nothing_can_be_changed_and_steps_are_called_snapshots(drawn):
    sent = header_of(show_message(show_of_shadows(drawn), Opening()))
    assert sent["record"] == {"step": "Snapshot", "axes": ["direction 1", "direction 2"]}
    assert (sent["start"], sent["presets"], sent["note"], sent["autoplay"]) == (None, [], "", False)
    assert sent["steps"] == max(len(shadow.losses) for shadow in drawn.shadows.values()) - 1
    assert all(run["stops"] and run["outcome"] == "recorded" and run["leaves"] is None for run in sent["runs"])


def test_a_scene_is_no_record():
    scene = default_scene()
    assert "record" not in header_of(scene_message(scene, View(), simulate(scene), Opening()))


def test_the_loss_curve_counts_epochs_and_holds_every_loss(drawn):
    scale = show_of_shadows(drawn).scale
    assert (scale.per, scale.reach, scale.begin, scale.lowest) == ("epoch", 4, 0, 0)
    losses = np.concatenate([shadow.losses for shadow in drawn.shadows.values()])
    assert (10 ** scale.limits[0] < losses).all()
    assert (losses < 10 ** scale.limits[1]).all()
    assert np.floor(scale.limits[1]) - np.ceil(scale.limits[0]) >= 1


def test_another_choice_is_another_show(trials, drawn, at_random):
    again = cast_shadows(dict(list(trials.items())[:2]), the_digits(), Cut("principal"), size=9)
    links = [show_of_shadows(each).link for each in (drawn, again, at_random)]
    assert links[0] == links[1] != links[2]


# What is said


def test_the_words_tell_the_planes_own_numbers(drawn):
    words = plane_in_words(drawn)
    assert "first two principal components of these 2 trainings together" in words
    assert f"they hold {percent(drawn.shares[0])} and {percent(drawn.shares[1])}." in words
    assert f"The other {percent(1 - drawn.share)} is lost here." in words


def test_a_plane_that_loses_nothing_is_not_said_to_lose():
    step = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])
    assert principal_plane([step]).share_of([step]) == pytest.approx(1)
    few = trained(batch=2000, epochs=2)  # three snapshots lie in one plane
    drawn = cast_shadows({1: few}, the_digits(), Cut("principal"), size=5)
    assert drawn.share == pytest.approx(1)
    assert "is lost" not in plane_in_words(drawn)


def test_a_random_walk_has_so_much_of_its_variance_on_its_own_plane():
    with one_blas_thread():
        walk = np.cumsum(np.random.default_rng(0).normal(size=(200, 4000)), axis=0)
        share = principal_plane([walk]).share_of([walk])
    assert share == pytest.approx(RANDOM_WALK_SHARE, abs=0.02)
    assert pytest.approx((1 + 1 / 4) * 6 / np.pi**2, abs=0.001) == RANDOM_WALK_SHARE
    assert percent(RANDOM_WALK_SHARE) == "76 %"


def test_of_random_directions_it_is_said_how_little_they_hold(at_random):
    words = plane_in_words(at_random)
    assert at_random.share < 0.05
    assert "so of the paths nearly nothing is seen" in words
    reach = np.abs(at_random.shadows[1].places).max()
    assert f"The shadows reach {short(float(reach))} from the middle" in words


def test_the_ground_is_said_to_be_interpolated_and_trainings_of_other_lengths_to_be_so(drawn, at_random):
    ground, losses, steps = reading_in_words(drawn)
    assert "the loss on all 1,079 training images, worked out at 31 x 31 points" in ground
    assert "those of the real weights" in losses
    assert "(2 and 4 epochs, 13 and 25 snapshots)" in steps
    assert reading_in_words(at_random)[-1].startswith("The player steps through 13 snapshots of each training")


def test_the_table_has_both_losses(drawn):
    rows = shadows_table(drawn).splitlines()[2:]
    for row, (number, shadow) in zip(rows, drawn.shadows.items(), strict=True):
        assert row.startswith(f"| {number}: ")
        assert row.endswith(f"| {short(float(shadow.losses[-1]))} | {short(shadow.shadow_loss)} |")


# The section of the page


def page(session):
    from views.lab.landscape import landscape_section

    landscape_section(session)


def session_with(trials) -> LabSession:
    session = LabSession(trials=Trials(tuple(trials.values())))
    session._images = dict.fromkeys(trials, the_digits())
    return session


def opened(session: LabSession) -> AppTest:
    return checked(AppTest.from_function(page, kwargs={"session": session}, default_timeout=60).run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def test_before_the_first_training_the_section_says_what_it_waits_for():
    assert NONE_YET in said(opened(LabSession()))


def test_the_newest_trials_of_one_kind_are_chosen_and_drawn_when_asked_for(trials):
    app = opened(session_with({1: trials[3], 2: trials[1], 3: trials[2]}))
    assert app.multiselect[0].value == [2, 3]
    assert "of the paths' variance" not in said(app)
    app = checked(app.button(key="lab-landscape-draw").click().run())
    share = cast_shadows({2: trials[1], 3: trials[2]}, the_digits(), Cut("principal"), size=5).share
    assert f"**This plane holds {percent(share)} of the paths' variance.**" in said(app)
    assert not app.button
    assert f"This plane holds {percent(share)}" in said(checked(app.run()))  # kept, and not worked out again


def test_trials_without_a_landscape_in_common_are_told_apart(trials):
    app = opened(session_with(trials))
    app = checked(app.multiselect[0].set_value([1, 3]).run())
    assert "Trials 1 and 3 have no landscape in common" in warnings_of(app)
    other_images = session_with({1: trials[1], 2: trials[2]})
    other_images._images[2] = digits(seed=1)
    app = checked(opened(other_images).multiselect[0].set_value([1, 2]).run())
    assert "they have learned from different images" in warnings_of(app)


def test_trials_chosen_in_the_log_come_first_and_none_is_no_error(trials):
    session = session_with(trials)
    session.chosen = (1,)
    app = opened(session)
    assert app.multiselect[0].value == [1]
    assert "Choose at least one trial" in said(checked(app.multiselect[0].set_value([]).run()))


def test_a_plane_that_does_not_exist_is_a_sentence():
    app = opened(session_with({1: trained(batch=2000, epochs=1)}))
    app = checked(app.button(key="lab-landscape-draw").click().run())
    assert warnings_of(app) == "All these weights lie on one line: train for more epochs or choose more trials."


def test_random_directions_go_through_the_trial_of_choice(trials):
    app = opened(session_with({1: trials[1], 2: trials[2]}))
    app = checked(app.segmented_control(key="lab-landscape-kind").set_value("Random directions").run())
    app = checked(app.number_input(key="lab-landscape-seed").set_value(5).run())
    app = checked(app.selectbox[0].set_value(1).run())
    app = checked(app.button(key="lab-landscape-draw").click().run())
    cut = Cut("random", seed=5, around=1)
    share = cast_shadows({1: trials[1], 2: trials[2]}, the_digits(), cut, size=5).share
    assert f"**This plane holds {percent(share)} of the paths' variance.**" in said(app)
