"""Mini-batches: which samples a step looks at, and that what it sees is their gradient and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, Phase, descend, descend_together
from optimizers.batches import batches_of, order_of_epoch
from scenes import Run, Scene, format, parse, simulate
from tests.every import for_every

DATA = [slug for slug, surface in LANDSCAPES.items() if surface.samples is not None]
LINE = LANDSCAPES["diabetes-line"]
BATCH = PARTS["batch"]
every_rule = for_every("slug", [*OPTIMIZERS])
every_data = for_every("surface", {slug: LANDSCAPES[slug] for slug in DATA})


def seen_by(path):
    return [None if batch is None else batch.tolist() for batch in path.batches]


# Which samples


@given(st.lists(st.none() | st.integers(1, 60), min_size=1, max_size=80), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_batches_are_consecutive_slices_of_one_order_per_epoch(sizes, count, seed):
    batches = batches_of(sizes, count, seed)
    assert len(batches) == len(sizes)
    epoch, seen = 0, []
    for size, batch in zip(sizes, batches, strict=True):
        if batch is None:
            assert size is None or size >= count
            epoch, seen = epoch + 1, []
            continue
        seen += batch.tolist()
        assert seen == order_of_epoch(seed, epoch, count)[: len(seen)].tolist()
        assert len(batch) == size or len(seen) == count  # only the last batch of an epoch may be smaller
        if len(seen) == count:
            assert sorted(seen) == list(range(count))
            epoch, seen = epoch + 1, []


@every_rule
def test_all_rules_see_the_same_samples_and_those_of_small_batches_make_up_the_large_ones(slug):
    small, large = descend_together(
        LINE,
        [Phase(OPTIMIZERS[slug](), [BATCH(size=8)]), Phase(OPTIMIZERS["sgd"](lr=1e-3), [BATCH(size=32)])],
        steps=48,
    )
    together = np.concatenate([small.batches[t] for t in range(len(small.batches))])
    apart = np.concatenate([large.batches[t] for t in range(12)])
    assert np.array_equal(together[: len(apart)], apart[: len(together)])


def test_another_seed_is_another_order_and_the_same_one_repeats_the_run_to_the_bit():
    rule = OPTIMIZERS["adam"](lr=0.05)
    first, again = (descend(LINE, rule, steps=60, batch=4, seed=7) for _ in range(2))
    other = descend(LINE, rule, steps=60, batch=4, seed=8)
    assert np.array_equal(first.points, again.points)
    assert seen_by(first) == seen_by(again) != seen_by(other)


def test_a_longer_run_begins_with_the_same_samples():
    rule = OPTIMIZERS["sgd"](lr=0.01)
    short, long = (descend(LINE, rule, steps=steps, batch=10) for steps in (20, 90))
    assert seen_by(long)[:20] == seen_by(short)
    assert np.array_equal(long.points[:21], short.points)


def test_a_phase_with_larger_batches_goes_on_in_the_same_epoch():
    rule = OPTIMIZERS["sgd"](lr=0.01)
    chain = [Phase(rule, [BATCH(size=1), PARTS["steps"](count=10)]), Phase(rule, [BATCH(size=100)])]
    path = descend(LINE, chain, steps=15)
    seen = np.concatenate([path.batches[t] for t in range(15)])
    assert path.batches.sizes.tolist() == [1] * 10 + [100] * 4 + [32]
    assert np.array_equal(seen, order_of_epoch(0, 0, len(LINE.samples)))


# What is seen of them


@every_data
def test_a_step_is_given_the_gradient_of_its_batch_and_the_path_keeps_the_exact_one(surface):
    path = descend(surface, OPTIMIZERS["adam"](), steps=12, batch=5)
    for t, seen in enumerate(path.seen_gradients):
        np.testing.assert_array_equal(seen, surface.gradient(path.points[t], path.batches[t]))
    np.testing.assert_array_equal(path.gradients.T, surface.gradient(path.points.T))
    np.testing.assert_array_equal(path.values, surface.value(path.points.T))


@every_data
def test_runs_with_different_batches_together_go_as_each_goes_alone(surface):
    phases = [
        Phase(OPTIMIZERS["sgd"](lr=0.05), [BATCH(size=1)]),
        Phase(OPTIMIZERS["sgd"](lr=0.02), [BATCH(size=1)]),
        Phase(OPTIMIZERS["sgd"](lr=0.05)),
        Phase(OPTIMIZERS["adam"](lr=0.05), [BATCH(size=7), PARTS["clip"](norm=0.5)]),
        Phase(OPTIMIZERS["momentum"](lr=0.02), [BATCH(size=7), PARTS["sam"]()]),
    ]
    for phase, together in zip(phases, descend_together(surface, phases, steps=40, noise=0.1, seed=3), strict=True):
        alone = descend(surface, phase, steps=40, noise=0.1, seed=3)
        assert np.array_equal(together.points, alone.points)
        assert np.array_equal(together.seen_gradients, alone.seen_gradients)
        assert np.array_equal(together.samples, alone.samples)


def test_a_whole_number_of_samples_may_come_as_any_type_of_number():
    sizes = (3, 3.0, np.int64(3))
    paths = [descend(LINE, OPTIMIZERS["sgd"](lr=0.05), steps=5, batch=size) for size in sizes]
    assert {path.phases[0].title for path in paths} == {"SGD, batch 3"}
    assert len({path.points.tobytes() for path in paths}) == 1


def test_what_a_rule_asks_for_besides_comes_from_the_same_batch():
    batch = order_of_epoch(0, 0, len(LINE.samples))[:6]
    start = np.array([-1.5, -1.5])
    g = LINE.gradient(start, batch)

    newton = descend(LINE, OPTIMIZERS["newton"](lr=1.0), start, 1, batch=6)
    np.testing.assert_allclose(newton.points[1], start - np.linalg.solve(LINE.hessian(start, batch), g), rtol=1e-9)

    polyak = descend(LINE, OPTIMIZERS["polyak"](lr=1.0, f_min=0.0), start, 1, batch=6)
    np.testing.assert_allclose(polyak.points[1], start - LINE.value(start, batch) / (g @ g) * g, rtol=1e-6)

    sam = descend(LINE, Phase(OPTIMIZERS["sgd"](lr=0.1), [PARTS["sam"](radius=0.05), BATCH(size=6)]), start, 1)
    uphill = start + 0.05 * g / np.hypot(*g)
    np.testing.assert_allclose(sam.points[1], start - 0.1 * LINE.gradient(uphill, batch), rtol=1e-9)


def test_the_mean_of_what_an_epoch_sees_at_one_place_is_the_exact_gradient():
    still = OPTIMIZERS["sgd"](lr=1e-300)  # stays where it is
    path = descend(LINE, still, (-1.5, -1.5), steps=14, batch=32)
    assert path.batches.sizes.tolist() == [32] * 13 + [26]
    mean = np.average(path.seen_gradients, axis=0, weights=path.batches.sizes)
    np.testing.assert_allclose(mean, path.gradients[0], rtol=1e-12)


# Where there are batches, and where not


@pytest.mark.parametrize("size", [442, 443, 1_000_000])
def test_a_batch_of_all_the_samples_is_no_batch(size):
    whole = descend(LINE, OPTIMIZERS["sgd"](lr=0.05), steps=10)
    path = descend(LINE, OPTIMIZERS["sgd"](lr=0.05), steps=10, batch=size)
    assert np.array_equal(path.points, whole.points)
    assert np.array_equal(path.samples, whole.samples)
    scene, _ = parsed = parse(f"surface=diabetes-line&run=sgd:lr=0.05;batch:size={size}")
    assert parsed.warnings == ()
    assert scene.labels == ("Gradient descent",)
    assert "batch" not in format(scene)


def test_a_formula_has_no_samples_and_says_so():
    bowl = LANDSCAPES["booth"]
    sentence = "SGD, batch 32: Booth is a formula and has no samples to make batches of"
    with pytest.raises(ValueError, match=sentence):
        descend(bowl, OPTIMIZERS["sgd"](lr=0.01), batch=32)
    with pytest.raises(ValueError, match=f"Scene: {sentence}"):
        Scene.on(bowl, runs=[Run(Phase(OPTIMIZERS["sgd"](), [BATCH()]))])
    scene, _ = parsed = parse("surface=booth&run=adam:lr=0.1;batch:size=8;clip:norm=2")
    assert parsed.warnings == ("Booth has no samples to make batches of; leaving out batch in run 1.",)
    assert [part.slug for part in scene.runs[0].phases[0].parts] == ["clip"]
    path = descend(bowl, OPTIMIZERS["sgd"](lr=0.01), steps=5)
    assert path.batches is None
    assert path.sample_count is None
    assert path.samples.tolist() == [0] * 6


@pytest.mark.parametrize("size", [0, -1, 2.5, "many", 10_000_000])
def test_a_batch_that_cannot_be_is_refused_in_a_sentence(size):
    with pytest.raises(ValueError, match=r"Mini-batches: size must be in \[1, 1000000\], got "):
        descend(LINE, OPTIMIZERS["sgd"](lr=0.01), batch=size)


@for_every("slug", [*CLASSICAL])
def test_a_classical_method_looks_at_all_the_data(slug):
    with pytest.raises(ValueError, match="takes no batch"):
        descend(LINE, CLASSICAL[slug](), batch=8)
    path = descend(LINE, CLASSICAL[slug](), steps=5)
    assert path.samples[-1] == path.costs[-1] * len(LINE.samples)


@pytest.mark.parametrize(
    ("run", "label"),
    [
        ("sgd:lr=0.05", "Gradient descent"),
        ("sgd:lr=0.05;batch:size=1", "SGD, one sample"),
        ("sgd:lr=0.05;batch:size=32", "SGD, batch 32"),
        ("adam:lr=0.05;batch:size=64;sam", "Adam with SAM, batch 64"),
        ("sgd;batch:size=8;steps:count=9~sgd", "SGD, batch 8, then Gradient descent"),
    ],
)
def test_a_run_is_named_after_what_it_looks_at(run, label):
    scene, _ = parsed = parse(f"surface=diabetes-line&run={run}")
    assert parsed.warnings == ()
    assert scene.labels == (label,)
    assert parse(format(scene))[0] == scene
    assert len(simulate(scene)[0].samples) == 301
