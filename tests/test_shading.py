"""The ground's picture: every surface in both themes is plastic, the right way up, small, and dark or light enough."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from tests.every import for_every
from views.shading import LONGEST_SIDE, hillshade, image_size, palette, relief_image
from views.terrain import Heights, Terrain, terrain_of
from views.theme import CASING, ThemeName, marks_of, themes

STRAY = 0.12
"""How far single pixels of a WebP may stray below a contrast, as a share of it."""


@cache
def picture_of(slug: str, name: ThemeName) -> bytes:
    """A surface's picture, kept for all tests."""
    return relief_image(terrain_of(LANDSCAPES[slug]), themes()[name])


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance as WCAG defines it, of 8-bit colours (..., RGB)."""
    table = np.arange(256) / 255
    table = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    return table[colours] @ np.array([0.2126, 0.7152, 0.0722])


def luminance_of(colour: str) -> float:
    return float(luminance(np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])))


def contrast(ground: np.ndarray, colour: str) -> np.ndarray:
    high, low = np.maximum(ground, luminance_of(colour)), np.minimum(ground, luminance_of(colour))
    return (high + 0.05) / (low + 0.05)


def ground_with(loss: np.ndarray) -> Terrain:
    """A terrain whose grid has these losses, on a surface that has nothing to do with them."""
    surface = LANDSCAPES["booth"]
    x, y = np.linspace(*surface.x_range, loss.shape[1]), np.linspace(*surface.y_range, loss.shape[0])
    return Terrain(surface, Heights(False, 0.0, 1.0), x, y, loss)


def bound(name: str) -> tuple[float, str]:
    """The least contrast of a theme's ground, and the colour to which it is hardest to keep."""
    if name == "light":
        return 3.5, CASING
    return 3.0, min((marks_of([rule()])[0].colour for rule in OPTIMIZERS.values()), key=luminance_of)


@pytest.mark.parametrize("name", themes())
def test_paths_are_legible_on_every_colour_that_ground_can_have(name):
    least, against = bound(name)
    colours = palette(themes()[name])
    assert contrast(luminance(colours), against).min() >= least
    assert (np.diff(luminance(colours), axis=1) >= -1e-3).all()  # the more light, the lighter


@pytest.mark.parametrize("name", themes())
@for_every("slug", [*LANDSCAPES])
def test_every_surface_has_a_small_picture_on_which_paths_are_legible(slug, name):
    terrain = terrain_of(LANDSCAPES[slug])
    picture = picture_of(slug, name)
    assert 1_500 <= len(picture) <= 30_000
    ground = luminance(pixels(picture))
    least, against = bound(name)
    contrasts = contrast(ground, against)
    assert contrasts.min() >= (1 - STRAY) * least
    assert (contrasts < least).mean() < 5e-4
    width, height = image_size(terrain)
    assert ground.shape == (height, width)
    assert max(width, height) == LONGEST_SIDE
    spans = np.ptp(terrain.landscape.x_range), np.ptp(terrain.landscape.y_range)
    assert width / height == pytest.approx(spans[0] / spans[1], rel=2e-3)


@pytest.mark.parametrize("name", themes())
@for_every("slug", [*LANDSCAPES])
def test_low_ground_is_darker_than_high_ground(slug, name):
    terrain = terrain_of(LANDSCAPES[slug])
    picture = pixels(picture_of(slug, name))
    rows, columns = (np.linspace(0, length - 1, 41).round().astype(int) for length in picture.shape[:2])
    sampled = luminance(picture[np.ix_(rows, columns)])
    at_y, at_x = (np.linspace(0, length - 1, 41).round().astype(int) for length in terrain.z.shape)
    z = terrain.z[::-1][np.ix_(at_y, at_x)]  # row 0 of a picture is the top
    low, high = sampled[z <= np.quantile(z, 0.1)], sampled[z >= np.quantile(z, 0.9)]
    assert low.mean() < high.mean()


@pytest.mark.parametrize("name", themes())
def test_the_top_of_the_picture_is_the_highest_y(name):
    middle = luminance(pixels(picture_of("rosenbrock", name))[:, LONGEST_SIDE // 2])  # a valley along y = x squared
    assert middle.argmin() == pytest.approx(0.75 * LONGEST_SIDE, abs=0.05 * LONGEST_SIDE)  # y = 0 of -1 to 3


@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
def test_light_comes_from_the_upper_left_at_any_scale_of_heights(scale):
    across = np.linspace(-1, 1, 101)
    hill = hillshade(-scale * np.hypot(*np.meshgrid(across, across)), across[1] - across[0])
    upper_left, lower_right, upper_right, lower_left = hill[20, 20], hill[80, 80], hill[20, 80], hill[80, 20]
    assert upper_left > 0.4
    assert lower_right == pytest.approx(-upper_left)
    assert upper_right == pytest.approx(0, abs=1e-6) == lower_left
    assert np.abs(hill).max() <= 1


def test_a_bowl_is_lit_where_a_hill_is_in_shade():
    across = np.linspace(-1, 1, 101)
    bowl = np.hypot(*np.meshgrid(across, across))
    assert np.allclose(hillshade(bowl, 0.02), -hillshade(-bowl, 0.02))


def test_flat_ground_is_neither_lit_nor_in_shade():
    assert not hillshade(np.full((5, 7), 3.0), 0.1).any()


@pytest.mark.parametrize("name", themes())
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_ground_without_a_height_is_drawn_too(name, hole):
    theme = themes()[name]
    loss = terrain_of(LANDSCAPES["booth"]).loss.copy()
    loss[10:20] = hole
    assert pixels(relief_image(ground_with(loss), theme)).shape == (720, 720, 3)
    nothing = pixels(relief_image(ground_with(np.full((5, 5), hole)), theme))
    assert np.ptp(nothing.astype(int), axis=(0, 1)).max() <= 4  # of 255: one colour, as a WebP keeps it


def test_a_picture_is_made_once():
    terrain, theme = terrain_of(LANDSCAPES["booth"]), themes()["dark"]
    assert relief_image(terrain, theme) is relief_image(terrain, theme)
