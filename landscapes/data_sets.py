"""The data of the landscapes: what comes with scikit-learn, standardised. Nothing is downloaded.

Standardised means mean 0 and standard deviation 1. Each set is loaded when it is first asked for, and kept.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from landscapes.data_landscape import Samples

MOONS = 200
"""How many points the two moons have together."""


def standardised(rows: np.ndarray) -> np.ndarray:
    """Rows of numbers, each moved to mean 0 and scaled to standard deviation 1.

    >>> standardised(np.array([[1.0, 3.0], [5.0, 25.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    return (rows - rows.mean(axis=-1, keepdims=True)) / rows.std(axis=-1, keepdims=True)


@cache
def diabetes() -> Samples:
    """Body mass index of 442 patients, and how far their diabetes had gone a year later.

    Efron, Hastie, Johnstone and Tibshirani, Least angle regression, Annals of Statistics 32 (2004).
    """
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    bmi = data.data[:, data.feature_names.index("bmi")]
    return Samples(standardised(bmi[None]), standardised(data.target), ("Body mass index",), "Disease progression")


@cache
def breast_cancer() -> Samples:
    """Mean radius and mean texture of the cell nuclei in 569 tumours; +1 is malignant.

    Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor diagnosis (1993).
    """
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    names = list(data.feature_names)
    rows = data.data[:, [names.index("mean radius"), names.index("mean texture")]].T
    malignant = list(data.target_names).index("malignant")
    return Samples(
        standardised(rows),
        np.where(data.target == malignant, 1, -1),
        ("Mean radius", "Mean texture"),
        "Tumour",
        ("benign", "malignant"),
    )


@cache
def iris() -> Samples:
    """Sepal length of 150 irises of three species.

    Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936).
    """
    from sklearn.datasets import load_iris

    data = load_iris()
    length = data.data[:, data.feature_names.index("sepal length (cm)")]
    names = tuple(str(name) for name in data.target_names)
    return Samples(standardised(length[None]), np.eye(3)[data.target], ("Sepal length",), "Species", names)


@cache
def moons() -> Samples:
    """Two half circles that reach into each other, with noise; always the same."""
    from sklearn.datasets import make_moons

    points, which = make_moons(MOONS, noise=0.25, random_state=0)
    rows, is_upper = standardised(points.T), which == 0
    return Samples(rows, np.where(is_upper, 1, -1), ("Across", "Up"), "Moon", ("lower moon", "upper moon"))


@cache
def bent_curve() -> Samples:
    """21 points of 1.5 tanh(1.2 x), evenly spread over -2 to 2."""
    x = np.linspace(-2, 2, 21)
    return Samples(x[None], 1.5 * np.tanh(1.2 * x), ("x",), "y")
