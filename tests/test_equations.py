"""The equations of every rule: what they list, and that they give what the rule itself has computed."""

from __future__ import annotations

import numpy as np
import pytest

from knobs import Switch, knobs_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, At
from optimizers.terms import evaluate, names_in
from tests.every import for_every
from tests.walking import EVERY_RULE, some_settings

STEPS = 30
FALLING = 0.97  # a rate that changes: a term's lr must be that of its own step


def some_rules(cls):
    """A rule at its defaults, with each of its switches turned, with all of them, and with some other settings."""
    turned = {name: not knob.default for name, knob in knobs_of(cls).items() if isinstance(knob.valid, Switch)}
    yield from (cls(), *(cls(**{name: value}) for name, value in turned.items()))
    if len(turned) > 1:
        yield cls(**turned)
    yield from (some_settings(cls, seed) for seed in (1, 2))


SOME_RULES = for_every("rule", [rule for cls in OPTIMIZERS.values() for rule in some_rules(cls)])


def settings_of(rule):
    return {name: getattr(rule, name) for name in knobs_of(rule)}


def walked(rule, surface):
    """For each step of a walk what is known before it, lr, t and x, and what the rule then records."""
    x = np.array(surface.start, dtype=float)
    state = rule.init(x)
    for t in range(1, STEPS + 1):
        lr = rule.lr * FALLING**t
        update = rule.update(At(x, np.asarray(surface.gradient(x), dtype=float), surface), state, lr)
        yield {"lr": lr, "t": t, "x": x}, {**update.terms, "step": update.step}
        x, state = x + update.step, update.state
        if not np.abs(x).max() < 1e6:
            return


def is_given(term):
    """Whether a term is the surface's own and not computed: the gradient, the loss, or a curvature."""
    return term.expression == term.name


@SOME_RULES
def test_equations_begin_with_the_gradient_end_with_the_step_and_list_every_term(rule):
    terms = rule.equations()
    names = [term.name for term in terms]
    _, recorded = next(walked(rule, LANDSCAPES["himmelblau"]))
    assert (names[0], terms[0].expression, terms[0].role) == ("g", "g", "gradient")
    assert (names[-1], terms[-1].role) == ("step", "step")
    assert len(set(names)) == len(names)
    assert set(recorded) <= set(names)


@SOME_RULES
def test_an_equation_uses_what_stands_above_it_and_what_was_recorded_one_step_before(rule):
    _, recorded = next(walked(rule, LANDSCAPES["himmelblau"]))
    known = {"lr", "t", "x", *knobs_of(rule), *(f"{name}_before" for name in recorded)}
    for term in rule.equations():
        assert is_given(term) or names_in(term.expression) <= known, term.name
        assert not is_given(term) or term.name in recorded
        assert names_in(term.before) <= {"x", *knobs_of(rule)}
        known.add(term.name)


@pytest.mark.parametrize("slug", ["himmelblau", "rosenbrock"])
@SOME_RULES
def test_every_equation_gives_what_the_rule_has_recorded(rule, slug):
    surface, settings, terms = LANDSCAPES[slug], settings_of(rule), rule.equations()
    start = {**settings, "x": np.array(surface.start, dtype=float)}
    before = {f"{term.name}_before": evaluate(term.before, start) for term in terms}
    for known, recorded in walked(rule, surface):
        values = {**settings, **before, **known}
        for term in terms:
            given = recorded[term.name] if is_given(term) else evaluate(term.expression, values)
            if term.name in recorded:
                expected = np.asarray(recorded[term.name], dtype=float)
                # Where the point itself is a part of a difference, its rounding is what is left.
                scale = max(np.abs(expected).max(), 1e-3 * np.abs(known["x"]).max())
                np.testing.assert_allclose(
                    np.broadcast_to(given, expected.shape), expected, rtol=1e-9, atol=1e-12 * scale, err_msg=term.name
                )
            values[term.name] = recorded.get(term.name, given)
        before = {f"{term.name}_before": values[term.name] for term in terms}


@SOME_RULES
def test_a_term_says_in_a_sentence_what_it_does(rule):
    for term in rule.equations():
        assert term.says[0].isupper()
        assert term.says.endswith(".")
        assert "{" not in term.says.format(**settings_of(rule))


@EVERY_RULE
def test_a_rule_that_accumulates_squares_shows_the_rate_of_each_coordinate(cls):
    roles = [term.role for term in cls().equations()]
    assert "rate" in roles or "squares" not in roles
