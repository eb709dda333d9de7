"""The scenes that come with Ravine, as data: ``assets/scenes.toml``.

A preset is a title, words that are true of it, and a link; what a link means is for ``scenes`` to say.

Example
-------
>>> PRESETS["too-big-a-step"].title
'Too big a step'
>>> [preset.title for preset in PRESETS.values() if preset.chip]
['Four answers', 'Too big a step', 'The ravine', 'The ridge', 'Rolling through']
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).parent / "assets" / "scenes.toml"


@dataclass(frozen=True)
class Preset:
    """One scene of the menu.

    Attributes
    ----------
    id : its short name, unique.
    title, group : the words on its button, and the heading that it stands under.
    sentence : what there is to see, true in the numbers.
    link : the scene's text, for ``scenes.parse``.
    chip : whether it has a button of its own above the stage.
    headline, line : what stands above the stage: what makes a hall curious, and one line more; title and sentence
        where nothing better is known.
    """

    id: str
    title: str
    group: str
    sentence: str
    link: str
    chip: bool = False
    headline: str = ""
    line: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headline", self.headline or self.title)
        object.__setattr__(self, "line", self.line or self.sentence)

    @property
    def surface(self) -> str:
        """The slug of the scene's surface, with which its link begins."""
        return re.split("[:&]", self.link.removeprefix("surface="), maxsplit=1)[0]


def load_presets(file: Path = FILE) -> Mapping[str, Preset]:
    """The presets of a file by id, in its order; ValueError if an id occurs twice."""
    presets = [Preset(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["scene"]]
    by_id = {preset.id: preset for preset in presets}
    if len(by_id) != len(presets):
        raise ValueError(f"{file.name}: every id must be unique, got {[preset.id for preset in presets]}")
    return MappingProxyType(by_id)


PRESETS: Mapping[str, Preset] = load_presets()
"""Every preset by id, in the order of the menu; the first is the scene that the page opens with."""

KEYS = 9
"""So many scenes are opened by a number key."""


def preset_keys() -> tuple[str, ...]:
    """The ids of the scenes that the keys 1 to 9 open: the chips, then what comes next in the menu.

    >>> preset_keys()[:6]
    ('four-answers', 'too-big-a-step', 'the-ravine', 'the-ridge', 'rolling-through', 'one-step')
    """
    chips_first = sorted(PRESETS.values(), key=lambda preset: not preset.chip)
    return tuple(preset.id for preset in chips_first[:KEYS])
