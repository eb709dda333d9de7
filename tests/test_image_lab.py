"""The image lab's page without a browser: training, stopping, the log, and what is taken for what."""

from __future__ import annotations

import csv
import dataclasses
import io
import re

import numpy as np
import pytest

from knobs import knobs_of
from lab.experiment import lab_rate, trainable
from lab.training import train
from lab.trials import COLUMNS, confusion, mistakes
from optimizers import MAX_STEPS, OPTIMIZERS, PARTS, Phase
from tests.every import for_every
from tests.lab_pages import TINY, checked, html_of, opened, press, said, session_of
from tests.pages import one_of_each_kind
from views.image_lab import HEADLINE
from views.lab.controls import told
from views.lab.results import MOST_COMPARED, MOST_MISTAKES, comparison
from views.lab.session import LabSession, the_digits


@pytest.fixture
def app(root, monkeypatch):
    return opened(root, monkeypatch)


def test_the_page_opens_with_something_to_train_and_what_it_is_made_of(app):
    assert HEADLINE in said(app)
    assert TINY.summary in said(app)
    assert told(the_digits()) in said(app)
    assert "20 of the 1,079 images to learn from:" in said(app)
    assert said(app).count("<figcaption>7</figcaption>") == 2
    assert (app.button(key="lab-train").disabled, app.button(key="lab-stop").disabled) == (False, True)
    assert not app.dataframe


def test_a_training_leaves_a_row_its_curves_and_what_it_gets_wrong(app):
    press(app, "lab-train")
    session = session_of(app)
    [(number, trial)] = session.trials.numbered()
    [table] = app.dataframe
    assert table.value.iloc[0]["trial"] == number == 1
    assert table.value.iloc[0]["validation accuracy"] == trial.last.validation_accuracy
    assert table.value.iloc[0]["model"] == "Linear"
    assert f"Trial 1: Finished. Test accuracy {100 * trial.test_accuracy:.1f} %, 2,158 images seen" in said(app)
    assert f"validation {100 * trial.last.validation_accuracy:.1f} %" in said(app)
    wrong = len(mistakes(trial, the_digits()))
    assert f"Trial 1 takes {wrong} of 359 test images for another class" in said(app)
    assert f"these are the {MOST_MISTAKES} of which it is most sure" in said(app)
    assert said(app).count("taken for <b>") == MOST_MISTAKES


def test_the_page_trains_with_the_numbers_of_the_package(app):
    press(app, "lab-train")
    [trial] = session_of(app).trials
    by_hand = train(TINY, the_digits())
    list(by_hand)
    assert np.array_equal(trial.weights, by_hand.trial.weights)
    assert trial.outcome == by_hand.trial.outcome == "finished"


def test_the_confusion_matrix_counts_every_test_image(app):
    press(app, "lab-train")
    app.session_state["lab-tabs"] = "Confusion matrix"
    checked(app.run())
    [trial] = session_of(app).trials
    [html] = [html for html in html_of(app) if "rv-confusion" in html]
    counts = [int(number) for number in re.findall(r"<td[^>]*>(\d+)</td>", html)]
    assert counts == confusion(trial, the_digits()).ravel().tolist()
    assert sum(counts) == 359


def test_the_log_is_sorted_by_validation_and_comes_as_csv(app):
    press(app, "lab-train")
    session_of(app).set("epochs", 6)
    press(app, "lab-train")
    accuracies = list(app.dataframe[0].value["validation accuracy"])
    assert accuracies == sorted(accuracies, reverse=True)
    assert list(app.dataframe[0].value["trial"]) == [2, 1]
    rows = list(csv.reader(io.StringIO(session_of(app).trials.as_csv())))
    assert rows[0] == list(COLUMNS)
    assert set(rows[0]) == set(app.dataframe[0].value.columns)
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert app.download_button[0].label == "Download the log as CSV"


# Stopping


def interrupted(app, monkeypatch, epochs):
    """The page after the script was ended in the middle of a training, as it is whenever something is pressed."""
    session = session_of(app)
    session.set("epochs", 30)
    with monkeypatch.context() as patched:
        patched.setattr("views.image_lab._train", lambda *_: None)
        press(app, "lab-train")
    while len(session.running.curve) <= epochs:
        session.advance()
    return session


@pytest.mark.parametrize("epochs", [0, 1, 3])
def test_stop_keeps_what_has_been_reached(app, monkeypatch, epochs):
    session = interrupted(app, monkeypatch, epochs)
    press(app, "lab-stop")
    [trial] = session.trials
    assert trial.outcome_in_words == f"Stopped after epoch {epochs}"
    assert trial.outcome_in_words in said(app)
    assert len(trial.curve) == epochs + 1
    assert session.running is None


def test_stop_before_the_first_measurement_loses_nothing(app, monkeypatch):
    session = interrupted(app, monkeypatch, -1)
    press(app, "lab-stop")
    assert [trial.outcome_in_words for trial in session.trials] == ["Stopped after epoch 0"]


def test_while_it_trains_it_says_how_far_it_is(app, monkeypatch):
    session = interrupted(app, monkeypatch, 3)
    with monkeypatch.context() as patched:
        patched.setattr("views.image_lab._train", lambda *_: None)
        checked(app.run())
    assert "Epoch 3 of 30 · 3,237 images seen" in said(app)
    assert 'aria-valuenow="10"' in said(app)
    assert (app.button(key="lab-train").disabled, app.button(key="lab-stop").disabled) == (True, False)
    assert f"training {100 * session.running.curve[3].train_accuracy:.1f} %" in said(app)


def test_another_control_does_not_end_a_training(app, monkeypatch):
    session = interrupted(app, monkeypatch, 1)
    checked(app.text_input(key="lab-seed").input("7").run())
    [trial] = session.trials
    assert (trial.outcome_in_words, trial.last.epoch, trial.experiment.seed) == ("Finished", 30, 0)
    assert session.experiment.seed == 7


def test_a_second_training_keeps_the_first(app, monkeypatch):
    session = interrupted(app, monkeypatch, 1)
    session.attempt(session.begin)
    checked(app.run())
    assert [trial.outcome for trial in session.trials] == ["stopped", "finished"]


def test_a_training_that_overflows_ends_with_a_sentence(app):
    session_of(app).set("phase", Phase(OPTIMIZERS["sgd"](lr=1e300)))
    press(app, "lab-train")
    [trial] = session_of(app).trials
    assert trial.outcome == "overflow"
    assert trial.outcome_in_words in said(app)


def test_a_rule_that_refuses_in_the_middle_ends_the_training_with_its_sentence(app, monkeypatch):
    session = interrupted(app, monkeypatch, 2)

    def refuse(training):
        raise ValueError("No step leads on from here")

    with monkeypatch.context() as patched:
        patched.setattr("lab.training.Training.__next__", refuse)
        checked(app.run())
    assert "No step leads on from here." in said(app)
    assert [trial.last.epoch for trial in session.trials] == [2]


# Controls


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("lab-epochs-exact", "0", "Experiment: epochs must be in [1, 500], got 0."),
        ("lab-batch-exact", "many", "Experiment: batch must be in [1, 10000], got many."),
        ("lab-seed", "-1", "Experiment: seed must be in [0, 2147483647], got -1."),
        ("lab-adam-lr-exact", "1e999", "Adam: lr must be in (0, inf), got inf."),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(app, key, text, sentence):
    before = session_of(app).experiment
    checked(app.text_input(key=key).input(text).run())
    assert sentence in said(app)
    assert session_of(app).experiment == before
    checked(app.text_input(key="lab-epochs-exact").input("3").run())
    assert sentence not in said(app)


def test_a_network_that_is_too_large_is_refused_in_a_sentence(app, monkeypatch):
    monkeypatch.setattr("landscapes.networks.MOST_WEIGHTS", 100)
    press(app, "lab-train")
    assert "Network: there may be at most 100 weights, got 650." in said(app)
    assert not len(session_of(app).trials)


def test_what_does_not_matter_is_not_shown(app):
    labels = {slider.label for slider in app.select_slider}
    assert not labels & {"Width", "Huber delta"}
    checked(app.selectbox(key="lab-model-choice").select("one-layer").run())
    checked(app.selectbox(key="lab-loss-choice").select("huber").run())
    assert {"Width", "Huber delta"} <= {slider.label for slider in app.select_slider}


@for_every("slug", one_of_each_kind({slug: knobs_of(cls) for slug, cls in trainable().items()}))
def test_a_rule_with_every_kind_of_setting_can_be_chosen_with_them(app, slug):
    session_of(app).more = True
    checked(app.selectbox(key="lab-rule-choice").select(slug).run())
    rule = session_of(app).experiment.phase.rule
    assert (rule.slug, rule.lr) == (slug, lab_rate(type(rule)))
    keys = {element.key for kind in (app.text_input, app.toggle, app.selectbox) for element in kind}
    for name, declared in knobs_of(rule).items():
        if declared.matters(vars(rule)):
            assert keys & {f"lab-{slug}-{name}", f"lab-{slug}-{name}-exact", f"lab-{slug}-{name}-choice"}


def test_a_rule_that_needs_a_hessian_is_not_offered(app):
    assert "Newton's method" not in app.selectbox(key="lab-rule-choice").options


def test_a_schedule_lasts_as_long_as_the_training_and_is_drawn(app):
    press(app, "lab-more")
    checked(app.selectbox(key="lab-schedule-choice").select("cosine").run())
    session = session_of(app)
    assert session.experiment.phase.schedule.until == session.steps == 10
    assert "Learning rate over 10 steps" in said(app)
    press(app, "lab-more")
    assert "On: cosine" in said(app)
    press(app, "lab-train")
    assert session.trials.trials[0].experiment.phase.schedule == session.experiment.phase.schedule


@pytest.mark.parametrize("slug", [slug for slug, part in PARTS.items() if part.kind in ("warm-up", "wrapper", "clip")])
def test_what_is_added_to_a_rule_is_switched_on_and_off(app, slug):
    press(app, "lab-more")
    checked(app.toggle(key=f"lab-{slug}").set_value(True).run())
    assert session_of(app).experiment.phase.part(slug)
    press(app, "lab-train")
    assert len(session_of(app).trials) == 1
    checked(app.toggle(key=f"lab-{slug}").set_value(False).run())
    assert not session_of(app).experiment.phase.parts


def test_a_schedule_of_a_very_long_training_lasts_as_long_as_schedules_may(app):
    session = session_of(app)
    session.experiment = dataclasses.replace(TINY, batch=1, epochs=20)
    session.add_part("cosine")
    assert session.steps == session.experiment.phase.schedule.until > MAX_STEPS


# Trials side by side


def test_trials_side_by_side_say_in_what_they_differ(app):
    press(app, "lab-train")
    session_of(app).set("batch", 64)
    press(app, "lab-train")
    session_of(app).chosen = (1, 2)
    checked(app.run())
    assert "They differ in batch size." in said(app)
    assert all(f"trial {number} {end:.1f} %" in said(app) for number, end in accuracies_of(app))
    assert "Accuracy in validation" in said(app)


def test_the_uppermost_of_the_chosen_trials_is_told_of(app):
    press(app, "lab-train")
    press(app, "lab-train")
    session_of(app).chosen = (2, 1)
    checked(app.run())
    assert "Trial 2 takes" in said(app)
    assert "The uppermost of them is told of below." in said(app)
    session_of(app).chosen = (7,)  # gone since
    checked(app.run())
    assert "Trial 2 takes" in said(app)


def accuracies_of(app):
    return [(number, 100 * trial.last.validation_accuracy) for number, trial in session_of(app).trials.numbered()]


def test_equal_trials_are_said_to_be_equal():
    session = LabSession(experiment=TINY)
    for _ in range(MOST_COMPARED + 1):
        session.begin()
        session.stop()
    trials = list(session.trials.numbered())
    assert "Their settings are the same." in comparison(trials)
    assert comparison(trials[:1]) == ""
    assert comparison(trials).count('<th scope="col">') == MOST_COMPARED
