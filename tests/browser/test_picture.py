"""What is drawn is true: nothing is bent, the ground lies under its axes, every rule has its colour and shape."""

from __future__ import annotations

import base64
import io
from itertools import combinations

import numpy as np
from PIL import Image

from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS
from tests.browser.acts import choose, count_colour, differ, picture, repainted, wait_for_address
from tests.browser.map import assert_ground_in_place, pixel_of, ranges_of, units_of
from views.theme import CASING, marks_of

RULES = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
DIRECTIONS = np.linspace(0, 2 * np.pi, 361)


def level_set_through(surface: Landscape, point: np.ndarray, radius: float) -> list[np.ndarray]:
    """The two points at a distance from ``point`` at which the surface is as high as there."""

    def above(angle: float) -> float:
        return float(surface.value(point + radius * np.array([np.cos(angle), np.sin(angle)])) - surface.value(point))

    heights = [above(angle) for angle in DIRECTIONS]
    found = []
    for low, high, before, after in zip(DIRECTIONS, DIRECTIONS[1:], heights, heights[1:], strict=False):
        if (before < 0) == (after < 0):
            continue
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if (above(middle) < 0) == (before < 0) else (low, middle)
        found.append(point + radius * np.array([np.cos(low), np.sin(low)]))
    return found


def assert_gradient_is_drawn_across_the_contour(stage, surface: Landscape) -> None:
    """Measured in pixels of the window, at several places of the map."""
    spans = np.ptp(surface.x_range), np.ptp(surface.y_range)
    for shares in ((0.21, 0.3), (0.4, 0.83), (0.77, 0.62)):
        point = np.array([surface.x_range[0] + shares[0] * spans[0], surface.y_range[0] + shares[1] * spans[1]])
        one, other = level_set_through(surface, point, radius=1e-3 * min(spans))
        gradient = surface.gradient(point)
        tip = point + 0.1 * min(spans) * gradient / np.hypot(*gradient)
        contour = np.subtract(pixel_of(stage, one), pixel_of(stage, other))
        drawn = np.subtract(pixel_of(stage, tip), pixel_of(stage, point))
        cosine = contour @ drawn / (np.hypot(*contour) * np.hypot(*drawn))
        assert abs(np.degrees(np.arccos(cosine)) - 90) <= 2, f"{surface.title} at {point}"


def assert_true_to_scale(stage, surface: Landscape) -> None:
    across, up = units_of(stage)
    assert np.isclose(across, up, rtol=0.01)
    # To the pixel: Plotly's are whole ones.
    for name, wanted in (("x", surface.x_range), ("y", surface.y_range)):
        assert np.allclose(ranges_of(stage)[name], wanted, atol=1 / units_of(stage)[0])
    assert_ground_in_place(stage, surface)
    assert_gradient_is_drawn_across_the_contour(stage, surface)


def test_every_surface_is_drawn_to_scale_with_its_ground_under_the_axes(page, open_page):
    stage = open_page(page, "surface=branin&run=adam:lr=0.1")
    assert_true_to_scale(stage, LANDSCAPES["branin"])
    for slug in ("mccormick", "goldstein-price"):
        before = picture(stage.get_by_test_id("stage-2d"))
        with repainted(stage):
            choose(page, "Surface", LANDSCAPES[slug].title)
        wait_for_address(page, f"surface={slug}")
        assert_true_to_scale(stage, LANDSCAPES[slug])
        assert differ(before, picture(stage.get_by_test_id("stage-2d"))) > 10_000

    page.get_by_test_id("stExpander").filter(has_text="More").last.locator("summary").click()
    for label, key, part in (("Map colours", "colour", "stage-2d"), ("Loss axis", "loss", "stage-loss")):
        before = picture(stage.get_by_test_id(part))
        with repainted(stage):
            choose(page, label, "Linear")
        wait_for_address(page, f"{key}=linear")
        assert differ(before, picture(stage.get_by_test_id(part))) > 300


def test_so_it_is_on_a_phone(phone, open_page):
    assert_true_to_scale(open_page(phone, "surface=mccormick&run=adam:lr=0.1"), LANDSCAPES["mccormick"])


def test_every_run_has_its_colour_and_casing_on_the_map_and_a_hidden_one_none(page, open_page):
    marks = marks_of(OPTIMIZERS[rule]() for rule in RULES)
    rates = ["0.001", "0.003", "0.001", "0.3", "0.1", "0.4"]  # after ten steps all are far from each other
    runs = "&".join(f"run={rule}:lr={rate}" for rule, rate in zip(RULES, rates, strict=True))
    stage = open_page(page, f"surface=himmelblau&start=0,-4.8&steps=10&{runs}")
    plot = stage.get_by_test_id("stage-2d")
    seen = picture(plot)
    for rule, mark in zip(RULES, marks, strict=True):
        assert count_colour(seen, mark.colour) > 50, rule
    assert count_colour(seen, CASING) > 500
    assert_told_apart_without_colour(stage)

    with repainted(stage):
        page.get_by_role("button", name="Hide").click()
    wait_for_address(page, "hide=6")
    assert count_colour(picture(plot), marks[5].colour) == 0
    assert stage.get_by_test_id("readout").locator("li:visible").count() == 5
    with repainted(stage):
        page.get_by_role("button", name="Show").click()
    page.wait_for_function("!location.search.includes('hide')")
    assert count_colour(picture(plot), marks[5].colour) > 50

    # In another scene, in another order and beside a second of its kind, a rule has the same colour.
    stage = open_page(page, "surface=booth&start=-8,5&steps=40&run=adam:lr=0.3&run=sgd:lr=0.02&run=adam:lr=0.1")
    seen = picture(stage.get_by_test_id("stage-2d"))
    for mark in (marks[5], marks[0]):
        assert count_colour(seen, mark.colour) > 50
    for mark in marks[1:5]:
        assert count_colour(seen, mark.colour) == 0
    assert_told_apart_without_colour(stage)


def assert_told_apart_without_colour(stage) -> None:
    """Any two markers beside the runs' names differ in light and shade, by shape if by nothing else."""
    swatches = {}
    for row in stage.get_by_test_id("readout").locator("li").all():
        data = row.locator(".rv-swatch").get_attribute("src").split(",")[1]
        marker = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
        card = Image.new("RGBA", marker.size, "#161D33")
        swatches[row.inner_text()] = np.asarray(Image.alpha_composite(card, marker).convert("L")).astype(int)
    assert len(swatches) >= 3
    for one, other in combinations(swatches, 2):
        different = int((np.abs(swatches[one] - swatches[other]) > 40).sum())
        assert different >= 16, f"{one} and {other} differ in {different} pixels"
