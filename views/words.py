"""Sentences, tables and formulas about a scene: pure functions from values to Markdown."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from knobs import Knob, format_value, knobs_of
from optimizers import Rule, Trajectory
from presets import PRESETS, Preset
from scenes import Scene, parse
from views.theme import CASING, Mark

DARK_HEADLINE = "This is all an optimizer sees."
"""The headline while the lights are off."""

EMPTY = "Add an optimizer to begin."


@dataclass(frozen=True)
class Headline:
    """What stands above the stage: a title, and one line under it."""

    title: str
    line: str


def headline_of(scene: Scene) -> Headline:
    """A preset's own words while its scene is the present one, else the surface's: its title and its first sentence.

    >>> from scenes import default_scene
    >>> headline_of(default_scene()).title
    'Same start. Four optimizers. Four different answers.'
    >>> headline_of(parse("surface=booth&run=adam")[0]).title
    'Booth'
    """
    surface = scene.landscape
    preset = preset_of(scene)
    if preset:
        return Headline(preset.headline, preset.line)
    return Headline(surface.title, surface.about.partition(". ")[0].rstrip(".") + ".")


def preset_of(scene: Scene) -> Preset | None:
    """The preset whose scene this is, if there is one."""
    return _presets_by_scene().get(scene)


@cache
def _presets_by_scene() -> Mapping[Scene, Preset]:
    return {parse(preset.link)[0]: preset for preset in PRESETS.values()}


def short(value: float) -> str:
    """A number to three significant digits, as the stage writes it.

    >>> short(0.0125), short(6.84e-7), short(181.6165), short(-2.06309), short(0.0)
    ('0.0125', '6.84e-7', '182', '-2.06', '0')
    """
    if not math.isfinite(value):
        return "overflow"
    if value == 0:
        return "0"
    if abs(value) >= 1e5 or abs(value) < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:#.3g}".rstrip(".")


def as_markdown(text: str) -> str:
    """A sentence that repeats a reader's own words, as Markdown that shows it letter by letter.

    >>> print(as_markdown("I did not understand ![a](https://b) $x$ <i>; using 0.9."))
    I did not understand ![a]\\(https://b) \\$x\\$ \\<i>; using 0.9.
    >>> as_markdown("rho must be in [0, 1), got 1.5")
    'rho must be in [0, 1), got 1.5'
    """
    return re.sub(r"[\\`*$<]|(?<=\])\(", r"\\\g<0>", text)


def settings_summary(rule: Rule) -> str:
    """A rule's settings in one line: the everyday ones, and rare ones where they are not as usual.

    >>> from optimizers import OPTIMIZERS
    >>> settings_summary(OPTIMIZERS["momentum"](lr=0.001, rho=0.95))
    'lr 0.001, rho 0.95'
    """
    values = ((knob, getattr(rule, name)) for name, knob in knobs_of(rule).items())
    return ", ".join(f"{knob.name} {format_value(value)}" for knob, value in values if _is_worth_saying(knob, value))


def _is_worth_saying(knob: Knob, value: float | int | bool) -> bool:
    return not knob.rare or value != knob.default


def runs_table(scene: Scene, paths: Sequence[Trajectory]) -> str:
    """What happened: one row a run, as a Markdown table."""
    rows = [
        "| run | settings | loss at the start | loss at the end | for good below 0.1 % from step | what happened |",
        "|:--|:--|--:|--:|--:|:--|",
    ]
    for label, run, path in zip(scene.labels, scene.runs, paths, strict=True):
        settled = "–" if path.settled_step is None else str(path.settled_step)
        losses = (short(path.values[0]), short(path.values[-1]))
        rows.append(f"| {' | '.join((label, settings_summary(run.rule), *losses, settled, path.sentence))} |")
    return "\n".join(rows)


def in_latex(value: float) -> str:
    r"""A number as it is written in a formula.

    >>> print(in_latex(0.001), in_latex(1e-8), in_latex(2e-5))
    0.001 10^{-8} 2 \cdot 10^{-5}
    """
    mantissa, _, exponent = format_value(value).partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{exponent}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def swatch(mark: Mark) -> str:
    """A run's line and marker as a small picture for a Markdown label, drawn as on the map."""
    dash = ' stroke-dasharray="8 4"' if mark.repeat else ""
    inside, edge = (CASING, f'stroke="{mark.colour}" stroke-width="2.2"') if mark.repeat else (mark.colour, "")
    outline, width = _outline(mark.symbol), 5.5 if mark.repeat else 3
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="34" height="18" viewBox="-17 -9 34 18" stroke-linejoin="round">'
        f'<path d="M-16 0H16" stroke="{CASING}" stroke-width="6.5"/>'
        f'<path d="M-16 0H16" stroke="{mark.colour}" stroke-width="3.5"{dash}/>'
        f'<path d="{outline}" stroke="{CASING}" stroke-width="{width}"/>'
        f'<path d="{outline}" fill="{inside}" {edge}/></svg>'
    )
    return f"![](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


_MARKER_RADIUS = 5.5
_CROSS = "M-2-5.5H2V-2H5.5V2H2V5.5H-2V2H-5.5V-2H-2Z"
_CORNERS = {
    "diamond": (4, 0, 1),
    "square": (4, 45, 1),
    "pentagon": (5, 0, 1),
    "hexagon": (6, 0, 1),
    "triangle-up": (3, 0, 1),
    "star": (10, 0, 0.45),
}
"""Of symbols that are polygons: how many corners, by how many degrees turned, and how far out every other one is."""


def _outline(symbol: str) -> str:
    """A marker's outline around the origin as an SVG path; what is no polygon is a circle."""
    if symbol == "cross":
        return _CROSS
    if symbol not in _CORNERS:
        return f"M{_MARKER_RADIUS} 0A{_MARKER_RADIUS} {_MARKER_RADIUS} 0 1 1 {_MARKER_RADIUS}-.01Z"
    count, turned, inner = _CORNERS[symbol]
    corners = []
    for corner in range(count):
        angle = 2 * math.pi * corner / count + math.radians(turned)
        radius = 1.1 * _MARKER_RADIUS * (inner if corner % 2 else 1)
        corners.append(f"{radius * math.sin(angle):.2f} {-radius * math.cos(angle):.2f}")
    return f"M{'L'.join(corners)}Z"
