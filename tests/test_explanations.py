"""What the page says of each rule in writing: formulas with their numbers, what to look for, what others print."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from knobs import Knob, Switch, format_value, knobs_of
from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, Phase, Rule, descend
from optimizers.parts import Part
from scenes import parse
from tests.every import for_every
from views.explanations import clipping_in_words, noise_in_words, parts_in_words, phase_heading
from views.formulas import CHANGING_RATE, formula_of_phase, formula_with_settings, in_latex, switched

every_rule = for_every("rule", OPTIMIZERS)


def turned(rule: type[Rule]) -> dict[str, Knob]:
    """The settings that are numbers."""
    return {name: knob for name, knob in knobs_of(rule).items() if not isinstance(knob.valid, Switch)}


def switches(rule: type[Rule]) -> dict[str, Knob]:
    return {name: knob for name, knob in knobs_of(rule).items() if isinstance(knob.valid, Switch)}


def occurrences(rule: type[Rule], formula: str) -> Counter[str]:
    """How often each number's symbol stands in a formula by itself: the d of ``d v`` but not that of ``\\quad``."""
    symbols = sorted((knob.symbol for knob in turned(rule).values()), key=len, reverse=True)
    pattern = "|".join(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])" for symbol in symbols)
    return Counter(re.findall(pattern, formula))


def with_numbers(rule: type[Rule], number: float) -> Rule:
    """The rule with this number wherever it is a valid one."""
    return rule(**{name: number for name, knob in turned(rule).items() if number in knob.valid})


@every_rule
def test_what_a_rule_says_to_look_for_is_at_most_two_sentences(rule):
    assert not rule.look_for or rule.look_for.endswith(".")
    assert len(re.findall(r"[.?!](?= |$)", rule.look_for)) <= 2
    assert not rule.elsewhere or rule.elsewhere.startswith(("Some notes print ", "The paper prints "))


@every_rule
@pytest.mark.parametrize("value", [0.0234, 2e-5, 1e-7, 0.5])
def test_in_a_filled_formula_a_number_stands_wherever_a_symbol_stood_and_no_symbol_is_left(rule, value):
    numbered = with_numbers(rule, value)
    filled = formula_with_settings(numbered)
    found = occurrences(rule, rule.formula)
    assert set(found) == {knob.symbol for knob in turned(rule).values()}
    assert not occurrences(rule, filled)
    expected = sum(found[knob.symbol] for name, knob in turned(rule).items() if getattr(numbered, name) == value)
    assert filled.count(in_latex(value)) == expected
    assert filled.count(r"\\") == rule.formula.count(r"\\")


@every_rule
def test_every_setting_has_its_own_number(rule):
    numbers = {}
    for place, (name, knob) in enumerate(turned(rule).items(), start=1):
        numbers[name] = next(number for number in (place / 16, 1 + place / 16) if number in knob.valid)
    filled = formula_with_settings(rule(**numbers))
    assert {in_latex(number) for number in numbers.values()} <= set(re.findall(r"\d+\.\d+", filled))


@every_rule
def test_the_latex_of_every_text_is_balanced(rule):
    filled = formula_with_settings(with_numbers(rule, 2e-5))
    for text in (rule.formula, filled, rule.about, rule.look_for, rule.elsewhere):
        assert text.count("{") == text.count("}")
        assert text.count("$") % 2 == 0
        assert text.count(r"\left(") == text.count(r"\right)")


def test_a_power_of_ten_has_brackets_where_it_is_raised_to_a_power():
    filled = formula_with_settings(OPTIMIZERS["adam"](**{"beta1": 1e-7}))
    assert r"\left(10^{-7}\right)^t" in filled
    assert r"(1 - 10^{-7})\, g" in filled


@every_rule
def test_a_switch_that_is_not_as_usual_is_told_and_changes_the_formula(rule):
    assert set(rule.when_switched) == set(switches(rule))
    assert switched(rule()) == []
    for name, knob in switches(rule).items():
        assert all(part in rule.formula for part in rule.when_switched[name])
        turned_over = rule(**{name: not knob.default})
        assert formula_with_settings(turned_over) != formula_with_settings(rule())
        assert switched(turned_over) == [f"{knob.label} is {'off' if knob.default else 'on'}."]


def test_without_bias_correction_the_hats_correct_nothing():
    filled = formula_with_settings(OPTIMIZERS["adam"](**{"bias_correction": False}))
    assert r"\hat m = \frac{m}{1 - 0} \quad \hat v = \frac{v}{1 - 0}" in filled


# Classical methods, and all that can be added to a rule


def run_in(text: str):
    surface = "diabetes-line" if "batch" in text else "booth"
    return parse(f"surface={surface}&run={text}")[0].runs[0]


def all_said(phase: Phase) -> str:
    return "\n".join(f"{sentences} {formula}" for sentences, formula in parts_in_words(phase))


@for_every("method", CLASSICAL)
def test_a_classical_methods_formula_is_filled_as_far_as_it_has_settings_in_it(method):
    filled = formula_of_phase(Phase(method()))
    assert filled
    assert filled.count("{") == filled.count("}")
    assert list(parts_in_words(Phase(method()))) == []
    assert method.reference


ADDED = {slug: part for slug, part in PARTS.items() if part.kind not in ("steps", "clip", "carry")}


@pytest.mark.parametrize("part", ADDED.values(), ids=ADDED)
def test_every_part_is_told_with_its_formula_its_numbers_and_where_it_comes_from(part: type[Part]):
    phase = run_in(f"sgd:lr=0.01;{part.slug}").phases[0]
    said = all_said(phase)
    assert f"**{part.title}**: {part.about}" in said
    assert part.reference in said
    assert formula_with_settings(part()) in said
    assert said.count("{") == said.count("}")
    for knob in knobs_of(part).values():
        assert knob.rare or f"{knob.name} {format_value(knob.default)}" in said


def test_a_rate_that_changes_is_no_number_in_the_formula():
    assert formula_of_phase(run_in("sgd:lr=0.25").phases[0]) == r"x \leftarrow x - 0.25\, g"
    for part in ("cosine", "warmup"):
        phase = run_in(f"sgd:lr=0.25;{part}").phases[0]
        assert formula_of_phase(phase) == rf"x \leftarrow x - {CHANGING_RATE}\, g"
        assert r"its full size is $\eta = 0.25$" in all_said(phase)


def test_clipping_stands_before_the_rule_with_its_length():
    phase = run_in("sgd:lr=0.25;clip:norm=2.5").phases[0]
    first, last = formula_of_phase(phase).split(r" \\ ")
    assert first.startswith(r"g \leftarrow")
    assert r"\frac{2.5}{" in first
    assert last == r"x \leftarrow x - 0.25\, g"
    assert clipping_in_words(phase) == ["A gradient $g$ longer than 2.5 is shortened to 2.5."]
    assert clipping_in_words(run_in("sgd").phases[0]) == []


def test_the_phases_of_a_chain_have_headings_and_a_single_one_has_none():
    chain = run_in("momentum;steps:count=100~momentum;carry;steps:count=1~adam")
    assert [phase_heading(chain, number) for number in range(3)] == [
        "**Phase 1, 100 steps: Momentum**",
        "**Phase 2, 1 step: Momentum**",
        "**Phase 3, to the end: Adam**",
    ]
    assert phase_heading(run_in("adam"), 0) == ""
    assert f"**Keep its memory**: {PARTS['carry'].about}" in all_said(chain.phases[1])


def test_gradient_noise_is_told_with_its_size_and_its_seed():
    scene, _ = parse("surface=booth&noise=0.25&seed=7&run=sgd")
    [sentence] = noise_in_words(scene)
    assert "standard deviation 0.25" in sentence
    assert "seed 7" in sentence
    assert noise_in_words(parse("surface=booth&run=sgd")[0]) == []


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
