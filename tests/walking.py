"""What tests of update rules share: walks without a surface, small bowls, and every rule of the registry."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from optimizers import OPTIMIZERS, At

EVERY_RULE = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)

gradient_lists: st.SearchStrategy[Any] = st.lists(
    st.tuples(*[st.floats(-100, 100, allow_subnormal=False)] * 2), min_size=1, max_size=30
).map(np.array)


def steps_for(rule, gradients):
    """The steps of a rule that is shown these gradients, one after the other."""
    gradients = np.asarray(gradients, dtype=float)
    state, steps = rule.init(np.zeros_like(gradients[0])), []
    for g in gradients:
        step, state, _ = rule.update(At(np.zeros_like(g), g), state, rule.lr)
        steps.append(step)
    return np.array(steps)


def bowl(*curvatures):
    """A quadratic bowl with these curvatures along x and y."""
    k = np.array(curvatures, dtype=float)

    def along(p):
        return k.reshape(2, *[1] * (np.ndim(p) - 1))

    return SimpleNamespace(value=lambda p: (along(p) * p**2).sum(axis=0) / 2, gradient=lambda p: along(p) * p)
