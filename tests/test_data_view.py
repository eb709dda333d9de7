"""The data beside the stage: every model that is sent is its surface's own, and there is never too much of it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from scenes import Run, Scene, View, parse, simulate
from views.data_view import (
    MOST_BYTES,
    MOST_STEPS,
    batch_part,
    grid_of,
    models_part,
    samples_part,
    window_of,
)
from views.player.player import scene_message, terrain_message
from views.player.show import Opening
from views.session import Session
from views.terrain import terrain_of

OF_DATA = [slug for slug, surface in LANDSCAPES.items() if surface.samples is not None]
FORMULAS = [slug for slug, surface in LANDSCAPES.items() if surface.samples is None]
PIXEL = 1 / 250  # of the window
BATCHES = "surface=moons&steps=40&run=sgd:lr=0.5;batch:size=64&run=sgd:lr=0.5;batch:size=16&run=adam:lr=0.1"
ONLY_ONE = "surface=iris-classes&steps=40&run=adam:lr=0.2"


def of_picture(picture):
    return [slug for slug in OF_DATA if LANDSCAPES[slug].picture == picture]


def path_on(slug: str):
    surface = LANDSCAPES[slug]
    return simulate(Scene.on(surface, steps=60, runs=[Run(OPTIMIZERS["adam"](lr=0.1))]))[0]


def sent_for(slug: str, path, name: str = "model"):
    """The steps and rows that are sent of a run's models; steps grow from 0, and at every other the last row holds."""
    part = models_part(LANDSCAPES[slug], [path])[0][name]
    steps = part["at"].astype(int)
    assert steps[0] == 0
    assert (np.diff(steps) > 0).all()
    assert part["stride"] == 1
    return steps, part["values"]


def at_every_step(steps, rows, count: int):
    return rows[np.searchsorted(steps, np.arange(count), side="right") - 1]


def header_of(message: bytes) -> dict:
    length = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + length])["body"]


def paths_of(link: str):
    scene = parse(link)[0]
    return scene, simulate(scene)


def test_there_is_every_kind_of_picture():
    assert {LANDSCAPES[slug].picture for slug in OF_DATA} == {"curve", "boundary", "classes"}


@pytest.mark.parametrize("slug", of_picture("curve"))
def test_a_curve_is_the_models_own_at_every_step_to_within_a_pixel(slug):
    surface, path = LANDSCAPES[slug], path_on(slug)
    own = surface.model(path.points.T, grid_of(surface)[None]).T
    steps, rows = sent_for(slug, path)
    np.testing.assert_allclose(rows, own[steps], rtol=1e-6, atol=1e-6)
    low, high = window_of(surface)[1]
    assert np.abs(at_every_step(steps, rows, len(own)) - own).max() <= PIXEL * (high - low) * 1.001


@pytest.mark.parametrize("slug", of_picture("curve"))
def test_a_straight_line_has_two_points_and_no_other_has_so_few(slug):
    surface = LANDSCAPES[slug]
    (left, right), _ = window_of(surface)
    middle = surface.model((1.5, 1.5), [[left, (2 * left + right) / 3, right]])
    is_straight = np.isclose(middle[1], (2 * middle[0] + middle[2]) / 3)
    assert len(grid_of(surface)) == (2 if is_straight else 29)


@pytest.mark.parametrize("slug", of_picture("boundary"))
def test_a_boundary_lies_where_the_score_is_0_and_ends_at_the_edge_of_the_window(slug):
    surface, path = LANDSCAPES[slug], path_on(slug)
    steps, rows = sent_for(slug, path)
    (left, right), (low, high) = window_of(surface)
    assert np.isfinite(rows).any()
    for step, row in zip(steps, rows, strict=True):
        weights = path.points[step]
        corners = surface.model(weights, [[left, left, right, right], [low, high, low, high]])
        if np.isnan(row).any():
            assert (corners >= 0).all() or (corners < 0).all()
            continue
        begin, end = row[:2], row[2:]
        scores = surface.model(weights, np.stack([begin, end], axis=1))
        assert np.abs(scores).max() <= 1e-5 * np.abs(corners).max()
        for x, y in (begin, end):
            assert min(abs(x - left), abs(x - right), abs(y - low), abs(y - high)) < 1e-5
        across = np.array([begin[1] - end[1], end[0] - begin[0]])  # to the left of the way from begin to end
        beside = (begin + end) / 2 + 1e-3 * across
        assert surface.model(weights, beside[:, None])[0] > 0


@pytest.mark.parametrize("slug", of_picture("boundary"))
def test_weights_of_0_have_no_boundary(slug):
    still = SimpleNamespace(points=np.zeros((5, 2)))
    part = models_part(LANDSCAPES[slug], [still])[0]["model"]
    assert np.isnan(part["values"]).all()
    assert part["at"].tolist() == [0]


@pytest.mark.parametrize("slug", of_picture("classes"))
def test_where_the_likeliest_class_changes_two_are_equally_likely_and_the_third_is_not_more_so(slug):
    surface, path = LANDSCAPES[slug], path_on(slug)
    steps, rows = sent_for(slug, path)
    low, high = window_of(surface)[0]
    found = 0
    for step, row in zip(steps, rows, strict=True):
        for edge in row[~np.isnan(row)]:
            found += 1
            third, second, first = np.sort(surface.model(path.points[step], [[edge]])[0])
            assert low <= edge <= high
            assert abs(first - second) < 0.01
            assert third <= second
    assert found > 20
    final = surface.model(path.points[-1], [np.linspace(low, high, 400)]).argmax(axis=1)
    assert np.count_nonzero(np.diff(final)) == np.count_nonzero(~np.isnan(rows[-1]))


@pytest.mark.parametrize("slug", of_picture("classes"))
def test_of_a_run_that_is_shown_alone_the_probabilities_are_sent(slug):
    surface, path = LANDSCAPES[slug], path_on(slug)
    steps, rows = sent_for(slug, path, "chances")
    own = surface.model(path.points.T, grid_of(surface)[None])
    shown = rows.reshape(len(steps), own.shape[1], -1)
    np.testing.assert_allclose(shown, np.moveaxis(own, -1, 0).transpose(0, 2, 1)[steps], atol=1e-6)
    np.testing.assert_allclose(shown.sum(axis=1), 1, atol=1e-5)
    assert "chances" not in models_part(surface, [path, path])[0]
    first, second = models_part(surface, [path, path], hidden=(0,))
    assert first == {}
    assert "chances" in second


@pytest.mark.parametrize("slug", OF_DATA)
def test_however_long_and_restless_the_runs_what_is_sent_is_bounded_and_the_last_model_is_there(slug):
    walk = np.random.default_rng(0).normal(size=(8, 10_001, 2)) * 2
    for count in (1, 8):
        parts = models_part(LANDSCAPES[slug], [SimpleNamespace(points=points) for points in walk[:count]])
        sent = [piece for part in parts for piece in part.values()]
        assert sum(piece["at"].nbytes + piece["values"].nbytes for piece in sent) <= MOST_BYTES
        for piece in sent:
            assert len(piece["at"]) <= MOST_STEPS
            assert piece["at"][-1] == 10_000
            assert piece["stride"] > 1
            assert not (piece["at"][:-1] % piece["stride"]).any()


@pytest.mark.parametrize("slug", OF_DATA)
def test_the_window_holds_all_samples_and_their_names(slug):
    surface = LANDSCAPES[slug]
    part, samples = samples_part(surface), surface.samples
    (left, right), (low, high) = part["x"], part["y"]
    assert left < part["inputs"].min() < part["inputs"].max() < right
    assert len(part["inputs"]) == len(part["outliers"]) == len(samples)
    if surface.picture != "classes":
        assert low < part["heights"].min() < part["heights"].max() < high
    assert all(part["names"])
    if "classes" in part:
        assert set(part["classes"]) == set(range(len(part["classNames"])))
        for sample in (0, len(samples) - 1):
            target = samples.targets[sample]
            assert part["classes"][sample] == (np.argmax(target) if np.ndim(target) else target > 0)


def test_outliers_are_marked_and_the_window_reaches_them():
    surface = LANDSCAPES["diabetes-line"](outliers=10, outlier_x=3, outlier_y=-7)
    part = samples_part(surface)
    assert part["outliers"].sum() == 10
    assert set(part["heights"][part["outliers"] == 1]) == {-7}
    assert part["y"][0] < -7
    assert [slug for slug in OF_DATA if samples_part(LANDSCAPES[slug])["takesOutliers"]] == ["diabetes-line"]


def test_nothing_of_it_is_sent_for_formulas():
    for slug in FORMULAS:
        assert samples_part(LANDSCAPES[slug]) is None
    scene, paths = paths_of("surface=booth&steps=5&run=adam:lr=0.1")
    message = header_of(scene_message(scene, View(), paths, Opening()))
    assert models_part(scene.landscape, paths) == [{}]
    assert "batch" not in message
    assert {"model", "chances"}.isdisjoint(message["runs"][0])
    assert "data" not in header_of(terrain_message(terrain_of(scene.landscape)))


def test_samples_travel_with_the_terrain_and_models_with_the_paths():
    scene, paths = paths_of(BATCHES)
    message = header_of(scene_message(scene, View(hidden=(0,)), paths, Opening()))
    assert ["model" in run for run in message["runs"]] == [False, True, True]
    assert message["batch"]["run"] == 1
    assert header_of(terrain_message(terrain_of(scene.landscape)))["data"]["picture"] == "boundary"


def test_the_batches_shown_are_the_smallest_of_those_that_are_not_hidden():
    _, paths = paths_of(BATCHES)
    for hidden, run in (((), 1), ((1,), 0)):
        part = batch_part(paths, hidden)
        assert part["run"] == run
        assert part["at"].tolist() == list(range(40))
        begins = [0, *part["ends"].astype(int)]
        for step in range(40):
            assert part["samples"][begins[step] : begins[step + 1]].tolist() == list(paths[run].batches[step])
    assert batch_part(paths, (0, 1)) is None
    assert batch_part(paths_of(ONLY_ONE)[1]) is None


def test_a_step_that_looks_at_all_samples_shows_none_and_long_runs_show_a_part_of_their_batches():
    _, paths = paths_of("surface=moons&steps=20&run=sgd:lr=0.5;batch:size=9;steps:count=5~sgd:lr=0.1")
    assert np.diff([0, *batch_part(paths)["ends"]]).tolist() == [9] * 5 + [0] * 15
    _, paths = paths_of("surface=moons&steps=3000&run=sgd:lr=0.01;batch:size=64")
    part = batch_part(paths)
    assert part["samples"].nbytes + part["at"].nbytes + part["ends"].nbytes <= MOST_BYTES / 4 * 1.05
    step = int(part["at"][1])
    begin, end = (int(place) for place in part["ends"][:2])
    assert step > 1
    assert part["samples"][begin:end].tolist() == list(paths[0].batches[step])


def test_outliers_come_as_they_are_asked_for_and_where_and_go_again():
    session = Session(*parse("surface=diabetes-line&steps=10&run=sgd:lr=0.05"))
    session.add_outliers(10)
    settings = dict(session.scene.settings)
    assert (settings["outliers"], settings["outlier_x"], settings["outlier_y"]) == (10, 2.5, -8)
    session.add_outliers(10, (-1.5, 2.25))
    settings = dict(session.scene.settings)
    assert (settings["outliers"], settings["outlier_x"], settings["outlier_y"]) == (20, -1.5, 2.25)
    assert session.scene.landscape.samples.is_outlier.sum() == 20
    with pytest.raises(ValueError, match=r"outliers must be .*1000.* got 1020"):
        session.add_outliers(1000)
    session.add_outliers(0)
    assert dict(session.scene.settings)["outliers"] == 0
    with pytest.raises(ValueError, match="Booth takes no outliers"):
        Session(*parse("surface=booth")).add_outliers(10)
