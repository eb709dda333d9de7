"""Colours by how they look: OKLab, and ladders of lightness.

OKLab (Björn Ottosson, 2020) is the perceived lightness, green-red and blue-yellow of a colour: linear sRGB as cone
responses, then their cube roots. Its polar form, OKLCH, has the same lightness, and chroma and hue for the other two.

Example
-------
>>> oklab("#FFFFFF").round(3).tolist()
[1.0, 0.0, 0.0]
>>> lightness_ladder("#FB631B", 5, ground="#152745")[2]
'#FB631B'
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from caches import few

Array = NDArray[np.float64]

_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_LAB = np.linalg.inv(_CONES), np.linalg.inv(_LAB)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

_LEAST_CONTRAST = 2.0
"""A ladder's darkest step has this contrast to the ground, or more."""

_LIGHTEST = 0.97
"""Beyond this lightness a step would be white rather than of its hue."""

_LEAST_STEP = 0.05
"""Lines whose lightness differs by less can hardly be told apart."""

_HALVINGS = 20


def oklab(colour: str) -> Array:
    """The OKLab of a colour that is given as "#RRGGBB"."""
    lab: Array = _LAB @ np.cbrt(_CONES @ _linear(colour))
    return lab


def srgb(lab: Array) -> NDArray[np.uint8]:
    """Red, green and blue, 0 to 255, of OKLab colours (..., 3); what no screen can show is cut off.

    >>> srgb(oklab("#FB631B")).tolist()
    [251, 99, 27]
    """
    linear = np.clip(_linear_of(lab), 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded).astype(np.uint8)


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as web standards (WCAG 2) define it: from 1, for equals, to 21.

    >>> round(contrast("#000000", "#FFFFFF"), 2)
    21.0
    """
    dark, light = sorted(float(_LUMINANCE @ _linear(colour)) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


@few("the colours of rules and parts, each in so many shades as runs may have it")
def lightness_ladder(colour: str, count: int, ground: str) -> tuple[str, ...]:
    """So many colours of one hue, evenly spaced in lightness from dark to light, each legible on a dark ground.

    The middle one (of an even number, the darker of the two) is the colour itself. Where there is no room above for
    steps that can be told apart, as in near-white, the lightest is. They have the colour's chroma as far as a screen
    can show it.

    >>> lightness_ladder("#FEF9F3", 5, ground="#152745")[-1]
    '#FEF9F3'
    """
    lightness = float(oklab(colour)[0])
    floor = _darkest(colour, ground)
    own = (count - 1) // 2
    step = min((lightness - floor) / max(own, 1), (_LIGHTEST - lightness) / max(count - 1 - own, 1))
    if step < _LEAST_STEP:
        own = count - 1
        step = (lightness - floor) / max(own, 1)
    steps = (_with_lightness(colour, lightness + step * (place - own)) for place in range(count))
    return tuple(colour if place == own else other for place, other in enumerate(steps))


def _darkest(colour: str, ground: str) -> float:
    """The least lightness at which a colour of this hue stands out, as the lighter, from the ground."""

    def is_legible(lightness: float) -> bool:
        return contrast(_with_lightness(colour, lightness), ground) >= _LEAST_CONTRAST

    return _edge(is_legible, inside=float(oklab(colour)[0]), outside=float(oklab(ground)[0]))


def _with_lightness(colour: str, lightness: float) -> str:
    """The colour with another lightness, and with as much of its chroma as can be shown."""
    hue = oklab(colour) * (0, 1, 1)

    def lab(chroma: float) -> Array:
        return np.array([lightness, 0, 0]) + chroma * hue

    chroma = _edge(lambda share: _can_be_shown(lab(share)), inside=0.0, outside=1.0)
    return "#" + "".join(f"{channel:02X}" for channel in srgb(lab(chroma)))


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """The number farthest from ``inside``, where something holds, up to which it holds on the way to ``outside``."""
    if holds(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def _can_be_shown(lab: Array) -> bool:
    linear = _linear_of(lab)
    return bool(((linear > -1e-6) & (linear < 1 + 1e-6)).all())


def _linear(colour: str) -> Array:
    encoded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _linear_of(lab: Array) -> Array:
    linear: Array = (lab @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
    return linear
