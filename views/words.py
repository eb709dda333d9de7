"""Sentences, tables and formulas about a scene: pure functions from values to Markdown."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from knobs import Knob, Switch, format_value, knobs_of
from optimizers import Rule, Trajectory
from presets import PRESETS, Preset
from scenes import Scene, parse
from views.theme import CASING, Mark

DARK_HEADLINE = "This is all an optimizer sees."
"""The headline while the lights are off."""


@dataclass(frozen=True)
class Headline:
    """What stands above the stage: a title, and one line under it."""

    title: str
    line: str


def headline_of(scene: Scene) -> Headline:
    """A preset's own words while its scene is the present one, else the surface's.

    >>> from scenes import default_scene
    >>> headline_of(default_scene()).title
    'Same start. Four optimizers. Four different answers.'
    >>> headline_of(parse("surface=booth&run=adam")[0]).title
    'Booth'
    """
    preset = preset_of(scene)
    if preset:
        return Headline(preset.headline, preset.line)
    return Headline(scene.landscape.title, scene.landscape.about)


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


def settings_in_formula(rule: Rule) -> str:
    """The values of a rule's settings, with the symbols of its formula, as Markdown; switches where they are turned.

    >>> from optimizers import OPTIMIZERS
    >>> settings_in_formula(OPTIMIZERS["sgd"](lr=0.1))
    '$\\\\eta = 0.1$'
    >>> settings_in_formula(OPTIMIZERS["adam"](lr=0.1, bias_correction=False)).split("$")[-1]
    ', bias correction off'
    """
    values = [(knob, getattr(rule, name)) for name, knob in knobs_of(rule).items()]
    numbers = [f"{knob.symbol} = {_in_latex(value)}" for knob, value in values if not isinstance(knob.valid, Switch)]
    switches = [
        f"{knob.label.lower()} {format_value(value)}"
        for knob, value in values
        if isinstance(knob.valid, Switch) and value != knob.default
    ]
    formula = r",\; ".join(numbers)
    return ", ".join([f"${formula}$", *switches])


def _in_latex(value: float) -> str:
    mantissa, _, exponent = format_value(value).partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{exponent}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def swatch(mark: Mark) -> str:
    """A run's line and colour as a small picture for a Markdown label."""
    dash = ' stroke-dasharray="6 4"' if mark.repeat else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="16">'
        f'<path d="M1 8H27" stroke="{CASING}" stroke-width="7" stroke-linecap="round"/>'
        f'<path d="M1 8H27" stroke="{mark.colour}" stroke-width="4"{dash}/></svg>'
    )
    return f"![](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
