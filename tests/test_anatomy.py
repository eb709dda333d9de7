"""The anatomy of a step: its numbers are those of the run itself, its message is small, and closed it is not there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, Phase, default_settings, descend, descend_together
from optimizers.anatomy import anatomy_of, equations_of
from optimizers.terms import evaluate
from scenes import parse, simulate
from tests.every import for_every
from views.player.anatomy import MOST_BYTES, NO_EQUATIONS, anatomy_in, anatomy_message

SURFACE = LANDSCAPES["himmelblau"]
DATA = LANDSCAPES["diabetes-line"]
START = (-4.8, 0.4)
ISSUED_BYTES = 40_000
LONGEST = "&run=adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-8,bias_correction=on"

every_rule = for_every("slug", [*OPTIMIZERS])


def walked(slug: str, steps: int = 40, surface=SURFACE, start=START, **options):
    return descend(surface, OPTIMIZERS[slug](), start, steps, record=True, **options)


def series_of(phase):
    return {quantity.name: quantity.values for quantity in phase.quantities}


def body_of(message: bytes):
    """What a message says, and the numbers behind its arrays, by name."""
    length = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + length])
    kinds = {"f4": np.float32, "f8": np.float64}
    arrays = [
        np.frombuffer(message, kinds[each["dtype"]], int(np.prod(each["shape"])), 4 + length + each["offset"]).reshape(
            each["shape"]
        )
        for each in header["arrays"]
    ]
    values = {name: arrays[place["array"]] for name, place in header["body"]["values"].items()}
    return header["body"], values


@every_rule
def test_every_number_is_what_the_run_has_recorded(slug):
    path = walked(slug)
    [phase] = anatomy_of(path).phases
    assert phase.has_equations
    series = series_of(phase)
    assert set(path.terms) - {"lr"} <= set(series), "every term of the update is among the equations"
    for name, values in path.terms.items():
        if name in series:
            shown = series[name] if series[name].ndim == values.ndim else series[name][:, None].repeat(2, axis=1)
            np.testing.assert_array_equal(shown, values)
    assert list(series)[-1] == "step"


@every_rule
def test_what_is_one_number_for_both_coordinates_and_nothing_else_is_told_once(slug):
    told_once, alike = {}, {}
    for surface, start in (("himmelblau", (-1.3, 2.2)), ("rosenbrock", (0.7, -0.4)), ("rosenbrock", (-1.5, 2.0))):
        landscape, cls = LANDSCAPES[surface], OPTIMIZERS[slug]
        path = descend(landscape, cls(**default_settings(cls, landscape)), start, 40, record=True)
        [phase] = anatomy_of(path).phases
        for name, values in series_of(phase).items():
            told_once[name] = values.ndim == 1
            alike[name] = alike.get(name, True) and (values.ndim == 1 or (values[:, 0] == values[:, 1]).all())
    assert told_once == alike


@every_rule
def test_the_step_that_is_shown_leads_from_each_point_to_the_next(slug):
    path = walked(slug)
    [phase] = anatomy_of(path).phases
    np.testing.assert_array_equal(path.points[:-1] + phase.values_of("step"), path.points[1:])


@every_rule
@pytest.mark.parametrize("options", [{}, {"surface": DATA, "start": DATA.start, "batch": 5}], ids=["exact", "batch"])
def test_a_formula_with_the_numbers_beside_it_comes_to_what_is_shown(slug, options):
    """As a student would check it, at the first steps and at a later one."""
    path = walked(slug, **options)
    [phase] = anatomy_of(path).phases
    series = series_of(phase)
    for step in (0, 1, 17):
        known = {**phase.settings, "t": step + 1.0}
        known |= {name: values[step] for name, values in {**phase.others, **series}.items()}
        for name, first in phase.before.items():
            known[f"{name}_before"] = series[name][step - 1] if step else first
        for quantity in phase.quantities:
            shown = evaluate(quantity.expression, known)
            np.testing.assert_allclose(shown, quantity.values[step], rtol=1e-9, atol=1e-15, err_msg=quantity.name)


@every_rule
def test_every_term_says_in_a_sentence_what_it_did_with_its_settings_in_it(slug):
    [phase] = anatomy_of(walked(slug)).phases
    for quantity in phase.quantities:
        assert quantity.says.endswith("."), quantity.name
        assert not set("{}") & set(quantity.says), quantity.says


@every_rule
def test_the_run_is_the_one_on_the_map(slug):
    scene, _ = parse(f"surface=himmelblau&start=-4.8,0.4&steps=40&run={slug}&run=adam")
    [path, _] = simulate(scene)
    step = anatomy_in(scene, 0).phases[0].values_of("step")
    np.testing.assert_array_equal(path.points[:-1] + step, path.points[1:])


@pytest.mark.parametrize(("steps", "slugs"), [(300, [*OPTIMIZERS]), (1500, [*OPTIMIZERS]), (10_000, ["nadam"])])
def test_no_message_is_longer_than_was_agreed(steps, slugs):
    rules = [OPTIMIZERS[slug](**default_settings(OPTIMIZERS[slug], SURFACE)) for slug in slugs]
    for path in descend_together(SURFACE, rules, START, steps, record=True):
        for around in (0, steps // 2, steps):
            message = anatomy_message("x" * 400, 0, anatomy_of(path), around)
            assert len(message) <= MOST_BYTES < ISSUED_BYTES, path.rule
            body, _ = body_of(message)
            step = min(around, steps - 1)
            assert body["first"] <= step < body["end"], "the step on show is always among those that are sent"
            assert body["end"] - body["first"] >= 100, path.rule


def test_a_message_of_many_wrapped_phases_is_no_longer():
    phase = "nadam:lr=0.01;sam:radius=0.05;lookahead:sync_period=5;clip:norm=1"
    chain = "~".join([f"{phase};steps:count=20"] * 7 + [phase])
    scene, _ = parse(f"surface=himmelblau&steps=300&noise=0.1&run={chain}")
    assert len(scene.runs[0].phases) == 8
    for around in (0, 150, 300):
        assert len(anatomy_message("x" * 400, 0, anatomy_in(scene, 0), around)) <= MOST_BYTES


def test_what_arrives_is_the_runs_own_to_more_digits_than_are_shown():
    scene, _ = parse(f"surface=himmelblau&start=-4.8,0.4&steps=2000{LONGEST}")
    path = descend(scene.landscape, scene.runs[0].phases, scene.start, scene.steps, record=True)
    body, values = body_of(anatomy_message("link", 0, anatomy_in(scene, 0), 1500))
    stretch = slice(body["begin"], body["end"])
    assert body["begin"] == body["first"] - 1, "with the step before, for the terms that look back"
    for name, recorded in path.terms.items():
        np.testing.assert_allclose(values[name], recorded[stretch], rtol=1e-6)
        shown, own = ([f"{value:.4g}" for value in series.ravel()] for series in (values[name], recorded[stretch]))
        assert np.mean([one == other for one, other in zip(shown, own, strict=True)]) > 0.99


def test_numbers_beyond_single_precision_keep_their_digits():
    """Squares of slopes of 1e-25 would be 0 in single precision, and those of 1e30 infinite."""
    scene, _ = parse("surface=quadratic:kappa=10&start=1e-25,1&steps=20&run=rmsprop:lr=1e-30")
    _, values = body_of(anatomy_message("link", 0, anatomy_in(scene, 0), 0))
    recorded = anatomy_in(scene, 0).phases[0].values_of("squares")
    np.testing.assert_array_equal(values["v"], recorded)
    assert 0 < recorded[0, 0] < 1e-45


def test_each_phase_of_a_chain_has_its_own_equations():
    chain = [Phase(OPTIMIZERS["momentum"](lr=0.001), [PARTS["steps"](count=15)]), Phase(OPTIMIZERS["adam"](lr=0.1))]
    path = descend(SURFACE, chain, START, 40, record=True)
    first, second = anatomy_of(path).phases
    assert (first.title, first.first, first.end) == ("Momentum", 0, 15)
    assert (second.title, second.first, second.end) == ("Adam", 15, 40)
    assert [q.name for q in first.quantities] == ["g", "v", "step"]
    np.testing.assert_array_equal(second.values_of("squares"), path.terms["v"][15:])
    assert second.before["m"].tolist() == [0, 0]
    assert second.t_before == 0


def test_a_state_that_is_carried_on_is_what_the_next_phase_looks_back_at():
    adam = OPTIMIZERS["adam"]
    chain = [Phase(adam(lr=0.1), [PARTS["steps"](count=15)]), Phase(adam(lr=0.01), [PARTS["carry"]()])]
    path = descend(SURFACE, chain, START, 40, record=True)
    second = anatomy_of(path).phases[1]
    np.testing.assert_array_equal(second.before["m"], path.terms["m"][14])
    assert second.t_before == 15


def test_wrappers_add_their_own_terms():
    phase = Phase(OPTIMIZERS["sgd"](lr=0.01), [PARTS["sam"](radius=0.05), PARTS["lookahead"](sync_period=2)])
    path = descend(SURFACE, phase, START, 10, record=True)
    [seen] = anatomy_of(path).phases
    assert [q.name for q in seen.quantities] == [term.name for term in equations_of(phase)]
    assert {"slope", "uphill", "ahead", "slow"} <= set(series_of(seen))
    np.testing.assert_array_equal(path.points[:-1] + seen.values_of("step"), path.points[1:])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"noise": 0.5}, "it with noise"),
        ({"clip": 10}, "it clipped to a length of 10"),
        ({"noise": 0.5, "clip": 10}, "it with noise and clipped to a length of 10"),
        ({"batch": 32}, "that of 32 samples"),
        ({"batch": 1, "noise": 0.5}, "that of one sample, with noise"),
        ({"batch": 8, "noise": 0.5, "clip": 10}, "that of 8 samples, with noise and clipped to a length of 10"),
    ],
)
def test_batches_noise_and_clipping_are_told_beside_the_exact_slope(options, said):
    on_data = {"surface": DATA, "start": DATA.start} if "batch" in options else {}
    path = walked("momentum", **on_data, **options)
    [phase] = anatomy_of(path).phases
    assert phase.quantities[0].says == f"The exact slope here; the rule is shown {said}."
    np.testing.assert_array_equal(phase.quantities[0].values, path.gradients[:-1])
    assert phase.quantities[1].says.startswith("The slope that the rule is shown")
    np.testing.assert_array_equal(phase.values_of("gradient"), path.seen_gradients)


def test_a_batch_of_all_the_samples_is_shown_as_the_exact_slope():
    path = walked("sgd", surface=DATA, start=DATA.start, batch=len(DATA.samples))
    assert [quantity.name for quantity in anatomy_of(path).phases[0].quantities] == ["g", "step"]


@for_every("slug", [*CLASSICAL])
def test_a_classical_method_shows_where_it_goes_and_says_that_it_has_no_equations(slug):
    scene, _ = parse(f"surface=himmelblau&start=-4.8,0.4&steps=60&run={slug}")
    [path] = simulate(scene)
    anatomy = anatomy_in(scene, 0)
    [phase] = anatomy.phases
    np.testing.assert_array_equal(phase.values_of("step"), np.diff(path.points, axis=0))
    np.testing.assert_array_equal(phase.values_of("gradient"), path.gradients[:-1])
    is_asked_for = np.isfinite(path.seen_gradients).all()
    assert ("does not ask for" in phase.quantities[0].says) != is_asked_for
    body, _ = body_of(anatomy_message("link", 0, anatomy, 0))
    assert body["phases"][0]["note"] == NO_EQUATIONS
    assert [curve.title for curve in anatomy.curves] == ["Length of the step", "Length of the gradient"]


def test_curves_are_those_that_the_run_has():
    titles = {slug: [curve.title for curve in anatomy_of(walked(slug)).curves] for slug in ("sgd", "momentum", "adam")}
    assert titles["sgd"] == ["Learning rate", "Length of the step", "Length of the gradient"]
    assert titles["momentum"] == ["Learning rate", "Velocity", "Length of the step", "Length of the gradient"]
    assert titles["adam"] == [
        "Effective rate",
        "Velocity",
        "Second moment",
        "Length of the step",
        "Length of the gradient",
    ]


def test_a_curve_of_many_steps_keeps_its_highest_and_lowest_values():
    scene, _ = parse("surface=himmelblau&start=-4.8,0.4&steps=3000&run=rprop")
    anatomy = anatomy_in(scene, 0)
    message = anatomy_message("link", 0, anatomy, 0)
    header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
    begin = 4 + int.from_bytes(message[:4], "little")
    for curve, sent in zip(anatomy.curves, header["body"]["curves"], strict=True):
        series = [header["arrays"][place["array"]] for place in sent["values"]]
        for place, values in zip(series, curve.values.T if curve.values.ndim == 2 else [curve.values], strict=True):
            kind = {"f4": np.float32, "f8": np.float64}[place["dtype"]]
            found = np.frombuffer(message, kind, place["shape"][0], begin + place["offset"])
            np.testing.assert_allclose([found.min(), found.max()], [values.min(), values.max()], rtol=1e-6)


def test_a_run_whose_first_step_overflows_has_no_anatomy_and_no_error():
    scene, _ = parse("surface=rosenbrock&start=-1.5,2&steps=50&run=sgd:lr=1e300")
    anatomy = anatomy_in(scene, 0)
    assert anatomy.steps == 0
    body, _ = body_of(anatomy_message("link", 0, anatomy, 0))
    assert (body["phases"], body["curves"]) == ([], [])
