"""The page of losses without a browser: its numbers, its sentences and its controls."""

from __future__ import annotations

import dataclasses
import re
from itertools import combinations

import autograd.numpy as anp
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from landscapes import line_fits
from landscapes.line_fits import Line, fit_line, weight_of_last
from landscapes.losses import LOSSES
from landscapes.smooth import softmax
from tests.pages import everything_said, labelled
from tests.test_marks import difference
from tests.test_shading import contrast, luminance_of
from views import losses_page
from views.class_scores import ANSWERS, CLASSES, TRUE, judge, signed
from views.controls import slider_values
from views.loss_curves import OUTLIER_PLACES, message, nearest_place
from views.loss_curves.message import AXES, LOOKS, POINTS_X, POINTS_Y, SPARE_COLOURS, START, curves, lines, of_task
from views.theme import themes

DELTAS = slider_values(LOSSES["huber"].knobs["delta"])
NUMBERS = [loss.slug for loss in of_task("regression")]


@pytest.fixture
def page(root, monkeypatch) -> AppTest:
    """The page of losses, just opened."""
    monkeypatch.chdir(root)
    app = AppTest.from_string("from views.losses_page import losses_page\nlosses_page()", default_timeout=60)
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def html_of(app: AppTest) -> str:
    """All that is written in HTML, the style apart."""
    return "\n".join(element.proto.body for element in app.get("html") if "<style>" not in element.proto.body)


# The page


def test_every_loss_has_its_card_with_both_formulas_and_when_to_take_it(page):
    said, formulas = everything_said(page), [latex.value for latex in page.latex]
    for loss in LOSSES.values():
        assert f"#### {loss.title}" in said
        assert loss.about in said
        assert loss.use_when in said
        assert loss.reference in [caption.value for caption in page.caption]
        assert any(loss.formula in formula for formula in formulas)
        assert any(loss.slope_formula in formula for formula in formulas)
    written = html_of(page)
    for text in (losses_page.HEADLINE, losses_page.LINE, losses_page.CATS, *losses_page.GROUPS):
        assert text in written


def test_the_two_sliders_of_delta_agree(page):
    sliders = [slider for slider in page.select_slider if slider.label == "Huber delta"]
    assert [slider.value for slider in sliders] == [1, 1]
    checked(sliders[0].set_value(2.5).run())
    assert [slider.value for slider in page.select_slider if slider.label == "Huber delta"] == [2.5, 2.5]
    checked([slider for slider in page.select_slider if slider.label == "Huber delta"][1].set_value(0.5).run())
    assert [slider.value for slider in page.select_slider if slider.label == "Huber delta"] == [0.5, 0.5]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_button_sets_the_scores_and_the_page_tells_what_they_cost(page, name):
    checked(labelled(page.button, name).click().run())
    assert tuple(labelled(page.select_slider, f"Score of {kind.lower()}").value for kind in CLASSES) == ANSWERS[name]
    written, judged = html_of(page), judge(ANSWERS[name])
    for share, slope in zip(judged.probabilities, judged.slopes, strict=True):
        assert f"<span>{100 * share:.1f} %</span>" in written
        assert f"slope {signed(slope)}: {'raise' if slope < 0 else 'lower'} this score" in written
    [yours] = re.findall(r"Your scores</th>(.*?)</tr>", written)
    assert re.findall(r"<td>(.*?)</td>", yours)[1:] == [f"{judged.cross_entropy:.3f}", f"{judged.squared_error:.3f}"]


def test_a_score_is_moved_by_its_slider(page):
    checked(labelled(page.select_slider, "Score of pizza").set_value(-1.5).run())
    assert page.session_state["losses-scores"] == (0.0, -2.0, -1.5)
    assert f"{100 * judge((0.0, -2.0, -1.5)).probabilities[0]:.1f} %" in html_of(page)


@pytest.mark.parametrize("name", OUTLIER_PLACES)
def test_a_button_puts_the_outlier_to_its_place(page, name):
    checked(labelled(page.button, name).click().run())
    assert page.session_state["losses-place"] == OUTLIER_PLACES[name]


# The curves


@pytest.mark.parametrize("task", AXES)
@pytest.mark.parametrize("delta", [0.3, 1.0, 4.0])
def test_the_curves_are_the_losses_and_slopes_at_every_place_of_the_handle(task, delta):
    sent = curves(task, delta)
    assert sent["places"][[0, 300, -1]].tolist() == [-3, 0, 3]
    assert np.diff(sent["places"]) == pytest.approx(np.full(600, 0.01))
    assert sent["places"][sent["start"]] == START[task]
    assert [curve["slug"] for curve in sent["curves"]] == [loss.slug for loss in LOSSES.values() if loss.task == task]
    for curve in sent["curves"]:
        loss, settings = LOSSES[curve["slug"]], {"delta": delta} if curve["slug"] == "huber" else {}
        for place in (0, 150, 299, 300, 301, 400, 600):
            at = float(sent["places"][place])
            assert curve["losses"][place] == loss.value(at, float(task == "binary"), **settings)
            assert curve["slopes"][place] == loss.slope(at, float(task == "binary"), **settings)


# What people see who lack one kind of cone (Machado, Oliveira and Fernandes, 2009), in linear RGB.
EYES = {
    "all": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def seen(colour: str, eye: np.ndarray) -> str:
    encoded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.clip(eye @ np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4), 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * channel):02X}" for channel in encoded)


def test_every_loss_that_has_a_curve_has_a_look_and_a_place_in_the_picture_for_its_name():
    assert list(LOOKS) == [loss.slug for loss in LOSSES.values() if loss.task != "classes"]
    for task in AXES:
        sent = curves(task, 1.0)
        for curve in sent["curves"]:
            for label, numbers in (("onLoss", "losses"), ("onSlope", "slopes")):
                low, high = sent[numbers]
                assert low <= np.interp(curve[label]["at"], sent["places"], curve[numbers]) <= high


SPARE = {theme: {pair[number] for pair in SPARE_COLOURS} for number, theme in enumerate(("dark", "light"))}


@pytest.mark.parametrize("eye", EYES.values(), ids=list(EYES))
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("task", AXES)
def test_curves_of_a_picture_are_told_apart_by_every_eye(task, theme, eye):
    colours = SPARE[theme] | {getattr(LOOKS[loss.slug], theme) for loss in of_task(task)}
    seen_ones = [seen(colour, eye) for colour in colours]
    assert min(difference(one, other) for one, other in combinations(seen_ones, 2)) >= 14


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_curves_stand_out_from_the_card(theme):
    ground = np.array(luminance_of(themes()[theme].card))
    colours = SPARE[theme] | {getattr(look, theme) for look in LOOKS.values()}
    assert min(contrast(ground, colour) for colour in colours) >= 3


# The outlier


def total(slug: str, line: Line, x: np.ndarray, y: np.ndarray, **settings: float) -> float:
    return float(LOSSES[slug].value(line.at(x), y, **settings).sum())


@pytest.mark.parametrize("slug", NUMBERS)
@pytest.mark.parametrize("place", [*OUTLIER_PLACES.values(), (0.0, 10.0), (13.0, 0.0), (6.0, 5.0)])
def test_no_line_near_the_fitted_one_is_better(slug, place):
    x, y = np.append(POINTS_X, place[0]), np.append(POINTS_Y, place[1])
    for settings in [{"delta": delta} for delta in (0.1, 1.0, 10.0)] if slug == "huber" else [{}]:
        line = fit_line(slug, x, y, **settings)
        least = total(slug, line, x, y, **settings)
        for up in (-1e-3, 0, 1e-3):
            for tilt in (-1e-3, 0, 1e-3):
                near = Line(line.intercept + up, line.slope + tilt)
                assert total(slug, near, x, y, **settings) >= least - 1e-12


def test_the_fits_are_those_of_numpy_and_scikit_learn():
    from sklearn.linear_model import HuberRegressor, QuantileRegressor

    x, y = np.append(POINTS_X, 11.5), np.append(POINTS_Y, 0.5)
    slope, intercept = np.polyfit(x, y, 1)
    assert fit_line("mse", x, y) == pytest.approx((intercept, slope))
    theirs = QuantileRegressor(quantile=0.5, alpha=0, solver="highs").fit(x[:, np.newaxis], y)
    assert fit_line("mae", x, y) == pytest.approx((theirs.intercept_, theirs.coef_[0]), abs=1e-6)
    theirs = HuberRegressor(alpha=0, epsilon=1.5, tol=1e-9, max_iter=10_000).fit(x[:, np.newaxis], y)
    delta = float(theirs.epsilon * theirs.scale_)
    assert fit_line("huber", x, y, delta=delta) == pytest.approx((theirs.intercept_, theirs.coef_[0]), abs=1e-3)


def test_a_loss_of_ones_own_is_fitted_with_a_corner_and_where_it_grows_faster_than_squares(monkeypatch):
    from sklearn.linear_model import QuantileRegressor

    def fit(function):
        loss = dataclasses.replace(LOSSES["mse"], slug="own", function=function)
        monkeypatch.setattr(line_fits, "LOSSES", {"own": loss})
        return fit_line("own", x, y), lambda line: float(loss.value(line.at(x), y).sum())

    x, y = np.append(POINTS_X, 11.5), np.append(POINTS_Y, 0.5)
    quantile, _ = fit(lambda p, t: anp.where(p > t, 0.3 * (p - t), 0.7 * (t - p)))
    theirs = QuantileRegressor(quantile=0.7, alpha=0, solver="highs").fit(x[:, np.newaxis], y)
    assert quantile == pytest.approx((theirs.intercept_, theirs.coef_[0]), abs=1e-9)
    power, total_of = fit(lambda p, t: (p - t) ** 4)
    for up, tilt in ((1e-3, 0), (0, 1e-3), (1e-3, -1e-4)):
        for sign in (-1, 1):
            assert total_of(Line(power.intercept + sign * up, power.slope + sign * tilt)) > total_of(power)


def test_a_line_through_points_of_one_line_is_that_line():
    x = np.array([0.0, 1, 2, 5])
    for slug in NUMBERS:
        assert fit_line(slug, x, 3 - 2 * x) == pytest.approx((3, -2))
        assert weight_of_last(slug, Line(3.0, -2.0), x, 3 - 2 * x) == (0, 0)


@pytest.mark.parametrize("place", [*OUTLIER_PLACES.values(), (12.0, 12.0), (3.0, 0.0)])
def test_what_the_browser_gets_of_a_line_is_the_fit_with_and_without_the_outlier(place):
    x, y = np.append(POINTS_X, place[0]), np.append(POINTS_Y, place[1])
    for sent in lines(place, 0.7):
        settings = {"delta": 0.7} if sent["slug"] == "huber" else {}
        line = fit_line(sent["slug"], x, y, **settings)
        assert (sent["slope"], sent["ends"]) == (line.slope, [line.at(0), line.at(13)])
        assert sent["alone"] == fit_line(sent["slug"], POINTS_X, POINTS_Y, **settings).slope
        losses = LOSSES[sent["slug"]].value(line.at(x), y, **settings)
        pulls = np.abs(LOSSES[sent["slug"]].slope(line.at(x), y, **settings))
        assert sent["lossShare"] == pytest.approx(losses[-1] / losses.sum())
        assert sent["pullShare"] == pytest.approx(pulls[-1] / pulls.sum())


def test_a_dragged_point_is_kept_in_the_window_and_must_be_a_place():
    assert nearest_place(11.46, 0.52) == (11.5, 0.5)
    assert nearest_place(-5, 99) == (0.0, 10.0)
    with pytest.raises(ValueError, match="the point must be at two finite numbers"):
        nearest_place(float("nan"), 1)
    assert message.outlier_message(nearest_place(1, 1), 1.0)  # at the same x as a point


# What the page says


def test_what_is_said_of_the_curves_is_true():
    mse, mae = (curve["slopes"] for curve in curves("regression", 1.0)["curves"][:2])
    assert np.abs(mse).max() == 6
    assert (np.abs(mae[mae != 0]) == 1).all()  # it does not calm down near the target
    for loss in of_task("binary"):
        scores = np.linspace(-3, 3, 25)
        assert loss.value(scores, 1) == pytest.approx(loss.value(-scores, -1), rel=1e-15)  # turned round


@pytest.mark.parametrize("delta", DELTAS)
def test_the_outlier_is_most_of_the_squared_the_absolute_and_hubers_loss(delta):
    assert all(line["lossShare"] > 0.5 for line in lines(OUTLIER_PLACES["An outlier"], delta)[:3])


def test_the_pull_is_what_moves_a_line():
    mse, mae, huber = lines(OUTLIER_PLACES["An outlier"], 1.0)[:3]
    moved = [abs(line["slope"] - line["alone"]) for line in (mae, huber, mse)]
    pulls = [line["pullShare"] for line in (mae, huber, mse)]
    assert moved == sorted(moved)
    assert pulls == sorted(pulls)
    assert moved[2] > 5 * moved[1] > 5 * moved[0]
    x, y = np.append(POINTS_X, 11.5), np.append(POINTS_Y, 0.5)
    slopes = LOSSES["mae"].slope(fit_line("mae", x, y).at(x), y)
    assert set(np.abs(slopes)) == {0, 1}
    assert mae["pullShare"] == 1 / np.count_nonzero(slopes)


def test_with_the_point_on_the_line_all_lines_agree():
    slopes = [line["slope"] for line in lines(OUTLIER_PLACES["On the line"], 1.0)]
    assert np.ptp(slopes) < 0.01


def test_a_cat_called_a_pizza_costs_exactly_what_a_cat_called_a_dog_costs():
    _, dog, pizza, torn = (judge(scores) for scores in ANSWERS.values())
    assert dog.cross_entropy == pytest.approx(pizza.cross_entropy, rel=1e-15)
    assert dog.cross_entropy == pytest.approx(torn.cross_entropy, rel=1e-15)
    assert dog.cross_entropy == pytest.approx(-np.log(dog.probabilities[0]))
    assert dog.squared_error == pytest.approx(pizza.squared_error)  # no loss here knows what a dog is
    assert torn.squared_error < dog.squared_error
    assert [int(judge(scores).probabilities.argmax()) for scores in list(ANSWERS.values())[:3]] == [0, 1, 2]


def test_the_slope_in_each_score_is_its_probability_minus_the_truth():
    for scores in ANSWERS.values():
        judged = judge(scores)
        assert judged.slopes == pytest.approx(softmax(np.array(scores)) - TRUE)
        assert judged.probabilities.sum() == pytest.approx(1)
        assert judged.squared_error == pytest.approx(((judged.probabilities - TRUE) ** 2).sum())
