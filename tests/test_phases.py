"""Runs as chains of phases: the point goes on, the memory only with ``carry``, and rates change as their parts say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, Evaluations, Phase, default_rate, descend, descend_together
from optimizers.parts import Carry, Clip, Steps
from optimizers.phases import MAX_PHASES, chain_of
from optimizers.schedules import ReactiveSchedule, Schedule
from optimizers.wrappers import SharpnessAware
from tests.every import for_every
from tests.strategies import chains
from tests.walking import EVERY_RULE

ROSENBROCK = LANDSCAPES["rosenbrock"]
BOWL = LANDSCAPES["quadratic"](kappa=4)
START = (-1.5, 2.0)

EVERY_SCHEDULE = for_every("cls", [cls for cls in PARTS.values() if issubclass(cls, Schedule)])


def for_steps(count, rule, *parts):
    return Phase(rule, (Steps(count=count), *parts))


# Chains


@EVERY_RULE
def test_phases_of_the_same_rule_that_carry_are_one_run(cls):
    rule = cls(lr=default_rate(cls, ROSENBROCK))
    chain = [for_steps(7, rule), for_steps(30, rule, Carry()), Phase(rule, (Carry(),))]
    np.testing.assert_array_equal(
        descend(ROSENBROCK, chain, START, 80).points, descend(ROSENBROCK, rule, START, 80).points
    )


@EVERY_RULE
def test_without_carry_a_phase_starts_afresh_from_where_the_last_has_come_to(cls):
    first, second = OPTIMIZERS["momentum"](lr=0.001), cls(lr=default_rate(cls, ROSENBROCK))
    both = descend(ROSENBROCK, [for_steps(20, first), second], START, 50)
    alone = descend(ROSENBROCK, first, START, 20)
    afresh = descend(ROSENBROCK, second, both.points[20], 30)
    np.testing.assert_array_equal(both.points, np.concatenate([alone.points, afresh.points[1:]]))


def test_a_rate_can_change_in_mid_run_without_losing_the_memory():
    fast, slow = OPTIMIZERS["momentum"](lr=0.02), OPTIMIZERS["momentum"](lr=0.002)
    path = descend(BOWL, [for_steps(10, fast), Phase(slow, (Carry(),))], START, 20, record=True)
    assert path.rates.tolist() == [0.02] * 10 + [0.002] * 10
    np.testing.assert_allclose(path.terms["v"][10], 0.9 * path.terms["v"][9] + path.gradients[10], rtol=1e-12)


def test_a_memory_that_is_kept_is_corrected_by_the_betas_of_the_phase_that_keeps_it():
    chain = [for_steps(10, OPTIMIZERS["adam"](lr=0.01)), Phase(OPTIMIZERS["adam"](lr=0.01, beta2=0.9), (Carry(),))]
    terms = descend(BOWL, chain, START, 20, record=True).terms
    t = np.arange(11, 21)[:, None]
    np.testing.assert_allclose(terms["v_hat"][10:], terms["v"][10:] / (1 - 0.9**t), rtol=1e-12)


def test_a_phase_that_would_begin_after_the_end_never_does():
    sgd = OPTIMIZERS["sgd"](lr=0.01)
    chain = [for_steps(50, sgd), OPTIMIZERS["adam"]()]
    np.testing.assert_array_equal(descend(BOWL, chain, START, 50).points, descend(BOWL, sgd, START, 50).points)
    assert descend(BOWL, chain, START, 20).steps == 20


def test_terms_that_a_phase_does_not_have_are_nan_while_it_lasts():
    chain = [for_steps(3, OPTIMIZERS["momentum"](lr=0.01)), OPTIMIZERS["adam"](lr=0.01)]
    terms = descend(BOWL, chain, START, 8, record=True).terms
    assert np.isnan(terms["m_hat"][:3]).all()
    assert np.isfinite(terms["m_hat"][3:]).all()
    np.testing.assert_allclose(terms["step"], np.diff(descend(BOWL, chain, START, 8).points, axis=0), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(chains(), min_size=1, max_size=5), st.integers(1, 40), st.sampled_from([0.0, 0.3]))
def test_any_chains_together_go_as_each_goes_alone(listed, steps, noise):
    together = descend_together(BOWL, listed, START, steps, noise=noise, seed=5, record=True)
    for chain, path in zip(listed, together, strict=True):
        alone = descend(BOWL, chain, START, steps, noise=noise, seed=5, record=True)
        for name in ("points", "seen_gradients", "rates", "costs"):
            np.testing.assert_array_equal(getattr(path, name), getattr(alone, name))
        assert path.evaluations == alone.evaluations
        assert {name: term.shape for name, term in path.terms.items()} == {
            name: term.shape for name, term in alone.terms.items()
        }


@pytest.mark.parametrize(
    ("chain", "sentence"),
    [
        (["momentum", "adam"], r"phase 1 \(Momentum\) must say how many steps it takes, for another follows it"),
        (
            [("adam", Steps(count=5))],
            r"phase 1 \(Adam\) is the last and lasts to the end, so it has no number of steps",
        ),
        ([("adam", Carry())], r"phase 1 \(Adam\) is the first and has no memory to keep"),
        (
            [("momentum", Steps(count=5)), ("adam", Carry())],
            r"phase 2 \(Adam\) cannot keep the memory of Momentum: that is another rule",
        ),
        (
            [("adam", Steps(count=5)), ("adam", Carry(), SharpnessAware())],
            r"phase 2 \(Adam with SAM\) cannot keep the memory of Adam: that is another rule",
        ),
        ([], f"a run must have 1 to {MAX_PHASES} phases, got 0"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused_with_a_sentence(chain, sentence):
    phases = [
        Phase(OPTIMIZERS[each]()) if isinstance(each, str) else Phase(OPTIMIZERS[each[0]](), each[1:]) for each in chain
    ]
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        descend(BOWL, phases, START)


def test_a_classical_method_is_a_run_by_itself():
    with pytest.raises(ValueError, match="BFGS works by itself and takes no clip"):
        Phase(CLASSICAL["bfgs"](), [Clip()])
    with pytest.raises(ValueError, match="a classical method is a run by itself"):
        chain_of([for_steps(5, OPTIMIZERS["sgd"]()), CLASSICAL["bfgs"]()])


def test_there_is_room_for_one_part_of_a_kind_and_for_every_wrapper_once():
    adam = OPTIMIZERS["adam"]()
    with pytest.raises(ValueError, match="Adam: there is room for one schedule, got step and cosine"):
        Phase(adam, [PARTS["step"](), PARTS["cosine"]()])
    with pytest.raises(ValueError, match="Adam: there is room for one sam, got two"):
        Phase(adam, [PARTS["sam"](), PARTS["sam"](radius=1)])
    both = Phase(adam, [PARTS["lookahead"](), PARTS["sam"]()])
    assert both.title == "Adam with SAM and Lookahead"
    assert both == Phase(adam, [PARTS["sam"](), PARTS["lookahead"]()])


@pytest.mark.parametrize("corrected", [True, False])
def test_adams_correction_is_switched_by_each_phase_for_itself_also_where_it_keeps_the_memory(corrected):
    first, second = (OPTIMIZERS["adam"](lr=0.1, bias_correction=each) for each in (not corrected, corrected))
    terms = descend(BOWL, [for_steps(3, first), Phase(second, [Carry()])], START, 6, record=True).terms
    t = np.arange(4, 7)[:, None]
    expected = terms["v"][3:] / (1 - 0.999**t) if corrected else terms["v"][3:]
    np.testing.assert_allclose(terms["v_hat"][3:], expected, rtol=1e-9)


def test_noise_that_is_too_large_ends_the_run():
    assert descend(BOWL, OPTIMIZERS["sgd"](), START, 5, noise=1e308).outcome.name == "DIVERGED"


def test_keywords_add_parts_to_a_rule_and_not_to_a_phase():
    rule, cosine = OPTIMIZERS["sgd"](lr=0.1), PARTS["cosine"](until=10)
    by_keyword = descend(BOWL, rule, START, 12, schedule=cosine, clip=2)
    as_phase = descend(BOWL, Phase(rule, [cosine, Clip(norm=2)]), START, 12)
    np.testing.assert_array_equal(by_keyword.points, as_phase.points)
    with pytest.raises(ValueError, match="a phase has its own parts; give it cosine"):
        descend(BOWL, Phase(rule), START, schedule=cosine)


# Rates


@EVERY_SCHEDULE
def test_the_rate_is_the_rules_times_the_schedules_factor(cls):
    schedule = cls()
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.02), START, 40, schedule=schedule)
    if not isinstance(schedule, ReactiveSchedule):
        np.testing.assert_array_equal(path.rates, 0.02 * schedule.factor(np.arange(40.0)))
    np.testing.assert_allclose(np.diff(path.points, axis=0), -path.rates[:, None] * path.gradients[:-1], rtol=1e-9)


@EVERY_SCHEDULE
def test_after_a_warm_up_a_schedule_begins_at_its_beginning(cls):
    parts = [cls(), PARTS["warmup"](count=10, start=0.5)]
    warm = descend(BOWL, OPTIMIZERS["sgd"](lr=0.02), START, 40, parts=parts)
    np.testing.assert_allclose(warm.rates[:10], 0.02 * np.linspace(0.5, 1, 10, endpoint=False))
    if not isinstance(parts[0], ReactiveSchedule):
        np.testing.assert_array_equal(warm.rates[10:], 0.02 * parts[0].factor(np.arange(30.0)))


def test_a_plateau_lowers_the_rate_of_a_run_that_no_longer_falls_and_of_no_other():
    plateau = PARTS["plateau"]()
    stuck, falling = (OPTIMIZERS["sgd"](lr=lr) for lr in (0.5, 0.05))
    both = descend_together(BOWL, [Phase(rule, [plateau]) for rule in (stuck, falling)], (0.0, 1.0), 100)
    assert np.abs(both[0].points[:10, 1]).tolist() == [1.0] * 10  # exactly at the limit it jumps for ever
    assert both[0].rates[-1] < 0.5
    assert both[0].outcome.name == "LOWEST_VALLEY"
    assert (both[1].rates[:50] == 0.05).all()


# Gradient noise


@pytest.mark.parametrize("seed", [0, 7])
def test_noise_is_the_same_for_all_runs_and_depends_on_seed_and_step_alone(seed):
    rules = [cls(lr=1e-3) for cls in OPTIMIZERS.values()]
    paths = descend_together(ROSENBROCK, rules, START, 30, noise=0.5, seed=seed)
    added = [path.seen_gradients - path.gradients[:-1] for path in paths if path.steps == 30]
    longer = descend(ROSENBROCK, rules[0], START, 60, noise=0.5, seed=seed)
    for noise in (*added, (longer.seen_gradients - longer.gradients[:-1])[:30]):
        np.testing.assert_allclose(noise, 0.5 * np.random.default_rng(seed).standard_normal((30, 2)), atol=1e-9)


def test_a_seed_repeats_a_run_to_the_last_bit_and_another_does_not():
    rule = OPTIMIZERS["adam"](lr=0.02)
    once, again, other = (descend(ROSENBROCK, rule, START, 50, noise=1, seed=seed).points for seed in (3, 3, 4))
    np.testing.assert_array_equal(once, again)
    assert (once[1:] != other[1:]).any()


def test_noise_is_added_to_every_gradient_that_a_step_asks_for():
    sam = SharpnessAware(radius=0.5)
    path = descend(BOWL, OPTIMIZERS["sgd"](lr=0.1), (0.0, 1.0), 1, parts=[sam], noise=0.25, seed=1, record=True)
    added = 0.25 * np.random.default_rng(1).standard_normal((1, 2))[0]
    uphill = path.points[0] + path.terms["uphill"][0]
    np.testing.assert_allclose(path.terms["slope"][0], path.gradients[0] + added, rtol=1e-12)
    np.testing.assert_allclose(path.terms["g"][0], BOWL.gradient(uphill) + added, rtol=1e-12)


@pytest.mark.parametrize("noise", [-1, np.inf, np.nan, "loud"])
def test_noise_that_makes_no_sense_is_refused(noise):
    with pytest.raises(ValueError, match=r"noise must be in \[0, inf\), got "):
        descend(BOWL, OPTIMIZERS["sgd"](), START, 5, noise=noise)


# Clipping


@given(st.floats(1e-3, 1e3), st.floats(0, 2))
@settings(max_examples=25)
def test_no_gradient_is_longer_than_the_clip_and_short_ones_are_left_alone(norm, noise):
    path = descend(ROSENBROCK, OPTIMIZERS["sgd"](lr=1e-5), START, 20, clip=norm, noise=noise)
    plain = descend(ROSENBROCK, OPTIMIZERS["sgd"](lr=1e-5), START, 1, noise=noise)
    lengths = np.hypot(*path.seen_gradients.T)
    assert (lengths <= norm).all()
    first = plain.seen_gradients[0]
    share = min(1, norm / (np.hypot(*first) + 1e-6))
    np.testing.assert_allclose(path.seen_gradients[0], share * first, rtol=1e-12)


def test_without_a_clip_no_gradient_is_shortened():
    path = descend(ROSENBROCK, OPTIMIZERS["sgd"](lr=1e-5), START, 5)
    np.testing.assert_array_equal(path.seen_gradients, path.gradients[:-1])


# What a run costs


def test_a_step_costs_a_gradient_and_whatever_else_it_asks_for():
    sgd, newton = OPTIMIZERS["sgd"](lr=0.01), OPTIMIZERS["newton"]()
    plain, sam, second = descend_together(BOWL, [sgd, Phase(sgd, [SharpnessAware()]), newton], START, 10)
    assert plain.costs.tolist() == list(range(11))
    assert sam.costs.tolist() == list(range(0, 21, 2))
    assert second.costs.tolist() == list(range(0, 31, 3))
    assert (sam.evaluations, second.evaluations) == (Evaluations(gradients=20), Evaluations(gradients=10, hessians=10))


def test_costs_follow_the_phases():
    sgd = OPTIMIZERS["sgd"](lr=0.01)
    path = descend(BOWL, [for_steps(3, sgd, SharpnessAware()), sgd], START, 6)
    assert path.costs.tolist() == [0, 2, 4, 6, 7, 8, 9]


@for_every("slug", [*CLASSICAL])
def test_a_classical_method_stops_by_itself_and_is_judged_where_it_stays(slug):
    path = descend(ROSENBROCK, CLASSICAL[slug](), START, 1000)
    assert path.stopped
    assert path.steps < 1000
    assert path.outcome.name == "LOWEST_VALLEY"
    assert len(path.costs) == len(path.values) == path.steps + 1
    assert (np.diff(path.costs) > 0).all()


def test_what_is_said_of_a_classical_method_blames_no_rate():
    saddle = LANDSCAPES["saddle"]
    paths = {slug: descend(saddle, CLASSICAL[slug](), (1, 1e-4), 300) for slug in CLASSICAL}
    assert not any("rate" in path.sentence for path in paths.values())
    assert paths["powell"].outcome.name == "DIVERGED"
    assert paths["bfgs"].sentence == f"Stopped by itself at step {paths['bfgs'].steps}."


@pytest.mark.parametrize("slug", ["adam", "adagrad"])
def test_a_step_that_divides_0_by_0_is_not_blamed_on_the_rate(slug):
    path = descend(LANDSCAPES["saddle"], OPTIMIZERS[slug](eps=0, lr=0.01), (1, 0), 10)
    assert path.sentence == "Step 1 is not a number, as where 0 is divided by 0."
    assert path.steps == 0
