"""The data beside the stage: the samples of a surface, and of every run the model that each point of its path is.

What is drawn comes from here, as numbers: the samples travel with the terrain, the models with the paths. No formula
of a model is written down anywhere else than in its surface.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caches import remembered
from landscapes.data_landscape import DataLandscape
from optimizers import Trajectory

Floats = NDArray[np.float64]

MOST_STEPS = 1000
"""Of a run at most so many models are sent, and at most so many batches."""

MOST_BYTES = 80_000
"""The models of all runs together are no longer than this, the batches no longer than a quarter of it."""

_CURVE = 29  # points of a curve
_FINENESS = 250  # a model is sent anew when it has moved by this part of the window: about as much as a pixel
_MARGIN = 0.06  # of the window, around the samples
_CHANCES = (-0.36, 1.04)  # probabilities, with room under them for a row of samples of each class
_STRAIGHT = 1e-9
_NOWHERE = -(2.0**40)  # the cell of what is not there
_LARGEST = 1e30


def samples_part(surface: Any) -> dict[str, Any] | None:
    """What the stage shows of a surface's samples; None where it has none, because it is a formula.

    >>> from landscapes import LANDSCAPES
    >>> samples_part(LANDSCAPES["booth"]) is None
    True
    """
    if not isinstance(surface, DataLandscape):
        return None
    samples = surface.samples
    x, y = window_of(surface)
    inputs = samples.inputs.astype(np.float32)
    part: dict[str, Any] = {
        "picture": surface.picture,
        "x": x,
        "y": y,
        "names": _axis_names(surface),
        "inputs": inputs[0],
        "classNames": list(samples.class_names),
        "grid": grid_of(surface).astype(np.float32),
        "outliers": samples.is_outlier.astype(np.uint8),
        "takesOutliers": "outliers" in surface.knobs,
    }
    if surface.picture == "curve":
        return {**part, "heights": samples.targets.astype(np.float32)}
    part["classes"] = _classes(samples.targets)
    return {**part, "heights": inputs[1]} if surface.picture == "boundary" else part


def window_of(surface: DataLandscape) -> tuple[tuple[float, float], tuple[float, float]]:
    """What is shown of the data: the samples and a little around them; (lowest, highest) of each axis."""
    samples = surface.samples
    x = _around(samples.inputs[0])
    if surface.picture == "classes":
        return x, _CHANCES
    return x, _around(samples.targets if surface.picture == "curve" else samples.inputs[1])


def grid_of(surface: DataLandscape) -> Floats:
    """The inputs at which a curve is sent: its two ends where it is straight; none where there are no curves."""
    x, _ = window_of(surface)
    if surface.picture == "boundary":
        return np.empty(0)
    grid = np.linspace(*x, _CURVE)
    return grid[[0, -1]] if surface.picture == "curve" and _is_straight(surface, grid) else grid


def models_part(surface: Any, paths: Sequence[Trajectory], hidden: Collection[int] = ()) -> list[dict[str, Any]]:
    """For each run what is sent of its models: ``at`` are the steps, ``values`` the models there, a row for each.

    A model stays on show until the next; in between it has moved by less than a pixel. Where even so there are too
    many, only every ``stride``-th step counts. A row holds, by the surface's picture:

    - "curve": the predictions at the inputs of ``grid_of``;
    - "boundary": the line on which the score is 0, as x, y, x, y on the window's edge, with the positive side to the
      left on the way; nan where the window does not meet it;
    - "classes": the inputs at which the likeliest class changes, nan for those that are not in the window; and for a
      run that is shown alone as ``chances`` the probabilities at the inputs of ``grid_of``, class by class.
    """
    shown = [index for index in range(len(paths)) if index not in hidden]
    parts: list[dict[str, Any]] = [{} for _ in paths]
    if not isinstance(surface, DataLandscape):
        return parts
    for index in shown:
        points = paths[index].points
        values, units = _models(surface, points)
        parts[index] = {"model": _sent(values, units, MOST_BYTES // len(shown))}
        if surface.picture == "classes" and len(shown) == 1:
            budget = MOST_BYTES - parts[index]["model"]["values"].nbytes - parts[index]["model"]["at"].nbytes
            chances = probabilities(surface, points).reshape(len(points), -1)
            parts[index]["chances"] = _sent(chances, 1 / _FINENESS, budget)
    return parts


def batch_part(paths: Sequence[Trajectory], hidden: Collection[int] = ()) -> dict[str, Any] | None:
    """The samples of the batches of the run that has the smallest ones: ``run``, ``at`` and, step by step, the samples.

    All runs draw from the same order. None where every run looks at all samples, or there are none.
    """
    sizes = {index: path.batches.sizes for index, path in enumerate(paths) if path.batches is not None and path.steps}
    shown = [index for index in sizes if index not in hidden]
    if not shown:
        return None
    run = min(shown, key=lambda index: float(sizes[index].mean()))
    batches, count = paths[run].batches, paths[run].steps
    assert batches is not None
    kind = np.min_scalar_type(max(batches.count - 1, 2**8))  # two bytes for each number of a sample, or four
    most = int(min(MOST_STEPS, MOST_BYTES / 4 / (8 + kind.itemsize * sizes[run].mean())))
    at = np.arange(0, count, -(-count // max(1, most)))
    chosen = [batches[int(step)] for step in at]
    members = [np.empty(0, np.intp) if batch is None else batch for batch in chosen]
    return {
        "run": run,
        "at": at.astype(np.float32),
        "ends": np.cumsum([len(batch) for batch in members]).astype(np.float32),
        "samples": np.concatenate(members).astype(kind),
    }


def predictions(surface: DataLandscape, points: Floats) -> Floats:
    """What the models at points (n, 2) predict at the inputs of ``grid_of``: (n, inputs)."""
    return _called(surface, points, grid_of(surface)[None]).T


def probabilities(surface: DataLandscape, points: Floats) -> Floats:
    """The probability of every class at the inputs of ``grid_of``: (n, classes, inputs)."""
    return _called(surface, points, grid_of(surface)[None]).T


def boundaries(surface: DataLandscape, points: Floats) -> Floats:
    """Where the scores of the models at points (n, 2) are 0: (n, 4), as ``models_part`` describes them.

    A score changes evenly along each edge of the window, so its zeros there follow from its values at the corners.
    """
    (left, right), (low, high) = window_of(surface)
    corners = np.array([[left, low], [right, low], [right, high], [left, high]])
    scores = _called(surface, points, corners.T)
    ends = np.full((len(points), 4), np.nan)
    is_positive = scores >= 0
    for edge in range(4):
        here, there = edge, (edge + 1) % 4
        with np.errstate(all="ignore"):
            share = scores[here] / (scores[here] - scores[there])
        crossing = corners[here] + np.clip(share, 0, 1)[:, None] * (corners[there] - corners[here])
        # Counterclockwise around the window: from where the score falls to where it rises, positive is to the left.
        falls, rises = is_positive[here] & ~is_positive[there], ~is_positive[here] & is_positive[there]
        ends[falls, :2] = crossing[falls]
        ends[rises, 2:] = crossing[rises]
    return ends


def changes_of_class(surface: DataLandscape, points: Floats) -> Floats:
    """The inputs within the window at which the likeliest class changes: (n, classes - 1), from left to right."""
    grid = grid_of(surface)
    chances = probabilities(surface, points)
    likeliest = chances.argmax(axis=1)
    found = np.full((len(points), chances.shape[1] - 1), np.nan)
    rows, places = np.nonzero(likeliest[:, 1:] != likeliest[:, :-1])
    before, after = likeliest[rows, places], likeliest[rows, places + 1]
    with np.errstate(all="ignore"):
        leads = [np.log(chances[rows, after, place] / chances[rows, before, place]) for place in (places, places + 1)]
        share = np.clip(np.nan_to_num(leads[0] / (leads[0] - leads[1]), nan=0.5), 0, 1)
    column = np.arange(len(rows)) - np.searchsorted(rows, rows)
    is_kept = column < found.shape[1]
    found[rows[is_kept], column[is_kept]] = (grid[places] + share * np.diff(grid)[places])[is_kept]
    return found


def _models(surface: DataLandscape, points: Floats) -> tuple[Floats, Any]:
    """The rows of a run's models at all its steps, and by how much a number must change to be seen."""
    (left, right), (low, high) = window_of(surface)
    across, down = (right - left) / _FINENESS, (high - low) / _FINENESS
    if surface.picture == "curve":
        return predictions(surface, points), down
    if surface.picture == "boundary":
        return boundaries(surface, points), np.array([across, down, across, down])
    return changes_of_class(surface, points), across


def _sent(values: Floats, units: Any, budget: int) -> dict[str, Any]:
    """The rows that differ visibly from the one before; where those are too many, of every few steps only."""
    most = max(2, min(MOST_STEPS, budget // (4 * (values.shape[1] + 1))))
    with np.errstate(all="ignore"):
        cells = np.nan_to_num(np.round(values / units), nan=_NOWHERE, posinf=-_NOWHERE, neginf=2 * _NOWHERE)
        stride = 1
        while len(at := _changes(cells, stride)) > most:
            stride += max(1, stride // 4)
        kept = np.clip(values[at], -_LARGEST, _LARGEST).astype(np.float32)
    return {"at": at.astype(np.float32), "values": kept, "stride": stride}


def _changes(rows: Floats, stride: int) -> NDArray[np.intp]:
    """Of every ``stride``-th row and the last one those that differ from the one before, and the first."""
    steps = np.union1d(np.arange(0, len(rows), stride), [len(rows) - 1])
    taken = rows[steps]
    return steps[np.concatenate([[True], (taken[1:] != taken[:-1]).any(axis=1)])]


def _called(surface: DataLandscape, points: Floats, inputs: Floats) -> Floats:
    """The model at every point (n, 2), for every input (d, k): (k, ..., n)."""
    with np.errstate(all="ignore"):
        return np.asarray(surface.model(np.ascontiguousarray(points.T), inputs), dtype=float)


@remembered("straight models")
def _straight(surface: DataLandscape, ends: tuple[float, float]) -> bool:
    grid = np.linspace(*ends, _CURVE)
    weights = np.array([[0.0, 1.0], [1.0, 0.5], [-0.7, 2.0], [3.0, -1.0]])
    curves = _called(surface, weights, grid[None])
    chords = curves[:1] + np.linspace(0, 1, _CURVE)[:, None] * (curves[-1:] - curves[:1])
    return bool(np.abs(curves - chords).max() <= _STRAIGHT * (1 + np.abs(curves).max()))


def _is_straight(surface: DataLandscape, grid: Floats) -> bool:
    return _straight(surface, (float(grid[0]), float(grid[-1])))


def _axis_names(surface: DataLandscape) -> list[str]:
    samples = surface.samples
    return [*samples.input_names, samples.target_name][:2]


def _classes(targets: Floats) -> NDArray[np.uint8]:
    """The number of each sample's class: of scores the negative side is 0, the positive one 1."""
    return (targets.argmax(axis=1) if targets.ndim == 2 else targets > 0).astype(np.uint8)


def _around(values: Any) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    margin = _MARGIN * ((high - low) or 1.0)
    return low - margin, high + margin
