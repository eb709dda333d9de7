"""Landscapes of data: their lowest points against scikit-learn's fits of the same objective, data and models."""

from __future__ import annotations

import numpy as np
import pytest

from landscapes import LANDSCAPES
from landscapes.data_landscape import DataLandscape
from landscapes.line_fits import fit_line
from landscapes.losses import LOSSES
from tests.every import for_every

SURFACES = [surface for surface in LANDSCAPES.values() if isinstance(surface, DataLandscape)]
every_surface = for_every("surface", {surface.slug: surface for surface in SURFACES})


def choices(surface):
    """A surface with each of the losses that it may have."""
    return [surface(loss=loss) for loss in surface.knobs["loss"].valid.titles] if "loss" in surface.knobs else [surface]


CHOICES = [each for surface in SURFACES for each in choices(surface)]
every_choice = for_every("surface", {f"{each.slug}-{each.settings.get('loss')}": each for each in CHOICES})
LINE, BOUNDARY = LANDSCAPES["diabetes-line"], LANDSCAPES["breast-cancer"]
NUMBERS_OF_OUTLIERS = [0, 1, 10, 100]


def points_of(surface: DataLandscape, count: int = 7, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([rng.uniform(*surface.x_range, count), rng.uniform(*surface.y_range, count)])


def table_of(surface: DataLandscape) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (N, d) and targets, as scikit-learn wants them."""
    return surface.samples.inputs.T, surface.samples.targets


# Minima, against scikit-learn's fits


@pytest.mark.parametrize("outliers", NUMBERS_OF_OUTLIERS)
def test_the_line_of_least_squares_is_that_of_linear_regression(outliers):
    from sklearn.linear_model import LinearRegression

    surface = LINE(loss="mse", outliers=outliers)
    fit = LinearRegression().fit(*table_of(surface))
    np.testing.assert_allclose(surface.minima, [(fit.coef_[0], fit.intercept_)], rtol=0, atol=1e-12)


@pytest.mark.parametrize("outliers", NUMBERS_OF_OUTLIERS)
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_it_is_the_line_that_the_page_of_losses_would_draw(loss, outliers):
    surface = LINE(loss=loss, outliers=outliers)
    line = fit_line(loss, surface.samples.inputs[0], surface.samples.targets)
    assert surface.minima[0] == pytest.approx((line.slope, line.intercept), abs=1e-6)


@pytest.mark.parametrize("outliers", NUMBERS_OF_OUTLIERS)
def test_the_line_of_least_absolute_values_is_that_of_the_median_regression(outliers):
    from sklearn.linear_model import QuantileRegressor

    surface = LINE(loss="mae", outliers=outliers)
    fit = QuantileRegressor(quantile=0.5, alpha=0).fit(*table_of(surface))
    np.testing.assert_allclose(surface.minima, [(fit.coef_[0], fit.intercept_)], rtol=0, atol=1e-3)
    assert surface.minimum_value <= surface.value((fit.coef_[0], fit.intercept_)) + 1e-12


@pytest.mark.parametrize("outliers", NUMBERS_OF_OUTLIERS)
@pytest.mark.parametrize("epsilon", [1.1, 1.35, 2])
def test_hubers_line_is_that_of_the_huber_regression_of_the_same_scale(outliers, epsilon):
    from sklearn.linear_model import HuberRegressor

    surface = LINE(loss="huber", outliers=outliers)
    fit = HuberRegressor(epsilon=epsilon, alpha=0, tol=1e-9, max_iter=1000).fit(*table_of(surface))
    surface = surface(delta=float(epsilon * fit.scale_))
    np.testing.assert_allclose(surface.minima, [(fit.coef_[0], fit.intercept_)], rtol=0, atol=1e-3)


@pytest.mark.parametrize("penalty", [1e-3, 0.01, 0.1, 1])
@pytest.mark.parametrize("slug", ["breast-cancer", "moons"])
def test_the_logistic_boundary_is_that_of_logistic_regression(slug, penalty):
    from sklearn.linear_model import LogisticRegression

    surface = LANDSCAPES[slug](penalty=penalty)
    count = len(surface.samples)
    fit = LogisticRegression(C=1 / (penalty * count), fit_intercept=False, tol=1e-9).fit(*table_of(surface))
    np.testing.assert_allclose(surface.minima, fit.coef_, rtol=0, atol=1e-3)


@pytest.mark.parametrize("penalty", [1e-3, 0.01, 0.1, 1])
@pytest.mark.parametrize("loss", ["hinge", "squared-hinge"])
def test_the_boundary_with_a_margin_is_that_of_the_support_vector_machine(loss, penalty):
    from sklearn.svm import LinearSVC

    surface = BOUNDARY(loss=loss, penalty=penalty)
    machine = LinearSVC(
        C=1 / (penalty * len(surface.samples)),
        loss=loss.replace("-", "_"),
        fit_intercept=False,
        dual=True,
        tol=1e-8,
        max_iter=2_000_000,
        random_state=0,
    )
    fit = machine.fit(*table_of(surface))
    np.testing.assert_allclose(surface.minima, fit.coef_, rtol=0, atol=1e-3)
    assert surface.minimum_value <= surface.value(fit.coef_[0]) + 1e-12


def test_the_minimum_of_the_irises_is_that_of_a_softmax_regression_held_to_the_same_two_weights():
    from scipy.optimize import minimize

    surface = LANDSCAPES["iris-classes"]
    (x,), is_class = surface.samples.inputs, surface.samples.targets

    def loss(weights):
        scores = np.stack([-weights[0] * x, np.full_like(x, weights[1]), weights[0] * x], axis=1)
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return -np.log(shares[is_class == 1]).mean()

    found = minimize(loss, (1, 1), method="BFGS", options={"gtol": 1e-9}).x
    np.testing.assert_allclose(surface.minima, [found], rtol=0, atol=1e-3)


def test_the_weights_that_made_the_bent_curve_fit_it_exactly():
    assert LANDSCAPES["tanh-network"].value(np.transpose(LANDSCAPES["tanh-network"].minima)).tolist() == [0, 0]


@every_choice
def test_no_other_weights_near_the_minimum_are_better(surface):
    for point in surface.minima:
        angles = np.linspace(0, 2 * np.pi, 73)
        for radius in (1e-6, 1e-3, 0.1):
            around = np.reshape(point, (2, 1)) + radius * np.array([np.cos(angles), np.sin(angles)])
            assert surface.value(around).min() >= surface.minimum_value - 1e-15


@pytest.mark.parametrize("settings", [{"delta": 0.01}, {"delta": 100.0}, {"outliers": 1000}, {"outlier_y": 100.0}])
def test_hubers_line_is_found_for_unusual_settings_too(settings):
    surface = LINE(**{"loss": "huber", "outliers": 10, **settings})
    assert np.abs(surface.gradient(surface.minima[0])).max() < 1e-12


@pytest.mark.parametrize("penalty", [0, 1e-12, 1e-6, 10, 1e6])
@pytest.mark.parametrize("loss", ["logistic", "hinge", "squared-hinge"])
def test_the_boundary_is_found_for_any_penalty(loss, penalty):
    surface = BOUNDARY(loss=loss, penalty=penalty)
    point = np.array(surface.minima[0])
    away = point[:, None] + np.linalg.norm(point) * np.array([[1e-3, 0, -1e-3, 0], [0, 1e-3, 0, -1e-3]])
    assert (surface.value(away) > surface.minimum_value).all()
    if loss != "hinge":
        assert np.abs(surface.gradient(point)).max() < 1e-13


# Samples and models


def test_a_formula_has_no_samples():
    assert LANDSCAPES["booth"].samples is None


@every_surface
def test_samples_are_whole_named_and_read_only(surface):
    samples = surface.samples
    count = len(samples)
    assert samples.inputs.shape == (len(samples.input_names), count)
    assert samples.targets.shape in [(count,), (count, len(samples.class_names))]
    assert samples.target_name
    assert samples.is_outlier.shape == (count,)
    for array in (samples.inputs, samples.targets, samples.is_outlier):
        assert np.isfinite(array).all()
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("slug", ["diabetes-line", "breast-cancer", "iris-classes", "moons"])
def test_real_data_and_the_moons_are_standardised(slug):
    inputs = LANDSCAPES[slug].samples.inputs
    np.testing.assert_allclose(inputs.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(inputs.std(axis=1), 1)


@every_surface
def test_the_targets_are_what_the_picture_shows(surface):
    targets = surface.samples.targets
    if surface.picture == "boundary":
        assert set(targets) == {-1, 1}
        assert len(surface.samples.class_names) == 2
    if surface.picture == "classes":
        assert np.array_equal(targets.sum(axis=1), np.ones(len(targets)))


def test_outliers_are_added_behind_the_patients_and_marked():
    samples = LINE(outliers=3, outlier_x=1.5, outlier_y=-2).samples
    assert len(samples) == 445
    assert samples.is_outlier.sum() == 3
    assert samples.inputs[0, samples.is_outlier].tolist() == [1.5] * 3
    assert samples.targets[samples.is_outlier].tolist() == [-2] * 3
    np.testing.assert_array_equal(samples.inputs[0, :442], LINE.samples.inputs[0])


@every_choice
def test_the_model_is_the_one_whose_loss_is_drawn(surface):
    usual = {"curve": "mse", "boundary": "logistic", "classes": "softmax"}
    loss = LOSSES[surface.settings.get("loss", usual[surface.picture])]
    for weights in points_of(surface).T:
        said = surface.model(weights, surface.samples.inputs)
        targets = surface.samples.targets
        each = -np.log(said[targets == 1]) if loss.slug == "softmax" else loss.value(said, targets)
        penalty = surface.settings.get("penalty", 0) / 2 * weights @ weights
        assert surface.value(weights) == pytest.approx(each.mean() + penalty, rel=1e-12)


@every_surface
def test_a_model_takes_weights_and_inputs_of_many_shapes(surface):
    inputs = np.resize(surface.samples.inputs[0], (len(surface.samples.inputs), 4))
    classes = (3,) if surface.picture == "classes" else ()
    for shape in [(), (5,), (2, 3)]:
        weights = np.random.default_rng(0).normal(size=(2, *shape))
        said = surface.model(weights, inputs)
        assert said.shape == (4, *classes, *shape)
        alone = surface.model(weights.reshape(2, -1)[:, 0], inputs)
        np.testing.assert_allclose(said.reshape(4, *classes, -1)[..., 0], alone)


def test_weights_or_inputs_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"inputs must have the shape \(1, k\), got \(2, 3\)"):
        LINE.model((0, 0), np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"weights must have the shape \(2, ...\), got \(3,\)"):
        LINE.model((0, 0, 0), np.zeros((1, 3)))


# What their texts say


@every_surface
def test_the_first_sentence_fits_under_the_headline(surface):
    assert len(surface.about.partition(". ")[0]) <= 110


def test_so_many_patients_tumours_and_flowers_are_in_the_data():
    counts = {"diabetes-line": 442, "breast-cancer": 569, "iris-classes": 150, "tanh-network": 21, "moons": 200}
    assert {slug: len(LANDSCAPES[slug].samples) for slug in counts} == counts


def test_the_weights_of_the_line_are_its_slope_and_its_height_in_the_middle():
    said = LINE.model((0.3, -0.7), [[0, 1]])
    np.testing.assert_allclose(said, [-0.7, 0.3 - 0.7])
    assert LINE.samples.inputs.mean() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("loss", "without", "single", "with_ten"),
    [("mse", 0.586, 0.534, 0.126), ("huber", 0.617, 0.610, 0.546), ("mae", 0.684, 0.677, 0.622)],
)
def test_ten_outliers_tilt_the_best_line_as_far_as_the_loss_lets_them(loss, without, single, with_ten):
    slopes = [LINE(loss=loss, outliers=outliers).minima[0][0] for outliers in (0, 1, 10)]
    assert slopes == pytest.approx([without, single, with_ten], abs=5e-4)


def test_squared_errors_are_tilted_most_and_absolute_ones_least():
    tilts = [
        LINE(loss=loss).minima[0][0] - LINE(loss=loss, outliers=10).minima[0][0] for loss in ("mse", "huber", "mae")
    ]
    assert tilts[0] > tilts[1] > tilts[2] > 0


def test_the_boundary_is_at_right_angles_to_the_arrow_of_the_weights():
    weights = np.array([0.8, -1.7])
    along = np.array([[1.7], [0.8]])
    assert BOUNDARY.model(weights, along).tolist() == [0]
    assert abs(BOUNDARY.model(2 * weights, [[1], [0]])[0]) == 2 * abs(BOUNDARY.model(weights, [[1], [0]])[0])


def test_the_best_guess_from_sepals_names_three_of_four_flowers_and_stays_unsure():
    surface = LANDSCAPES["iris-classes"]
    shares = surface.model(surface.minima[0], surface.samples.inputs)
    rightly = shares.argmax(axis=1) == surface.samples.targets.argmax(axis=1)
    assert rightly.mean() == pytest.approx(3 / 4, abs=0.01)
    assert shares.max() < 0.995
    assert shares.max(axis=1).mean() < 0.75


def test_the_best_boundary_has_five_of_six_points_of_the_moons_right():
    surface = LANDSCAPES["moons"]
    scores = surface.model(surface.minima[0], surface.samples.inputs)
    assert (scores * surface.samples.targets > 0).mean() == pytest.approx(5 / 6, abs=0.01)
    turns = np.linspace(0, 2 * np.pi, 3601)
    boundaries = surface.model([np.cos(turns), np.sin(turns)], surface.samples.inputs)
    assert (boundaries * surface.samples.targets[:, None] > 0).all(axis=0).sum() == 0  # none keeps them apart


def test_weights_with_both_signs_turned_make_the_same_network_and_zeros_never_learn():
    network = LANDSCAPES["tanh-network"]
    points = points_of(network)
    np.testing.assert_array_equal(network.value(points), network.value(-points))
    assert network.gradient((0, 0)).tolist() == [0, 0]
