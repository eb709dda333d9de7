"""Messages to the browser: what Python packs, the player unpacks."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from optimizers.outcomes import NO_SLOPE
from scenes import View, default_scene, parse, simulate
from views.player.message import pack
from views.player.player import scene_message, terrain_message
from views.player.show import Opening
from views.terrain import terrain_of
from views.theme import themes

# Typed arrays are written as [kind, ...numbers], numbers as the shortest text that stands for exactly them.
UNPACK = """
const { unpack } = await import(process.argv[1]);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const plain = (key, value) => ArrayBuffer.isView(value) ? [value.constructor.name, ...value] : value;
process.stdout.write(JSON.stringify(unpack(new Uint8Array(Buffer.concat(chunks))), plain));
"""


@pytest.fixture(scope="module")
def unpack(root):
    node, _ = compute_driver_executable()
    module = (root / "views" / "player" / "message.js").as_uri()

    def unpack(message: bytes):
        command = [node, "--input-type=module", "--eval", UNPACK, module]
        answer = subprocess.run(command, input=message, capture_output=True, timeout=60)
        assert answer.returncode == 0, answer.stderr.decode()
        return json.loads(answer.stdout)

    return unpack


def test_plain_values_arrive_as_they_are(unpack):
    body = {
        "text": "β₁ = 0,9 – ok",
        "whole": 3,
        "number": 0.1,
        "nothing": None,
        "yes": True,
        "list": [1, [2, {}]],
        "empty": [],
    }
    assert unpack(pack(body)) == body


def test_arrays_arrive_with_their_precision_and_shape(unpack):
    thirds = np.arange(1, 4) / 3
    body = {
        "single": thirds.astype(np.float32),
        "double": thirds,
        "pairs": [np.arange(6.0).reshape(3, 2)],
        "none": np.zeros(0),
    }
    arrived = unpack(pack(body))
    assert arrived["single"] == ["Float32Array", *np.float32(thirds).astype(float)]
    assert arrived["double"] == ["Float64Array", *thirds]
    assert arrived["pairs"] == [[["Float64Array", 0, 1], ["Float64Array", 2, 3], ["Float64Array", 4, 5]]]
    assert arrived["none"] == ["Float64Array"]


def test_an_array_of_any_length_leaves_the_next_one_aligned(unpack):
    body = [np.ones(size, dtype) * size for size in range(1, 6) for dtype in (np.float32, np.float64)]
    assert [len(one) - 1 for one in unpack(pack(body))] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_whole_numbers_of_numpy_arrive_as_numbers(unpack):
    assert unpack(pack({"steps": np.int64(3), "all": np.arange(3), "loss": np.float64(0.5)})) == {
        "steps": 3,
        "all": [0, 1, 2],
        "loss": 0.5,
    }


def test_an_array_that_occurs_twice_is_sent_once():
    grid = np.zeros((40, 40))
    assert len(pack([grid, grid, {"again": grid}])) < 1.1 * len(pack([grid]))


def test_losses_arrive_to_the_last_bit(unpack):
    scene = default_scene()
    paths = simulate(scene)
    arrived = unpack(scene_message(scene, View(), paths, Opening(autoplay=True)))
    assert [run["label"] for run in arrived["runs"]] == list(scene.labels)
    for run, path in zip(arrived["runs"], paths, strict=True):
        assert run["losses"] == ["Float64Array", *path.values]
        assert (run["sentence"], run["settled"]) == (path.sentence, path.settled_step)
        drawn = np.array([pair[1:] for pair in run["points"]])
        assert np.allclose(drawn, path.points, rtol=1e-6)


def test_a_run_that_explodes_is_sent_with_numbers_that_json_and_single_precision_can_hold(unpack):
    scene, view = parse("surface=rosenbrock&start=-1.5,2&steps=50&run=sgd:lr=1&run=adam:lr=0.1")
    arrived = unpack(scene_message(scene, view, simulate(scene), Opening()))
    points = np.array([pair[1:] for pair in arrived["runs"][0]["points"]], dtype=float)
    assert np.isfinite(points).all()
    assert np.isfinite(np.array(arrived["runs"][0]["heights"][1:], dtype=float)).all()
    assert arrived["runs"][0]["leaves"] == 1


def test_the_ground_arrives_as_a_picture_for_each_theme(unpack):
    images = unpack(terrain_message(terrain_of(default_scene().landscape)))["images"]
    assert sorted(images) == sorted(themes())
    for kind, *numbers in images.values():
        assert (kind, bytes(numbers[:4])) == ("Uint8Array", b"RIFF")


@pytest.mark.parametrize(("link", "note"), [("surface=saddle&start=0,0", NO_SLOPE), ("surface=saddle&start=1,0", "")])
def test_a_start_without_any_slope_is_told_of(unpack, link, note):
    scene, view = parse(f"{link}&run=adam")
    assert unpack(scene_message(scene, view, simulate(scene), Opening()))["note"] == note


def test_only_a_first_opening_that_plays_is_a_debut(unpack):
    scene = default_scene()
    openings = [Opening(1, autoplay=True), Opening(1), Opening(2, autoplay=True)]
    sent = [unpack(scene_message(scene, View(), simulate(scene), opening))["debut"] for opening in openings]
    assert sent == [True, False, False]


def test_the_scene_fits_in_a_hundredth_of_what_frames_need():
    """Six runs of 300 steps; the terrain, which is larger, is sent only when it changes."""
    scene, view = parse(
        "surface=rosenbrock&start=-1.5,2&" + "&".join(f"run=adam:lr={lr}" for lr in (0.02, 0.04, 0.06, 0.08, 0.1, 0.12))
    )
    assert len(scene_message(scene, view, simulate(scene), Opening())) < 60_000
    assert len(terrain_message(terrain_of(scene.landscape))) < 1_000_000
