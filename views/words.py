"""Sentences and tables about a scene: pure functions from values to Markdown."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context
from typing import Any

from caches import few
from knobs import Knob, Setting, format_value, knobs_of
from optimizers import Part, Phase, Rule, Trajectory
from optimizers.parts import Batch, Carry, Clip, Steps
from optimizers.wrappers import Wrapper
from presets import PRESETS, Preset
from scenes import Per, Run, Scene, parse, pers_on
from views.theme import CASING, Mark

_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)

DARK_HEADLINE = "This is all an optimizer sees."
"""The headline while the lights are off."""

EMPTY = "Add an optimizer to begin."

EVALUATION = (
    "An evaluation is one gradient, of however many samples, with the loss at the same point. A Hessian counts as two, "
    "a loss by itself as one."
)
"""What stands under the table, in which runs are compared by what they cost."""


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
    return _presets_on(scene.surface).get(scene)


@few("the surfaces")
def _presets_on(surface: str) -> Mapping[Scene, Preset]:
    """The presets of a surface by scene; the others stay unread, for each has a surface to be made, or data."""
    presets = [preset for preset in PRESETS.values() if preset.surface == surface]
    return {parse(preset.link)[0]: preset for preset in presets}


def short(value: float) -> str:
    """A number to three significant digits, as the stage writes it (``short`` of numbers.js; one table tests both).

    Half a digit goes away from zero. From 0.001 to 99,900 in plain notation, beyond with a power of ten.

    >>> short(0.0125), short(6.84e-7), short(1234), short(123456), short(-2.06309), short(0.0)
    ('0.0125', '6.84e-7', '1230', '1.23e5', '-2.06', '0')
    """
    if not math.isfinite(value):
        return "overflow"
    if value == 0:
        return "0"
    rounded = _THREE_DIGITS.create_decimal_from_float(float(value))
    exponent = rounded.adjusted()
    if -3 <= exponent < 5:
        return f"{rounded:.{max(0, 2 - exponent)}f}"
    return f"{rounded:.2e}".replace("e+", "e")


def settings_summary(settings: Any) -> str:
    """The settings of a rule or a part in one line: the everyday ones, and rare ones where they are not as usual.

    >>> from optimizers import OPTIMIZERS
    >>> settings_summary(OPTIMIZERS["momentum"](lr=0.001, rho=0.95))
    'lr 0.001, rho 0.95'
    """
    values = ((knob, getattr(settings, name)) for name, knob in knobs_of(settings).items())
    return ", ".join(f"{knob.name} {format_value(value)}" for knob, value in values if _is_worth_saying(knob, value))


def _is_worth_saying(knob: Knob, value: Setting) -> bool:
    return not knob.rare or value != knob.default


def part_summary(part: Part) -> str:
    """A part of a run in a few words.

    >>> from optimizers import PARTS
    >>> part_summary(PARTS["sam"](radius=0.1)), part_summary(PARTS["clip"](norm=2)), part_summary(PARTS["carry"]())
    ('SAM radius 0.1', 'gradients clipped to 2', 'memory kept')
    """
    match part:
        case Clip(norm=norm):
            return f"gradients clipped to {format_value(norm)}"
        case Batch(label=label):
            return label
        case Carry():
            return "memory kept"
        case Wrapper(label=name):
            pass
        case _:
            name = part.title[0].lower() + part.title[1:]
    return f"{name} {settings_summary(part)}".rstrip()


def phase_summary(phase: Phase) -> str:
    """The settings of a phase in one line, with all that is added to its rule.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> phase_summary(Phase(OPTIMIZERS["sgd"](lr=0.1), [PARTS["warmup"](count=20), PARTS["steps"](count=50)]))
    'lr 0.1; warm-up count 20, start 0.1; for 50 steps'
    """
    summaries = [settings_summary(phase.rule), *(part_summary(p) for p in phase.parts if not isinstance(p, Steps))]
    return "; ".join(filter(None, [*summaries, f"for {in_steps(phase.steps)}" if phase.steps else ""]))


def run_summary(run: Run) -> str:
    """The settings of a run in one line: all that is on, phase by phase.

    >>> scene, _ = parse("surface=booth&run=momentum:lr=0.01;steps:count=100~adam:lr=0.1")
    >>> run_summary(scene.runs[0])
    'lr 0.01, rho 0.9; for 100 steps; then Adam: lr 0.1, beta1 0.9, beta2 0.999'
    """
    first, *others = run.phases
    later = (f"then {phase.rule.title}: {phase_summary(phase)}" for phase in others)
    return "; ".join(filter(None, [phase_summary(first), *later]))


def in_steps(count: int) -> str:
    """So many steps, in words.

    >>> in_steps(1), in_steps(20)
    ('1 step', '20 steps')
    """
    return f"{count} step{'s' * (count != 1)}"


def runs_table(scene: Scene, paths: Sequence[Trajectory], per: Per = "step") -> str:
    """What happened: one row a run, as a Markdown table.

    ``per`` says in which unit it is told when a run has arrived. What a run has cost is always told, in evaluations.
    """
    is_data = len(pers_on(scene.landscape)) > 2
    rows = [
        "| run | settings | loss at the start | loss at the end "
        f"| for good below 0.1 % from {per} | evaluations | {'samples seen | ' if is_data else ''}what happened |",
        f"|:--|:--|--:|--:|--:|--:|{'--:|' if is_data else ''}:--|",
    ]
    for label, run, path in zip(scene.labels, scene.runs, paths, strict=True):
        losses = (short(path.values[0]), short(path.values[-1]))
        happened = " ".join([path.sentence, *by_itself(path)])
        seen = [f"{path.samples[-1]:,.0f}"] if is_data else []
        cells = (label, run_summary(run), *losses, _settled(path, per), f"{path.costs[-1]:.0f}", *seen, happened)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _settled(path: Trajectory, per: Per) -> str:
    if path.settled_step is None:
        return "–"
    return format_count(path.counted(per)[path.settled_step], per)


def format_count(count: float, per: Per) -> str:
    """A count of steps, evaluations, samples or epochs.

    >>> format_count(736.0, "sample"), format_count(1.6666, "epoch")
    ('736', '1.67')
    """
    return f"{count:.2f}" if per == "epoch" else f"{count:.0f}"


def by_itself(path: Trajectory) -> list[str]:
    """Sentences on what a classical method asked for and where it stopped; none for a rule, which does as it is told.

    >>> from scenes import simulate
    >>> scene, _ = parse("surface=booth&run=bfgs&run=sgd")
    >>> [by_itself(path) for path in simulate(scene)]
    [['It asked for the loss 9 times and the gradient 9 times.', 'It stopped by itself at step 8.'], []]
    """
    if isinstance(path.rule, Rule):
        return []
    numbers = path.evaluations
    counts = {"the loss": numbers.values, "the gradient": numbers.gradients, "the Hessian": numbers.hessians}
    times = [f"{what} {count} time{'s' * (count != 1)}" for what, count in counts.items() if count]
    stopped = [f"It stopped by itself at step {path.steps}."] if path.stopped else []
    return [f"It asked for {listed(times)}.", *stopped]


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


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
