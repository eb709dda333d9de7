"""Colours and marks: the page's two themes, and the colour, symbol and dash of every run.

The page's own colours are declared in ``.streamlit/config.toml``, where Streamlit reads them, and are read from there.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

from caches import once
from knobs import knobs_of
from views.oklab import lightness_ladder

ThemeName = Literal["dark", "light"]

CASING = "#0A0F1E"
"""The dark outline under every path, which keeps each colour legible on either map."""

START_COLOUR = "#FFFFFF"


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance of the page.

    ``terrain`` runs from low to high ground; ``terrain_lightness`` is the least and the greatest OKLCH lightness of
    ground in light and shade.
    """

    name: ThemeName
    page: str
    card: str
    line: str
    text: str
    muted: str
    accent: str
    terrain: tuple[str, ...]
    terrain_lightness: tuple[float, float]
    contour: str

    @property
    def colorscale(self) -> list[list[float | str]]:
        """The terrain as a Plotly colour scale."""
        last = len(self.terrain) - 1
        return [[index / last, colour] for index, colour in enumerate(self.terrain)]


_TERRAIN: dict[ThemeName, tuple[tuple[str, ...], tuple[float, float], str]] = {
    "dark": (("#0C0921", "#121635", "#152745", "#1B3A51", "#264955"), (0.0, 0.395), "rgba(214,228,255,.16)"),
    "light": (("#577992", "#6D9AAC", "#93BDC2", "#C9DAC5", "#F5F0DE"), (0.52, 0.99), "rgba(16,22,42,.20)"),
}
"""The terrain's colours, the bounds of its lightness in light and shade, and the colour of contour lines.

Within the bounds every rule's own colour keeps a contrast of 3 to the dark map, and the casing one of 3.5 to the light.
"""

CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"


@once
def themes() -> dict[ThemeName, Theme]:
    """Both appearances of the page, by name.

    >>> sorted(themes())
    ['dark', 'light']
    """
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    return {name: _theme(name, {**config, **config[name]}) for name in _TERRAIN}


def _theme(name: ThemeName, options: dict[str, str]) -> Theme:
    terrain, lightness, contour = _TERRAIN[name]
    return Theme(
        name=name,
        page=options["backgroundColor"],
        card=options["secondaryBackgroundColor"],
        line=options["borderColor"],
        text=options["textColor"],
        muted=options["grayTextColor"],
        accent=options["primaryColor"],
        terrain=terrain,
        terrain_lightness=lightness,
        contour=contour,
    )


@dataclass(frozen=True)
class Mark:
    """How a run is drawn: its colour, the symbol at its end (a Plotly symbol name), and whether it is a repeat."""

    colour: str
    symbol: str
    repeat: bool = False

    @property
    def plotly_symbol(self) -> str:
        return f"{self.symbol}-open" if self.repeat else self.symbol


_MARKS = {
    "sgd": ("#FEF9F3", "circle"),
    "momentum": ("#47E6FE", "diamond"),
    "nesterov": ("#BF70FF", "square"),
    "adagrad": ("#D1F97C", "cross"),
    "rmsprop": ("#09AC7D", "pentagon"),
    "adam": ("#FB631B", "triangle-up"),
    "sign": ("#FDA2AF", "star"),
    "newton": ("#899CB5", "hexagon"),
}
"""The look of each family of rules: of the rules that name it as theirs, and of the rule that has its name."""

_SPARE_MARKS = (_MARKS["sign"], _MARKS["newton"])
"""For rules of no known family, such as a reader's own: the looks that are met least often."""

_SHADES = {"bright": (0.0, -0.28, -0.48, -0.64), "deep": (0.0, 0.45, -0.35, 0.72)}
"""Share of white (below 0 of black) mixed into a family's colour for its first two runs, its next two, and so on."""

_BRIGHT = 600  # sum of a colour's channels beyond which white would change nothing


_LADDER = 5
"""So many runs of a rule that differ in their rate alone are told apart by lightness, in the order of their rates."""


def marks_of(rules: Iterable[Any]) -> tuple[Mark, ...]:
    """The mark of each run of a scene, from the rules (or classical methods) in the order of the runs.

    Rules of one family share a colour and a marker, the same in every scene. The first run of a family has just these;
    its second is the same, dashed and hollow; the next two are so in a shade of it. Adding a run never recolours
    another, with one exception: five or more runs of a rule that differ in nothing but their learning rate are a ladder
    of lightness, on which the lowest rate is the darkest and the middle one has the family's own colour (the highest,
    if that is too light for lighter ones). Equal rates share a step of it, the second of them dashed and hollow.

    >>> from optimizers import OPTIMIZERS
    >>> adam, sgd = OPTIMIZERS["adam"], OPTIMIZERS["sgd"]
    >>> [mark.colour for mark in marks_of([adam(), sgd(), OPTIMIZERS["adamw"]()])]
    ['#FB631B', '#FEF9F3', '#FB631B']
    >>> [mark.colour for mark in marks_of([adam(lr=rate) for rate in (0.1, 0.2, 0.3, 0.4, 0.5)])][2]
    '#FB631B'
    """
    rules = tuple(rules)
    own = _own_marks(rules)
    marks: dict[int, Mark] = {}
    for runs in _ladders(rules):
        marks.update(_marks_on_ladder(own[_family(rules[runs[0]])], {run: rules[run].lr for run in runs}))
    for run, rule in enumerate(rules):
        if run not in marks:
            marks[run] = _next_mark(own[_family(rule)], taken=marks.values())
    return tuple(marks[run] for run in range(len(rules)))


def _family(rule: Any) -> str:
    """The name of a rule's look."""
    return str(rule.family or rule.slug)


def _own_marks(rules: Iterable[Any]) -> dict[str, Mark]:
    """The mark of the first run of each family, by the family's name."""
    marks = {family: Mark(*look) for family, look in _MARKS.items()}
    spares = cycle(_SPARE_MARKS)
    for family in map(_family, rules):
        if family not in marks:
            marks[family] = Mark(*next(spares))
    return marks


def _next_mark(own: Mark, taken: Collection[Mark]) -> Mark:
    """The first mark of a family that no run has yet; its own if all are taken."""
    pairs = range(len(_SHADES["deep"]))
    marks = [replace(own, colour=_shade(own.colour, pair), repeat=second) for pair in pairs for second in (False, True)]
    return next((mark for mark in marks if mark not in taken), own)


def _ladders(rules: Sequence[Any]) -> list[list[int]]:
    """Which runs are a ladder: at least five of a rule, at several rates and alike in all else."""
    alike: dict[Hashable, list[int]] = {}
    for run, rule in enumerate(rules):
        knobs = knobs_of(rule)
        if "lr" not in knobs:  # a classical method works out by itself how far to go
            continue
        others = tuple((name, getattr(rule, name)) for name in knobs if name != "lr")
        alike.setdefault((rule.slug, others), []).append(run)
    return [runs for runs in alike.values() if len(runs) >= _LADDER and len({rules[run].lr for run in runs}) > 1]


def _marks_on_ladder(own: Mark, rates: Mapping[int, float]) -> dict[int, Mark]:
    """The mark of each run of a ladder, from their rates; a third run of the same rate has a step of its own."""
    met: Counter[float] = Counter()
    places = {}
    for run, rate in rates.items():
        pair, second = divmod(met[rate], 2)
        places[run] = (rate, pair), bool(second)
        met[rate] += 1
    steps = sorted({step for step, _ in places.values()})
    colours = lightness_ladder(own.colour, len(steps), ground=themes()["dark"].terrain[2])
    colour_of = dict(zip(steps, colours, strict=True))
    return {run: replace(own, colour=colour_of[step], repeat=second) for run, (step, second) in places.items()}


def _shade(colour: str, number: int) -> str:
    """A colour's shade by its number; 0 is the colour itself."""
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    shades = _SHADES["bright" if sum(channels) > _BRIGHT else "deep"]
    amount = shades[number % len(shades)]
    target = 255 if amount > 0 else 0
    return "#" + "".join(f"{round(channel + (target - channel) * abs(amount)):02X}" for channel in channels)
