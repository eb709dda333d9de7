"""The example of the page of losses with three classes: what a cat costs that is called something else."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from landscapes.losses import LOSSES
from landscapes.smooth import softmax

CLASSES = ("Cat", "Dog", "Pizza")
TRUE = np.array([1.0, 0.0, 0.0])
HIGHEST_SCORE = 4.0

Scores = tuple[float, float, float]

_SURE, _UNSURE = 2.0, -2.0
_TORN = float(np.log((np.exp(_SURE) + np.exp(_UNSURE)) / 2))

ANSWERS: dict[str, Scores] = {
    "Called a cat": (_SURE, 0.0, _UNSURE),
    "Called a dog": (0.0, _SURE, _UNSURE),
    "Called a pizza": (0.0, _UNSURE, _SURE),
    "Dog or pizza?": (0.0, _TORN, _TORN),
}
"""Scores to choose, by the words on their buttons; the last three leave the cat the same probability."""


@dataclass(frozen=True)
class Judged:
    """What the losses make of three scores for the picture of a cat."""

    probabilities: np.ndarray
    cross_entropy: float
    squared_error: float
    slopes: np.ndarray


def judge(scores: Scores) -> Judged:
    """The probabilities, the losses and the slope of the cross-entropy in each score.

    >>> judge((0.0, 0.0, 0.0)).slopes.round(2).tolist()
    [-0.67, 0.33, 0.33]
    """
    probabilities = softmax(np.array(scores))
    return Judged(
        probabilities=probabilities,
        cross_entropy=LOSSES["softmax"].value(scores, TRUE),
        squared_error=float(LOSSES["mse"].value(probabilities, TRUE).sum()),
        slopes=LOSSES["softmax"].slope(scores, TRUE),
    )


def bar(index: int, judged: Judged) -> str:
    """A class's probability as a bar, and which way its score is pulled, in HTML."""
    share, slope = judged.probabilities[index], judged.slopes[index]
    way = "raise this score" if slope < 0 else "lower this score"
    name, is_true = CLASSES[index], " is-true" if TRUE[index] else ""
    return (
        f'<div class="rl-class{is_true}"><i class="rl-icon is-{name.lower()}"></i><b>{name}</b>'
        f'<div class="rl-probability"><i style="width:{100 * share:.2f}%"></i></div><span>{100 * share:.1f} %</span>'
        f"<small>slope {signed(slope)}: {way}</small></div>"
    )


def comparison(now: Judged) -> str:
    """Each answer to choose and the present one: the probability of the true class, and both losses, as a table."""
    rows = {**{name: judge(scores) for name, scores in ANSWERS.items()}, "Your scores": now}
    head = "".join(
        f'<th scope="col">{escape(text)}</th>'
        for text in ("Answer", "Probability of cat", "Cross-entropy", "Squared error of the probabilities")
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{100 * each.probabilities[0]:.1f} %</td>'
        f"<td>{each.cross_entropy:.3f}</td><td>{each.squared_error:.3f}</td></tr>"
        for name, each in rows.items()
    )
    return f'<table class="rl-compared"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def signed(number: float) -> str:
    """Three decimals, with a sign that is as wide as a digit.

    >>> signed(-0.5), signed(0.25)
    ('−0.500', '+0.250')
    """
    return f"{number:+.3f}".replace("-", "\N{MINUS SIGN}")
