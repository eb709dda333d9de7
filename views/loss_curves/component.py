"""Mounts the pictures of the page of losses. Their JavaScript shares a few modules with the stage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit.components.v2 as components_v2

from caches import few
from landscapes.losses import Task
from views.loss_curves.message import Place, curves_message, outlier_message
from views.served import loader, serve

FOLDER = Path(__file__).parent
PLAYER = FOLDER.parent / "player"

_MODULES = serve("loss-curves", FOLDER, FOLDER.glob("*.js"))
_TOOLS = ("message.js", "numbers.js", "questions.js")
_SHARED = serve("shared", PLAYER, [PLAYER / name for name in _TOOLS])


@few("the exported functions of pictures.js")
def _component(function: str) -> Any:
    """The component that calls one exported function of pictures.js."""
    files = [f"{_MODULES}/pictures.js", *(f"{_SHARED}/{name}" for name in _TOOLS)]
    show = f"([pictures, ...tools]) => pictures.{function}(component, Object.assign({{}}, ...tools))"
    return components_v2.component(f"ravine_{function}", js=loader(files, show, "The picture"), isolate_styles=False)


def show_curves(task: Task, delta: float) -> None:
    """The curves of a task's losses and of their slopes, with a handle that is dragged along."""
    _component("showCurves")(data=curves_message(task, delta), key=f"curves-{task}")


def show_outlier(place: Place, delta: float, on_point_change: Callable[[], None], key: str) -> None:
    """Points and the line of each loss through them. Where the outlier is dragged comes back as the trigger ``point``.

    It is ``{"x": ..., "y": ...}``.
    """
    _component("showOutlier")(data=outlier_message(place, delta), key=key, on_point_change=on_point_change)
