"""Mounts the stage: what is sent to the browser for a terrain and for a scene, and what comes back from it."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import plotly
import plotly.graph_objects as go
import streamlit as st
import streamlit.components.v2 as components_v2

from caches import few, once, remembered
from optimizers import Trajectory
from optimizers.outcomes import NO_SLOPE
from presets import preset_keys
from scenes import Scene, View, format
from views.changes import has_changed
from views.data_view import batch_part, models_part, samples_part
from views.figures import bare_map, bare_relief, is_log_colour, loss_scale
from views.player.anatomy import anatomy_in, anatomy_message
from views.player.message import pack
from views.player.show import Opening, Show, ShownRun, show_message, terrain_id
from views.served import loader, serve
from views.shading import relief_image
from views.terrain import Terrain, terrain_of
from views.theme import marks_of, themes
from views.words import headline_of

FOLDER = Path(__file__).parent

_MODULES = serve("player", FOLDER, (*FOLDER.glob("*.js"), *FOLDER.glob("*.css")))
_PLOTLY_FOLDER = Path(plotly.__file__).parent / "package_data"
_PLOTLY = serve("plotlyjs", _PLOTLY_FOLDER, [_PLOTLY_FOLDER / "plotly.min.js"])


@few("the exported functions of player.js")
def _component(function: str) -> Any:
    """The component that calls one exported function of player.js; its inline code is sent anew with every change."""
    what = "The stage" if function == "showStage" else ""
    plotly_address = f"new URL('{_PLOTLY}/plotly.min.js', document.baseURI).href"
    js = loader([f"{_MODULES}/player.js"], f"([player]) => player.{function}(component, {plotly_address})", what)
    return components_v2.component(f"ravine_{function}", js=js, isolate_styles=False)


def send_terrain(scene: Scene, view: View, key: str = "stage") -> None:
    """Send the terrain of a scene: an element of its own, which Streamlit sends again only when it has changed."""
    _send_ground(terrain_of(scene.landscape, is_log_colour(view)), key)


def _send_ground(terrain: Terrain, key: str) -> None:
    _component("receiveTerrain")(data=terrain_message(terrain), key=f"{key}-terrain")


def record_stage(show: Show, key: str, *, is_main: bool = True) -> None:
    """Mount a stage with its ground for runs that have been recorded: nothing is asked of Python on it."""
    _component("showStage")(data=show_message(show, Opening(), key, is_main=is_main), key=key)
    _send_ground(show.terrain, key)


def send_anatomy(scene: Scene, view: View, run: int, around: int, key: str = "stage") -> None:
    """Send what is inside a run's steps near the step ``around``: an element of its own, there only when asked for."""
    message = anatomy_message(_link_of(scene, view), run, anatomy_in(scene, run), around, key)
    _component("receiveAnatomy")(data=message, key=f"{key}-anatomy")


@once
def _follow() -> Any:
    """The component that has the rest of the page follow; where its module fails, the next change fetches it again."""
    module = f"new URL('{_MODULES}/follow.js', document.baseURI)"
    # Streamlit would take a single line for a path.
    js = f"export default async (change) =>\n  (await import({module})).follow(change)"
    return components_v2.component("ravine_follow", js=js, isolate_styles=False)


def ask_to_follow(now: str, *, is_behind: bool) -> None:
    """Name what the page ought to tell by ``now``; where it is behind, the browser asks for the rest once calm."""
    _follow()(data={"now": now, "isBehind": is_behind}, key="follow-now")


def has_followed(told: str, on_behind_change: Callable[[], None]) -> None:
    """Name what the rest of the page has been made for; where it is behind, ``on_behind_change`` is called.

    The question comes from here, and not from beside the stage: Streamlit begins with the fragment that it comes from,
    and forgets what of that one has not been sent yet.
    """
    _follow()(data={"told": told}, key="follow-told", on_behind_change=on_behind_change)


def stage(
    scene: Scene,
    view: View,
    paths: Sequence[Trajectory],
    *,
    opening: Opening,
    on_start_change: Callable[[], None],
    on_request_change: Callable[[], None],
    key: str = "stage",
    is_main: bool = True,
) -> Any:
    """Mount the stage, or update it in place. Of several on a page only the main one writes the address.

    The browser takes over the view only when it has not seen this opening yet. A drag or click that moves the start
    comes back as the trigger ``start``: ``{"x": ..., "y": ..., "final": ...}``; what else is asked for on the stage as
    ``request``: ``{"preset": id}``, ``{"slower": [indices of runs], "factor": ...}``, ``{"outliers": how many more, or
    0 for none at all, "at": [input, target] or None}`` or, to see what is inside the steps near one of them or no
    longer, ``{"anatomy": step or False}``. Each also has a ``number``: where its answer is late it is asked again, and
    answered once.
    """
    last = f"{key}-last-answer"

    def only_once(name: str, answer: Callable[[], None]) -> Callable[[], None]:
        def answer_once() -> None:
            has_changed()  # also where it is asked again: what else such a message brings is a repetition
            number = getattr(st.session_state[key], name).get("number")
            if number is None or number != st.session_state.get(last):
                st.session_state[last] = number  # first, for the answer may begin another run of the page
                answer()

        return answer_once

    message = show_message(show_of(scene, view, paths), opening, key, is_main=is_main)
    asked = _component("showStage")(
        data=message,
        key=key,
        on_start_change=only_once("start", on_start_change),
        on_request_change=only_once("request", on_request_change),
    )
    if last in st.session_state:  # after the stage, so that a new scene is drawn before the next question is sent
        _component("receiveAnswer")(data={"stage": key, "number": st.session_state[last]}, key=f"{key}-answered")
    return asked


@remembered("terrain messages", key=lambda terrain: terrain.key)
def terrain_message(terrain: Terrain) -> bytes:
    """Ground, map and relief of a terrain in both themes; grids are sent once for all four figures.

    Where the terrain is the loss over data, so are the samples: they change with nothing else.
    """
    shared: dict[bytes, np.ndarray] = {}
    figures = {
        name: {"map": _plain(bare_map(terrain, theme), shared), "relief": _plain(bare_relief(terrain, theme), shared)}
        for name, theme in themes().items()
    }
    images = {name: np.frombuffer(relief_image(terrain, theme), np.uint8) for name, theme in themes().items()}
    samples = samples_part(terrain.landscape)
    data = {"data": samples} if samples else {}
    return pack({"id": terrain_id(terrain), "figures": figures, "images": images, **data})


def _plain(figure: go.Figure, shared: dict[bytes, np.ndarray]) -> dict[str, Any]:
    """A figure as plain data, with equal arrays made identical."""

    def visit(value: Any) -> Any:
        if isinstance(value, dict) and "bdata" in value:  # how Plotly writes an array
            array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
            if "shape" in value:
                array = array.reshape([int(length) for length in value["shape"].split(",")])
            return shared.setdefault(array.tobytes(), array)
        if isinstance(value, dict):
            return {key: visit(item) for key, item in value.items()}
        return [visit(item) for item in value] if isinstance(value, (list, tuple)) else value

    plain: dict[str, Any] = visit(figure.to_plotly_json())
    return plain


def scene_message(scene: Scene, view: View, paths: Sequence[Trajectory], opening: Opening) -> bytes:
    """Everything that the stage draws and says about a scene's runs."""
    return show_message(show_of(scene, view, paths), opening)


def show_of(scene: Scene, view: View, paths: Sequence[Trajectory]) -> Show:
    """What the stage shows of a scene and its runs."""
    terrain = terrain_of(scene.landscape, is_log_colour(view))
    scale = loss_scale(scene, view, paths)
    marks = marks_of(run.rule for run in scene.runs)
    models = models_part(scene.landscape, paths, view.hidden)
    batch = batch_part(paths, view.hidden)
    runs = tuple(
        ShownRun(
            label=label,
            mark=mark,
            points=path.points,
            heights=terrain.heights(path.values),
            losses=path.values,
            sentence=path.sentence,
            outcome=path.outcome.name.lower(),
            settled=path.settled_step,
            stops=path.stopped,
            hidden=index in view.hidden,
            counts=None if view.per == "step" else path.counted(view.per),
            more=models[index],
        )
        for index, (label, mark, path) in enumerate(zip(scene.labels, marks, paths, strict=True))
    )
    return Show(
        terrain=terrain,
        link=_link_of(scene, view),
        headline=headline_of(scene),
        runs=runs,
        steps=scene.steps,
        scale=scale,
        caption=scale.title,
        start=scene.start,
        step=view.step,
        mode=view.mode,
        lights=view.lights,
        note=NO_SLOPE if paths and not paths[0].gradients[0].any() else "",
        presets=preset_keys(),
        more={"batch": batch} if batch else {},
    )


def _link_of(scene: Scene, view: View) -> str:
    """The name of a scene's message; step, mode and lights are the browser's own."""
    return format(scene, dataclasses.replace(view, step=0, mode="2d", lights="on"))
