"""Models of two weights on data, each with the loss that is taken over it."""

import autograd.numpy as np

from knobs import Choice, Interval, knob, nonnegative
from landscapes import data_sets, fits
from landscapes.data_landscape import Samples, data_landscape
from landscapes.losses import LOSSES, with_delta
from landscapes.smooth import softmax

MOST_OUTLIERS = 1000


def _choice_of_loss(task):
    """A setting: which of the losses of a task is taken; the first is the default."""
    slugs = [loss.slug for loss in LOSSES.values() if loss.task == task]
    return knob(
        slugs[0],
        r"\ell",
        "How wrong a single prediction is. The surface is the mean of it over all samples.",
        valid=Choice(tuple((slug, LOSSES[slug].title) for slug in slugs)),
        label="Loss",
    )


def _penalty(default):
    return knob(
        default,
        r"\lambda",
        "How much large weights cost: half of this times the sum of their squares is added to the loss.",
        valid=nonnegative,
        offer=(1e-4, 1),
        scale="log",
        label="Penalty",
    )


LINE_LOSS = _choice_of_loss("regression")
BOUNDARY_LOSS = _choice_of_loss("binary")
DELTA = knob(
    1.0,
    r"\delta",
    "How far off a prediction may be before it counts as an outlier, in standard deviations of disease progression.",
    valid=Interval(1e-6, 1e6),  # beyond them the minimum is lost in rounding, or that of squared errors long since
    offer=(0.1, 10),
    scale="log",
    label="Huber delta",
    only_for=("loss", with_delta()),
)
OUTLIERS = knob(
    0,
    "m",
    "How many samples are added, all at one place far below the line. One among 442 hardly shows.",
    valid=Interval(0, MOST_OUTLIERS),
    offer=(0, 100),
    label="Outliers",
)
OUTLIER_X = knob(
    2.5,
    "x_m",
    "The body mass index of the outliers, in standard deviations from the mean.",
    valid=Interval(-100, 100),
    offer=(-3, 4),
    label="Outliers' x",
    rare=True,
)
OUTLIER_Y = knob(
    -8.0,
    "y_m",
    "The disease progression of the outliers, in standard deviations from the mean.",
    valid=Interval(-100, 100),
    offer=(-10, 10),
    label="Outliers' y",
    rare=True,
)
LIGHT_PENALTY = _penalty(0.01)


def patients(outliers, outlier_x, outlier_y):
    """The patients with diabetes, and so many outliers behind them."""
    known = data_sets.diabetes()
    return Samples(
        np.concatenate([known.inputs, np.full((1, outliers), outlier_x)], axis=1),
        np.concatenate([known.targets, np.full(outliers, outlier_y)]),
        known.input_names,
        known.target_name,
        is_outlier=np.arange(len(known) + outliers) >= len(known),
    )


def lowest_line(surface):
    """Where the loss of a line is lowest; the mean absolute error has a corner there."""
    find = fits.least_absolute_line if surface.settings["loss"] == "mae" else fits.smooth_minimum
    return find(surface)


def lowest_boundary(surface):
    """Where the loss of a boundary is lowest; the hinge has a corner there."""
    find = fits.hinge_minimum if surface.settings["loss"] == "hinge" else fits.smooth_minimum
    return find(surface)


def line(w1, w2, x):
    """The number that a straight line predicts."""
    return w1 * x + w2


def score(w1, w2, x1, x2):
    """The score of a boundary through the origin: its sign is the class."""
    return w1 * x1 + w2 * x2


def bent(w1, w2, x):
    """The number that a network of one tanh unit predicts."""
    return w2 * np.tanh(w1 * x)


def ordered_scores(w1, w2, x):
    """Scores of three classes along the last axis: -w1 x, w2 and w1 x.

    In memory the classes come first: NumPy is slow along an axis of three numbers that lie side by side.
    """
    slope, middle = np.expand_dims(w1 * x, 0), np.expand_dims(w2 + 0 * x, 0)
    axes = (3,) + (1,) * np.ndim(x)
    scores = slope * np.reshape([-1.0, 0.0, 1.0], axes) + middle * np.reshape([0.0, 1.0, 0.0], axes)
    return np.moveaxis(scores, 0, -1)


def ordered_probabilities(w1, w2, x):
    """The probabilities that softmax makes of the scores, with the classes along axis 1."""
    return np.moveaxis(softmax(ordered_scores(w1, w2, x)), -1, 1)


@data_landscape(
    "diabetes-line",
    title="Diabetes line",
    formula=r"\frac1N\sum_{i=1}^N \ell\left(w_1 x_i + w_2,\; y_i\right)",
    x_range=(-2.5, 2.5),
    y_range=(-2.5, 2.5),
    start=(-1.5, -1.5),
    minima=lowest_line,
    about="Every point of this map is a line through 442 patients: w1 is its slope, w2 its height in the middle. The "
    "lower the ground, the better the line tells how far diabetes has gone from the body mass index. Ten outliers tilt "
    "the best line of squared errors most, that of absolute errors least.",
    samples=patients,
    model=line,
    picture="curve",
)
def diabetes_line(
    w1, w2, x, y, loss=LINE_LOSS, delta=DELTA, outliers=OUTLIERS, outlier_x=OUTLIER_X, outlier_y=OUTLIER_Y
):
    """The mean loss of a line through standardised data: least squares, least absolute values, or Huber's."""
    return np.mean(LOSSES[loss].of(line(w1, w2, x), y, delta=delta), axis=0)


@data_landscape(
    "breast-cancer",
    title="Breast cancer boundary",
    formula=r"\frac1N\sum_{i=1}^N \ell\left(w_1 x_{i1} + w_2 x_{i2},\; y_i\right)"
    r" + \tfrac{\lambda}{2}\left(w_1^2 + w_2^2\right)",
    x_range=(-2, 5),
    y_range=(-3, 4),
    start=(-1, 3),
    logarithmic=True,
    minima=lowest_boundary,
    about="Every point of this map is a straight boundary between benign and malignant tumours. It stands at right "
    "angles to the arrow (w1, w2), and the longer the arrow, the surer the model. It sees the mean radius and the mean "
    "texture of the cell nuclei in 569 tumours.",
    samples=data_sets.breast_cancer,
    model=score,
    picture="boundary",
)
def breast_cancer(w1, w2, x1, x2, y, loss=BOUNDARY_LOSS, penalty=LIGHT_PENALTY):
    """Logistic regression or a support vector machine without intercept, on standardised data."""
    return np.mean(LOSSES[loss].of(score(w1, w2, x1, x2), y), axis=0) + penalty / 2 * (w1**2 + w2**2)


@data_landscape(
    "iris-classes",
    title="Iris classes",
    formula=r"\frac1N\sum_{i=1}^N -\log p_{i,y_i}, \quad p_i = \operatorname{softmax}(-w_1 x_i,\; w_2,\; w_1 x_i)",
    x_range=(-2, 4),
    y_range=(-2, 4),
    start=(-1, -1),
    logarithmic=True,
    minima=fits.smooth_minimum,
    about="Every point of this map is a guess of the kind of iris from nothing but the length of its sepals. w1 is how "
    "sharply short is told from long, w2 how readily the kind in between is named. The lengths overlap, so the best "
    "model stays unsure: it names three of four flowers rightly.",
    samples=data_sets.iris,
    model=ordered_probabilities,
    picture="classes",
)
def iris_classes(w1, w2, x, y):
    """Softmax regression of three classes in order, with two free weights."""
    return np.mean(LOSSES["softmax"].of(ordered_scores(w1, w2, x), y), axis=0)


@data_landscape(
    "tanh-network",
    title="Tanh network",
    formula=r"\frac1{21}\sum_{i=1}^{21} \left(w_2 \tanh(w_1 x_i) - y_i\right)^2",
    x_range=(-3, 3),
    y_range=(-3, 3),
    start=(-1, 1.5),
    logarithmic=True,
    minima=((1.2, 1.5), (-1.2, -1.5)),
    saddles=((0, 0),),
    about="The smallest network there is: one tanh unit with a weight before it and a weight behind it. Both weights "
    "with their signs turned make the same curve, so there are two minima, and between them a saddle at zero, where "
    "the slope is exactly 0: a network whose weights are all zero never learns.",
    samples=data_sets.bent_curve,
    model=bent,
    picture="curve",
)
def tanh_network(w1, w2, x, y):
    """Fitted to 21 points of 1.5 tanh(1.2 x), so the lowest loss is 0."""
    return np.mean(LOSSES["mse"].of(bent(w1, w2, x), y), axis=0)


@data_landscape(
    "moons",
    title="Noisy moons",
    formula=r"\frac1N\sum_{i=1}^N \log\left(1 + e^{-y_i (w_1 x_{i1} + w_2 x_{i2})}\right)"
    r" + \tfrac{\lambda}{2}\left(w_1^2 + w_2^2\right)",
    x_range=(-3, 3),
    y_range=(-1, 5),
    start=(2, 3.5),
    logarithmic=True,
    minima=fits.smooth_minimum,
    about="Every point of this map is a straight boundary between two half moons, and none keeps them apart. The best "
    "one has five of six points on the right side.",
    samples=data_sets.moons,
    model=score,
    picture="boundary",
)
def moons(w1, w2, x1, x2, y, penalty=LIGHT_PENALTY):
    """Logistic regression without intercept on standardised data."""
    return np.mean(LOSSES["logistic"].of(score(w1, w2, x1, x2), y), axis=0) + penalty / 2 * (w1**2 + w2**2)
