"""Figures hold exactly the trajectories' numbers, on every surface, and say what stands for what."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from scenes import MAX_RUNS, Run, Scene, View, default_scene, parse, simulate
from tests.every import for_every
from views.figures import (
    CONTOUR_LINES,
    bare_map,
    contour_levels,
    loss_figure,
    loss_scale,
    map_figure,
    on_map,
    relief_figure,
    visible_runs,
)
from views.shading import relief_image
from views.terrain import terrain_of
from views.theme import CASING, START_COLOUR, themes

EXPLODING = "surface=rosenbrock&start=-1.5,2&steps=60&run=adam:lr=0.1&run=sgd:lr=0.1"


FAMILIES = {rule.family or rule.slug: rule for rule in [*OPTIMIZERS.values()][::-1]}
"""Of each family of rules the first, the first family last."""


def scene_on(slug: str) -> Scene:
    """A rule of each family, of as many as fit, with its plain settings on a surface, where some of them explode."""
    runs = [Run(rule()) for rule in [*FAMILIES.values()][-MAX_RUNS:]]
    return Scene.on(LANDSCAPES[slug], steps=40, runs=runs)


def named(figure, name: str):
    """The one trace of that name."""
    [trace] = [trace for trace in figure.data if trace.name == name]
    return trace


def drawn_numbers(figure) -> np.ndarray:
    """Every coordinate that a figure draws."""
    lines = (getattr(trace, axis) for trace in figure.data for axis in "xyz" if getattr(trace, axis, None) is not None)
    return np.concatenate([np.zeros(0), *(np.asarray(line, dtype=float).ravel() for line in lines)])


@for_every("slug", [*LANDSCAPES])
def test_every_surface_is_drawn_with_either_scale_and_finite_numbers_only(slug):
    scene = scene_on(slug)
    paths = simulate(scene)
    for scale in ("log", "linear"):
        view = View(colour=scale, loss=scale)
        for draw in (map_figure, relief_figure, loss_figure):
            figure = draw(scene, view, paths)
            assert np.isfinite(drawn_numbers(figure)).all()
        low, high = figure.layout.yaxis.range
        assert np.isfinite([low, high]).all()
        assert low < high


@pytest.mark.parametrize("slug", ["booth", "mccormick", "diabetes-line"])  # windows of different shapes
def test_the_map_is_square_in_data_units_and_shows_the_whole_window(slug):
    scene = scene_on(slug)
    layout = map_figure(scene, View(), simulate(scene)).layout
    assert layout.yaxis.scaleanchor == "x"
    assert layout.yaxis.scaleratio in (None, 1)
    assert layout.xaxis.range == scene.landscape.x_range
    assert layout.yaxis.range == scene.landscape.y_range
    aspect = relief_figure(scene, View(), simulate(scene)).layout.scene.aspectratio
    assert np.isclose(aspect.x / aspect.y, np.ptp(scene.landscape.x_range) / np.ptp(scene.landscape.y_range))


@for_every("slug", [*LANDSCAPES])
def test_known_minima_and_saddles_are_marked(slug):
    surface = LANDSCAPES[slug]
    figure = bare_map(terrain_of(surface), themes()["dark"])
    marks = {"Lowest valley": surface.minima, "Side valley": surface.local_minima, "Saddle": surface.saddles}
    for name, places in marks.items():
        drawn = [place for trace in figure.data if trace.name == name for place in zip(trace.x, trace.y, strict=True)]
        assert drawn == [tuple(place) for place in places]


@for_every("slug", [*LANDSCAPES])
def test_the_ground_has_the_surfaces_own_losses(slug):
    terrain = terrain_of(LANDSCAPES[slug])
    for row, column in ((0, 0), (-1, 0), (0, -1), (-1, -1), (17, 60), (80, 80)):
        exact = terrain.landscape.value(np.array([terrain.x[column], terrain.y[row]]))
        assert np.isclose(terrain.loss[row, column], exact, rtol=1e-12, atol=1e-12)
    assert np.isfinite(terrain.z).all()
    assert (terrain.x[0], terrain.x[-1]) == terrain.landscape.x_range
    assert (terrain.y[0], terrain.y[-1]) == terrain.landscape.y_range


@pytest.mark.parametrize("scale", [False, True])
@for_every("slug", [*LANDSCAPES])
def test_the_map_has_ten_to_fourteen_contour_lines_all_within_its_heights(slug, scale):
    terrain = terrain_of(LANDSCAPES[slug], scale)
    levels = contour_levels(terrain)
    heights = np.arange(levels["start"], levels["end"], levels["size"])
    assert 10 <= len(heights) == CONTOUR_LINES <= 14
    assert terrain.z.min() < heights.min() < heights.max() < terrain.z.max()


@pytest.mark.parametrize("name", themes())
@pytest.mark.parametrize("slug", ["himmelblau", "mccormick"])
def test_the_ground_lies_under_the_map_and_covers_its_window_exactly(slug, name):
    theme, scene = themes()[name], scene_on(slug)
    [image] = map_figure(scene, View(), simulate(scene), theme).layout.images
    assert (image.layer, image.sizing, image.xref, image.yref) == ("below", "stretch", "x", "y")
    assert (image.x, image.x + image.sizex) == pytest.approx(scene.landscape.x_range)
    assert (image.y - image.sizey, image.y) == pytest.approx(scene.landscape.y_range)  # placed by its upper left corner
    picture = base64.b64decode(image.source.removeprefix("data:image/webp;base64,"))
    assert picture == relief_image(terrain_of(scene.landscape), theme)


def test_the_ground_of_a_map_follows_its_scale():
    scene = default_scene()
    sources = {
        map_figure(scene, View(colour=scale), simulate(scene)).layout.images[0].source for scale in ("log", "linear")
    }
    assert len(sources) == 2


def test_the_bare_map_has_lines_alone_and_tells_the_losses_all_the_same():
    terrain = terrain_of(LANDSCAPES["booth"])
    figure = bare_map(terrain, themes()["dark"])
    assert not figure.layout.images
    contour = figure.data[0]
    assert (contour.contours.coloring, contour.line.width) == ("none", 1)
    assert contour.hoverinfo is None
    assert np.allclose(contour.customdata, terrain.loss)


def test_the_map_holds_exactly_the_points_of_every_path():
    scene = default_scene()
    paths = simulate(scene)
    figure = map_figure(scene, View(), paths)
    for label, path in zip(scene.labels, paths, strict=True):
        trace = named(figure, label)
        assert np.array_equal(np.stack([trace.x, trace.y], axis=1), path.points)
        assert np.array_equal(trace.customdata, path.values)


def test_every_path_lies_on_a_casing_and_starts_at_the_ring():
    scene = default_scene()
    figure = map_figure(scene, View(), simulate(scene))
    scatters = [trace for trace in figure.data if trace.type == "scatter"]
    casings = [trace for trace in scatters if trace.mode == "lines" and trace.line.color == CASING]
    assert len(casings) == len(scene.runs)
    assert all(
        casing.line.width > named(figure, label).line.width for casing, label in zip(casings, scene.labels, strict=True)
    )
    [ring] = [trace for trace in scatters if trace.mode == "markers" and trace.marker.color == START_COLOUR]
    assert (ring.x, ring.y) == ((-4.8,), (0.4,))


def test_the_loss_curve_holds_exactly_the_losses_above_the_lowest_known():
    scene, view = parse("surface=two-wells&start=1.4,-1.4&steps=80&run=sgd:lr=0.01&run=momentum:lr=0.01,rho=0.9")
    paths = simulate(scene)
    figure = loss_figure(scene, view, paths)
    assert figure.layout.yaxis.type == "log"
    for label, path in zip(scene.labels, paths, strict=True):
        trace = named(figure, label)
        assert np.array_equal(trace.y, path.values - scene.landscape.minimum_value)
        assert np.array_equal(trace.x, np.arange(81))
        assert np.array_equal(trace.customdata, path.values)


@for_every("slug", [*LANDSCAPES])
def test_the_loss_axis_is_logarithmic_just_where_a_lowest_value_is_known(slug):
    scene = scene_on(slug)
    scale = loss_scale(scene, View(), simulate(scene))
    known = scene.landscape.minimum_value
    assert scale.logarithmic == (known is not None)
    assert scale.lowest == (known or 0)
    assert scale.reason == ""


def test_a_wish_for_a_logarithmic_axis_that_cannot_be_granted_is_answered_with_the_reason():
    scene = scene_on("saddle")
    scale = loss_scale(scene, View(loss="log"), simulate(scene))
    assert not scale.logarithmic
    assert scale.reason == "No lowest value is known here, so the loss axis stays linear."
    assert loss_scale(scene, View(loss="linear"), simulate(scene)).reason == ""


def test_a_linear_loss_axis_is_kept_to_the_range_of_the_visible_map():
    scene, view = parse("surface=saddle&start=1,0.5&steps=500&run=sgd:lr=0.02&run=adam:lr=0.01")
    assert simulate(scene)[0].values.min() < -1e6
    low, high = loss_scale(scene, view, simulate(scene)).limits
    lowest, highest = terrain_of(scene.landscape).loss_range
    room = 0.06 * (highest - lowest)
    assert lowest - room <= low < high <= highest + room


def test_a_run_that_explodes_leaves_room_on_the_loss_axis_for_the_others():
    scene, view = parse(EXPLODING)
    adam, exploding = simulate(scene)
    assert exploding.values[-1] > 1e100
    low, high = loss_scale(scene, view, (adam, exploding)).limits
    ground = np.log10(terrain_of(scene.landscape).loss_range[1])
    assert high <= ground + 1.2
    assert low <= np.log10(adam.values.min())


def test_paths_on_the_relief_stop_where_they_first_leave_the_window():
    scene, view = parse("surface=quadratic:kappa=10&start=-1.5,1&steps=60&run=sgd:lr=0.1&run=sgd:lr=0.21")
    paths = simulate(scene)
    figure = relief_figure(scene, view, paths)
    inside, leaving = (named(figure, label) for label in scene.labels)
    assert len(inside.x) == 61
    assert len(leaving.x) == 8 == on_map(terrain_of(scene.landscape), paths[1].points)  # it leaves at step 8
    assert np.array_equal(leaving.y, paths[1].points[:8, 1])
    heights = terrain_of(scene.landscape).heights
    assert np.array_equal(leaving.z, heights(paths[1].values[:8]))


def test_on_the_map_a_path_that_leaves_is_shown_leaving_and_never_bent():
    scene, view = parse(EXPLODING)
    path = simulate(scene)[1]
    trace = named(map_figure(scene, view, simulate(scene)), "Gradient descent")
    assert np.array_equal(np.stack([trace.x, trace.y], axis=1), path.points)
    assert np.abs(trace.x).max() > 100


@pytest.mark.parametrize("draw", [map_figure, relief_figure, loss_figure])
def test_hidden_runs_are_not_drawn_and_keep_their_names_and_colours_for_the_others(draw):
    scene, view = parse("surface=booth&run=adam:lr=0.1&run=sgd:lr=0.01&run=adam:lr=0.2&hide=1,2")
    figure = draw(scene, view, simulate(scene))
    names = {trace.name for trace in figure.data}
    assert "Adam 2" in names
    assert not names & {"Adam", "Gradient descent"}
    colours = {trace.line.color for trace in figure.data if getattr(trace, "line", None) is not None}
    everything = draw(scene, View(), simulate(scene))
    assert named(everything, "Adam 2").line == named(figure, "Adam 2").line
    assert "#FEF9F3" not in colours


@pytest.mark.parametrize("draw", [map_figure, relief_figure, loss_figure])
def test_an_empty_scene_is_drawn_too(draw):
    scene = dataclasses.replace(default_scene(), runs=())
    assert np.isfinite(drawn_numbers(draw(scene, View(), ()))).all()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_figures_take_the_colours_of_their_theme_and_none_of_plotlys(name):
    theme, scene = themes()[name], default_scene()
    for draw in (map_figure, relief_figure, loss_figure):
        figure = draw(scene, View(), simulate(scene), theme)
        assert figure.layout.font.color == theme.text
        assert "#000001" not in figure.to_json()  # Streamlit's placeholders, once it is imported
    assert map_figure(scene, View(), simulate(scene), theme).data[0].line.color == theme.contour
    ground = relief_figure(scene, View(), simulate(scene), theme).data[0]
    assert [colour for _, colour in ground.colorscale] == list(theme.terrain)


def test_low_ground_is_dark_in_both_themes():
    def brightness(colour: str) -> int:
        return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5))

    for theme in themes().values():
        assert list(theme.terrain) == sorted(theme.terrain, key=brightness)


def test_a_logarithmic_ground_changes_heights_and_not_losses():
    plain, logarithmic = (terrain_of(LANDSCAPES["rosenbrock"], use_log) for use_log in (False, True))
    assert np.array_equal(plain.loss, logarithmic.loss)
    assert np.array_equal(plain.z, plain.loss)
    order = np.argsort(plain.loss.ravel())
    assert (np.diff(logarithmic.z.ravel()[order]) >= 0).all()


def test_hidden_runs_do_not_stretch_the_loss_axis():
    scene, view = parse(EXPLODING)
    alone = parse(EXPLODING.removesuffix("&run=sgd:lr=0.1"))[0]
    hidden = dataclasses.replace(view, hidden=(1,))
    assert loss_scale(scene, hidden, simulate(scene)).limits == loss_scale(alone, view, simulate(alone)).limits


def test_visible_runs_are_told_with_their_labels():
    scene, view = parse("surface=booth&run=adam&run=sgd&run=adam&hide=2")
    assert [label for label, _, _ in visible_runs(scene, view, simulate(scene))] == ["Adam", "Adam 2"]
