"""The ground as a picture: a relief map in a theme's colours, lit from the upper left.

Contour lines and paths are drawn over it, so its lightness is kept to bounds in which each of them stays legible.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from caches import few, remembered
from views.oklab import Array, oklab, srgb
from views.terrain import Terrain
from views.theme import Theme

Grid = NDArray[np.float32]

LONGEST_SIDE = 720
"""Pixels along the picture's longer side."""

_SAMPLES = 2
"""Pixels for each of which the loss is worked out once; what lies between is interpolated, smoothly."""

_STRENGTH = 0.35
"""The share of its lightness that a wall gains or loses by facing or turning away from the light."""

_STEEP_SHARE = 0.9
_STEEP = 0.9
"""The ground is raised until this share of its slopes is at most so steep; walls beyond differ in little but colour."""

_SPARE = 0.01
"""Lightness kept free at the bounds, because a WebP's colours are not quite those that went into it."""

_LIGHT = (-np.sqrt(0.5), np.sqrt(0.5))
"""Where the light comes from, in x and y: the upper left, where readers of maps expect it."""

_HEIGHT_STEPS, _SHADE_STEPS = 512, 129

_QUALITY = {"dark": 94, "light": 86}
"""Quality of the WebP: coarse steps show more in the dark, where there is less to store."""


@remembered("relief pictures", key=lambda terrain, theme: (terrain.key, theme))
def relief_image(terrain: Terrain, theme: Theme) -> bytes:
    """The window of a terrain as a WebP picture: as wide to high as in data units, its upper edge the highest y.

    >>> from landscapes import LANDSCAPES
    >>> from views.terrain import terrain_of
    >>> from views.theme import themes
    >>> picture = relief_image(terrain_of(LANDSCAPES["booth"]), themes()["dark"])
    >>> picture[:4], picture[8:12]
    (b'RIFF', b'WEBP')
    """
    from PIL import Image  # here, because only what shows a map should wait for it

    height, shade = _relief(terrain)
    rows = np.rint(height * (_HEIGHT_STEPS - 1)).astype(np.intp)
    columns = np.rint((shade + 1) / 2 * (_SHADE_STEPS - 1)).astype(np.intp)
    image = Image.fromarray(palette(theme)[rows, columns])
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY[theme.name], method=2, use_sharp_yuv=True)
    return file.getvalue()


def image_size(terrain: Terrain) -> tuple[int, int]:
    """Width and height of a terrain's picture in pixels.

    >>> from landscapes import LANDSCAPES
    >>> from views.terrain import terrain_of
    >>> image_size(terrain_of(LANDSCAPES["six-hump-camel"]))
    (720, 480)
    """
    width, height = (limits[1] - limits[0] for limits in (terrain.landscape.x_range, terrain.landscape.y_range))
    scale = LONGEST_SIDE / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


@remembered("reliefs", key=lambda terrain: terrain.key)
def _relief(terrain: Terrain) -> tuple[Grid, Grid]:
    """Height (0 to 1) and shade (-1 to 1) of every pixel, the same for every theme."""
    size = image_size(terrain)
    height = _heights(terrain, *(-(-length // _SAMPLES) for length in size))
    return _enlarged(height, size, 0), _enlarged(hillshade(height, _SAMPLES / LONGEST_SIDE), size, -1)


def _heights(terrain: Terrain, columns: int, rows: int) -> Grid:
    """The heights at the middles of so many pixels as shares of the range, row 0 on top.

    They are worked out anew, because the grid of the terrain is so wide that a hillshade would show its facets.
    """
    (left, right), (bottom, top) = terrain.landscape.x_range, terrain.landscape.y_range
    x = left + (right - left) * (np.arange(columns) + 0.5) / columns
    y = top - (top - bottom) * (np.arange(rows) + 0.5) / rows
    low, high = terrain.height_range
    if not high > low:
        return np.zeros((rows, columns), np.float32)
    with np.errstate(all="ignore"):
        z = terrain.heights(np.asarray(terrain.landscape.value(np.stack(np.meshgrid(x, y)))))
    z = np.nan_to_num(z, nan=high, posinf=high, neginf=low)
    return np.clip((z - low) / (high - low), 0, 1).astype(np.float32)


def hillshade(height: Grid, spacing: float) -> Grid:
    """How far each point faces the light: 1 for a wall right before it, 0 for flat ground, -1 for a wall turned away.

    ``height`` has row 0 on top; ``spacing`` is the distance of its points in the unit of the height. The ground is
    first raised by a factor that suits it, so that gentle and steep surfaces are equally plastic.

    >>> import numpy as np
    >>> hillshade(np.linspace([0, 0], [1, 1], 9), 0.1)[4].round(2).tolist()  # it falls towards the top: lit
    [0.47, 0.47]
    """
    down, right = np.gradient(height, spacing)
    slope = np.hypot(right, down)
    steep = np.quantile(slope[slope > 0], _STEEP_SHARE) if (slope > 0).any() else 1
    rise_to_the_light = right * _LIGHT[0] - down * _LIGHT[1]
    raise_by = _STEEP / steep
    return -raise_by * rise_to_the_light / np.sqrt(1 + (raise_by * slope) ** 2)


def _enlarged(values: Grid, size: tuple[int, int], lowest: float) -> Grid:
    """Values brought to another size by cubic interpolation, and kept between ``lowest`` and 1."""
    from PIL import Image

    image = Image.fromarray(values.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), lowest, 1)


@few("the two themes")
def palette(theme: Theme) -> NDArray[np.uint8]:
    """The colours (height, shade, RGB) of low to high ground, from turned away from the light to facing it."""
    stops = np.array([oklab(colour) for colour in theme.terrain])
    at = np.linspace(0, len(stops) - 1, _HEIGHT_STEPS)
    lab = np.stack([np.interp(at, np.arange(len(stops)), channel) for channel in stops.T], axis=-1)
    lab = np.repeat(lab[:, None], _SHADE_STEPS, axis=1)
    lowest, highest = theme.terrain_lightness
    lab[..., 0] = _shaded(lab[..., 0], np.linspace(-1, 1, _SHADE_STEPS), lowest + _SPARE, highest - _SPARE)
    return srgb(lab)


def _shaded(lightness: Array, shade: Array, lowest: float, highest: float) -> Array:
    """Lightness in light and shade; it nears its bounds and never meets them, so that walls there stay plastic."""
    change = _STRENGTH * shade * lightness
    room = np.maximum(np.where(shade > 0, highest - lightness, lightness - lowest), 1e-9)
    return np.clip(lightness + room * np.tanh(change / room), lowest, highest)
