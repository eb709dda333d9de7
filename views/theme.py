"""Colours and marks: the page's two themes, and the colour, symbol and dash of every run.

The page's own colours are declared in ``.streamlit/config.toml``, where Streamlit reads them, and are read from there.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

ThemeName = Literal["dark", "light"]

CASING = "#0A0F1E"
"""The dark outline under every path, which keeps each colour legible on either map."""

START_COLOUR = "#FFFFFF"


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance of the page; ``terrain`` runs from low to high ground."""

    name: ThemeName
    page: str
    card: str
    line: str
    text: str
    muted: str
    accent: str
    terrain: tuple[str, ...]
    contour: str

    @property
    def colorscale(self) -> list[list[float | str]]:
        """The terrain as a Plotly colour scale."""
        last = len(self.terrain) - 1
        return [[index / last, colour] for index, colour in enumerate(self.terrain)]


_TERRAIN: dict[ThemeName, tuple[tuple[str, ...], str]] = {
    "dark": (("#0C0921", "#121635", "#152745", "#1B3A51", "#264955"), "rgba(214,228,255,.16)"),
    "light": (("#577992", "#6D9AAC", "#93BDC2", "#C9DAC5", "#F5F0DE"), "rgba(16,22,42,.20)"),
}
CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"


@cache
def themes() -> dict[ThemeName, Theme]:
    """Both appearances of the page, by name.

    >>> sorted(themes())
    ['dark', 'light']
    """
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    return {name: _theme(name, {**config, **config[name]}) for name in _TERRAIN}


def _theme(name: ThemeName, options: dict[str, str]) -> Theme:
    terrain, contour = _TERRAIN[name]
    return Theme(
        name=name,
        page=options["backgroundColor"],
        card=options["secondaryBackgroundColor"],
        line=options["borderColor"],
        text=options["textColor"],
        muted=options["grayTextColor"],
        accent=options["primaryColor"],
        terrain=terrain,
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
}
_SPARE_MARKS = (("#FDA2AF", "star"), ("#899CB5", "hexagon"))
_SHADES = {"bright": (0.0, -0.28, -0.48, -0.64), "deep": (0.0, 0.45, -0.35, 0.72)}
"""Share of white (or of black, below 0) mixed into a rule's colour for its first two runs, its next two, and so on."""

_BRIGHT = 600  # sum of a colour's channels beyond which white would change nothing


def marks_of(slugs: Iterable[str]) -> tuple[Mark, ...]:
    """The mark of each run of a scene, from the rules' slugs in the order of the runs.

    A rule's first run has the rule's own colour in every scene; its second is the same, dashed and hollow; the next two
    are so in a shade of it. Adding a run never recolours another.

    >>> [mark.colour for mark in marks_of(["adam", "sgd", "adam"])]
    ['#FB631B', '#FEF9F3', '#FB631B']
    """
    counts: Counter[str] = Counter()
    spares: dict[str, tuple[str, str]] = {}
    marks = []
    for slug in slugs:
        if slug not in _MARKS and slug not in spares:
            spares[slug] = _SPARE_MARKS[len(spares) % len(_SPARE_MARKS)]
        colour, symbol = _MARKS.get(slug) or spares[slug]
        pair, second = divmod(counts[slug], 2)
        marks.append(Mark(_shade(colour, pair), symbol, repeat=bool(second)))
        counts[slug] += 1
    return tuple(marks)


def _shade(colour: str, number: int) -> str:
    """A colour's shade by its number; 0 is the colour itself."""
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    shades = _SHADES["bright" if sum(channels) > _BRIGHT else "deep"]
    amount = shades[number % len(shades)]
    target = 255 if amount > 0 else 0
    return "#" + "".join(f"{round(channel + (target - channel) * abs(amount)):02X}" for channel in channels)
