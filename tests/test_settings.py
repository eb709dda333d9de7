"""The settings of every rule: their defaults and ranges, what is refused, and what hints say about them."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from knobs import Interval, knobs_of
from optimizers import OPTIMIZERS
from tests.every import for_every
from tests.walking import EVERY_RULE, steps_for


def bad_values(declared):
    """Values that a setting cannot have."""
    yield from (math.nan, math.inf, -math.inf, "fast", None)
    if isinstance(declared.valid, Interval):
        yield True
        if math.isfinite(declared.valid.low):
            yield declared.valid.low - 0.5
            if declared.valid.low_open:
                yield declared.valid.low
        if math.isfinite(declared.valid.high):
            yield declared.valid.high + 0.5
            if declared.valid.high_open:
                yield declared.valid.high
    else:
        yield from (0, 1, 0.5, "on")


@EVERY_RULE
def test_a_bad_setting_is_named_with_its_range(cls):
    for name, declared in knobs_of(cls).items():
        sentence = f"{cls.title}: {name} must be in {declared.valid}, got "
        for bad in bad_values(declared):
            with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
                cls(**{name: bad})


def test_the_sentence_about_a_bad_setting():
    with pytest.raises(ValueError, match=r"^Adam: beta1 must be in \[0, 1\), got 1\.5$"):
        OPTIMIZERS["adam"](beta1=1.5)
    with pytest.raises(ValueError, match=r"^Gradient descent: lr must be in \(0, inf\), got -1$"):
        OPTIMIZERS["sgd"](lr=-1)


@EVERY_RULE
def test_unknown_and_positional_settings_are_refused(cls):
    with pytest.raises(TypeError, match="speed"):
        cls(speed=1)
    with pytest.raises(TypeError):
        cls(0.1)


def test_sliders_reach_the_values_of_textbooks():
    for cls in OPTIMIZERS.values():
        low, high = knobs_of(cls)["lr"].offer
        assert all(low <= lr <= high for lr in (1e-4, 5e-4, 1e-3, 0.01, 0.1, 1))
        for name, usual in (("rho", 0.9), ("beta1", 0.9), ("beta2", 0.999), ("decay_rate", 0.9)):
            if name in knobs_of(cls):
                declared = knobs_of(cls)[name]
                assert declared.offer[0] <= usual <= declared.offer[1]
                if 0 in declared.valid:
                    assert declared.offer[0] == 0
                    assert declared.scale == "memory"


CONVENTIONAL = {
    "sgd": {},
    "momentum": {"rho": 0.9, "averaged": False},
    "nesterov": {"rho": 0.9},
    "adagrad": {"eps": 1e-10},
    "rmsprop": {"decay_rate": 0.99, "eps": 1e-8},
    "adadelta": {"decay_rate": 0.9, "eps": 1e-6},
    "rprop": {"eta_minus": 0.5, "eta_plus": 1.2, "step_min": 1e-6, "step_max": 50},
    "adam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": True, "squares": True},
    "adamw": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
    "amsgrad": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "nadam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 0.004},
    "adamax": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "radam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adabelief": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-16, "eps_root": 1e-16},
    "yogi": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-3, "initial_accumulator": 1e-6},
    "sign-sgd": {},
    "lion": {"beta1": 0.9, "beta2": 0.99, "weight_decay": 0},
    "qhm": {"beta": 0.999, "nu": 0.7},
    "schedule-free": {"beta1": 0.9, "weight_lr_power": 2},
    "polyak": {"lr": 1, "f_min": 0, "max_learning_rate": 1, "eps": 0},
    "newton": {"lr": 1, "damping": 0},
    "saddle-free-newton": {"lr": 1, "damping": 0},
}


@for_every("slug", [*CONVENTIONAL])
def test_the_defaults_are_the_conventional_ones(slug):
    cls = OPTIMIZERS[slug]
    switched_off = {"eps_in_sqrt": False} if "eps_in_sqrt" in knobs_of(cls) else {}
    expected = {"lr": cls().lr, **CONVENTIONAL[slug], **switched_off}
    assert {name: getattr(cls(), name) for name in knobs_of(cls)} == expected


def test_a_0_is_a_0_and_not_use_the_default():
    assert OPTIMIZERS["momentum"](rho=0).rho == 0


def test_hints_put_the_settings_into_words():
    assert OPTIMIZERS["sgd"]().hint(300) == ""
    assert OPTIMIZERS["momentum"](rho=0.9).hint(300) == "In the long run a steady slope gets 10 times the rate"
    assert OPTIMIZERS["adam"](lr=0.001).hint(300) == "Moves at most about lr a step: 300 x 0.001 = 0.3 here"
    assert OPTIMIZERS["adam"](squares=False).hint(300) == OPTIMIZERS["adam"](bias_correction=False).hint(300) == ""
    for slug in ("lion", "sign-sgd"):
        assert OPTIMIZERS[slug](lr=0.01).hint(300) == "Moves lr in each coordinate: 300 x 0.01 = 3 here at most"
    assert OPTIMIZERS["rmsprop"](lr=0.01).hint(300) == "On a steady slope about lr a step: 300 x 0.01 = 3 here"


@pytest.mark.parametrize("slug", ["momentum", "nesterov", "rmsprop", "adagrad"])
def test_hints_are_true_on_a_steady_slope(slug):
    rule = OPTIMIZERS[slug](lr=0.01)
    steps = steps_for(rule, np.ones((1000, 2)))
    if slug in ("momentum", "nesterov"):
        assert steps[-1] == pytest.approx(-0.01 / (1 - rule.rho))
    elif slug == "rmsprop":
        assert steps[-1] == pytest.approx(-0.01, rel=1e-3)
    else:
        assert f"go {-steps.sum(axis=0)[0]:.3g} here" in rule.hint(1000)
