"""Rules and wrappers that optax has: their steps and paths are optax's."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, PARTS, At, descend
from optimizers.wrappers import Wrapper, wrapped
from tests.every import for_every

REFERENCE = np.load(Path(__file__).parent / "reference" / "optax_reference.npz")
ABOUT = json.loads(str(REFERENCE["about"]))
CASES = ABOUT["cases"]
BY_NAME = {
    "-".join(filter(None, (case["slug"], case["wrapper"], case["surface"], case["name"]))): case for case in CASES
}


def made(case):
    """The rule of a case, and the parts around it."""
    parts = [PARTS[case["wrapper"]](**case["around"])] if case["wrapper"] else []
    return OPTIMIZERS[case["slug"]](**case["settings"]), parts


def fed(mover, lr, points, gradients, values):
    """The steps from these points, whose gradients and losses are as recorded, whatever the points."""
    state, steps = mover.init(points[0]), []
    for point, gradient, value in zip(points, gradients, values, strict=True):
        recorded = SimpleNamespace(value=lambda _, v=value: v, gradient=lambda p, g=gradient: g + 2 * p)
        update = mover.update(At(point, gradient, recorded), state, lr)
        state = update.state
        steps.append(update.step)
    return np.array(steps)


@for_every("case", BY_NAME)
def test_fed_the_same_gradients_the_steps_are_optaxs(case):
    rule, parts = made(case)
    expected = REFERENCE[f"fed/{case['name']}"]
    points = np.concatenate([np.zeros((1, 2)), np.add.accumulate(expected)])[:-1]
    gradients, values = (REFERENCE[f"{kind}/{case['surface']}"] for kind in ("gradients", "values"))
    steps = fed(wrapped(rule, parts), rule.lr, points, gradients, values)
    # Where opposite terms cancel, a sum keeps the rounding of its larger terms: hence the absolute part. These two
    # work out where to go, and their step is the difference of two points.
    is_difference = "schedule-free" in case.values() or "lookahead" in case.values()
    largest = np.abs(points if is_difference else expected).max()
    np.testing.assert_allclose(steps, expected, rtol=1e-12, atol=1e-15 * largest)


@for_every("case", {name: case for name, case in BY_NAME.items() if case["steady"]})
def test_walking_freely_the_path_is_optaxs(case):
    rule, parts = made(case)
    start = ABOUT["starts"][case["surface"]]
    path = descend(LANDSCAPES[case["surface"]], rule, start, ABOUT["steps"], parts=parts)
    expected = REFERENCE[f"free/{case['name']}"]
    np.testing.assert_allclose(path.points[:: ABOUT["every"]], expected, rtol=1e-10, atol=1e-10)


def test_most_reference_runs_are_steady_enough_to_compare():
    assert sum(case["steady"] for case in CASES) >= 0.75 * len(CASES)


def test_every_wrapper_and_surface_has_a_reference():
    assert {case["wrapper"] for case in CASES} - {None} == {
        slug for slug, part in PARTS.items() if issubclass(part, Wrapper)
    }
    assert len({case["surface"] for case in CASES}) == 4
