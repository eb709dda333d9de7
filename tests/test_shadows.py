"""Trials on one landscape: their shadows, the ground under them, and which trials have one in common."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from lab.experiment import Experiment
from lab.images import digits
from lab.planes import principal_plane, random_plane
from lab.shadows import MOST_TRIALS, Cut, cast_shadows, name_of, why_apart
from lab.threads import one_blas_thread
from lab.training import train
from optimizers import OPTIMIZERS, Phase

IMAGES = digits()
SIZE = 5


def trained(**settings):
    training = train(Experiment(**{"model": "linear", "epochs": 2, "batch": 200, **settings}), IMAGES)
    for _ in training:
        pass
    return training.trial


@pytest.fixture(scope="module")
def trials():
    return {1: trained(), 4: trained(phase=Phase(OPTIMIZERS["momentum"](lr=0.05)), epochs=4)}


@pytest.fixture(scope="module")
def drawn(trials):
    return cast_shadows(trials, IMAGES, Cut("principal"), size=SIZE)


def test_several_trials_share_the_plane_of_all_their_snapshots(trials, drawn):
    paths = [trial.snapshots for trial in trials.values()]
    assert list(drawn.shadows) == list(trials)
    with one_blas_thread():  # as the landscape was worked out: two threads may round otherwise
        plane = principal_plane(paths)
        for shadow, path in zip(drawn.shadows.values(), paths, strict=True):
            assert np.array_equal(shadow.places, plane.project(path))
        assert drawn.share == plane.share_of(paths) == pytest.approx(sum(drawn.shares))


def test_the_losses_of_a_path_are_those_of_its_own_weights_to_the_last_bit(trials, drawn):
    for number, trial in trials.items():
        shadow = drawn.shadows[number]
        assert shadow.losses[-1] == trial.last.train_loss
        assert shadow.losses[0] == trial.curve[0].train_loss
        assert len(shadow.losses) == len(trial.snapshots)


def test_the_loss_of_a_shadow_is_that_of_its_place_on_the_plane(trials, drawn):
    plane = principal_plane([trial.snapshots for trial in trials.values()])
    for number, trial in trials.items():
        weights = plane.point(drawn.shadows[number].places[-1])
        exact = trial.network.loss(weights, IMAGES.train.inputs, IMAGES.train.targets)
        assert drawn.shadows[number].shadow_loss == pytest.approx(exact)
        assert drawn.shadows[number].shadow_loss != drawn.shadows[number].losses[-1]


def test_snapshots_are_told_by_their_epoch(trials, drawn):
    for number, trial in trials.items():
        epochs = drawn.shadows[number].epochs
        assert (epochs[0], epochs[-1]) == (0, trial.last.epoch)
        assert (np.diff(epochs) > 0).all()


def test_every_path_is_within_the_window(drawn):
    (left, right), (bottom, top) = drawn.ground.x_range, drawn.ground.y_range
    for shadow in drawn.shadows.values():
        assert (shadow.places > (left, bottom)).all()
        assert (shadow.places < (right, top)).all()


def test_a_random_plane_goes_through_the_solution_and_is_as_wide_as_its_filters_are_long(trials):
    drawn = cast_shadows(trials, IMAGES, Cut("random", seed=3, around=4), size=SIZE)
    plane = random_plane(trials[4].weights, trials[4].network.layers, seed=3)
    assert drawn.ground.x_range == drawn.ground.y_range == (-1, 1)
    assert np.allclose(drawn.shadows[4].places[-1], 0)
    assert drawn.shadows[4].shadow_loss == pytest.approx(drawn.shadows[4].losses[-1])
    assert drawn.ground.loss[SIZE // 2, SIZE // 2] == pytest.approx(trials[4].last.train_loss)
    assert drawn.share == plane.share_of([trial.snapshots for trial in trials.values()]) < 0.05


def test_progress_goes_from_nothing_to_all(trials):
    told = []
    cast_shadows(trials, IMAGES, Cut("principal"), size=SIZE, on_progress=told.append)
    assert told[0] == 0
    assert told[-1] == pytest.approx(1)
    assert told == sorted(told)


def test_a_name_stands_for_one_picture_only(trials):
    cuts = [Cut("principal"), Cut("random", 0, 1), Cut("random", 1, 1), Cut("random", 0, 4)]
    names = [name_of(trials, cut) for cut in cuts]
    others = [name_of({1: trials[1]}, cuts[0]), name_of({1: trials[1], 4: trained(seed=1)}, cuts[0])]
    assert len({*names, *others}) == 6
    assert name_of(dict(trials), Cut("principal")) == names[0]


def test_trials_that_have_a_landscape_in_common_are_not_held_apart(trials):
    assert why_apart(trials) == ""


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "squared-hinge"}, "Trials 1 and 2 have no landscape in common: .* is not .*"),
        ({"penalty": 0.01}, "Trials 1 and 2 have no landscape in common: .* is not .*penalty 0.01"),
        ({"model": "one-layer", "width": 3}, "Trials 1 and 2 .*Softmax regression is not 3 ReLU units"),
    ],
)
def test_trials_of_other_networks_or_losses_are_held_apart_with_the_reason(trials, settings, message):
    apart = {1: trials[1], 2: trained(**settings)}
    with pytest.raises(ValueError, match=message):
        cast_shadows(apart, IMAGES, Cut("principal"), size=SIZE)


def test_what_cannot_be_drawn_is_refused_in_a_sentence(trials):
    forgotten = {7: trials[1].without_weights()}
    assert why_apart(forgotten) == "The weights of trial 7 are no longer kept."
    many = dict.fromkeys(range(MOST_TRIALS + 1), trials[1])
    assert why_apart(many) == f"At most {MOST_TRIALS} trials share a landscape, these are {MOST_TRIALS + 1}."
    still = trained(phase=Phase(OPTIMIZERS["sgd"](lr=1e-300)))
    with pytest.raises(ValueError, match="never change"):
        cast_shadows({1: still}, IMAGES, Cut("principal"), size=SIZE)


def test_a_landscape_does_not_keep_the_weights_of_its_trials_alive():
    trial = trained()
    alive = weakref.ref(trial), weakref.ref(trial.snapshots)
    drawn = cast_shadows({1: trial}, IMAGES, Cut("principal"), size=SIZE)
    del trial
    assert [each() for each in alive] == [None, None]
    assert drawn.shadows[1].outcome_in_words == "Finished"
