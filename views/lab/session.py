"""What one visitor does in the image lab: the experiment that is being set up, the training under way, and the log."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from caches import PER_VISITOR, once
from lab.experiment import Experiment, lab_rate, trainable
from lab.images import Images, digits
from lab.training import Training, train
from lab.trials import Progress, Trial, Trials
from lab.uploads import Upload, read_zip
from optimizers import PARTS, Part, Phase
from views.changes import has_changed

_KEY = "image-lab"
DIGITS, OWN = "digits", "own"
_MOST_IMAGE_BYTES = PER_VISITOR["images of trials"]
"""So many bytes of images a session keeps, the newest, for the galleries of trials that learned from them."""


@once
def the_digits() -> Images:
    """The digits, dealt out in the same way for everyone; they are read-only, so all sessions share them."""
    return digits()


@dataclass
class Running:
    """A training under way, and what it has told so far.

    Attributes
    ----------
    number : that which its trial will have.
    curve : the measurements after each epoch; ``now`` is the last of all, which may be within an epoch.
    """

    training: Training
    number: int
    curve: list[Progress] = field(default_factory=list)
    now: Progress | None = None


@dataclass
class LabSession:
    """The state of one visitor.

    Attributes
    ----------
    experiment : what "Train" will train.
    source : whether it learns from the digits or from the visitor's own images.
    size, colour : what the visitor's own images are brought to.
    upload, upload_problem : the visitor's own images, or why there are none.
    running : the training under way, or None.
    trials : the log.
    chosen : the numbers of the trials that are looked at, in the order of the table; none for the newest.
    warning : a sentence on what was refused.
    more : whether the controls show what is rarely set.
    """

    experiment: Experiment = field(default_factory=Experiment)
    source: str = DIGITS
    size: int = 16
    colour: bool = True
    upload: Upload | None = None
    upload_problem: str = ""
    running: Running | None = None
    trials: Trials = field(default_factory=Trials)
    chosen: tuple[int, ...] = ()
    warning: str = ""
    more: bool = False
    _read: tuple[Any, ...] = ()
    _images: dict[int, Images] = field(default_factory=dict)

    @property
    def images(self) -> Images | None:
        """What "Train" will learn from; None while nothing is uploaded that could be."""
        if self.source == DIGITS:
            return the_digits()
        return self.upload.images if self.upload else None

    def attempt(self, change: Callable[[], None]) -> None:
        """Make a change; where it is refused, say why and keep everything as it was."""
        has_changed()
        try:
            change()
            self.warning = ""
        except ValueError as refusal:
            self.warning = f"{refusal}."

    # The experiment

    def set(self, name: str, value: Any) -> None:
        """A setting of the experiment."""
        changed: dict[str, Any] = {name: value}
        self.experiment = dataclasses.replace(self.experiment, **changed)

    def set_rule(self, slug: str) -> None:
        """Another rule, at the rate with which it begins here; what is added to it stays."""
        rule = trainable()[slug]
        self.set("phase", Phase(rule(lr=lab_rate(rule)), self.experiment.phase.parts))

    def set_rule_setting(self, name: str, value: Any) -> None:
        phase = self.experiment.phase
        changed: dict[str, Any] = {name: value}
        self.set("phase", Phase(dataclasses.replace(phase.rule, **changed), phase.parts))

    @property
    def steps(self) -> int | None:
        """How many steps the experiment will take; None while there are no images."""
        return None if self.images is None else self.experiment.steps(len(self.images.train))

    def add_part(self, slug: str) -> None:
        """Add a part; a schedule lasts as long as the training."""
        cls: Any = PARTS[slug]
        length = self.steps or self.experiment.epochs
        self._set_part(cls.for_steps(length) if cls.kind == "schedule" else cls())

    def _set_part(self, part: Part) -> None:
        self.set("phase", self.experiment.phase.adding(part))

    def set_part_setting(self, slug: str, name: str, value: Any) -> None:
        part = self.experiment.phase.part(slug) or PARTS[slug]()
        changed: dict[str, Any] = {name: value}
        self._set_part(dataclasses.replace(part, **changed))

    def remove_part(self, slug: str) -> None:
        self.set("phase", self.experiment.phase.without(slug))

    # Images

    def read_upload(self, file_id: str, name: str, data: Callable[[], bytes]) -> None:
        """Read a file that was uploaded, unless that is what was read last."""
        what = (file_id, self.size, self.colour)
        if what == self._read:
            return
        self._read, self.upload, self.upload_problem = what, None, ""
        name = name.lstrip("=+-@ ") or "Your images"  # the table's own download would make a formula of it
        try:
            self.upload = read_zip(data(), self.size, colour=self.colour, name=name)
        except ValueError as refusal:
            self.upload_problem = f"{refusal}."

    def forget_upload(self) -> None:
        """The file was taken away."""
        self._read, self.upload, self.upload_problem = (), None, ""

    def images_of(self, number: int) -> Images | None:
        """What a trial has learned from; None if that is no longer kept."""
        return self._images.get(number)

    # Training

    def begin(self) -> None:
        """Start to train; a training under way is stopped first, and kept."""
        if self.images is None:
            raise ValueError("Upload a zip of images first")
        self.stop()
        training = train(self.experiment, self.images)
        self.running = Running(training, self.trials.first + len(self.trials))
        self.chosen = ()

    def advance(self) -> bool:
        """Train on until there is something to tell; False when it is over, and the trial is in the log."""
        running = self.running
        if running is None:
            return False
        try:
            progress = next(running.training, None)
        except ValueError as refusal:
            self.stop()
            self.warning = f"{refusal}."
            return False
        if progress is None or progress.problem:
            self.stop()
            return False
        running.now = progress
        if progress.is_epoch:
            running.curve.append(progress)
        return True

    def stop(self) -> None:
        """End the training under way, and keep what it has come to."""
        running, self.running = self.running, None
        if running is None:
            return
        try:
            if not running.curve:  # pressed before the first measurement, which is made here
                next(running.training, None)
            trial = running.training.trial
        except ValueError as refusal:
            self.warning = f"{refusal}."
            return
        self.trials = self.trials.adding(trial)
        self._images[running.number] = running.training.data
        self._forget_old_images()

    def _forget_old_images(self) -> None:
        kept: list[Images] = []
        with_weights = {number for number, trial in self.trials.numbered() if trial.weights is not None}
        for number in sorted(self._images, reverse=True):
            images = self._images[number]
            is_known = any(images is other for other in kept)
            held = sum(other.nbytes for other in kept)
            if number not in with_weights or (not is_known and held + images.nbytes > _MOST_IMAGE_BYTES):
                del self._images[number]
            elif not is_known:
                kept.append(images)

    # The log

    def shown(self) -> list[tuple[int, Trial]]:
        """The trials that are looked at, with their numbers: those chosen in the table, or else the newest."""
        trials = dict(self.trials.numbered())
        return [(number, trials[number]) for number in self.chosen if number in trials] or list(trials.items())[-1:]


def current_lab() -> LabSession:
    """This visitor's lab."""
    session: LabSession = st.session_state.setdefault(_KEY, LabSession())
    return session
