"""The data sets are those of scikit-learn's own loaders, to the last bit, and come without its imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, make_moons

from lab.images import digits
from landscapes import data_sets
from landscapes.data_sets import standardised

ROOT = Path(__file__).resolve().parent.parent


def test_the_files_hold_what_the_loaders_return():
    diabetes = load_diabetes(scaled=False)
    bmi = diabetes.data[:, [diabetes.feature_names.index("bmi")]]
    assert np.array_equal(data_sets.diabetes().inputs, standardised(bmi.T))
    assert np.array_equal(data_sets.diabetes().targets, standardised(diabetes.target))

    cancer = load_breast_cancer()
    columns = [list(cancer.feature_names).index(name) for name in ("mean radius", "mean texture")]
    is_malignant = cancer.target == list(cancer.target_names).index("malignant")
    assert np.array_equal(data_sets.breast_cancer().inputs, standardised(cancer.data[:, columns].T))
    assert np.array_equal(data_sets.breast_cancer().targets, np.where(is_malignant, 1, -1))

    iris = load_iris()
    length = iris.data[:, [iris.feature_names.index("sepal length (cm)")]]
    assert np.array_equal(data_sets.iris().inputs, standardised(length.T))
    assert np.array_equal(data_sets.iris().targets, np.eye(3)[iris.target])
    assert data_sets.iris().class_names == tuple(iris.target_names)

    points, is_lower = make_moons(data_sets.MOONS, noise=0.25, random_state=0)
    assert np.array_equal(data_sets.moons().inputs, standardised(points.T))
    assert np.array_equal(data_sets.moons().targets, np.where(is_lower, -1, 1))


def test_the_digits_are_those_of_the_loader():
    loaded = load_digits()
    images = digits()
    ours = np.concatenate(
        [np.c_[part.inputs * 16, part.labels] for part in (images.train, images.validation, images.test)]
    )
    theirs = np.c_[loaded.data, loaded.target]
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, theirs.tolist()))


def test_no_data_set_brings_scikit_learn_or_pandas():
    code = (
        "import sys, lab.images, landscapes.data_sets as d; lab.images.digits(); "
        "[make() for make in (d.diabetes, d.breast_cancer, d.iris, d.moons)]; "
        "sys.exit(' '.join({'sklearn', 'pandas', 'scipy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
