"""The data of the landscapes: what comes with scikit-learn, standardised. Nothing is downloaded.

Standardised means mean 0 and standard deviation 1. Each set is loaded when it is first asked for, and kept.

The files are read as they lie in scikit-learn's folder, because its own loaders import pandas and SciPy with it: 107 MB
and up to three seconds that every visitor would wait for. A test holds the sets to those of the loaders.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from caches import once
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


def shipped(file: str, **options: Any) -> np.ndarray:
    """The numbers of a file of scikit-learn's data sets, a row for each sample; ``options`` are ``np.loadtxt``'s.

    >>> shipped("iris.csv", delimiter=",", skiprows=1).shape
    (150, 5)
    """
    library = find_spec("sklearn")
    assert library is not None
    return np.loadtxt(Path(str(library.origin)).parent / "datasets" / "data" / file, **options)


@once
def diabetes() -> Samples:
    """Body mass index of 442 patients, and how far their diabetes had gone a year later.

    Efron, Hastie, Johnstone and Tibshirani, Least angle regression, Annals of Statistics 32 (2004).
    """
    bmi = shipped("diabetes_data_raw.csv.gz", usecols=2)
    progression = shipped("diabetes_target.csv.gz")
    return Samples(standardised(bmi[None]), standardised(progression), ("Body mass index",), "Disease progression")


@once
def breast_cancer() -> Samples:
    """Mean radius and mean texture of the cell nuclei in 569 tumours; +1 is malignant.

    Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor diagnosis (1993).
    """
    radius, texture, is_benign = shipped("breast_cancer.csv", delimiter=",", skiprows=1, usecols=(0, 1, -1)).T
    return Samples(
        standardised(np.stack([radius, texture])),
        np.where(is_benign, -1, 1),
        ("Mean radius", "Mean texture"),
        "Tumour",
        ("benign", "malignant"),
    )


@once
def iris() -> Samples:
    """Sepal length of 150 irises of three species.

    Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936).
    """
    length, species = shipped("iris.csv", delimiter=",", skiprows=1, usecols=(0, -1)).T
    names = ("setosa", "versicolor", "virginica")
    return Samples(standardised(length[None]), np.eye(3)[species.astype(int)], ("Sepal length",), "Species", names)


@once
def moons() -> Samples:
    """Two half circles that reach into each other, with noise: those of scikit-learn's ``make_moons``."""
    angle = np.linspace(0, np.pi, MOONS // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)])
    lower = np.stack([1 - np.cos(angle), 1 - np.sin(angle) - 0.5])
    random, order = np.random.RandomState(0), np.arange(MOONS)
    random.shuffle(order)
    points = np.concatenate([upper, lower], axis=1)[:, order] + random.normal(scale=0.25, size=(MOONS, 2)).T
    which = np.where(order < MOONS // 2, 1, -1)
    return Samples(standardised(points), which, ("Across", "Up"), "Moon", ("lower moon", "upper moon"))


@once
def bent_curve() -> Samples:
    """21 points of 1.5 tanh(1.2 x), evenly spread over -2 to 2."""
    x = np.linspace(-2, 2, 21)
    return Samples(x[None], 1.5 * np.tanh(1.2 * x), ("x",), "y")
