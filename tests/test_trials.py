"""The log of trials: its bounds, its table and CSV, and what a trial gets wrong."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from lab.experiment import Experiment
from lab.images import digits
from lab.training import train
from lab.trials import COLUMNS, MOST_TRIALS, MOST_WEIGHTS_BYTES, Trials, confusion, mistakes


@pytest.fixture(scope="module")
def images():
    return digits()


@pytest.fixture(scope="module")
def trial(images):
    training = train(Experiment(epochs=5), images)
    for _ in training:
        pass
    return training.trial


@pytest.fixture(scope="module")
def linear(images):
    training = train(Experiment(model="linear", loss="hinge", epochs=1), images)
    next(training)
    return training.trial


def log_of(*trials):
    log = Trials()
    for each in trials:
        log = log.adding(each)
    return log


def test_a_log_keeps_its_newest_trials_with_their_numbers_and_the_weights_of_fewer(trial):
    log = log_of(*[trial] * (MOST_TRIALS + 3))
    assert [number for number, _ in log.numbered()] == list(range(4, MOST_TRIALS + 4))
    kept = [each.weights is not None for each in log]
    room = MOST_WEIGHTS_BYTES // trial.nbytes
    assert kept == [False] * (MOST_TRIALS - room) + [True] * room
    assert log.trials[0].row() == log.trials[-1].row()


def test_the_csv_has_one_header_and_a_row_for_each_trial_that_reads_back(trial, linear):
    assert Trials().as_csv() == ",".join(COLUMNS) + "\n"
    log = log_of(trial, linear)
    rows = list(csv.DictReader(io.StringIO(log.as_csv())))
    assert [tuple(row) for row in rows] == [COLUMNS, COLUMNS]
    assert [row["trial"] for row in rows] == ["1", "2"]
    assert float(rows[0]["test accuracy"]) == trial.test_accuracy
    assert rows[0]["settings"] == "Adam (lr 0.005)"
    assert [row["width"] for row in rows] == ["64", ""]
    assert [row["outcome"] for row in rows] == ["Finished", "Stopped after epoch 0"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", ' =cmd|"/c calc"!A0'])
def test_no_text_of_a_reader_becomes_a_formula(name, trial):
    text = log_of(replace(trial, data=name)).as_csv()
    assert next(csv.DictReader(io.StringIO(text)))["images"] == f"'{name}"


def test_a_name_with_commas_quotes_and_lines_stays_one_cell(trial):
    name = 'bees, "wasps"\nand flies'
    rows = list(csv.DictReader(io.StringIO(log_of(replace(trial, data=name)).as_csv())))
    assert [row["images"] for row in rows] == [name]


def test_the_confusion_matrix_counts_every_test_image_once(trial, images):
    found = confusion(trial, images)
    assert found.sum(axis=1).tolist() == np.bincount(images.test.labels).tolist()
    assert np.trace(found) / found.sum() == pytest.approx(trial.test_accuracy)


def test_mistakes_are_what_is_off_the_diagonal_the_most_confident_first(trial, images):
    found = mistakes(trial, images)
    matrix = confusion(trial, images)
    assert len(found) == matrix.sum() - np.trace(matrix) > 0
    assert np.all(np.diff(found.confidence) <= 0)
    assert found.is_probability
    assert np.all((found.confidence > 1 / 10) & (found.confidence <= 1))
    for index, predicted, true in zip(found.indices, found.predicted, found.true, strict=True):
        assert images.test.labels[index] == true != predicted
        assert trial.scores(images.test)[index].argmax() == predicted


def test_without_probabilities_confidence_is_the_lead_in_the_score(linear, images):
    found = mistakes(linear, images)
    scores = np.sort(linear.scores(images.test)[found.indices], axis=1)
    assert not found.is_probability
    assert found.confidence == pytest.approx(scores[:, -1] - scores[:, -2])


def test_a_trial_whose_weights_are_gone_says_so(trial, images):
    with pytest.raises(ValueError, match="The weights of this trial are gone; only the newest trials keep theirs"):
        confusion(trial.without_weights(), images)


def test_a_trial_of_other_images_says_so(trial, images):
    other = replace(images.test, pixels=images.test.pixels[:, :16])
    with pytest.raises(ValueError, match="has learned images of 64 numbers in 10 classes, these have 16 in 10"):
        mistakes(trial, replace(images, test=other))
