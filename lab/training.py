"""Training: the rules that walk on the surfaces move the weights of a network.

>>> from lab.images import digits
>>> training = train(Experiment(epochs=3), digits())
>>> [progress.epoch for progress in training if progress.is_epoch]
[0, 1, 2, 3]
>>> training.trial.outcome_in_words, training.trial.last.validation_accuracy > 0.8
('Finished', True)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from lab.experiment import Experiment
from lab.images import Images, Split
from lab.threads import one_blas_thread
from lab.trials import Progress, Trial
from lab.walker import BatchLoss, Walker
from optimizers.batches import order_of_epoch

Array = np.ndarray[Any, np.dtype[Any]]

MOST_SNAPSHOTS = 100
MOST_SNAPSHOT_BYTES = 8 * 2**20
"""Of the weights on the way so many are kept, or as many as fit, but the first and the last in any case."""

_PULSE = 0.25  # seconds after which a training shows a sign of life within an epoch


def train(experiment: Experiment, data: Images) -> Training:
    """A training of these images, which does its work while it is iterated over.

    It yields a :class:`~lab.trials.Progress` before the first step and after each epoch, and within long epochs a few
    times a second. Whoever iterates may stop at any time: ``trial`` is the record of what there is by then.

    Raises ValueError with a sentence if the loss is not finite to begin with.
    """
    return Training(experiment, data)


class Training:
    """A training under way: an iterator of :class:`~lab.trials.Progress`.

    The first weights and the order of the samples come from the experiment's seed alone, so the same experiment gives
    the same numbers to the last bit. When a loss or a weight is no longer finite, the training ends; what is kept are
    the weights and numbers of the last epoch after which all were.
    """

    def __init__(self, experiment: Experiment, data: Images) -> None:
        self.experiment, self.data = experiment, data
        self.network = experiment.network(data.train.pixels.shape[1], data.train.classes)
        self.steps = experiment.steps(len(data.train))
        self._targets = {part: split.targets for part, split in data.splits.items()}
        self._weights = self.network.init(experiment.seed)
        self._an_epoch = experiment.steps_an_epoch(len(data.train))
        self._walker = Walker(experiment.phase, self.steps, self._an_epoch)
        self._problem = ""
        first = self._measured(0, 0, 0.0, self._weights)
        if not _is_sound(first):
            raise ValueError(f"The loss must be finite before the first step, got {first.train_loss:g}")
        self._curve = [first]
        self._snapshots: dict[int, Array] = {}
        kept = min(MOST_SNAPSHOTS, MOST_SNAPSHOT_BYTES // self._weights.nbytes)
        self._to_keep = set(np.linspace(0, self.steps, max(2, kept)).round().astype(int).tolist())
        self._work = self._train()

    def __iter__(self) -> Iterator[Progress]:
        return self

    def __next__(self) -> Progress:
        with one_blas_thread():
            return next(self._work)

    def _train(self) -> Iterator[Progress]:
        images, targets, weights = self.data.train, self._targets["train"], self._weights
        samples, seconds = 0, 0.0
        yield self._curve[0]
        began = perf_counter()
        for t in range(self.steps):
            chosen = self._chosen(t)
            batch = BatchLoss(self.network, images.inputs_of(chosen), targets[chosen])
            asked = self._walker.evaluations.gradients
            before, weights = weights, self._walker.step(weights, batch)
            samples += len(batch) * (self._walker.evaluations.gradients - asked)
            if t in self._to_keep:
                self._snapshots[t] = before
            # The loss tells of the steps before this one, the weights of this one as well.
            broken = t if not math.isfinite(self._walker.loss) else t + 1 if not _is_finite(weights) else None
            is_end, now = (t + 1) % self._an_epoch == 0, perf_counter()
            if broken is None and not is_end and now - began < _PULSE:
                continue
            seconds += now - began
            if broken is None and is_end:
                measured = self._measured(t + 1, samples, seconds, weights)
                if _is_sound(measured):
                    self._curve.append(measured)
                    self._weights = weights
                    yield measured
                else:
                    broken = t + 1
            if broken is not None:
                self._problem = f"Overflow at step {broken}; the rate is too large"
            if broken is not None or not is_end:
                last = replace(self._curve[-1], step=t + 1, samples=samples, seconds=seconds, rate=self._walker.rate)
                yield replace(last, is_epoch=False, problem=self._problem)
            if broken is not None:
                return
            began = perf_counter()

    def _chosen(self, t: int) -> Any:
        """The samples of step t, the same as those of a run with such batches: a slice of the order of its epoch."""
        size, count = self.experiment.batch, len(self.data.train)
        if size >= count:
            return slice(None)
        epoch, place = divmod(t, self._an_epoch)
        return order_of_epoch(self.experiment.seed, epoch, count)[place * size : (place + 1) * size]

    def _measured(self, step: int, samples: int, seconds: float, weights: Array) -> Progress:
        """What is known at the end of an epoch."""
        train_loss, train_accuracy = self._judged("train", weights)
        validation_loss, validation_accuracy = self._judged("validation", weights)
        return Progress(
            epoch=step * self.experiment.epochs // self.steps,
            step=step,
            steps=self.steps,
            samples=samples,
            seconds=seconds,
            rate=self._walker.rate,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            validation_loss=validation_loss,
            validation_accuracy=validation_accuracy,
        )

    def _judged(self, part: str, weights: Array) -> tuple[float, float]:
        """The loss and the accuracy on one of the three sets."""
        split: Split = self.data.splits[part]
        inputs = split.inputs
        with one_blas_thread():
            loss = self.network.loss(weights, inputs, self._targets[part])
            right = self.network.scores(weights, inputs).argmax(axis=1) == split.labels
        return float(loss), float(right.mean())

    @property
    def trial(self) -> Trial:
        """The record of what has been done so far: as of the last epoch that is complete."""
        last = self._curve[-1]
        taken = {step: weights for step, weights in self._snapshots.items() if step < last.step}
        taken[last.step] = self._weights
        test_loss, test_accuracy = self._judged("test", self._weights)
        is_finished = last.step == self.steps
        return Trial(
            experiment=self.experiment,
            network=self.network,
            data=self.data.name,
            outcome="overflow" if self._problem else "finished" if is_finished else "stopped",
            outcome_in_words=self._problem or ("Finished" if is_finished else f"Stopped after epoch {last.epoch}"),
            curve=tuple(self._curve),
            test_loss=test_loss,
            test_accuracy=test_accuracy,
            snapshot_steps=np.array(list(taken)),
            snapshots=np.stack(list(taken.values())),
        )


def _is_finite(weights: Array) -> bool:
    with np.errstate(all="ignore"):
        return math.isfinite(np.dot(weights, weights))


def _is_sound(measured: Progress) -> bool:
    return math.isfinite(measured.train_loss) and math.isfinite(measured.validation_loss)
