"""Models of two weights on real data, each with the loss that is taken over it."""

import autograd.numpy as np

from knobs import Choice, knob
from landscapes import data_sets
from landscapes.data_landscape import data_landscape
from landscapes.losses import LOSSES


def choice_of_loss(*slugs):
    """A setting: which of these losses is taken; the first is the default."""
    return knob(
        slugs[0],
        r"\ell",
        "How wrong a single prediction is: the surface is the mean of this loss over all samples.",
        valid=Choice(tuple((slug, LOSSES[slug].title) for slug in slugs)),
        label="Loss",
    )


REGRESSION_LOSS = choice_of_loss("mse", "mae", "huber")


def line(w1, w2, x):
    """The prediction of a straight line."""
    return w1 * x + w2


@data_landscape(
    "diabetes-line",
    title="A line through patients",
    formula=r"\frac1N\sum_{i=1}^N \ell\left(w_1 x_i + w_2,\; y_i\right)",
    x_range=(-2.5, 2.5),
    y_range=(-2.5, 2.5),
    start=(-1.5, -1.5),
    about="A.",
    samples=data_sets.diabetes,
    model=line,
    picture="curve",
)
def diabetes_line(w1, w2, x, y, loss=REGRESSION_LOSS):
    """The mean loss of a line through the standardised samples: least squares, least absolute values, Huber."""
    return np.mean(LOSSES[loss].of(line(w1, w2, x), y), axis=0)
