"""Trainings of the image lab: any rule learns, the same experiment gives the same bits, and what ends one early."""

from __future__ import annotations

from statistics import mean

import numpy as np
import pytest

from benchmarks.bench_image_lab import compare
from knobs import knobs_of
from lab import training as training_module
from lab.experiment import Experiment, lab_rate, models, trainable
from lab.images import digits
from lab.training import MOST_SNAPSHOTS, train
from lab.walker import BatchLoss
from landscapes import LANDSCAPES
from landscapes.losses import LOSSES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, Phase, descend
from optimizers.batches import batches_of
from optimizers.schedules import Schedule
from tests.every import for_every

SCHEDULES = [slug for slug, part in PARTS.items() if issubclass(part, Schedule)]


@pytest.fixture(scope="module")
def images():
    return digits()


def trial_of(images, **settings):
    """The record of a training to its end."""
    training = train(Experiment(**settings), images)
    for _ in training:
        pass
    return training.trial


def with_parts(slug, *parts, **settings):
    rule = OPTIMIZERS[slug]
    return Phase(rule(**{"lr": lab_rate(rule), **settings}), parts)


@pytest.mark.parametrize("slug", trainable())
def test_every_rule_learns_within_a_few_epochs_at_its_default(slug, images):
    curve = trial_of(images, phase=with_parts(slug), epochs=4).curve
    assert min(progress.train_loss for progress in curve) < 0.95 * curve[0].train_loss
    assert max(progress.validation_accuracy for progress in curve) > 2 * curve[0].validation_accuracy


@for_every("loss", [*LOSSES])
@pytest.mark.parametrize("model", models.titles)
def test_every_loss_falls_under_every_model_by_gradient_descent_at_its_default(model, loss, images):
    curve = trial_of(images, model=model, loss=loss, phase=with_parts("sgd"), epochs=2).curve
    assert max(progress.train_loss for progress in curve[1:]) < curve[0].train_loss


def test_only_rules_that_need_a_hessian_cannot_train_a_network():
    refused = set(OPTIMIZERS) - set(trainable())
    assert refused
    for slug in refused:
        assert descend(LANDSCAPES["booth"], OPTIMIZERS[slug](), steps=1).evaluations.hessians
        with pytest.raises(ValueError, match="needs all second derivatives, and a network has too many weights"):
            Experiment(phase=OPTIMIZERS[slug]())


@for_every("slug", [*CLASSICAL])
def test_a_classical_method_is_refused_in_a_sentence(slug):
    with pytest.raises(ValueError, match="a network needs a rule with a learning rate"):
        Experiment(phase=CLASSICAL[slug]())


@pytest.mark.parametrize("slug", ["steps", "carry", "batch"])
def test_parts_that_a_training_has_no_room_for_are_refused(slug):
    with pytest.raises(ValueError, match=f"a training has one phase and its own batch, so no {slug}"):
        Experiment(phase=with_parts("adam", PARTS[slug]()))


def test_every_setting_of_an_experiment_has_its_bounds():
    bad = {"model": "forest", "width": 0, "activation": "sin", "loss": "pizza", "delta": 0, "penalty": -1, "batch": 0}
    bad |= {"epochs": 501, "seed": -1}
    assert set(bad) == set(knobs_of(Experiment))
    for name, value in bad.items():
        with pytest.raises(ValueError, match=f"Experiment: {name} must be in"):
            Experiment(**{name: value})


def test_the_same_experiment_gives_the_same_bits_and_another_seed_others(images):
    first, again, other = (trial_of(images, epochs=2, seed=seed) for seed in (3, 3, 4))
    assert first.snapshots.tobytes() == again.snapshots.tobytes()
    assert first.snapshots.tobytes() != other.snapshots.tobytes()
    numbers = [
        [(p.train_loss, p.train_accuracy, p.validation_loss, p.validation_accuracy) for p in trial.curve]
        for trial in (first, again)
    ]
    assert numbers[0] == numbers[1]
    assert (first.test_loss, first.test_accuracy) == (again.test_loss, again.test_accuracy)


def test_a_training_sees_the_batches_that_a_run_on_a_surface_of_data_would_see(images):
    trial = trial_of(images, model="linear", phase=OPTIMIZERS["sgd"](lr=0.1), batch=100, epochs=2, seed=7)
    weights = trial.network.init(7)
    inputs, targets = images.train.inputs, images.train.targets
    for batch in batches_of([100] * trial.last.steps, len(inputs), seed=7):
        weights = weights - 0.1 * trial.network.value_and_gradient(weights, inputs[batch], targets[batch])[1]
    assert trial.weights == pytest.approx(weights, rel=1e-12, abs=1e-14)


def test_a_batch_as_large_as_the_training_set_is_all_of_it(images):
    trial = trial_of(images, phase=OPTIMIZERS["sgd"](lr=0.1), batch=5000, epochs=2)
    assert [progress.step for progress in trial.curve] == [0, 1, 2]
    full = trial.network.value_and_gradient(trial.snapshots[0], images.train.inputs, images.train.targets)[1]
    assert trial.snapshots[1] == pytest.approx(trial.snapshots[0] - 0.1 * full)


@for_every("slug", [*SCHEDULES])
def test_every_schedule_sets_the_rate_of_a_training(slug, images):
    experiment = Experiment(epochs=2, batch=128)
    steps = experiment.steps(len(images.train))
    phase = with_parts("adam", PARTS[slug].for_steps(steps))
    curve = trial_of(images, epochs=2, batch=128, phase=phase).curve
    rates = phase.rule.lr * phase.factors(steps)
    assert [p.rate for p in curve] == pytest.approx([rates[0], rates[steps // 2 - 1], rates[-1]])


def test_reduce_on_plateau_is_told_the_loss_once_an_epoch_after_the_warm_up(images):
    parts = [PARTS["plateau"](gamma=0.5, patience=0, threshold=0.999), PARTS["warmup"](count=9)]
    curve = trial_of(images, epochs=4, batch=128, phase=with_parts("sgd", *parts)).curve
    assert [p.rate / lab_rate(OPTIMIZERS["sgd"]) for p in curve[1:]] == pytest.approx([0.9, 1, 1, 0.5])


@for_every("slug", [slug for slug, part in PARTS.items() if part.kind in ("wrapper", "clip")])
def test_every_wrapper_and_the_clip_change_what_is_learned_and_still_learn(slug, images):
    bare = trial_of(images, epochs=2)
    other = trial_of(images, epochs=2, phase=with_parts("adam", PARTS[slug]()))
    assert other.last.train_loss < 0.5 * other.curve[0].train_loss
    assert other.weights.tolist() != bare.weights.tolist()


def test_the_loss_that_comes_with_a_gradient_is_not_worked_out_again(monkeypatch):
    network = Experiment().network(64, 10)
    batch = BatchLoss(network, np.full((4, 64), 0.5), np.eye(10)[:4])
    weights = network.init(0)
    loss = network.loss(weights, np.full((4, 64), 0.5), np.eye(10)[:4])
    batch.gradient(weights)
    with monkeypatch.context() as patch:
        patch.setattr(type(network), "loss", None)  # it cannot be called
        assert batch.value(weights) == pytest.approx(loss)
    assert batch.value(weights + 1) == network.loss(weights + 1, np.full((4, 64), 0.5), np.eye(10)[:4])


def test_samples_count_as_often_as_a_gradient_of_them_is_taken(images):
    once, twice = (trial_of(images, epochs=2, phase=with_parts("sgd", *parts)) for parts in ([], [PARTS["sam"]()]))
    assert once.last.samples == 2 * len(images.train)
    assert twice.last.samples == 4 * len(images.train)


def test_a_training_can_be_stopped_at_any_time_and_its_record_is_that_of_the_last_whole_epoch(images):
    training = train(Experiment(epochs=5), images)
    assert training.trial.outcome_in_words == "Stopped after epoch 0"
    for progress in training:
        if progress.epoch == 2:
            break
    trial = training.trial
    assert (trial.outcome, trial.outcome_in_words, trial.last.epoch) == ("stopped", "Stopped after epoch 2", 2)
    whole = trial_of(images, epochs=2)
    assert trial.weights.tolist() == whole.weights.tolist()
    assert trial.test_accuracy == whole.test_accuracy


def test_a_rate_that_is_too_large_ends_the_training_with_a_sentence_and_its_last_finite_numbers(images):
    training = train(Experiment(model="linear", loss="mse", phase=OPTIMIZERS["sgd"](lr=3.0), epochs=20), images)
    *_, last = training
    trial = training.trial
    assert (trial.outcome, trial.last.epoch > 0) == ("overflow", True)
    assert trial.last.step < last.step < trial.last.steps
    assert last.problem == trial.outcome_in_words
    assert last.problem in [f"Overflow at step {last.step - late}; the rate is too large" for late in (0, 1)]
    numbers = [(p.train_loss, p.validation_loss, p.rate) for p in (*trial.curve, last)]
    assert np.isfinite(numbers).all()
    assert np.isfinite(trial.snapshots).all()
    assert trial.network.loss(trial.weights, images.train.inputs, images.train.targets) == trial.last.train_loss


def test_a_loss_that_is_not_finite_to_begin_with_is_refused(images):
    with pytest.raises(ValueError, match="The loss must be finite before the first step, got inf"):
        train(Experiment(penalty=1e308), images)


def test_snapshots_are_bounded_even_and_include_the_first_and_the_last(images, monkeypatch):
    trial = trial_of(images, epochs=4)
    assert trial.snapshots.shape == (MOST_SNAPSHOTS, trial.network.size)
    assert (trial.snapshot_steps[0], trial.snapshot_steps[-1]) == (0, 4 * 34)
    assert set(np.diff(trial.snapshot_steps)) == {1, 2}
    assert trial.snapshots[0].tolist() == trial.network.init(0).tolist()
    monkeypatch.setattr(training_module, "MOST_SNAPSHOT_BYTES", 1000)
    assert trial_of(images, epochs=4).snapshot_steps.tolist() == [0, 4 * 34]


def test_signs_of_life_within_an_epoch_do_not_change_the_numbers(images, monkeypatch):
    quiet = trial_of(images, epochs=1)
    monkeypatch.setattr(training_module, "_PULSE", 0.0)
    training = train(Experiment(epochs=1), images)
    signs = list(training)
    assert [sign.step for sign in signs] == list(range(35))
    assert [sign.is_epoch for sign in signs] == [True, *[False] * 33, True]
    assert np.all(np.diff([sign.seconds for sign in signs]) > 0)
    assert (signs[0].share, signs[17].share, signs[-1].share) == (0, 0.5, 1)
    assert training.trial.weights.tolist() == quiet.weights.tolist()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model": "linear"}, "Softmax regression"),
        ({"model": "linear", "loss": "hinge"}, "Linear model, hinge loss"),
        ({"model": "two-layers", "width": 8, "activation": "tanh"}, "8 + 8 Tanh units, multi-class cross-entropy"),
        ({"width": 1, "loss": "huber", "penalty": 0.01}, "1 ReLU unit, huber loss (delta 1), penalty 0.01"),
    ],
)
def test_a_model_in_words(settings, words):
    assert Experiment(**settings).model_in_words == words


def test_the_labs_network_reaches_97_percent_of_the_digits_and_scikit_learn_within_a_point(images):
    ours_mean, theirs_mean = (mean(result.accuracy for result in results) for results in compare(images))
    assert ours_mean >= 0.97
    assert abs(ours_mean - theirs_mean) <= 0.01


def test_the_labs_softmax_regression_reaches_95_percent_of_the_digits(images):
    assert mean(trial_of(images, model="linear", seed=seed).test_accuracy for seed in range(5)) >= 0.95
