"""What the page prints as a formula is what the code computes: formulas are evaluated, at random points."""

from __future__ import annotations

import numpy as np
import pytest

from knobs import Switch, knobs_of
from landscapes import LANDSCAPES, LOSSES
from landscapes.data_landscape import DataLandscape
from optimizers import OPTIMIZERS, PARTS, At, descend
from optimizers.schedules.schedule import ReactiveSchedule, Schedule
from tests.latex_reader import name_of
from tests.printed_formula import Formula
from tests.walking import some_settings
from views.formulas import formula_with_settings

RANDOM = np.random.default_rng(14)
STEPS = 7


def symbols(settings, knobs):
    """The settings by the symbols that they are printed with."""
    return {
        name_of(knob.symbol): settings[name]
        for name, knob in knobs.items()
        if not isinstance(knob.valid, Switch) and isinstance(settings[name], (int, float))
    }


# Surfaces


def inside(surface, count=40):
    (left, right), (low, high) = surface.x_range, surface.y_range
    return np.stack([RANDOM.uniform(left, right, count), RANDOM.uniform(low, high, count)])


def variants(surface):
    yield surface
    for name, knob in surface.knobs.items():
        if isinstance(knob.default, (int, float)):
            yield surface(**{name: type(knob.default)(RANDOM.uniform(*knob.offer))})


def known_of_data(surface):
    samples = surface.samples
    known = {"N": len(samples), "x_i": samples.inputs[0], "y_i": samples.targets}
    if len(samples.inputs) > 1:
        known |= {"x_{i1}": samples.inputs[0], "x_{i2}": samples.inputs[1]}
    return known


@pytest.mark.parametrize("slug", [slug for slug, each in LANDSCAPES.items() if not isinstance(each, DataLandscape)])
def test_the_formula_of_a_surface_gives_its_values(slug):
    for surface in variants(LANDSCAPES[slug]):
        settings = symbols(surface.settings, surface.knobs)
        if "angle" in surface.settings:  # printed in degrees, as all angles on the page
            settings[name_of(surface.knobs["angle"].symbol)] = np.radians(surface.settings["angle"])
        x, y = points = inside(surface)
        printed = Formula(surface.formula).value({**settings, "x": x, "y": y})
        np.testing.assert_allclose(printed, surface.value(points), rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("slug", [slug for slug, each in LANDSCAPES.items() if isinstance(each, DataLandscape)])
def test_the_formula_of_a_surface_of_data_gives_its_values(slug):
    for surface in variants(LANDSCAPES[slug]):
        formula, known = Formula(surface.formula), known_of_data(surface)
        known |= symbols(surface.settings, surface.knobs)
        if "loss" in surface.settings:
            loss = LOSSES[surface.settings["loss"]]
            known[r"\ell()"] = (loss(delta=surface.settings["delta"]) if "delta" in loss.knobs else loss).value
        for point in inside(surface, 5).T:
            at_point = {**known, "w_1": point[0], "w_2": point[1]}
            if "p_i" in surface.formula:
                chances = formula.named("p_i", at_point | {"w_2": point[1] + 0 * known["x_i"]})
                at_point["p_{i,y_i}"] = (chances * known["y_i"].T).sum(axis=0)
            assert formula.value(at_point) == pytest.approx(surface.value(point), rel=1e-12)


# Rules


def some_rules(cls):
    switches = [name for name, knob in knobs_of(cls).items() if isinstance(knob.valid, Switch)]
    yield cls()
    yield from (cls(**{name: not knobs_of(cls)[name].default}) for name in switches)
    yield from (some_settings(cls, seed) for seed in (1, 2))


def walked(rule):
    """What a rule is shown in some steps on Himmelblau's surface at falling rates, and where it then is."""
    surface = LANDSCAPES["himmelblau"]
    x = np.array([-0.4, 0.9])
    state, rate = rule.init(x), rule.lr
    for t in range(1, STEPS + 1):
        rate *= 1 if rule.torch_reads_rate_once else 0.9
        gradient, hessian = surface.gradient(x), surface.hessian(x)
        update = rule.update(At(x, gradient, surface), state, rate)
        known = {r"\eta": rate, "t": t, "g": gradient, "g()": lambda _, g=gradient: g, "H": hessian}
        known |= {"f()": surface.value, "f^*": surface.minimum_value, r"\eta_\max": rule.lr * 0.9}  # the largest so far
        x, state = x + update.step, update.state
        yield known, x
        x = x + RANDOM.normal(scale=0.05, size=2) * 0


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_the_formula_of_a_rule_walks_its_path_as_printed_and_with_its_numbers_filled_in(slug):
    for rule in some_rules(OPTIMIZERS[slug]):
        settings = {name: getattr(rule, name) for name in knobs_of(rule)}
        known_settings = symbols(settings, knobs_of(rule))
        known_settings.pop(r"\eta")
        is_plain = all(settings[name] == knob.default for name, knob in knobs_of(rule).items() if name != "lr")
        printed = [formula_with_settings(rule, lr=r"\eta")] + [type(rule).formula] * is_plain
        for latex in printed:
            formula = Formula(latex)
            place = {"y", "x"}.intersection(each.target for each in formula.statements)
            assert len(place) == 1, latex
            start = np.array([-0.4, 0.9])
            for number, (known, expected) in enumerate(walked(rule)):
                if number == 0:
                    first = dict.fromkeys(("x", "y", "z", r"\bar x"), start)
                    formula.begin({r"\eta": known[r"\eta"], **known_settings, **first})
                values = formula.step(known_settings | known)
                np.testing.assert_allclose(values[place.copy().pop()], expected, rtol=1e-9, atol=1e-12, err_msg=latex)


# Losses, schedules and clipping


def right_side(latex):
    return latex.partition("=")[2]


@pytest.mark.parametrize("slug", LOSSES)
def test_the_formulas_of_a_loss_give_its_values_and_slopes(slug):
    loss = LOSSES[slug]
    settings = symbols({name: knob.default for name, knob in loss.knobs.items()}, loss.knobs)
    if loss.task == "classes":
        for scores in RANDOM.normal(scale=3, size=(5, 3)):
            target = np.eye(3)[int(RANDOM.integers(3))]
            known = {"s_k": scores, "s_j": scores, "y_k": target}
            value, chances = Formula(loss.formula), np.exp(scores) / np.exp(scores).sum()
            assert value.named("L", known) == pytest.approx(loss.value(scores, target))
            slope = Formula(right_side(loss.slope_formula)).value(known | {"p_k": chances})
            assert slope == pytest.approx(loss.slope(scores, target))
        return
    for target in (-1.0, 1.0):
        prediction = np.concatenate([RANDOM.normal(scale=3, size=20), [target, 1.0, -1.0, 0.0]])
        known = {**settings, "y": target, r"\hat y": prediction, "s": prediction}
        np.testing.assert_allclose(Formula(loss.formula).named("L", known), loss.value(prediction, target))
        printed = Formula(right_side(loss.slope_formula)).value(known)
        np.testing.assert_allclose(np.broadcast_to(printed, prediction.shape), loss.slope(prediction, target))


def schedules():
    """Every schedule whose factor depends on the step alone: as it suits 60 steps, and with other settings."""
    for part in PARTS.values():
        if issubclass(part, Schedule) and not issubclass(part, ReactiveSchedule):
            yield part.for_steps(60)
            yield from (some_settings(part, seed) for seed in (1, 2))


def test_the_formula_of_a_schedule_gives_its_rates_as_printed_and_with_its_numbers_filled_in():
    for schedule in schedules():
        settings = {name: getattr(schedule, name) for name in knobs_of(schedule)}
        for latex in (schedule.formula, formula_with_settings(schedule)):
            formula = Formula(latex)
            for t in (0, 1, 7, 30, 59, 200):
                known = {r"\eta": 0.1, "t": t, **symbols(settings, knobs_of(schedule))}
                if "t_i" in latex:  # how far it is since the last restart, by the printed recursion
                    known |= {"t_i": t, "T_i": float(schedule.period)}
                    while known["t_i"] >= known["T_i"]:
                        known["t_i"] -= known["T_i"]
                        known["T_i"] = formula.named("T_{i+1}", known)
                printed = formula.named(r"\eta_t", known)
                assert printed == pytest.approx(0.1 * float(schedule.factor(np.array(t))), rel=1e-9, abs=1e-15), (
                    latex,
                    t,
                )


def test_the_formula_of_clipping_gives_the_gradient_that_a_rule_is_shown():
    clip = PARTS["clip"](norm=2.5)
    for g in RANDOM.normal(scale=3, size=(5, 2)):
        path = descend(LANDSCAPES["booth"], OPTIMIZERS["sgd"](lr=0.1), start=g, steps=1, parts=[clip])
        printed = Formula(formula_with_settings(clip)).step({"g": path.gradients[0]})["g"]
        np.testing.assert_allclose(path.points[1], g - 0.1 * printed, rtol=1e-12)
