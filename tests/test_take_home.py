"""The code to take home is run, and walks the very path that is on the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from knobs import knobs_of
from optimizers import OPTIMIZERS, PARTS, WALKERS
from optimizers.parts import Part
from optimizers.schedules import Schedule
from scenes import Scene, parse, simulate
from take_home import WIDTH, package_code, torch_code, why_no_torch
from tests.every import for_every

STEPS = 50
PLACE = "surface=quadratic:kappa=30,angle=20&start=-1.5,1"
DATA = "surface=diabetes-line:loss=huber,outliers=10&start=-1.5,1"
RATE = {"adadelta": 1, "newton": 0.5, "saddle-free-newton": 0.5}

every_walker = for_every("slug", [*WALKERS])
every_rule = for_every("slug", [*OPTIMIZERS])
SCHEDULES = [slug for slug, part in PARTS.items() if issubclass(part, Schedule)]
TAME = "momentum:lr=0.01,rho=0.8"
CHAINS = {
    "momentum and then Adam": "momentum:lr=0.01;steps:count=20~adam:lr=0.02",
    "a rate that is changed on the way": "adam:lr=0.05;steps:count=20~adam:lr=0.005;carry",
    "momentum that goes on": "momentum:lr=0.01,rho=0.9;steps:count=20~momentum:lr=0.002,rho=0.5;carry",
    "three phases with parts of their own": (
        "sgd:lr=0.02;clip:norm=1;steps:count=10~rmsprop:lr=0.01;cosine:until=15;steps:count=15"
        "~nesterov:lr=0.01;warmup:count=5"
    ),
    "batches that grow": "adam:lr=0.05;batch:size=1;steps:count=20~adam:lr=0.05;batch:size=60;carry;steps:count=20~sgd",
    "more phases than steps": "sgd:lr=0.02;steps:count=40~adam:lr=0.01;steps:count=10~momentum:lr=0.01",
}


def scene_of(run: str, steps: int = STEPS, noise: float = 0.0) -> Scene:
    place = DATA if "batch" in run else PLACE
    parsed = parse(f"{place}&steps={steps}&noise={noise!r}&seed=3&run={run}")
    assert list(parsed.warnings) == []
    scene, _ = parsed
    return scene


def run_of(slug: str) -> str:
    return slug if slug not in OPTIMIZERS else f"{slug}:lr={RATE.get(slug, 0.01)}"


def path_of(code: str) -> Any:
    """What the lines leave behind as ``path``."""
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    return names["path"]


def walked(scene: Scene, index: int = 0) -> np.ndarray:
    """The path of a run as the copied lines walk it."""
    return path_of(package_code(scene, index)).points


def walked_by_torch(scene: Scene) -> np.ndarray:
    pytest.importorskip("torch")
    return np.array(path_of(torch_code(scene, 0)))


def every_part() -> dict[str, str]:
    """A run for each part that can be added to a rule."""
    parts = {slug: f"{TAME};{slug}" for slug, part in PARTS.items() if part.kind not in ("steps", "carry")}
    return parts | {f"{slug} after a warm-up": f"{TAME};{slug};warmup:count=7" for slug in SCHEDULES}


VARIED = every_part() | CHAINS
every_variation = for_every("run", VARIED)


# This package


@every_walker
def test_the_lines_of_this_package_walk_the_same_path_to_the_bit(slug):
    scene = scene_of(run_of(slug))
    assert np.array_equal(walked(scene), simulate(scene)[0].points)


@every_variation
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_so_they_do_with_everything_that_can_be_added(run, noise):
    scene = scene_of(run, noise=noise)
    assert np.array_equal(walked(scene), simulate(scene)[0].points)


@every_walker
def test_numbers_are_written_exactly_and_rare_settings_where_they_are_not_as_usual(slug):
    scene, _ = parse("surface=branin&start=0.1,7.300000000000001&steps=20&run=" + run_of(slug))
    assert np.array_equal(walked(scene), simulate(scene)[0].points)
    assert "7.300000000000001" in package_code(scene, 0)


def test_switches_and_rare_settings_are_written_when_they_are_turned():
    scene = scene_of("adam:lr=0.1,bias_correction=off,eps=0.01")
    assert 'OPTIMIZERS["adam"](lr=0.1, beta1=0.9, beta2=0.999, eps=0.01, bias_correction=False)' in package_code(
        scene, 0
    )
    assert np.array_equal(walked(scene), simulate(scene)[0].points)


def test_a_surface_is_written_with_the_settings_that_matter_and_batches_with_their_seed():
    code = package_code(scene_of("sgd:lr=0.05;batch:size=32"), 0)
    assert 'LANDSCAPES["diabetes-line"](loss="huber", delta=1.0, outliers=10)' in code
    assert "batch=32, seed=3)" in " ".join(code.split())
    plain = package_code(parse("surface=diabetes-line&run=sgd:lr=0.05")[0], 0)
    assert 'LANDSCAPES["diabetes-line"](loss="mse"' in plain
    assert "delta" not in plain


def test_each_run_of_a_scene_has_its_own_lines():
    scene, _ = parse(f"{PLACE}&steps=30&run=sgd:lr=0.01&run=momentum:lr=0.02,rho=0.8")
    for index, path in enumerate(simulate(scene)):
        assert np.array_equal(walked(scene, index), path.points)


def test_without_parts_it_is_as_short_as_in_a_textbook():
    scene, _ = parse("surface=himmelblau&run=sgd:lr=0.01")
    assert len(package_code(scene, 0).splitlines()) == 6
    assert len(torch_code(scene, 0).splitlines()) == 12


@every_variation
def test_no_line_is_too_long_to_be_read(run):
    scene = scene_of(run, noise=0.1)
    for code in (package_code(scene, 0), torch_code(scene, 0)):
        assert max(map(len, code.splitlines()), default=0) <= WIDTH + len(8 * " " + ",")


# PyTorch


@every_rule
def test_there_are_lines_of_pytorch_or_a_reason_why_not(slug):
    scene = scene_of(run_of(slug))
    assert bool(torch_code(scene, 0)) == bool(scene.runs[0].rule.in_torch())
    assert bool(torch_code(scene, 0)) != bool(why_no_torch(scene, 0))


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        ("adam;sam", "PyTorch has no SAM."),
        ("sgd;lookahead", "PyTorch has no Lookahead."),
        ("lion", "PyTorch has no Lion."),
        ("adam:bias_correction=off", "PyTorch has no Adam with these settings."),
        ("sgd;steps:count=5~lion", "PyTorch has no Lion."),
        ("bfgs", "PyTorch has no BFGS like this one, which is SciPy's."),
        (
            "rprop;cosine",
            "PyTorch's Rprop looks at the learning rate only once, so that no schedule changes its steps.",
        ),
        (
            "momentum:rho=0;steps:count=5~momentum:rho=0.9;carry",
            "PyTorch's Momentum keeps no velocity where rho is 0, so there would be none to go on with.",
        ),
    ],
)
def test_the_reason_names_what_pytorch_has_not_got(run, reason):
    assert why_no_torch(scene_of(run), 0) == reason
    assert torch_code(scene_of(run), 0) == ""


def test_nothing_is_imported_that_only_a_comment_names():
    code = torch_code(scene_of("sgd:lr=0.01;steps:count=5~momentum:lr=0.01"), 0)
    assert "# Phase 2: Momentum" in code
    assert "from optimizers" not in code


def test_a_phase_that_never_begins_needs_no_pytorch():
    assert torch_code(scene_of(f"sgd:lr=0.01;steps:count={STEPS}~lion"), 0)


@every_rule
def test_the_lines_of_pytorch_walk_the_same_path(slug):
    scene = scene_of(run_of(slug))
    if torch_code(scene, 0):
        np.testing.assert_allclose(walked_by_torch(scene), simulate(scene)[0].points, rtol=1e-10, atol=1e-10)


@every_rule
@pytest.mark.parametrize("part", ["cosine:until=40;warmup:count=10", "clip:norm=0.5", "exponential"])
def test_so_they_do_with_parts_around_every_rule(slug, part):
    scene = scene_of(f"{run_of(slug)};{part}", noise=0.1)
    if torch_code(scene, 0):
        np.testing.assert_allclose(walked_by_torch(scene), simulate(scene)[0].points, rtol=1e-10, atol=1e-10)


@every_variation
def test_the_lines_of_pytorch_do_with_everything_that_it_has(run):
    scene = scene_of(run, noise=0.2)
    if torch_code(scene, 0):
        np.testing.assert_allclose(walked_by_torch(scene), simulate(scene)[0].points, rtol=1e-10, atol=1e-10)


@every_rule
def test_a_memory_that_is_kept_is_kept_by_pytorch(slug):
    other_beta = ",beta1=0.8" if "beta1" in knobs_of(OPTIMIZERS[slug]) else ""
    scene = scene_of(f"{run_of(slug)};steps:count=20~{slug}:lr=0.005{other_beta};carry")
    if torch_code(scene, 0):
        np.testing.assert_allclose(walked_by_torch(scene), simulate(scene)[0].points, rtol=1e-10, atol=1e-10)


def test_every_part_is_among_those_that_are_tried():
    tried = {piece.partition(":")[0] for run in VARIED.values() for piece in run.replace("~", ";").split(";")}
    assert {part.slug for part in PARTS.values() if isinstance(part, type) and issubclass(part, Part)} <= tried
