"""What is remembered: within bytes, for equal things only, and by no other means than ``caches``."""

from __future__ import annotations

import ast
import importlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from caches import LIMITS, MEGABYTE, few, has_value_hash, held, once, remembered, size_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, default_rate, descend, rates
from scenes import default_scene, parse, simulate, simulate_in_detail
from tests.test_architecture import PRODUCT, ROOT, part_of

ALL_TOGETHER = 120 * MEGABYTE
OTHER_WAYS = {"cache", "lru_cache", "cache_data", "cache_resource"}
OTHER_WAYS |= {"weakref", "WeakKeyDictionary", "WeakValueDictionary"}


def kilobytes(count: int) -> np.ndarray:
    return np.zeros(128 * count)


def test_what_was_not_asked_for_longest_is_forgotten_first():
    made = remembered("trajectories", limit=4500)(lambda name: (asked.append(name), kilobytes(1))[1])
    asked: list[str] = []
    for name in "abcabdabc":
        made(name)
    assert asked == ["a", "b", "c", "d", "c"]
    assert made.entries == 3
    assert 3 * 1024 < made.held <= made.limit


def test_an_answer_that_is_too_large_is_given_and_drives_out_no_other():
    made = remembered("trajectories", limit=4500)(kilobytes)
    small = made(1)
    assert made(5) is not made(5)
    assert made(1) is small


def test_a_failure_is_not_remembered():
    answers = iter([ValueError("not yet"), "here"])

    @remembered("trajectories", limit=1000)
    def find(_: int) -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    with pytest.raises(ValueError, match="not yet"):
        find(1)
    assert [find(1), find(1)] == ["here", "here"]


def test_threads_that_ask_for_the_same_wait_for_one_answer():
    asked: list[int] = []
    together = threading.Barrier(4)

    @remembered("trajectories", limit=100_000)
    def slowly(count: int) -> np.ndarray:
        asked.append(count)
        time.sleep(0.02)
        return np.zeros(count)

    def ask(count: int) -> np.ndarray:
        together.wait()
        return slowly(count)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, [5, 5, 6, 6]))
    assert sorted(asked) == [5, 6]
    assert answers[0] is answers[1]
    assert answers[2] is answers[3]


def test_threads_that_ask_for_what_is_made_once_wait_for_it():
    together, made = threading.Barrier(4), []

    @once
    def thing() -> object:
        time.sleep(0.02)
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        together.wait()
        return thing()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == made * 4


def test_only_a_function_without_parameters_is_remembered_without_a_bound():
    with pytest.raises(TypeError, match="say how its answers are bounded"):
        once(kilobytes)
    with pytest.raises(ValueError, match="say which keys"):
        few("")


def test_the_size_of_a_path_is_that_of_its_arrays():
    scene, _ = parse("surface=tanh-network&steps=700&run=adam:lr=0.1;batch:size=8")
    path = simulate_in_detail(scene, 0)
    assert path is simulate_in_detail(scene, index=0)
    arrays = [value for value in vars(path).values() if isinstance(value, np.ndarray)]
    arrays += [*path.terms.values(), path.batches.epochs, path.batches.firsts, path.batches.ends]
    owners = [array if array.base is None else array.base for array in arrays]
    least = sum({id(array): array.nbytes for array in owners}.values())
    assert least < size_of(path) < least + 10_000


def test_scenes_are_remembered_within_bytes(monkeypatch):
    monkeypatch.setattr(simulate, "limit", 150_000)
    simulate.forget()
    for steps in range(100, 120):
        simulate(parse(f"surface=booth&steps={steps}&run=sgd&run=adam")[0])
        assert simulate.held <= simulate.limit
    assert 2 < simulate.entries < 20
    simulate.forget()


def test_every_cache_of_the_product_is_one_of_the_table_and_they_fit_into_the_server():
    for path in PRODUCT:
        if path.name not in ("app.py", "__main__.py"):
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    assert held().keys() == LIMITS.keys()
    assert sum(LIMITS.values()) <= ALL_TOGETHER
    assert all(held()[name] <= limit for name, limit in LIMITS.items())


def test_nothing_of_the_product_is_remembered_in_another_way():
    found = []
    for path in PRODUCT:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            names = {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "module", "")}
            names |= {alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)}
            if names & OTHER_WAYS and part_of(path) != "caches":
                found.append(f"{path}, line {node.lineno}")
    assert not found, "use once, few or remembered of caches.py"


def test_a_default_rate_is_found_once_for_equal_surfaces(monkeypatch):
    asked = []
    monkeypatch.setattr(rates, "_find_rate", lambda rule, surface: asked.append(surface) or 0.5)
    rates._known_rate.forget()
    for _ in range(3):
        default_rate(OPTIMIZERS["sgd"], LANDSCAPES["quadratic"](kappa=3.25))
    rates._known_rate.forget()
    assert len(asked) == 1


class Bowl:
    """A surface of a notebook's own, which can be changed."""

    minima = ((0.0, 0.0),)

    def __init__(self) -> None:
        self.c = 0.0

    @property
    def minimum_value(self) -> float:
        return self.c

    def value(self, points):
        return (points**2).sum(axis=0) + self.c

    def gradient(self, points):
        return 2 * points


def test_a_surface_that_was_changed_is_judged_as_it_is_now():
    bowl = Bowl()
    assert not has_value_hash(bowl)
    assert not has_value_hash(SimpleNamespace())
    first = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 20)
    bowl.c = 5.0
    second = descend(bowl, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 20)
    assert (second.settled_step, second.sentence) == (first.settled_step, first.sentence)
    assert first.settled_step is not None


def test_the_opening_scene_is_still_there_when_it_is_asked_for_again():
    assert simulate(default_scene()) is simulate(default_scene())
