"""Mounts the pictures of the page of losses. Their JavaScript shares message.js and numbers.js with the stage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit.components.v2 as components_v2

from caches import few
from landscapes.losses import Task
from views.loss_curves.message import Place, curves_message, outlier_message
from views.served import serve

FOLDER = Path(__file__).parent
PLAYER = FOLDER.parent / "player"

_MODULES = serve("loss-curves", FOLDER, FOLDER.glob("*.js"))
_SHARED = serve("shared", PLAYER, [PLAYER / "message.js", PLAYER / "numbers.js"])


@few("the exported functions of pictures.js")
def _component(function: str) -> Any:
    """The component that calls one exported function of pictures.js."""
    loader = (
        "const load = (path) => import(new URL(path, document.baseURI).href)\n"
        "export default async (component) => {\n"
        f"  const files = ['{_MODULES}/pictures.js', '{_SHARED}/message.js', '{_SHARED}/numbers.js']\n"
        "  const [pictures, message, numbers] = await Promise.all(files.map(load))\n"
        f"  return pictures.{function}(component, {{ ...message, ...numbers }})\n"
        "}"
    )
    return components_v2.component(f"ravine_{function}", js=loader, isolate_styles=False)


def show_curves(task: Task, delta: float) -> None:
    """The curves of a task's losses and of their slopes, with a handle that is dragged along."""
    _component("showCurves")(data=curves_message(task, delta), key=f"curves-{task}")


def show_outlier(place: Place, delta: float, on_point_change: Callable[[], None], key: str) -> None:
    """Points and the line of each loss through them. Where the outlier is dragged comes back as the trigger ``point``.

    It is ``{"x": ..., "y": ...}``.
    """
    _component("showOutlier")(data=outlier_message(place, delta), key=key, on_point_change=on_point_change)
