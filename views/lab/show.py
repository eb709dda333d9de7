"""What the stage shows of trials on a plane, and what is said of it: pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lab.planes import GRID_SIZE
from lab.shadows import Shadow, Shadows
from views.figures import LossScale
from views.player.show import Record, Show, ShownRun
from views.terrain import terrain_of
from views.theme import marks_of
from views.words import Headline, listed, short

RANDOM_WALK_SHARE = 0.76
"""The share of a random walk's variance on the plane of its own first two components: (1 + 1/4) * 6 / pi^2.

Antognini and Sohl-Dickstein, "PCA of high dimensional random walks with comparison to neural network training", 2018.
"""

_DECADES = 6  # of the loss axis at most
_ALL, _LITTLE = 0.9995, 0.05  # shares that are said to be all, and to be nearly nothing


def show_of_shadows(drawn: Shadows) -> Show:
    """The stage's part: the plane is the ground, and each trial's shadow is a path on it.

    Paths lie on the ground, because a shadow does; the losses that are written are those of the real weights.
    """
    terrain = terrain_of(drawn.ground)
    shadows = drawn.shadows
    marks = marks_of(shadow.experiment.phase.rule for shadow in shadows.values())
    runs = tuple(
        ShownRun(
            label=f"{number}: {shadow.experiment.label}",
            mark=mark,
            points=shadow.places,
            heights=terrain.heights(drawn.ground.value(shadow.places.T)),
            losses=shadow.losses,
            sentence=f"{shadow.outcome_in_words}.",
            outcome="recorded",
            stops=True,
            counts=shadow.epochs,
        )
        for (number, shadow), mark in zip(shadows.items(), marks, strict=True)
    )
    return Show(
        terrain=terrain,
        link=f"{drawn.ground.slug}:{drawn.ground.settings['of']}",
        headline=_headline(drawn),
        runs=runs,
        steps=max(len(run.losses) for run in runs) - 1,
        scale=_loss_scale(list(shadows.values())),
        caption="Training loss, log scale, per epoch",
        record=Record(step="Snapshot", axes=("direction 1", "direction 2")),
    )


def _headline(drawn: Shadows) -> Headline:
    count = len(drawn.shadows)
    title = "One training, one landscape" if count == 1 else f"{count} trainings, one landscape"
    if drawn.cut.kind == "random":
        title = f"Random directions around trial {drawn.cut.around}"
    return Headline(title, f"Every point of this ground is a whole network of {drawn.network.size:,} weights.")


def _loss_scale(shadows: Sequence[Shadow]) -> LossScale:
    """Logarithmic, over all epochs, with two powers of ten on the axis at least; a loss of 0 is at the bottom."""
    losses = np.concatenate([shadow.losses for shadow in shadows])
    positive = losses[np.isfinite(losses) & (losses > 0)]
    low, high = np.log10([positive.min(), positive.max()]) if positive.size else (-1.0, 0.0)
    bottom, top = math.floor(2 * (low - 0.05)) / 2, math.ceil(2 * (high + 0.05)) / 2
    if math.floor(top) - math.ceil(bottom) < 1:
        bottom = math.ceil(bottom) - 1.0
    limits = (max(bottom, top - _DECADES), top)
    return LossScale(True, 0.0, limits, "epoch", 0.0, max(float(shadow.epochs[-1]) for shadow in shadows))


def percent(share: float) -> str:
    """A share in words, with two significant digits at least.

    >>> [percent(share) for share in (0.874, 0.9962, 1.0, 0.0312, 0.000204)]
    ['87 %', '99.6 %', '100 %', '3.1 %', '0.020 %']
    """
    value = 100 * share
    if value > 99:
        return f"{value:.1f} %" if round(value, 1) < 100 else "100 %"
    return f"{value:.0f} %" if value >= 9.95 else f"{value:#.2g} %"


def plane_in_words(drawn: Shadows) -> str:
    """What the directions of the plane are, what they show of the paths, and what is lost."""
    return _random(drawn) if drawn.cut.kind == "random" else _principal(drawn)


def _along(drawn: Shadows) -> str:
    return " and ".join(percent(share) for share in drawn.shares)


def _principal(drawn: Shadows) -> str:
    whose = "this training" if len(drawn.shadows) == 1 else f"these {len(drawn.shadows)} trainings together"
    lost = f" The other {percent(1 - drawn.share)} is lost here." if drawn.share < _ALL else ""
    return (
        f"Its directions are the first two principal components of {whose}: they hold {_along(drawn)}.{lost} "
        f"A high share alone says little: a mere random walk has {percent(RANDOM_WALK_SHARE)} on its own plane."
    )


def _random(drawn: Shadows) -> str:
    reach = max(float(np.abs(shadow.places).max()) for shadow in drawn.shadows.values())
    little = ", so of the paths nearly nothing is seen" if drawn.share < _LITTLE else ""
    return (
        f"Its directions are random: they hold {_along(drawn)}{little}. "
        f"The shadows reach {short(reach)} from the middle; Fit in the menu of the view zooms in on them. "
        "What this plane shows is how sharp the ground around the solution is: at a distance of 1 along a direction "
        "every filter, the weights into one unit, is changed by as much as it is long. Biases stay as they are."
    )


def reading_in_words(drawn: Shadows) -> list[str]:
    """How to read the ground, the paths and the player: a sentence or two each."""
    return [
        f"The height of the ground is the loss on all {drawn.count:,} training images, worked out at {GRID_SIZE} x "
        f"{GRID_SIZE} points of the plane; between them it is interpolated.",
        "A path is drawn where its shadow falls. The losses in the list, on the curve and under the pointer are those "
        "of the real weights, which mostly lie off the plane.",
        _steps(drawn),
    ]


def _steps(drawn: Shadows) -> str:
    counts = {len(shadow.losses) for shadow in drawn.shadows.values()}
    ends = sorted({float(shadow.epochs[-1]) for shadow in drawn.shadows.values()})
    if len(counts) == len(ends) == 1:
        return f"The player steps through {counts.pop()} snapshots of each training, from its start to its end."
    epochs, snapshots = listed([f"{end:g}" for end in ends]), listed([str(count) for count in sorted(counts)])
    return (
        f"The player steps through snapshots. These trainings are not equally long ({epochs} epochs, {snapshots} "
        "snapshots): at one snapshot each is at its own epoch, which its marker on the curve tells."
    )


def shadows_table(drawn: Shadows) -> str:
    """The loss at the end of each trial, of its real weights and of their shadow, as a Markdown table."""
    rows = ["| trial | loss at the end | loss of its shadow |", "|:--|--:|--:|"]
    for number, shadow in drawn.shadows.items():
        label = f"{number}: {shadow.experiment.label}"
        rows.append(f"| {label} | {short(float(shadow.losses[-1]))} | {short(shadow.shadow_loss)} |")
    return "\n".join(rows)
