"""What tests of update rules share: walks without a surface, small bowls, and every rule of the registry."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from knobs import Switch, knobs_of
from optimizers import OPTIMIZERS, At
from tests.every import for_every

EVERY_RULE = for_every("cls", OPTIMIZERS)

gradient_lists: st.SearchStrategy[Any] = st.lists(
    st.tuples(*[st.floats(-100, 100, allow_subnormal=False)] * 2), min_size=1, max_size=30
).map(np.array)


def steps_for(rule, gradients):
    """The steps of a rule that is shown these gradients, one after the other."""
    gradients = np.asarray(gradients, dtype=float)
    state, steps = rule.init(np.zeros_like(gradients[0])), []
    for g in gradients:
        step, state, _ = rule.update(At(np.zeros_like(g), g, bowl(1, 1)), state, rule.lr)
        steps.append(step)
    return np.array(steps)


def bowl(*curvatures):
    """A quadratic bowl with these curvatures along x, y and so on."""
    k = np.array(curvatures, dtype=float)

    def along(p):
        return k.reshape(-1, *[1] * (np.ndim(p) - 1))

    return SimpleNamespace(
        value=lambda p: (along(p) * p**2).sum(axis=0) / 2,
        gradient=lambda p: along(p) * p,
        hessian=lambda p: np.diag(k).reshape(len(k), len(k), *[1] * (np.ndim(p) - 1)) + 0 * p,
    )


def moves_only_two(cls):
    """Whether a rule refuses any other number of parameters than two."""
    try:
        cls().init(np.zeros(7))
    except ValueError as error:
        return str(error) == f"{cls.title} works with two parameters, got 7"
    return False


def first_order():
    """The rules that need no Hessian, and so take any surface and any number of parameters."""
    return [cls for cls in OPTIMIZERS.values() if not moves_only_two(cls)]


def at_rest_where_flat(cls, **settings):
    """A rule that stays where there is no slope: Yogi as in optax begins with a momentum of its own."""
    leaning = {"initial_accumulator": 0} if "initial_accumulator" in knobs_of(cls) else {}
    return cls(**leaning, **settings)


def some_settings(cls, seed):
    """A rule with settings drawn from what its sliders offer."""
    random = np.random.default_rng(seed)
    drawn = {}
    for name, declared in knobs_of(cls).items():
        if isinstance(declared.valid, Switch):
            drawn[name] = bool(random.integers(2))
        elif isinstance(declared.default, int):
            drawn[name] = int(random.integers(*declared.offer, endpoint=True))
        elif declared.scale == "log":
            drawn[name] = float(10 ** random.uniform(*np.log10(declared.offer)))
        else:
            drawn[name] = float(random.uniform(*declared.offer))
    return cls(**drawn)
