"""Schedules: their rates against PyTorch's, against their formulas, and what all of them have in common."""

from __future__ import annotations

import inspect
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knobs import Switch, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, PARTS, Phase, descend
from optimizers.parts import LONGEST
from optimizers.schedules import ReactiveSchedule, Schedule, Warmup
from tests.every import for_every

REFERENCE = np.load(Path(__file__).parent / "reference" / "schedule_reference.npz")
ABOUT = json.loads(str(REFERENCE["about"]))
CASES = list(enumerate(ABOUT["cases"]))
STEPS = np.arange(ABOUT["steps"])

SCHEDULES = {slug: part for slug, part in PARTS.items() if issubclass(part, Schedule)}
OF_RATES = {slug: part for slug, part in PARTS.items() if issubclass(part, (Schedule, Warmup))}


def values_within(knob):
    """Valid values of a knob, with its ends."""
    low, high = knob.valid.low, min(knob.valid.high, 10 if isinstance(knob.default, float) else LONGEST)
    if isinstance(knob.default, int):
        return st.integers(int(low), int(high))
    return st.floats(low, high, exclude_min=knob.valid.low_open, exclude_max=knob.valid.high_open)


@st.composite
def schedules(draw):
    """Any schedule or warm-up, with any valid settings."""
    part = OF_RATES[draw(st.sampled_from(sorted(OF_RATES)))]
    return part(**{name: draw(values_within(knob)) for name, knob in knobs_of(part).items()})


# What all of them have in common


@given(schedules(), st.lists(st.integers(0, LONGEST), min_size=1, max_size=20))
def test_factors_are_between_0_and_1_and_together_what_they_are_one_by_one(schedule, steps):
    together = schedule.factor(np.array(steps, dtype=float))
    assert together.shape == (len(steps),)
    assert np.isfinite(together).all()
    assert ((together >= 0) & (together <= 1)).all()
    alone = [float(schedule.factor(np.array(float(step)))) for step in steps]
    np.testing.assert_allclose(together, alone, rtol=1e-14)


@pytest.mark.parametrize("part", OF_RATES.values(), ids=OF_RATES)
def test_a_schedule_says_what_it_is_in_words_and_in_symbols(part):
    assert part.title
    assert part.about.endswith(".")
    assert r"\eta" in part.formula
    for name, knob in knobs_of(part).items():
        assert f"\n{name} : " in inspect.getdoc(part)
        assert knob.symbol in part.formula or knob.rare or knob.symbol == "T_0", name
        assert knob.label != name
        assert not isinstance(knob.valid, Switch)


@pytest.mark.parametrize(
    ("part", "name"), [(part, name) for part in OF_RATES.values() for name in knobs_of(part)], ids=str
)
def test_a_setting_that_makes_no_sense_is_named(part, name):
    knob = knobs_of(part)[name]
    whole = [1.5] if isinstance(knob.default, int) else []
    for value in (knob.valid.low - 1, knob.valid.high + 1, math.nan, math.inf, *whole):
        if value in knob.valid and value not in whole:
            continue
        with pytest.raises(ValueError, match=f"{part.title}: {name} must be in "):
            part(**{name: value})


@for_every("part", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 60, 300, LONGEST])
def test_a_schedule_can_be_chosen_for_a_run_of_any_length(part, steps):
    schedule = part.for_steps(steps)
    assert schedule.factor(STEPS).max() > 0
    assert getattr(schedule, "until", steps) == steps


@for_every("slug", [*SCHEDULES])
def test_the_rates_of_a_run_are_its_own_rate_times_the_factors(slug):
    rule, surface = OPTIMIZERS["adam"](lr=0.02), LANDSCAPES["himmelblau"]
    schedule = SCHEDULES[slug].for_steps(60)
    path = descend(surface, rule, surface.start, 60, parts=[schedule])
    if isinstance(schedule, ReactiveSchedule):
        state, factors = schedule.init(), []
        for loss in path.values[:-1]:
            factors.append(state.factor)
            state = schedule.observe(state, float(loss))
    else:
        factors = schedule.factor(np.arange(60.0))
    np.testing.assert_array_equal(path.rates, 0.02 * np.array(factors))
    assert Phase(rule, [schedule]).schedule == schedule


def test_a_constant_schedule_is_no_schedule():
    surface, rule = LANDSCAPES["beale"], OPTIMIZERS["momentum"](lr=0.001)
    plain = descend(surface, rule, surface.start, 100)
    constant = descend(surface, rule, surface.start, 100, parts=[PARTS["constant"]()])
    assert plain.points.tobytes() == constant.points.tobytes()


# The same as PyTorch


@pytest.mark.parametrize(("number", "case"), CASES, ids=[f"{case['slug']}-{number}" for number, case in CASES])
def test_the_rates_are_pytorchs(number, case):
    settings = dict(case["settings"])
    then = settings.pop("then", None)
    part = PARTS[case["slug"]](**settings)
    expected = REFERENCE[f"rates/{number}"]
    if isinstance(part, ReactiveSchedule):
        state, rates = part.init(), []
        for loss in REFERENCE["losses"]:
            rates.append(state.factor)
            state = part.observe(state, float(loss))
    else:
        parts = [part, PARTS[then.pop("slug")](**then)] if then else [part]
        rates = Phase(OPTIMIZERS["sgd"](lr=1), parts).factors(len(expected))
    np.testing.assert_allclose(rates, expected, rtol=1e-12, atol=1e-15)


def test_every_schedule_that_pytorch_has_is_compared_with_it_at_several_settings():
    compared = [case["slug"] for case in ABOUT["cases"]]
    assert set(compared) == {slug for slug, part in OF_RATES.items() if re.search(r"As PyTorch's\s+``", part.__doc__)}
    assert all(compared.count(slug) >= 2 for slug in compared)


def test_the_recorded_losses_make_every_plateau_act():
    rates = [REFERENCE[f"rates/{number}"] for number, case in CASES if case["slug"] == "plateau"]
    assert all(len(set(each)) >= 3 for each in rates)


# What each of them does


def test_inverse_time_is_its_formula_and_half_at_half():
    schedule = PARTS["inverse-time"](half=40)
    np.testing.assert_allclose(schedule.factor(STEPS), [40 / (40 + t) for t in range(300)], rtol=1e-15)
    assert schedule.factor(np.array(40)) == 0.5


def test_warm_up_stable_decay_has_three_stretches():
    factors = PARTS["wsd"](until=200, rising=0.1, falling=0.25, floor=0.2).factor(STEPS)
    np.testing.assert_allclose(factors[:20], np.arange(1, 21) / 20, rtol=1e-12)
    assert set(factors[20:151]) == {1.0}
    np.testing.assert_allclose(factors[150:201], np.linspace(1, 0.2, 51), rtol=1e-12)
    assert set(factors[200:]) == {0.2}


def test_after_its_end_a_schedule_stays_where_it_is():
    for slug, floor in (("cosine", 0.1), ("one-cycle", 0.1), ("wsd", 0.1), ("polynomial", 0.0)):
        settings = {"floor": 0.1} if slug != "polynomial" else {}
        factors = PARTS[slug](until=50, **settings).factor(np.arange(50, 200))
        np.testing.assert_allclose(factors, floor, rtol=1e-12)


def test_one_cycle_begins_low_reaches_the_whole_rate_once_and_ends_lower():
    factors = PARTS["one-cycle"](until=100, rising=0.3).factor(np.arange(100))
    assert factors[0] == pytest.approx(0.04)
    assert list(factors).index(1.0) == 29
    assert factors[99] == pytest.approx(4e-6)


def test_cosine_restarts_are_whole_again_at_every_restart_however_late():
    factors = PARTS["cosine-restarts"](period=3, stretch=2).factor(np.arange(LONGEST))
    restarts = [3 * (2**k - 1) for k in range(20) if 3 * (2**k - 1) < LONGEST]
    assert np.flatnonzero(factors == 1).tolist() == restarts


def test_the_schedule_begins_when_the_warm_up_is_done():
    warm, cosine = PARTS["warmup"](count=30, start=0.2), PARTS["cosine"](until=100)
    factors = Phase(OPTIMIZERS["sgd"](), [warm, cosine]).factors(200)
    np.testing.assert_array_equal(factors[:30], warm.factor(STEPS[:30]))
    np.testing.assert_array_equal(factors[30:], cosine.factor(np.arange(170)))


def after(losses, **settings):
    """The factor after these losses."""
    plateau = PARTS["plateau"](**settings)
    state = plateau.init()
    for loss in losses:
        state = plateau.observe(state, loss)
    return state.factor


def test_a_plateau_waits_as_long_as_its_patience_and_then_rests():
    assert after([1.0] * 4, patience=3) == 1  # the first loss is the best so far
    assert after([1.0] * 5, patience=3) == pytest.approx(0.1)
    assert after([1.0] * 8, patience=3) == pytest.approx(0.1)
    assert after([1.0] * 9, patience=3) == pytest.approx(0.01)
    assert after([1.0] * 12, patience=3, cooldown=4) == pytest.approx(0.1)
    assert after([1.0] * 13, patience=3, cooldown=4) == pytest.approx(0.01)


def test_a_plateau_never_goes_below_its_floor_nor_up():
    assert after([1.0] * 100, patience=0, floor=0.3) == 0.3
    assert after([1.0] * 100, patience=0, floor=1) == 1


def test_a_plateau_below_0_is_one_too():
    assert after([-78.0] * 5, patience=3) == pytest.approx(0.1)
    assert after([-78.0, -78.1, -78.2, -78.3, -78.4], patience=3) == 1
    assert after([-78.0, -78.0001, -78.0002, -78.0003, -78.0004], patience=3) == pytest.approx(0.1)


def test_a_loss_that_is_no_number_is_no_better():
    assert after([1.0, math.nan, math.inf, math.nan, math.nan], patience=3) == pytest.approx(0.1)
