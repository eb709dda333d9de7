"""Pure functions from scenes to Plotly figures: the map, the relief and the loss curve.

They show whole paths; tests, exports and notebooks use them as they are. The stage uses the same figures without the
paths, which it draws itself, step by step.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optimizers import Trajectory
from scenes import Per, Scene, View
from views.shading import relief_image
from views.terrain import Ground, Terrain, terrain_of
from views.theme import CASING, START_COLOUR, Mark, Theme, marks_of, themes

CONTOUR_LINES = 13
_FONT = '"Source Sans", "Source Sans Pro", sans-serif'


def map_figure(scene: Scene, view: View, paths: Sequence[Trajectory], theme: Theme | None = None) -> go.Figure:
    """The map of a scene from above, with the whole path of every run that is not hidden.

    >>> from scenes import default_scene, simulate
    >>> scene = default_scene()
    >>> [trace.name for trace in map_figure(scene, View(), simulate(scene)).data][-4:]
    ['Gradient descent', 'Momentum', 'Nesterov', 'Adam']
    """
    theme = theme or themes()["dark"]
    terrain = terrain_of(scene.landscape, is_log_colour(view))
    figure = bare_map(terrain, theme)
    figure.add_layout_image(_ground(terrain, theme))
    runs = visible_runs(scene, view, paths)
    for _, _, path in runs:
        x, y = path.points.T
        casing = {"color": CASING, "width": 7}
        figure.add_scatter(x=x, y=y, mode="lines", line=casing, hoverinfo="skip", showlegend=False)
    x, y = scene.start
    ring = {"symbol": "circle-open", "size": 26, "color": START_COLOUR, "line": {"width": 3}}
    figure.add_scatter(x=[x], y=[y], mode="markers", marker=ring, hoverinfo="skip", showlegend=False)
    for label, mark, path in runs:
        x, y = path.points.T
        figure.add_scatter(x=x, y=y, customdata=path.values, name=label, **_path_style(mark, len(x)))
    return figure


def relief_figure(scene: Scene, view: View, paths: Sequence[Trajectory], theme: Theme | None = None) -> go.Figure:
    """The relief of a scene in three dimensions; paths are drawn as far as they stay on the map."""
    theme = theme or themes()["dark"]
    terrain = terrain_of(scene.landscape, is_log_colour(view))
    figure = bare_relief(terrain, theme)
    for label, mark, path in visible_runs(scene, view, paths):
        x, y = path.points[: on_map(terrain, path.points)].T
        z = terrain.heights(path.values[: len(x)])
        figure.add_scatter3d(x=x, y=y, z=z, name=label, mode="lines", line={"color": mark.colour, "width": 6})
    return figure


def loss_figure(scene: Scene, view: View, paths: Sequence[Trajectory], theme: Theme | None = None) -> go.Figure:
    """The loss of every run that is not hidden, over the steps or over the evaluations that it took."""
    theme = theme or themes()["dark"]
    scale = loss_scale(scene, view, paths)
    figure = _figure(losses_layout(scale, theme))
    for label, mark, path in visible_runs(scene, view, paths):
        losses = scale.above(path.values)
        style = _path_style(mark, len(losses))
        counts = np.maximum(path.counted(view.per), scale.begin)
        figure.add_scatter(x=counts, y=losses, customdata=path.values, name=label, **style)
    return figure


def is_log_colour(view: View) -> bool | None:
    """Whether the map's colours are logarithmic; None leaves it to the surface."""
    return None if view.colour is None else view.colour == "log"


def visible_runs(scene: Scene, view: View, paths: Sequence[Trajectory]) -> list[tuple[str, Mark, Trajectory]]:
    """Label, mark and path of every run that is not hidden."""
    marks = marks_of(run.rule for run in scene.runs)
    runs = enumerate(zip(scene.labels, marks, paths, strict=True))
    return [run for index, run in runs if index not in view.hidden]


def on_map(terrain: Terrain, points: np.ndarray) -> int:
    """How many of a path's points (k, 2) come before it first leaves the window."""
    (left, right), (bottom, top) = terrain.landscape.x_range, terrain.landscape.y_range
    x, y = points.T
    outside = (x < left) | (x > right) | (y < bottom) | (y > top)
    return int(np.argmax(outside)) if outside.any() else len(outside)


def bare_map(terrain: Terrain, theme: Theme) -> go.Figure:
    """The map without paths and ground: contour lines, square in data units, and a ring on every known minimum.

    The ground that belongs under it is ``shading.relief_image``.
    """
    surface = terrain.landscape
    axis = {"color": theme.muted, "showgrid": False, "zeroline": False, "ticks": "outside", "ticklen": 4, "nticks": 6}
    figure = _figure(_layout(theme))
    figure.add_contour(
        x=terrain.x,
        y=terrain.y,
        z=terrain.z.astype(np.float32),
        customdata=terrain.loss.astype(np.float32),
        showscale=False,
        contours={"coloring": "none", **contour_levels(terrain)},
        line={"color": theme.contour, "width": 1, "smoothing": 0.6},
        hovertemplate=_hover_text(surface),
    )
    for name, places, symbol, size, opacity in (
        ("Lowest valley", surface.minima, "circle-open", 34, 1),
        ("Side valley", surface.local_minima, "circle-open", 22, 0.75),
        ("Saddle", surface.saddles, "x-thin-open", 12, 0.75),
    ):
        if places:
            x, y = zip(*places, strict=True)
            marker = {"symbol": symbol, "size": size, "color": theme.accent, "opacity": opacity, "line": {"width": 2}}
            figure.add_scatter(x=x, y=y, mode="markers", marker=marker, name=name, hoverinfo="skip", showlegend=False)
    figure.update_xaxes(range=surface.x_range, title=_title(surface.axis_titles[0], 4), **axis)
    square = {"scaleanchor": "x", "constrain": "domain"}
    figure.update_yaxes(range=surface.y_range, title=_title(surface.axis_titles[1], 2), **square, **axis)
    return figure


def _hover_text(surface: Ground) -> str:
    across, up = surface.axis_titles
    return f"{across} %{{x:.4~g}}<br>{up} %{{y:.4~g}}<br>loss %{{customdata:.6~g}}<extra></extra>"


def _ground(terrain: Terrain, theme: Theme) -> dict[str, Any]:
    """The relief image as Plotly's image under the traces, which it covers exactly."""
    (left, right), (bottom, top) = terrain.landscape.x_range, terrain.landscape.y_range
    return {
        "source": "data:image/webp;base64," + base64.b64encode(relief_image(terrain, theme)).decode(),
        "layer": "below",
        "xref": "x",
        "yref": "y",
        "x": left,
        "y": top,
        "sizex": right - left,
        "sizey": top - bottom,
        "sizing": "stretch",
    }


def bare_relief(terrain: Terrain, theme: Theme) -> go.Figure:
    """The relief without paths, in the map's colours."""
    surface = terrain.landscape
    axis = {"color": theme.muted, "gridcolor": theme.line, "showbackground": False, "zeroline": False, "nticks": 5}
    figure = _figure(_layout(theme))
    height = "log loss" if terrain.heights.logarithmic else "loss"
    figure.add_surface(
        x=terrain.x,
        y=terrain.y,
        z=terrain.z.astype(np.float32),
        customdata=terrain.loss.astype(np.float32),
        colorscale=theme.colorscale,
        showscale=False,
        lighting={"ambient": 0.75, "diffuse": 0.5, "specular": 0, "fresnel": 0},
        lightposition={"x": -1e5, "y": 1e5, "z": 0.6e5},  # from the upper left, as on the map
        contours={"x": {"highlight": False}, "y": {"highlight": False}, "z": {"highlight": False}},
        hovertemplate=_hover_text(surface),
    )
    figure.update_scenes(
        xaxis={"range": surface.x_range, "title": {"text": surface.axis_titles[0]}, **axis},
        yaxis={"range": surface.y_range, "title": {"text": surface.axis_titles[1]}, **axis},
        zaxis={"title": {"text": height}, "showticklabels": False, "range": _height_range(terrain), **axis},
        aspectmode="manual",
        aspectratio={**_square_aspect(surface.x_range, surface.y_range), "z": 0.6},
        camera={"eye": {"x": -0.45, "y": -1.25, "z": 1.45}, "center": {"x": 0, "y": 0, "z": -0.12}},
        dragmode="turntable",
    )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def _height_range(terrain: Terrain) -> list[float]:
    low, high = terrain.height_range
    pad = 0.02 * (high - low)
    return [low - pad, high + pad]


def losses_layout(scale: LossScale, theme: Theme) -> dict[str, Any]:
    """The axes of the loss curve: plain data, because this is made at every change and Plotly's objects are slow."""
    axis = {"color": theme.muted, "gridcolor": theme.line, "zeroline": False, "showline": False, "fixedrange": True}
    low, high = scale.limits
    y_axis: dict[str, Any] = {**axis, "range": [low, high]}
    if scale.logarithmic:
        y_axis |= {"type": "log", "dtick": max(1, round((high - low) / 5)), "exponentformat": "power"}
    x_axis = {**axis, "range": [0, scale.reach], "nticks": 5, "title": _title(f"{scale.per}s", 4)}
    if scale.begin:
        x_axis |= {"type": "log", "range": list(np.log10([scale.begin, scale.reach])), "dtick": 1}
    return {**_layout(theme), "xaxis": x_axis, "yaxis": y_axis}


@dataclass(frozen=True)
class LossScale:
    """The axes of the loss curve: the loss ``logarithmic`` above ``lowest``, or itself (then ``lowest`` is 0).

    ``limits`` are Plotly's: exponents of ten on a logarithmic axis. ``reason`` says why a wish for a logarithmic axis
    was not granted, or is empty. The other axis counts what ``per`` says, from 0 to ``reach``; where ``begin`` is not 0
    it is logarithmic from there on, because one run may look at thousands of times as many samples as another.
    """

    logarithmic: bool
    lowest: float
    limits: tuple[float, float]
    per: Per
    begin: float
    reach: float
    reason: str = ""

    @property
    def title(self) -> str:
        """What the curve shows, short enough for one line over it."""
        if self.per != "step":
            return f"Loss above lowest, log, per {self.per}" if self.logarithmic else f"Loss, per {self.per}"
        return "Loss above the lowest known, log scale" if self.logarithmic else "Loss"

    def above(self, losses: np.ndarray) -> np.ndarray:
        """The losses as the axis shows them."""
        return losses - self.lowest


_MOST_DECADES = 12


def loss_scale(scene: Scene, view: View, paths: Sequence[Trajectory]) -> LossScale:
    """The loss axis that suits a scene: logarithmic above the lowest known value, linear where none is known."""
    known = scene.landscape.minimum_value
    wants_log = view.loss != "linear" if known is not None else view.loss == "log"
    shown = [path.values for _, _, path in visible_runs(scene, view, paths)]
    counted = (view.per, *_counted(scene, view, paths))
    losses = np.concatenate(shown) if shown else np.asarray(scene.landscape.value(np.array(scene.start)))[None]
    if wants_log and known is not None:
        gaps = losses - known
        gaps = gaps[gaps > 0]
        top = np.log10(max(_start_gap(scene, known), gaps.max(initial=0) if shown else 0, 1e-300))
        top = min(top, np.log10(max(_start_gap(scene, known), terrain_of(scene.landscape).loss_range[1] - known)) + 1)
        bottom = max(np.log10(gaps.min()) if len(gaps) else top - 1, top - _MOST_DECADES)
        # Whole and half decades: an axis that moved at every key would be drawn at every key.
        return LossScale(True, known, (float(np.floor(bottom)), float(np.ceil(2 * (top + 0.05)) / 2)), *counted)
    reason = "No lowest value is known here, so the loss axis stays linear." if wants_log else ""
    lowest, highest = terrain_of(scene.landscape).loss_range
    low, high = max(losses.min(), lowest), min(losses.max(), highest)
    if not high > low:
        low, high = lowest, highest
    pad = 0.05 * (high - low)
    return LossScale(False, 0.0, (float(low - pad), float(high + pad)), *counted, reason)


def _counted(scene: Scene, view: View, paths: Sequence[Trajectory]) -> tuple[float, float]:
    """Where the axis of counts begins, if it is logarithmic, and its end: what the dearest run on show has cost."""
    if view.per == "step":
        return 0, scene.steps
    counts = [path.counted(view.per) for _, _, path in visible_runs(scene, view, paths)]
    reach = max((float(count[-1]) for count in counts), default=0) or scene.steps
    if view.per == "evaluation":
        return 0, reach
    return min((float(count[1]) for count in counts if len(count) > 1), default=reach / 10), reach


def _start_gap(scene: Scene, known: float) -> float:
    return float(np.maximum(scene.landscape.value(np.array(scene.start)) - known, 0))


def _path_style(mark: Mark, points: int) -> dict[str, Any]:
    sizes = np.zeros(points)
    sizes[-1] = 15
    return {
        "mode": "lines+markers",
        "line": {"color": mark.colour, "width": 3.5, "dash": "8px,4px" if mark.repeat else "solid"},
        "marker": {"symbol": mark.plotly_symbol, "size": sizes, "color": mark.colour, "opacity": 1},
        "hovertemplate": "loss %{customdata:.6~g}",
    }


def contour_levels(terrain: Terrain) -> dict[str, float]:
    """Start, end and size of the steps between contour lines: equal steps in height, none at the lowest or highest."""
    low, high = terrain.height_range
    size = (high - low) / (CONTOUR_LINES + 1)
    return {"start": low + size, "end": high - size / 2, "size": size}


def _square_aspect(x_range: tuple[float, float], y_range: tuple[float, float]) -> dict[str, float]:
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    return {"x": width / max(width, height), "y": height / max(width, height)}


def _figure(layout: dict[str, Any]) -> go.Figure:
    """An empty figure without a template: Streamlit sets a default one, whose colours are placeholders."""
    return go.Figure(layout={**layout, "template": "none"})


def _title(text: str, standoff: int) -> dict[str, Any]:
    return {"text": text, "standoff": standoff, "font": {"size": 12}}


def _layout(theme: Theme) -> dict[str, Any]:
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 12, "color": theme.text},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": theme.card, "bordercolor": theme.line, "font": {"color": theme.text}},
    }
