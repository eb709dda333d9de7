"""What a training leaves behind, and the log of all of them: a student's notebook of experiments."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from caches import PER_VISITOR
from lab.experiment import Experiment
from lab.images import Images, Split
from landscapes.networks import Network
from landscapes.smooth import softmax
from values import Value

Array = np.ndarray[Any, np.dtype[Any]]

MOST_TRIALS = 50
"""A log keeps so many; the oldest goes when another comes."""

MOST_WEIGHTS_BYTES = PER_VISITOR["weights of trials"]
"""The newest trials keep their weights as long as these take no more, and with them what can be drawn of them."""


@dataclass(frozen=True)
class Progress:
    """How far a training has come.

    Attributes
    ----------
    epoch, step : how many of each are done; ``steps`` is how many there will be.
    samples : how many images have been looked at, each as often as a gradient of it was taken.
    seconds : the time spent in training alone: nothing that is measured or drawn counts.
    rate : the learning rate of the last step; before the first, that which it will have.
    train_loss, train_accuracy, validation_loss, validation_accuracy : as of the end of epoch ``epoch``. Losses are
        what is minimised, with its penalty; an accuracy is a share of 1.
    is_epoch : whether these four are new: at the start, and at the end of each epoch.
    problem : a sentence if the numbers have overflowed, and the training is at its end; or "".
    """

    epoch: int
    step: int
    steps: int
    samples: int
    seconds: float
    rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    is_epoch: bool = True
    problem: str = ""

    @property
    def share(self) -> float:
        """The share of the training that is done, from 0 to 1."""
        return self.step / self.steps


Cell = str | int | float

Outcome = Literal["finished", "stopped", "overflow"]


@dataclass(frozen=True, eq=False)
class Trial(Value):
    """The record of one training.

    Attributes
    ----------
    experiment, network, data : what was trained with which settings, and the name of the images.
    outcome, outcome_in_words : what became of it, and the same for people: "Stopped after epoch 3".
    curve : the measurements at the start and after each epoch, all finite; the last are those of the weights kept.
    test_loss, test_accuracy : measured once, at the end.
    snapshot_steps, snapshots : some of the weights on the way, (k, n), after so many steps, (k,): the first, the last,
        and others evenly in between. None in a log that has let go of them.
    """

    experiment: Experiment
    network: Network
    data: str
    outcome: Outcome
    outcome_in_words: str
    curve: tuple[Progress, ...]
    test_loss: float
    test_accuracy: float
    snapshot_steps: Array | None
    snapshots: Array | None

    @property
    def last(self) -> Progress:
        """The last measurement."""
        return self.curve[-1]

    @property
    def weights(self) -> Array | None:
        """The weights that it has come to, (n,); None if the log has let go of them."""
        return None if self.snapshots is None else self.snapshots[-1]

    @property
    def nbytes(self) -> int:
        """How many bytes the weights on its way take; 0 if the log has let go of them."""
        return 0 if self.snapshots is None else self.snapshots.nbytes

    def without_weights(self) -> Trial:
        """The record alone."""
        return replace(self, snapshots=None, snapshot_steps=None)

    def scores(self, split: Split) -> Array:
        """The score of each class for each image, (N, classes).

        Raises ValueError with a sentence if the weights are gone, or if the images are of another kind.
        """
        if self.weights is None:
            raise ValueError("The weights of this trial are gone; only the newest trials keep theirs")
        wanted, given = (self.network.inputs, self.network.outputs), (split.pixels.shape[1], split.classes)
        if wanted != given:
            raise ValueError(
                f"This trial has learned images of {wanted[0]} numbers in {wanted[1]} classes, "
                f"these have {given[0]} in {given[1]}"
            )
        return self.network.scores(self.weights, split.inputs)

    def row(self) -> dict[str, Cell]:
        """What a table says of it, by the name of the column; "" where a setting means nothing."""
        return {name: cell(self) for name, cell in _CELLS.items()}


def _if_hidden(name: str) -> Callable[[Trial], Cell]:
    return lambda trial: getattr(trial.experiment, name) if trial.experiment.hidden else ""


_CELLS: dict[str, Callable[[Trial], Cell]] = {
    "images": lambda trial: trial.data,
    "model": lambda trial: trial.experiment.model,
    "width": _if_hidden("width"),
    "activation": _if_hidden("activation"),
    "loss": lambda trial: trial.experiment.loss,
    "delta": lambda trial: dict(trial.network.settings).get("delta", ""),
    "penalty": lambda trial: trial.experiment.penalty,
    "optimizer": lambda trial: trial.experiment.optimizer,
    "settings": lambda trial: trial.experiment.rule_in_words,
    "learning rate": lambda trial: trial.experiment.phase.rule.lr,
    "batch size": lambda trial: trial.experiment.batch,
    "epochs": lambda trial: trial.experiment.epochs,
    "seed": lambda trial: trial.experiment.seed,
    "outcome": lambda trial: trial.outcome_in_words,
    "epochs done": lambda trial: trial.last.epoch,
    "training accuracy": lambda trial: trial.last.train_accuracy,
    "validation accuracy": lambda trial: trial.last.validation_accuracy,
    "test accuracy": lambda trial: trial.test_accuracy,
    "training loss": lambda trial: trial.last.train_loss,
    "validation loss": lambda trial: trial.last.validation_loss,
    "test loss": lambda trial: trial.test_loss,
    "seconds": lambda trial: trial.last.seconds,
    "samples": lambda trial: trial.last.samples,
}

COLUMNS = ("trial", *_CELLS)
"""The header of the log as CSV."""


@dataclass(frozen=True, eq=False)
class Trials(Value):
    """A log of trials, the oldest first; trials keep their numbers when old ones go.

    >>> Trials().adding
    <bound method Trials.adding of Trials(trials=(), first=1)>
    """

    trials: tuple[Trial, ...] = ()
    first: int = 1

    def adding(self, trial: Trial) -> Trials:
        """The log with one more trial, within its bounds."""
        newest_first, held = [trial], trial.nbytes
        for older in reversed(self.trials[1 - MOST_TRIALS :]):
            held += older.nbytes
            newest_first.append(older if held <= MOST_WEIGHTS_BYTES else older.without_weights())
        return Trials(tuple(newest_first[::-1]), self.first + len(self.trials) + 1 - len(newest_first))

    def __len__(self) -> int:
        return len(self.trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    def numbered(self) -> Iterator[tuple[int, Trial]]:
        """Each trial with its number, which counts from 1."""
        return enumerate(self.trials, self.first)

    def as_rows(self) -> list[dict[str, Cell]]:
        """A row for each trial, as ``Trial.row`` and with its number, "trial"."""
        return [{"trial": number, **trial.row()} for number, trial in self.numbered()]

    def as_csv(self) -> str:
        """The rows as comma-separated text with a header; no text in it can be taken for a formula by a spreadsheet."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.as_rows():
            writer.writerow([_harmless(row[column]) for column in COLUMNS])
        return text.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, with the apostrophe that keeps it a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@")) else cell


def confusion(trial: Trial, data: Images) -> Array:
    """How often a test image of each class (row) was taken for each class (column), (classes, classes)."""
    found = np.zeros((data.test.classes, data.test.classes), dtype=int)
    np.add.at(found, (data.test.labels, trial.scores(data.test).argmax(axis=1)), 1)
    return found


@dataclass(frozen=True, eq=False)
class Mistakes(Value):
    """The test images that were taken for another class, the most confident mistakes first.

    Attributes
    ----------
    indices, predicted, true : the place of each image in the test set, what it was taken for, and what it is.
    confidence : how sure the network was: the probability that it gave, if ``is_probability``; or how far the score of
        its answer was above the next one.
    """

    indices: Array
    predicted: Array
    true: Array
    confidence: Array
    is_probability: bool

    def __len__(self) -> int:
        return len(self.indices)


def mistakes(trial: Trial, data: Images) -> Mistakes:
    """What a trial gets wrong on the test images."""
    scores = trial.scores(data.test)
    predicted = scores.argmax(axis=1)
    is_probability = trial.network.loss_slug == "softmax"
    ordered = np.sort(softmax(scores) if is_probability else scores, axis=1)
    confidence = ordered[:, -1] if is_probability else ordered[:, -1] - ordered[:, -2]
    wrong = np.flatnonzero(predicted != data.test.labels)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    return Mistakes(wrong, predicted[wrong], data.test.labels[wrong], confidence[wrong], is_probability)
