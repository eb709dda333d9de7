"""Hypothesis strategies for scenes and views, built from the registries: a new rule or surface is covered at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from knobs import Choice, Knob, Switch, knobs_of
from landscapes import LANDSCAPES
from optimizers import CLASSICAL, MAX_STEPS, OPTIMIZERS, PARTS, Phase
from optimizers.parts import Carry, Steps
from scenes import MAX_RUNS, Run, Scene, View


def valid_values(declared: Knob) -> st.SearchStrategy:
    """All that the mathematics allows, not only what a slider offers."""
    valid = declared.valid
    if isinstance(valid, Switch):
        return st.booleans()
    if isinstance(valid, Choice):
        return st.sampled_from(list(valid.titles))
    if isinstance(declared.default, int):
        return st.integers(*(int(end) if np.isfinite(end) else None for end in (valid.low, valid.high)))
    low, high = (end if np.isfinite(end) else None for end in (valid.low, valid.high))
    return st.floats(
        low,
        high,
        allow_nan=False,
        allow_infinity=False,
        exclude_min=valid.low_open and low is not None,
        exclude_max=valid.high_open and high is not None,
    )


def settings_of(knobs: Mapping[str, Knob]) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional={name: valid_values(declared) for name, declared in knobs.items()})


def of_class(cls: Any) -> st.SearchStrategy:
    """A rule, classical method or part of this class, with any valid settings."""
    return settings_of(knobs_of(cls)).map(lambda values: cls(**values))


rules = st.sampled_from(list(OPTIMIZERS.values())).flatmap(of_class)
methods = st.sampled_from(list(CLASSICAL.values())).flatmap(of_class)
parts = st.sampled_from([cls for slug, cls in PARTS.items() if slug not in ("batch", "steps", "carry")]).flatmap(
    of_class
)


@st.composite
def phases(draw: st.DrawFn) -> Phase:
    phase = Phase(draw(rules))
    for part in draw(st.lists(parts, max_size=3)):
        phase = phase.adding(part)
    return phase


@st.composite
def chains(draw: st.DrawFn) -> list[Phase]:
    """Phases that make sense together; one that goes on with the rule before it may keep its memory."""
    chain = [draw(phases())]
    for following in draw(st.lists(phases() | st.none(), max_size=2)):
        last = chain[-1]
        chain[-1] = last.adding(Steps(count=draw(st.integers(1, 100))))
        chain.append(last.adding(Carry()) if following is None else following)
    return chain


runs = st.builds(Run, phases() | methods | chains())
coordinates = st.floats(-10, 10) | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    slug = draw(st.sampled_from(list(LANDSCAPES)))
    values = draw(settings_of(LANDSCAPES[slug].knobs))
    start = draw(st.tuples(coordinates, coordinates))
    steps, seed = draw(st.integers(1, MAX_STEPS)), draw(st.integers(0, 2**32 - 1))
    try:
        listed = draw(st.lists(runs, max_size=MAX_RUNS).map(tuple))
        return Scene(slug, start, steps, seed, listed, values, draw(st.just(0.0) | st.floats(0, 10)))
    except ValueError as error:
        if "must be finite" not in str(error):
            raise
        reject()  # the loss overflows there


views = st.builds(
    View,
    step=st.none() | st.integers(0, MAX_STEPS),
    mode=st.sampled_from(["2d", "3d", "both"]),
    colour=st.sampled_from([None, "log", "linear"]),
    loss=st.sampled_from([None, "log", "linear"]),
    hidden=st.lists(st.integers(0, MAX_RUNS - 1)).map(tuple),
    lights=st.sampled_from(["on", "off"]),
    per=st.sampled_from(["step", "evaluation"]),
)
