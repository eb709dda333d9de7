"""Copies and pickles: every value that people hold is the same again afterwards, in this process and in another."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from knobs import knobs_of
from lab.experiment import Experiment
from lab.images import split_images
from lab.shadows import Cut, cast_shadows
from lab.training import train
from lab.trials import Trials, mistakes
from lab.uploads import Upload
from landscapes import LANDSCAPES, LOSSES, landscape
from landscapes.gradient_noise import noise_of_batches
from optimizers import OPTIMIZERS, PARTS, WALKERS, Phase, descend
from optimizers.anatomy import anatomy_of
from presets import PRESETS
from scenes import Scene, parse
from values import Value


def another(knob):
    """A valid value of a setting that is not its default."""
    if knob.offer:
        return type(knob.default)(knob.offer[1])
    titles = list(getattr(knob.valid, "titles", ()))
    return titles[-1] if titles else not knob.default


def surfaces():
    for plain in LANDSCAPES.values():
        yield plain
        yield plain(**{name: another(knob) for name, knob in plain.knobs.items()})


def walkers_and_parts():
    for cls in (*WALKERS.values(), *PARTS.values()):
        yield cls()
        for name, knob in knobs_of(cls).items():
            yield cls(**{name: another(knob)})


def runs():
    """A path of each kind: with batches and terms, over two phases, of a classical method, and one that diverged."""
    line, booth = LANDSCAPES["tanh-network"], LANDSCAPES["booth"]
    adam, sgd = OPTIMIZERS["adam"](lr=0.1), OPTIMIZERS["sgd"](lr=0.01)
    paths = [
        descend(line, adam, steps=30, batch=4, noise=0.1, record=True),
        descend(booth, [Phase(sgd, [PARTS["steps"](count=5), PARTS["clip"]()]), adam], steps=20, record=True),
        descend(booth, WALKERS["nelder-mead"](), steps=10),
        descend(booth, OPTIMIZERS["sgd"](lr=5), steps=300),
    ]
    yield from paths
    yield from map(anatomy_of, paths[:2])
    yield line.samples
    yield line.on_samples([1, 3])
    yield noise_of_batches(line, (0, 0), [1, 2], draws=3)


def of_the_lab():
    random = np.random.default_rng(0)
    pixels, labels = random.integers(256, size=(40, 3, 3, 1), dtype=np.uint8), np.arange(40) % 2
    images = split_images(pixels, labels, ("bee", "wasp"), seed=0, name="Insects", highest=255)
    training = train(Experiment(model="linear", epochs=3), images)
    for _ in training:
        pass
    trial = training.trial
    yield from (images, images.test, Upload(images, ("skipped",)), trial.experiment, trial, Trials((trial,)))
    yield from (mistakes(trial, images), Experiment(phase=Phase(OPTIMIZERS["sgd"](), [PARTS["cosine"]()])))
    yield cast_shadows({1: trial}, images, Cut("principal"), size=5)


def everything():
    yield from surfaces()
    yield from LOSSES.values()
    yield from walkers_and_parts()
    yield from runs()
    yield from of_the_lab()
    for preset in PRESETS.values():
        yield parse(preset.link)
        yield from parse(preset.link)


def arrays_of(value):
    fields = vars(value).values() if isinstance(value, Value) else ()
    return [each for each in fields if isinstance(each, np.ndarray)]


def test_every_value_is_equal_after_a_copy_and_after_a_pickle():
    seen = set()
    for value in everything():
        seen.add(type(value).__name__)
        for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert type(again) is type(value)
            assert again == value, value
            assert hash(again) == hash(value), value
        assert not any(array.flags.writeable for array in arrays_of(again)), value
    assert {"Landscape", "DataLandscape", "Trajectory", "Loss", "Scene", "View", "Parsed", "Trial", "Shadows"} <= seen


def test_what_a_landscape_tells_is_the_same_after_a_pickle():
    for surface in surfaces():
        again = pickle.loads(pickle.dumps(surface))
        assert again.settings == surface.settings
        assert again.start == surface.start
        assert again.function is surface.function


def test_paths_differ_if_any_of_their_numbers_does():
    booth, rule = LANDSCAPES["booth"], OPTIMIZERS["sgd"](lr=0.01)
    path = descend(booth, rule, steps=5)
    assert path == descend(booth, rule, steps=5)
    assert path != descend(booth, rule, steps=5, record=True)
    assert path != descend(booth, rule, start=(1, 1), steps=5)
    assert path != descend(booth, OPTIMIZERS["momentum"](lr=0.01, rho=0), steps=5)
    assert path != "a path"
    assert replace(path, costs=None) != path != replace(path, costs=None)


def test_terms_can_be_read_and_not_changed_after_a_pickle():
    path = descend(LANDSCAPES["booth"], OPTIMIZERS["adam"](), steps=3, record=True)
    again = pickle.loads(pickle.dumps(path))
    with pytest.raises(TypeError, match="does not support item assignment"):
        again.terms["m"] = 0
    with pytest.raises(ValueError, match="read-only"):
        again.terms["m"][0] = 0


def test_a_landscape_that_is_not_listed_says_that_it_cannot_be_pickled():
    @landscape("own", title="Own", formula="x", x_range=(0, 1), y_range=(0, 1), start=(1, 1), about="", listed=False)
    def own(x, y):
        return x + y

    assert copy.deepcopy(own) == own
    with pytest.raises(pickle.PicklingError, match="Own cannot be pickled: only landscapes that LANDSCAPES lists can"):
        pickle.dumps(own)


def test_a_scene_of_another_process_is_simulated_from_its_pickle():
    scene = pickle.loads(pickle.dumps(parse("surface=quadratic:kappa=100&run=sgd")[0]))
    assert isinstance(scene, Scene)
    assert scene.landscape == LANDSCAPES["quadratic"](kappa=100)
