"""What the stage draws, whatever it was made from: the runs of a scene, or trainings that have been recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from views.figures import LossScale, losses_layout, on_map
from views.player.message import pack
from views.terrain import Pair, Terrain
from views.theme import CASING, Mark, themes
from views.words import DARK_HEADLINE, Headline


@dataclass(frozen=True)
class Opening:
    """The occasion on which a scene was opened: its ``number``, and whether the stage begins by playing.

    >>> Opening(1, autoplay=True).is_debut, Opening(2, autoplay=True).is_debut
    (True, False)
    """

    number: int = 1
    autoplay: bool = False

    @property
    def is_debut(self) -> bool:
        """Whether this is a visit without a link: the browser shows it in the dark if it is the first one."""
        return self.autoplay and self.number == 1


@dataclass(frozen=True, eq=False, kw_only=True)
class ShownRun:
    """One path on the stage.

    Attributes
    ----------
    points, heights, losses : where it is after each step (k, 2), how high it is drawn there, and the loss that is
        written, (k,) each.
    sentence, outcome, settled : what became of it in words and in one word, and the step from which it has arrived.
    stops : whether it has ended where its points end; otherwise it has overflowed if that is before the last step.
    counts : (k,), where each point is on the loss curve's axis; None if that counts steps.
    more : whatever else the browser is told of it.
    """

    label: str
    mark: Mark
    points: np.ndarray
    heights: np.ndarray
    losses: np.ndarray
    sentence: str = ""
    outcome: str = ""
    settled: int | None = None
    stops: bool = False
    hidden: bool = False
    counts: np.ndarray | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """Words for runs that are a record, of which nothing can be changed on the stage.

    ``step`` is what a step is called, ``axes`` what the two coordinates of a point are.
    """

    step: str
    axes: tuple[str, str]


@dataclass(frozen=True, eq=False, kw_only=True)
class Show:
    """All that the stage draws and says.

    Attributes
    ----------
    link : its name: another show has another one. Of a scene also the link that the address bar shows.
    scale, caption : the axes of the loss curve, and what stands over it.
    start : where all runs begin, with a handle to move it; None if it cannot be moved.
    step, mode, lights : how it is looked at when it opens.
    record : None for a scene.
    more : whatever else the browser is told.
    """

    terrain: Terrain
    link: str
    headline: Headline
    runs: tuple[ShownRun, ...]
    steps: int
    scale: LossScale
    caption: str
    start: Pair | None = None
    step: int | None = None
    mode: str = "2d"
    lights: str = "on"
    note: str = ""
    presets: tuple[str, ...] = ()
    record: Record | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def terrain_id(terrain: Terrain) -> str:
    """The name under which a terrain and the paths that belong to it find each other."""
    surface = terrain.landscape
    return f"{surface.slug}:{sorted(surface.settings.items())}:{terrain.heights.logarithmic}"


def show_message(show: Show, opening: Opening, name: str = "stage", *, is_main: bool = True) -> bytes:
    """Everything that the stage draws and says, for the browser.

    ``name`` is the stage's on its page. The main one of a page writes the address and has the buttons in the header.
    """
    surface, scale = show.terrain.landscape, show.scale
    record = {"record": {"step": show.record.step, "axes": show.record.axes}} if show.record else {}
    return pack(
        {
            "name": name,
            "main": is_main,
            "terrain": terrain_id(show.terrain),
            "link": show.link,
            "opening": opening.number,
            "autoplay": opening.autoplay,
            "debut": opening.is_debut,
            "view": {"step": show.step, "mode": show.mode, "lights": show.lights},
            "headline": {"title": show.headline.title, "line": show.headline.line, "dark": DARK_HEADLINE},
            "note": show.note,
            "presets": show.presets,
            "surface": {"title": surface.title, "x": surface.x_range, "y": surface.y_range},
            "start": show.start,
            "steps": show.steps,
            "runs": [_run_part(run, show.terrain) for run in show.runs],
            "losses": {
                "layout": {name: losses_layout(scale, theme) for name, theme in themes().items()},
                "title": show.caption,
                "per": scale.per,
                "begin": scale.begin,
                "reach": scale.reach,
                "lowest": scale.lowest,
                "logarithmic": scale.logarithmic,
                "reason": scale.reason,
            },
            "colours": {"casing": CASING},
            **record,
            **show.more,
        }
    )


def _run_part(run: ShownRun, terrain: Terrain) -> dict[str, Any]:
    inside = on_map(terrain, run.points)
    return {
        "label": run.label,
        "colour": run.mark.colour,
        "symbol": run.mark.symbol,
        "repeat": run.mark.repeat,
        "hidden": run.hidden,
        "sentence": run.sentence,
        "outcome": run.outcome,
        "settled": run.settled,
        "leaves": inside if inside < len(run.points) else None,
        "points": _as_float32(run.points),
        "heights": _as_float32(run.heights),
        "losses": run.losses,
        "stops": run.stops,
        **({} if run.counts is None else {"costs": run.counts}),
        **run.more,
    }


def _as_float32(values: np.ndarray) -> np.ndarray:
    """For drawing: single precision, with what is beyond its range at its end."""
    largest = np.finfo(np.float32).max
    return np.clip(values, -largest, largest).astype(np.float32)
