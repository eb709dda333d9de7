"""The image lab against scikit-learn's MLPClassifier: accuracy on the digits, and time per epoch.

Run with ``python -m benchmarks.bench_image_lab`` from the checkout. Both have the same width, rate, batch size, epochs
and data, and one BLAS thread; they take turns. The bars: at least 97 % of the test images (the linear model 95 %),
within 1 point of scikit-learn, and at most 4 times its time.
"""

from __future__ import annotations

import time
import warnings
from statistics import mean, median
from typing import Any, NamedTuple

import numpy as np

from lab.experiment import Experiment
from lab.images import Images, digits
from lab.threads import one_blas_thread
from lab.training import train
from landscapes.networks import Network

SEEDS = range(5)
TIME_BAR = 4.0


class Result(NamedTuple):
    """The share of the test images that are told right, and the seconds that an epoch takes."""

    accuracy: float
    seconds: float


def ours(experiment: Experiment, data: Images) -> Result:
    """The lab's own training; an epoch's time is the median, as the first one also records the gradient."""
    training = train(experiment, data)
    times = np.diff([progress.seconds for progress in training if progress.is_epoch])
    return Result(training.trial.test_accuracy, float(median(times)))


def theirs(experiment: Experiment, data: Images) -> Result:
    """scikit-learn's, epoch by epoch: the loss that it works out each time is a by-product of its gradient."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        experiment.hidden,
        activation=experiment.activation,
        alpha=experiment.penalty * experiment.batch,
        batch_size=experiment.batch,
        learning_rate_init=experiment.phase.rule.lr,
        max_iter=experiment.epochs,
        n_iter_no_change=experiment.epochs,
        random_state=experiment.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that all epochs have been used
        began = time.perf_counter()
        network.fit(data.train.inputs, data.train.labels)
        seconds = (time.perf_counter() - began) / network.n_iter_
    return Result(float(network.score(data.test.inputs, data.test.labels)), seconds)


def gradient_cost(network: Network, count: int) -> float:
    """Microseconds for one gradient of so many samples."""
    inputs, one_hot = np.full((count, network.inputs), 0.5), np.eye(network.outputs)[np.arange(count) % network.outputs]
    weights, times = network.init(0), []
    for _ in range(200):
        began = time.perf_counter()
        network.value_and_gradient(weights, inputs, one_hot)
        times.append(time.perf_counter() - began)
    return 1e6 * min(times)


def compare(data: Images, **settings: Any) -> tuple[list[Result], list[Result]]:
    """Both on every seed, in turns, with one BLAS thread."""
    experiments = [Experiment(**settings, seed=seed) for seed in SEEDS]
    with one_blas_thread():
        pairs = [(ours(each, data), theirs(each, data)) for each in experiments]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def main() -> None:
    data = digits()
    header = ("model", "ours %", "sklearn %", "ours ms", "sklearn ms", "ratio")
    print("{:12}{:>10}{:>11}{:>10}{:>12}{:>8}".format(*header), f"  (per epoch; the bar of the ratio is {TIME_BAR:g})")
    for model in ("linear", "one-layer", "two-layers"):
        both = compare(data, model=model)
        right = [100 * mean(each.accuracy for each in results) for results in both]
        ms = [1e3 * min(each.seconds for each in results) for results in both]
        print(f"{model:12}{right[0]:10.1f}{right[1]:11.1f}{ms[0]:10.1f}{ms[1]:12.1f}{ms[0] / ms[1]:8.2f}")
    network = Experiment().network(data.train.inputs.shape[1], data.train.classes)
    print(f"a gradient of 32 images: {gradient_cost(network, 32):.0f} us")


if __name__ == "__main__":
    main()
