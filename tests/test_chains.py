"""Every rule after every other, with every part, through all that is made of a run; and what cannot be a chain."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, WALKERS, Phase, descend
from optimizers.parts import Carry, Steps
from optimizers.phases import Chain
from scenes import MAX_RUNS, Run, Scene, View, format, parse, simulate, simulate_in_detail
from take_home import package_code, torch_code, why_no_torch
from tests.test_anatomy import body_of
from views.player.anatomy import anatomy_in, anatomy_message

RULES = list(OPTIMIZERS.values())
ADDED = [cls for slug, cls in PARTS.items() if slug not in ("steps", "carry")]


def every_chain() -> list[Chain]:
    """Each pair of rules with a part for either phase, so that every rule meets every part; and each with carry."""
    chains: list[Chain] = [(Phase(cls(), (Steps(count=3),)), Phase(cls(), (Carry(),))) for cls in RULES]
    for (i, first), (j, second) in itertools.product(enumerate(RULES), repeat=2):
        one, other = (ADDED[place % len(ADDED)]() for place in (i + j, i + 2 * j))
        chains.append((Phase(first(), (one, Steps(count=3))), Phase(second(), (other,))))
    return chains


def test_every_rule_after_every_other_with_every_part_goes_through_all_that_is_made_of_a_run():
    chains = every_chain()
    met = {
        (type(phase.rule), type(part), k) for chain in chains for k, phase in enumerate(chain) for part in phase.parts
    }
    assert met >= set(itertools.product(RULES, ADDED, (0, 1))) | set(itertools.product(RULES, [Carry], [1]))
    for surface, noise, has_data in (("himmelblau", 0.1, False), ("diabetes-line", 0.0, True)):
        runs = [Run(chain) for chain in chains if any(phase.batch for phase in chain) == has_data]
        for first in range(0, len(runs), MAX_RUNS):
            check_all_that_is_made_of(Scene(surface, (1.0, 0.5), 6, 3, runs[first : first + MAX_RUNS], noise=noise))


def check_all_that_is_made_of(scene):
    parsed = parse(format(scene, View()))
    assert (parsed.warnings, *parsed) == ((), scene, View())
    for index, path in enumerate(simulate(scene)):
        np.testing.assert_array_equal(path.points, simulate_in_detail(scene, index).points)
        anatomy = anatomy_in(scene, index)
        _, values = body_of(anatomy_message("link", index, anatomy, 0))
        for phase in anatomy.phases:
            for quantity in phase.quantities:
                sent = values[quantity.name][phase.first : phase.end]
                own = quantity.values if quantity.values.ndim == sent.ndim else quantity.values[:, None] * [1, 1]
                np.testing.assert_allclose(sent, own, rtol=1e-6)
        lines, torch_lines = package_code(scene, index), torch_code(scene, index)
        compile(f"{lines}\n{torch_lines}", "lines to take home", "exec")
        assert bool(torch_lines) != bool(why_no_torch(scene, index))


def test_a_classical_method_is_no_part_of_a_chain_and_that_is_said_in_a_sentence():
    for first, second in itertools.product(WALKERS.items(), repeat=2):
        if not {first[0], second[0]} & set(CLASSICAL):
            continue
        says = f"{second[1].title}) cannot follow {first[1].title}: a classical method is a run by itself"
        with pytest.raises(ValueError, match=f"^phase 2 \\({re.escape(says)}$"):
            descend(LANDSCAPES["booth"], [first[1](), second[1]()])
        texts = [slug if slug in CLASSICAL else f"{slug}:lr=0.1" for slug, _ in (first, second)]
        scene, _ = parsed = parse(f"surface=booth&run={'~'.join(texts)}")
        assert parsed.warnings == (f"In run 1, phase 2 ({says}; leaving out what follows.",)
        assert [type(phase.rule) for phase in scene.runs[0].phases] == [first[1]]
    for method, part in itertools.product(CLASSICAL.values(), PARTS.values()):
        with pytest.raises(ValueError, match=f"^{method.title} works by itself and takes no {part.slug}$"):
            Phase(method(), [part()])
