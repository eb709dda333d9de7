"""Trials on one landscape: the paths of their weights as shadows on a plane, and the loss on it as the ground.

>>> from lab.experiment import Experiment
>>> from lab.images import digits
>>> from lab.training import train
>>> images, training = digits(), train(Experiment(model="linear", epochs=3), digits())
>>> for progress in training:
...     pass
>>> drawn = cast_shadows({1: training.trial}, images, Cut("principal"), size=5)
>>> [len(shadow.places) == len(shadow.losses) for shadow in drawn.shadows.values()], 0.9 < drawn.share <= 1
([True], True)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from lab.experiment import Experiment
from lab.images import Images
from lab.planes import (
    GRID_SIZE,
    Pair,
    Plane,
    PlaneLandscape,
    Progress,
    plane_landscape,
    principal_plane,
    random_plane,
    window_of,
)
from lab.threads import one_blas_thread
from lab.trials import Trial
from landscapes.networks import Network
from values import Value

Array = np.ndarray[Any, np.dtype[Any]]
Kind = Literal["principal", "random"]

MOST_TRIALS = 8
"""So many trials share a landscape at most: there are no more colours that can be told apart."""

_RANDOM_REACH = 1.0  # of a random plane: where every filter is changed by as much as it is long, as in the paper

_AXES: dict[Kind, tuple[str, str]] = {
    "principal": ("principal direction 1", "principal direction 2"),
    "random": ("random direction 1", "random direction 2"),
}


@dataclass(frozen=True)
class Cut:
    """Which plane is cut out of the space of all weights.

    ``around`` is the number of the trial through whose solution a random plane goes, and ``seed`` what its directions
    are drawn from; the principal plane of some trials is one only.
    """

    kind: Kind
    seed: int = 0
    around: int = 0

    def __post_init__(self) -> None:
        if self.kind not in tuple(_AXES):
            raise ValueError(f"Cut: kind must be one of {', '.join(_AXES)}, got {self.kind!r}")


@dataclass(frozen=True, eq=False)
class Shadow(Value):
    """The path of a trial on a plane. It holds none of the trial's weights: a log may have dropped them since.

    Attributes
    ----------
    experiment, outcome_in_words : what was trained, and what became of it.
    places : (k, 2), where the shadows of its snapshots fall.
    epochs, losses : (k,), when each was taken, and the training loss of its own weights.
    shadow_loss : the training loss of the last shadow, worked out at its place.
    """

    experiment: Experiment
    outcome_in_words: str
    places: Array
    epochs: Array
    losses: Array
    shadow_loss: float


@dataclass(frozen=True, eq=False)
class Shadows(Value):
    """Trials on one landscape.

    Attributes
    ----------
    shadows : by the number of the trial.
    share, shares : how much of the variance of all snapshots lies in the plane, and along each axis by itself.
    count : of how many images the training loss is.
    """

    cut: Cut
    network: Network
    ground: PlaneLandscape
    shadows: Mapping[int, Shadow]
    share: float
    shares: Pair
    count: int


def why_apart(trials: Mapping[int, Trial]) -> str:
    """Why trials have no landscape in common, in a sentence; "" if they have one.

    A landscape belongs to one network under one loss: other shapes have other weights, other losses other heights.
    """
    if len(trials) > MOST_TRIALS:
        return f"At most {MOST_TRIALS} trials share a landscape, these are {len(trials)}."
    for number, trial in trials.items():
        if trial.snapshots is None:
            return f"The weights of trial {number} are no longer kept."
    (first, one), *others = trials.items()
    for number, other in others:
        if other.network != one.network:
            return (
                f"Trials {first} and {number} have no landscape in common: {one.experiment.model_in_words} is not "
                f"{other.experiment.model_in_words}."
            )
    return ""


def name_of(trials: Mapping[int, Trial], cut: Cut) -> str:
    """A short name of these trials on this plane, for caches: the same for the same weights only."""
    digest = hashlib.sha256(repr((cut, list(trials))).encode())
    for trial in trials.values():
        assert trial.snapshots is not None
        digest.update(repr((trial.network, trial.data, len(trial.snapshots))).encode())
        digest.update(trial.snapshots[[0, -1]].tobytes())
    return digest.hexdigest()[:16]


def plane_of(trials: Mapping[int, Trial], cut: Cut) -> Plane:
    """The plane that is cut; ValueError with a sentence where there is none."""
    if cut.kind == "principal":
        return principal_plane([_snapshots(trial) for trial in trials.values()])
    centre = trials[cut.around]
    return random_plane(_snapshots(centre)[-1], centre.network.layers, cut.seed)


def cast_shadows(
    trials: Mapping[int, Trial],
    images: Images,
    cut: Cut,
    *,
    size: int = GRID_SIZE,
    on_progress: Progress = lambda share: None,
) -> Shadows:
    """Work out the losses of all snapshots, and those of a grid on the plane; ``on_progress`` hears the share done.

    Raises ValueError with a sentence where trials have nothing in common, or there is no such plane through them.
    """
    problem = why_apart(trials)
    if problem:
        raise ValueError(problem.rstrip("."))
    network, inputs, targets = next(iter(trials.values())).network, images.train.inputs, images.train.targets
    paths = {number: _snapshots(trial) for number, trial in trials.items()}
    if network.inputs != inputs.shape[1] or network.outputs != targets.shape[1]:
        raise ValueError("These trials were not trained on these images")

    def loss(weights: Array) -> float:
        return float(network.loss(weights, inputs, targets))

    is_random = cut.kind == "random"
    least, centre = (_RANDOM_REACH, (0.0, 0.0)) if is_random else (0.0, None)
    snapshots = sum(map(len, paths.values()))
    first_part = snapshots / (snapshots + size**2)
    shadows = {}
    on_progress(0.0)
    with one_blas_thread():
        plane = plane_of(trials, cut)
        places = {number: plane.project(path) for number, path in paths.items()}
        for done, (number, trial) in enumerate(trials.items(), 1):
            shadows[number] = Shadow(
                experiment=trial.experiment,
                outcome_in_words=trial.outcome_in_words,
                places=places[number],
                epochs=_steps(trial) / trial.experiment.steps_an_epoch(len(inputs)),
                losses=np.array([loss(weights) for weights in paths[number]]),
                shadow_loss=loss(plane.point(places[number][-1])),
            )
            on_progress(first_part * done / len(trials))
        ground = plane_landscape(
            plane,
            loss,
            window_of(list(places.values()), least=least, centre=centre),
            size=size,
            on_progress=lambda share: on_progress(first_part + (1 - first_part) * share),
            title="Random plane" if is_random else "Principal plane",
            axis_titles=_AXES[cut.kind],
            settings=MappingProxyType({"of": name_of(trials, cut)}),
        )
        every = list(paths.values())
        first, second = map(float, plane.shares_along(every))
        share = float(plane.share_of(every))
    return Shadows(cut, network, ground, MappingProxyType(shadows), share, (first, second), len(inputs))


def _snapshots(trial: Trial) -> Array:
    if trial.snapshots is None:
        raise ValueError("The weights of this trial are no longer kept")
    return trial.snapshots


def _steps(trial: Trial) -> Array:
    assert trial.snapshot_steps is not None
    return trial.snapshot_steps
