"""What the page says of each rule in writing: formulas with their numbers, what to look for, what others print."""

from __future__ import annotations

import re

import numpy as np
import pytest

from knobs import Knob, Switch, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Rule, descend
from views.explanations import formula_with_settings, switched
from views.words import in_latex

every_rule = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)


def turned(rule: type[Rule]) -> dict[str, Knob]:
    """The settings that are numbers."""
    return {name: knob for name, knob in knobs_of(rule).items() if not isinstance(knob.valid, Switch)}


def switches(rule: type[Rule]) -> dict[str, Knob]:
    return {name: knob for name, knob in knobs_of(rule).items() if isinstance(knob.valid, Switch)}


def occurrences(symbol: str, formula: str) -> int:
    """How often a symbol stands in a formula by itself: the d of ``d v`` but not that of ``\\quad``."""
    return len(re.findall(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])", formula))


@every_rule
def test_every_rule_says_what_to_look_for_in_at_most_two_sentences(rule):
    assert rule.look_for.endswith(".")
    assert len(re.findall(r"[.?!](?= |$)", rule.look_for)) <= 2
    assert not rule.elsewhere or rule.elsewhere.startswith("Some notes print ")


@every_rule
@pytest.mark.parametrize("value", [0.0234, 2e-5, 1e-7, 0.5])
def test_in_a_filled_formula_a_number_stands_wherever_a_symbol_stood_and_no_symbol_is_left(rule, value):
    filled = formula_with_settings(rule(**dict.fromkeys(turned(rule), value)))
    expected = 0
    for knob in turned(rule).values():
        assert occurrences(knob.symbol, rule.formula)
        assert not occurrences(knob.symbol, filled)
        expected += occurrences(knob.symbol, rule.formula)
    assert filled.count(in_latex(value)) == expected
    assert filled.count(r"\\") == rule.formula.count(r"\\")


@every_rule
def test_every_setting_has_its_own_number(rule):
    numbers = {name: round(0.11 + 0.1 * place, 2) for place, name in enumerate(turned(rule))}
    filled = formula_with_settings(rule(**numbers))
    assert {float(found) for found in re.findall(r"0\.\d+", filled)} == set(numbers.values())


@every_rule
def test_the_latex_of_every_text_is_balanced(rule):
    filled = formula_with_settings(rule(**dict.fromkeys(turned(rule), 2e-5)))
    for text in (rule.formula, filled, rule.about, rule.look_for, rule.elsewhere):
        assert text.count("{") == text.count("}")
        assert text.count("$") % 2 == 0
        assert text.count(r"\left(") == text.count(r"\right)")


def test_a_power_of_ten_has_brackets_where_it_is_raised_to_a_power():
    filled = formula_with_settings(OPTIMIZERS["adam"](**{"beta1": 1e-7}))
    assert r"\left(10^{-7}\right)^t" in filled
    assert r"(1 - 10^{-7})\, g" in filled


@every_rule
def test_a_switch_that_is_off_is_told_and_changes_the_formula(rule):
    assert set(rule.when_switched) == set(switches(rule))
    for name, knob in switches(rule).items():
        assert all(part in rule.formula for part in rule.when_switched[name])
        off = rule(**{name: False})
        assert formula_with_settings(off) != formula_with_settings(rule())
        assert switched(off) == [f"{knob.label} is off."]
        assert switched(rule()) == []


def test_without_bias_correction_the_hats_correct_nothing():
    filled = formula_with_settings(OPTIMIZERS["adam"](**{"bias_correction": False}))
    assert r"\hat m = \frac{m}{1 - 0} \quad \hat v = \frac{v}{1 - 0}" in filled


# What is said of the rules is true


@pytest.mark.parametrize("slug", ["adagrad", "rmsprop", "adam"])
def test_the_first_step_of_the_adaptive_rules_goes_as_far_in_w1_as_in_w2(slug):
    for surface in ("rosenbrock", "himmelblau", "booth"):
        path = descend(LANDSCAPES[surface], OPTIMIZERS[slug](lr=0.01), (-1.5, 2.5), 1)
        w1, w2 = np.abs(path.points[1] - path.points[0])
        assert w1 == pytest.approx(w2, rel=1e-6)


def test_nesterovs_swings_die_away_sooner_than_momentums():
    bowl = LANDSCAPES["quadratic"](kappa=10)
    for rate in (0.005, 0.02, 0.05):
        both = [
            descend(bowl, OPTIMIZERS[slug](**{"lr": rate, "rho": 0.9}), (0, 1), 200)
            for slug in ("momentum", "nesterov")
        ]
        momentum, nesterov = (np.abs(path.points[100:, 1]).max() for path in both)
        assert nesterov < momentum


def test_where_gradient_descent_settles_every_step_takes_about_the_same_share_of_what_is_left():
    path = descend(LANDSCAPES["himmelblau"], OPTIMIZERS["sgd"](lr=0.001), (-4.8, 0.4), 300)
    shares = path.values[151:200] / path.values[150:199]
    assert shares.max() - shares.min() < 0.02


def test_rmsprop_does_not_rest_for_ever():
    path = descend(LANDSCAPES["quadratic"](kappa=10), OPTIMIZERS["rmsprop"](lr=0.1), (-1.5, 1), 3000)
    assert path.values[:340].min() < 1e-50
    assert path.values[2500:].max() > 1e-3


def test_without_square_and_root_adam_begins_in_the_same_direction_on_both_sides_of_a_valley():
    slope = np.array([1000.0, -0.001])
    m, v = 0.1 * slope / (1 - 0.9), 0.001 * slope / (1 - 0.999)
    assert -m / v == pytest.approx([-1, -1])
