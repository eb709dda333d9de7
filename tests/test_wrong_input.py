"""Wrong input: every public function and setting says in one sentence what is wrong; nothing is taken in silence."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from knobs import Interval, knobs_of
from lab.experiment import Experiment
from lab.images import Split, digits, split_images
from lab.shadows import Cut
from lab.training import train
from lab.uploads import read_zip
from landscapes import LANDSCAPES, LOSSES
from landscapes.data_landscape import Samples
from landscapes.gradient_noise import noise_of_batches
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, WALKERS, Phase, default_rate, descend, descend_together, walk
from optimizers.phases import chain_of
from optimizers.rule import Update
from scenes import Run, Scene, View, format, parse, simulate, simulate_in_detail
from views.data_view import batch_part
from views.player.message import pack

BOOTH, LINE = LANDSCAPES["booth"], LANDSCAPES["tanh-network"]
ADAM, SGD = OPTIMIZERS["adam"](lr=0.1), OPTIMIZERS["sgd"](lr=0.01)
BOWL = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p, start=(1, 1))
WITHOUT_GRADIENT = SimpleNamespace(value=BOWL.value)
TALL = SimpleNamespace(value=lambda p: p**2, gradient=BOWL.gradient)
FLAT = SimpleNamespace(value=BOWL.value, gradient=lambda p: p[0])
PIXELS, LABELS = np.zeros((8, 2, 2, 1)), np.arange(8) % 2

A_RULE = 'rule must be an optimizer with its settings, such as OPTIMIZERS["adam"](lr=0.01), got '
A_PART = 'a part must have its settings, such as PARTS["cosine"](until=300), got '
A_SCHEDULE = 'schedule must have its settings, such as PARTS["cosine"](until=300), got '
A_SURFACE = 'surface must have the methods value and gradient, as LANDSCAPES["booth"] has, got '
A_CLASS = 'rule_class must be the class of an update rule, as OPTIMIZERS["adam"], got '
A_PREDICTION = "Mean squared error: prediction and target must be numbers, got "
A_SCENE = "a scene is needed, such as parse(link)[0], got "


def wrong_calls():
    """Each wrong call with the sentence that it must get, as far as it goes."""
    return [
        # descend: the rule
        (lambda: descend(BOOTH, OPTIMIZERS["adam"]), A_RULE + "<class 'optimizers.adam.Adam'>"),
        (lambda: descend(BOOTH, OPTIMIZERS["adam"], clip=1), A_RULE + "<class 'optimizers.adam.Adam'>"),
        (lambda: descend(BOOTH, OPTIMIZERS["adam"], clip=-1), A_RULE + "<class 'optimizers.adam.Adam'>"),
        (lambda: descend(BOOTH, CLASSICAL["bfgs"]), A_RULE + "<class 'optimizers.classical."),
        (lambda: descend(BOOTH, "adam"), A_RULE + "adam"),
        (lambda: descend(BOOTH, None), A_RULE + "None"),
        (lambda: descend(BOOTH, []), "a run must have 1 to 8 phases, got 0"),
        (
            lambda: descend(BOOTH, [ADAM, ADAM]),
            "phase 1 (Adam) must say how many steps it takes, for another follows it",
        ),
        (lambda: descend(BOOTH, Phase(ADAM), clip=1), "a phase has its own parts; give it clip"),
        (lambda: descend(BOOTH, CLASSICAL["bfgs"](), clip=1), "BFGS works by itself and takes no clip"),
        (
            lambda: descend(BOOTH, OPTIMIZERS["adam"](lr=np.array([0.1, 0.2]))),
            "Adam: lr must be one number, got [0.1 0.2]",
        ),
        (
            lambda: descend(BOOTH, Phase(ADAM, [PARTS["clip"](norm=[1, 2])])),
            "Clip the gradient: norm must be one number, got [1, 2]",
        ),
        (lambda: descend_together(BOOTH, ADAM), "rules must be a list of rules, got Adam("),
        (lambda: descend_together(BOOTH, ["adam"]), A_RULE + "adam"),
        # descend: the parts
        (
            lambda: descend(BOOTH, ADAM, schedule=PARTS["cosine"]),
            A_SCHEDULE + "<class 'optimizers.schedules.waves.Cosine",
        ),
        (lambda: descend(BOOTH, ADAM, schedule="cosine"), A_SCHEDULE + "'cosine'"),
        (lambda: descend(BOOTH, ADAM, schedule=PARTS["clip"]()), A_SCHEDULE + "Clip(norm=1.0)"),
        (lambda: descend(BOOTH, ADAM, parts=[PARTS["clip"]]), A_PART + "<class 'optimizers.parts.Clip'>"),
        (lambda: descend(BOOTH, ADAM, parts=["clip"]), A_PART + "'clip'"),
        (lambda: descend(BOOTH, ADAM, parts=PARTS["clip"]()), "parts must be a list of parts, got Clip(norm=1.0)"),
        (lambda: descend(BOOTH, ADAM, parts=PARTS["clip"]), "parts must be a list of parts, got <class"),
        (lambda: descend(BOOTH, ADAM, parts="clip"), "parts must be a list of parts, got 'clip'"),
        (lambda: descend(BOOTH, ADAM, parts=5), "parts must be a list of parts, got 5"),
        (lambda: Phase(ADAM, [PARTS["clip"]]), A_PART + "<class 'optimizers.parts.Clip'>"),
        (lambda: Phase(ADAM, [PARTS["clip"](), PARTS["clip"]()]), "Adam: there is room for one clip, got two"),
        (lambda: Phase(ADAM).adding(PARTS["clip"]), A_PART + "<class 'optimizers.parts.Clip'>"),
        (lambda: Phase(ADAM, None), "parts must be a list of parts, got None"),
        (lambda: descend(BOOTH, ADAM, clip=0), "Clip the gradient: norm must be in (0, inf), got 0"),
        (lambda: descend(BOOTH, ADAM, clip=True), "Clip the gradient: norm must be in (0, inf), got on"),
        (lambda: descend(BOOTH, ADAM, clip=10**400), "Clip the gradient: norm must be in (0, inf), got 1000"),
        (lambda: descend(BOOTH, ADAM, clip="1"), "Clip the gradient: norm must be in (0, inf), got 1"),
        (lambda: descend(BOOTH, ADAM, clip=PARTS["clip"]), "Clip the gradient: norm must be in (0, inf), got <class"),
        (lambda: descend(LINE, ADAM, batch=0), "Mini-batches: size must be in [1, 1000000], got 0"),
        (lambda: descend(LINE, ADAM, batch=1.5), "Mini-batches: size must be in [1, 1000000], got 1.5"),
        (lambda: descend(LINE, ADAM, batch=True), "Mini-batches: size must be in [1, 1000000], got on"),
        (
            lambda: descend(BOOTH, ADAM, batch=2),
            "Adam, batch 2: Booth is a formula and has no samples to make batches of",
        ),
        # descend: numbers
        (lambda: descend(BOOTH, ADAM, noise=-1), "noise must be in [0, inf), got -1"),
        (lambda: descend(BOOTH, ADAM, noise=True), "noise must be in [0, inf), got on"),
        (lambda: descend(BOOTH, ADAM, noise=np.True_), "noise must be in [0, inf), got True"),
        (lambda: descend(BOOTH, ADAM, noise=[0.1, 0.2]), "noise must be one number, got [0.1, 0.2]"),
        (lambda: descend(BOOTH, ADAM, noise="0.1"), "noise must be in [0, inf), got 0.1"),
        (lambda: descend(BOOTH, ADAM, noise=b"1"), "noise must be in [0, inf), got b'1'"),
        (lambda: descend(BOOTH, ADAM, noise=1j), "noise must be in [0, inf), got 1j"),
        (lambda: descend(BOOTH, ADAM, noise=None), "noise must be in [0, inf), got None"),
        (lambda: descend(BOOTH, ADAM, seed=-1), "seed must be in [0, inf), got -1"),
        (lambda: descend(BOOTH, ADAM, seed=1.5), "seed must be in [0, inf), got 1.5"),
        (lambda: descend(BOOTH, ADAM, seed=True), "seed must be in [0, inf), got on"),
        (lambda: descend(BOOTH, ADAM, seed=[1]), "seed must be one number, got [1]"),
        (lambda: descend(BOOTH, ADAM, steps=0), "steps must be in [1, 10000], got 0"),
        (lambda: descend(BOOTH, ADAM, steps=True), "steps must be in [1, 10000], got True"),
        (lambda: descend(BOOTH, ADAM, steps=10.5), "steps must be in [1, 10000], got 10.5"),
        (lambda: descend(BOOTH, ADAM, steps="10"), "steps must be in [1, 10000], got 10"),
        (lambda: descend(BOOTH, ADAM, 5), "start must be two finite numbers, got 5"),
        (lambda: descend(BOOTH, ADAM, ("1", "2")), "start must be two finite numbers, got ('1', '2')"),
        (lambda: descend(BOOTH, ADAM, (True, False)), "start must be two finite numbers, got (True, False)"),
        (lambda: descend(BOOTH, ADAM, (1, np.nan)), "start must be two finite numbers, got (1, nan)"),
        (lambda: descend(BOOTH, ADAM, (1j, 1)), "start must be two finite numbers, got (1j, 1)"),
        (lambda: descend(BOOTH, ADAM, [(1, 2), (3,)]), "start must be two finite numbers, got [(1, 2), (3,)]"),
        (
            lambda: descend(BOOTH, ADAM, (1e200, 1)),
            "the loss and its slope at the start (1e+200, 1) must be finite, got inf and (",
        ),
        (
            lambda: descend(BOOTH, ADAM, steps=2).counted("pizza"),
            "per must be one of step, evaluation, sample, epoch, got pizza",
        ),
        # descend: the surface
        (lambda: descend("booth", ADAM), A_SURFACE + "'booth'"),
        (lambda: descend(WITHOUT_GRADIENT, ADAM, (1, 1)), A_SURFACE + "namespace("),
        (lambda: descend(SimpleNamespace, ADAM, (1, 1)), A_SURFACE + "<class"),
        (
            lambda: descend(TALL, ADAM, (1, 1)),
            "the value of points of shape (2, 1) must have the shape (1,), got (2, 1)",
        ),
        (
            lambda: descend(FLAT, ADAM, (1, 1)),
            "the gradient of points of shape (2, 1) must have that shape too, got (1,)",
        ),
        (lambda: default_rate(OPTIMIZERS["adam"](), BOOTH), A_CLASS + "Adam("),
        (lambda: default_rate("adam", BOOTH), A_CLASS + "'adam'"),
        (lambda: default_rate(CLASSICAL["bfgs"], BOOTH), A_CLASS + "<class"),
        (lambda: default_rate(OPTIMIZERS["adam"], "booth"), A_SURFACE + "'booth'"),
        (lambda: walk(BOOTH, OPTIMIZERS["adam"], (1, 1), 5), A_RULE + "<class"),
        (lambda: walk("booth", ADAM, (1, 1), 5), A_SURFACE + "'booth'"),
        # surfaces
        (lambda: BOOTH.value((1, 2, 3)), "points must have the shape (2, ...), got (3,)"),
        (lambda: BOOTH.gradient(5), "points must have the shape (2, ...), got (1,)"),
        (lambda: BOOTH.hessian([]), "points must have the shape (2, ...), got (0,)"),
        (lambda: BOOTH.value("ab"), "points must be numbers of the shape (2, ...), got 'ab'"),
        (lambda: BOOTH.gradient(("1", "2")), "points must be numbers of the shape (2, ...), got ('1', '2')"),
        (lambda: BOOTH.hessian((1j, 2)), "points must be numbers of the shape (2, ...), got (1j, 2)"),
        (lambda: BOOTH.value([(1, 2), (3,)]), "points must be numbers of the shape (2, ...), got [(1, 2), (3,)]"),
        (lambda: LINE.gradient((1, 2, 3), batch=[1]), "points must have the shape (2, ...), got (3,)"),
        (
            lambda: LINE.gradient((0, 0), batch=[0.5]),
            "Tanh network: batch must be integers, the numbers of samples, got",
        ),
        (
            lambda: LINE.gradient((0, 0), batch=[True]),
            "Tanh network: batch must be integers, the numbers of samples, got",
        ),
        (lambda: LINE.gradient((0, 0), batch=[99]), "Tanh network: batch must name samples from 0 to 20, got 99"),
        (lambda: LANDSCAPES["pizza"], "no landscape 'pizza'; there are "),
        (lambda: LANDSCAPES[[]], "no landscape []; there are "),
        (lambda: LANDSCAPES["quadratic"](kappa=0), "Quadratic bowl: kappa must be in [1, inf), got 0"),
        (lambda: LANDSCAPES["quadratic"](kappa=True), "Quadratic bowl: kappa must be in [1, inf), got on"),
        (lambda: LANDSCAPES["quadratic"](kappa="9"), "Quadratic bowl: kappa must be in [1, inf), got 9"),
        (lambda: LANDSCAPES["quadratic"](kappa=[9, 9]), "Quadratic bowl: kappa must be one number, got [9, 9]"),
        (lambda: LANDSCAPES["quadratic"](pizza=1), "Quadratic bowl has no setting 'pizza'; its settings: kappa, angle"),
        (lambda: OPTIMIZERS["pizza"], "no optimizer 'pizza'; there are "),
        (lambda: OPTIMIZERS[[]], "no optimizer []; there are "),
        # data
        (
            lambda: Samples(np.ones((1, 3)), [0, 0], "x", "y"),
            "inputs must have the shape (1, 2): names by targets, got",
        ),
        (lambda: noise_of_batches(LINE, (0, 0), [1.5]), "Tanh network: a batch size must be in [1, 21], got 1.5"),
        (lambda: noise_of_batches(LINE, (0, 0), [22]), "Tanh network: a batch size must be in [1, 21], got 22"),
        (lambda: noise_of_batches(LINE, (0, 0), [1], draws=True), "draws must be in [1, 10000], got on"),
        # losses
        (lambda: LOSSES["mse"].value("1", 2), A_PREDICTION + "'1' and 2"),
        (lambda: LOSSES["mse"].value("a", 1), A_PREDICTION + "'a' and 1"),
        (
            lambda: LOSSES["mse"].slope([1, 2], [1, 2, 3]),
            "Mean squared error: prediction and target must fit together, got (2,) and (3,)",
        ),
        (lambda: LOSSES["hinge"].value(1, 0), "Hinge loss: targets must be -1 or 1, got 0"),
        (
            lambda: LOSSES["softmax"].value([1, 2], [1, 1]),
            "Multi-class cross-entropy: the targets of a sample's classes must add up to 1",
        ),
        (lambda: LOSSES["huber"].value(1, 0, delta=0), "Huber loss: delta must be in (0, inf), got 0"),
        (lambda: LOSSES["huber"].slope(1, 0, delta=[1, 2]), "Huber loss: delta must be one number, got [1, 2]"),
        (lambda: LOSSES["huber"].value(1, 0, pizza=0), "Huber loss has no setting 'pizza'; its settings: delta"),
        # scenes
        (lambda: parse(5), "a link must be a text, or pairs of texts, got 5"),
        (lambda: format("booth"), A_SCENE + "'booth'"),
        (lambda: format(parse("")[0], "booth"), "a view is needed, such as View(step=120), got 'booth'"),
        (lambda: simulate("booth"), A_SCENE + "'booth'"),
        (lambda: simulate(parse("")), A_SCENE + "(Scene("),
        (lambda: simulate_in_detail("booth", 0), A_SCENE + "'booth'"),
        (lambda: Scene("pizza", (1, 1)), "Scene: surface must be one of "),
        (lambda: Scene(["booth"], (1, 1)), "Scene: surface must be one of "),
        (lambda: Scene(BOOTH, (1, 1)), "Scene: surface must be one of "),
        (lambda: Scene("booth", "ab"), "Scene: start must be two finite numbers, got ab"),
        (lambda: Scene("booth", None), "Scene: start must be two finite numbers, got None"),
        (lambda: Scene("booth", (1, 1), steps=True), "Scene: steps must be in [1, 10000], got on"),
        (lambda: Scene("booth", (1, 1), steps=[5]), "Scene: steps must be one number, got [5]"),
        (lambda: Scene("booth", (1, 1), seed=True), "Scene: seed must be in [0, 4294967295], got on"),
        (lambda: Scene("booth", (1, 1), noise=True), "Scene: noise must be in [0, inf), got on"),
        (lambda: Scene("booth", (1, 1), runs=5), "Scene: runs must be at most 8 of type Run, got 1: (5,)"),
        (lambda: Scene("booth", (1, 1), runs=[ADAM]), "Scene: runs must be at most 8 of type Run, got 1: (Adam("),
        (lambda: Scene("booth", (1, 1), settings=5), "Scene: settings must be pairs of a name and a value, got 5"),
        (
            lambda: Scene("booth", (1, 1), settings={"kappa": 5}),
            "Scene: Booth has no setting 'kappa'; its settings: none",
        ),
        (lambda: Run("adam"), "Run: rule must be an optimizer with its settings, got 'adam'"),
        (lambda: Run(OPTIMIZERS["adam"]), "Run: rule must be an optimizer with its settings, got <class"),
        (lambda: Run([]), "Run: a run must have 1 to 8 phases, got 0"),
        (lambda: Run(OPTIMIZERS["adam"](lr=[0.1, 0.2])), "Run: Adam: lr must be one number, got [0.1, 0.2]"),
        (lambda: View(step=-1), "View: step must be in [0, 10000], got -1"),
        (lambda: View(step=True), "View: step must be in [0, 10000], got on"),
        (lambda: View(mode="4d"), "View: mode must be one of ('2d', '3d', 'both'), got '4d'"),
        (lambda: View(mode=["2d"]), "View: mode must be one of ('2d', '3d', 'both'), got ['2d']"),
        (lambda: View(hidden=5), "View: hidden must be a list of the numbers of runs, got 5"),
        (lambda: View(hidden="1"), "View: hidden must be in [0, 7], got 1"),
        # the lab
        (lambda: Experiment(width=2.5), "Experiment: width must be in [1, 256], got 2.5"),
        (lambda: Experiment(width=True), "Experiment: width must be in [1, 256], got on"),
        (lambda: Experiment(width=[8, 8]), "Experiment: width must be one number, got [8, 8]"),
        (
            lambda: Experiment(model=["linear"]),
            "Experiment: model must be in {linear, one-layer, two-layers}, got ['linear']",
        ),
        (lambda: Experiment(phase="adam"), A_RULE + "adam"),
        (lambda: Experiment(phase=OPTIMIZERS["adam"]), A_RULE + "<class"),
        (
            lambda: Experiment(phase=Phase(ADAM, [PARTS["steps"](count=5)])),
            "Adam: a training has one phase and its own batch, so no steps",
        ),
        (lambda: read_zip(5), "source must be the bytes of a zip or an open file, got 5"),
        (lambda: read_zip("insects.zip"), "source must be the bytes of a zip or an open file, got 'insects.zip'"),
        (lambda: read_zip(b"", "16"), "The size of images must be one of 8, 12, 16, 24, 32, got 16"),
        (lambda: read_zip(b"", 17), "The size of images must be one of 8, 12, 16, 24, 32, got 17"),
        (lambda: read_zip(b""), "This is not a zip file that can be read"),
        (lambda: split_images(PIXELS - 1, LABELS, "ab", 0, "x"), "Pixels must be numbers from 0 to 1"),
        (lambda: split_images(PIXELS + 2, LABELS, "ab", 0, "x"), "Pixels must be numbers from 0 to 1"),
        (lambda: split_images(PIXELS * np.nan, LABELS, "ab", 0, "x"), "Pixels must be numbers from 0 to 1"),
        (lambda: split_images(PIXELS.astype(str), LABELS, "ab", 0, "x"), "Pixels must be numbers from 0 to 1"),
        (lambda: split_images(PIXELS, LABELS + 1, "ab", 0, "x"), "Labels must be the numbers of classes, from 0 to 1"),
        (lambda: split_images(PIXELS, LABELS / 2, "ab", 0, "x"), "Labels must be the numbers of classes, from 0 to 1"),
        (lambda: split_images(PIXELS, LABELS, "ab", -1, "x"), "Images: seed must be in [0, inf), got -1"),
        (lambda: Split(PIXELS, LABELS, 2), "A set of images needs one row of pixels and one label for each image"),
        (lambda: Split(PIXELS[:, 0, 0], LABELS / 2, 2), "Labels must be the numbers of classes, from 0 to 1"),
        (lambda: Split(PIXELS[:, 0, 0] * np.nan, LABELS, 2), "Pixels must be numbers from 0 to 1"),
        (lambda: Cut("pizza"), "Cut: kind must be one of principal, random, got 'pizza'"),
        (lambda: Split(PIXELS[:, 0, 0], LABELS, 1), "Labels must be the numbers of classes, from 0 to 0"),
    ]


def test_what_is_wrong_is_said_in_a_sentence():
    unlike = []
    for wrong, sentence in wrong_calls():
        try:
            said = f"nothing: it was taken in silence, and gave {wrong()!r}"
        except (ValueError, TypeError, KeyError) as error:
            said = str(error.args[0])
        if not said.startswith(sentence):
            unlike.append((sentence, said))
    assert not unlike


def nonsense(knob):
    """Values that no setting of this kind may have."""
    yield from (None, object(), [[1], [1, 2]], {"a": 1}, 1j, b"1", np.datetime64("2020-01-01"))
    if isinstance(knob.valid, Interval):
        yield from (True, np.True_, "0.5", np.nan, np.inf, -np.inf, 10**400, knob.valid.low - 1, [True])
        yield from [0.5 + knob.default] if isinstance(knob.default, int) else []
    else:
        yield from (5, "pizza")


def test_no_setting_takes_nonsense():
    taken = []
    owners = (*WALKERS.values(), *PARTS.values(), Experiment)
    settings = [(cls, name, knob) for cls in owners for name, knob in knobs_of(cls).items()]
    settings += [(surface, name, knob) for surface in LANDSCAPES.values() for name, knob in surface.knobs.items()]
    for owner, name, knob in settings:
        for value in nonsense(knob):
            try:
                owner(**{name: value})
            except ValueError as error:
                if str(error).startswith(f"{owner.title}: {name} must be "):
                    continue
            taken.append((owner.title, name, value))
    assert not taken


def test_numbers_of_numpy_are_numbers():
    noise, seed, steps = np.float32(0.5), np.int64(3), np.int16(4)
    path = descend(BOOTH, OPTIMIZERS["sgd"](lr=np.float64(0.01)), np.array([1, 2]), steps, noise=noise, seed=seed)
    assert path == descend(BOOTH, SGD, (1, 2), 4, noise=0.5, seed=3)
    assert path.noise == 0.5
    assert path == descend(BOOTH, SGD, (1, 2), 4, noise=np.array(0.5), seed=3.0)
    assert Scene("booth", (1, 1), steps=steps, seed=seed, noise=noise) == Scene("booth", (1, 1), 4, 3, noise=0.5)


def one_number_a_point():
    """A rule whose step is one number a point instead of two."""

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class OneNumber(type(SGD)):
        def update(self, at, state, lr):
            return Update(-lr * at.gradient.sum(axis=0), state, {"g": at.gradient})

    return OneNumber(lr=0.01)


def test_a_step_of_another_shape_is_noticed_wherever_steps_are_taken():
    wrong = one_number_a_point()
    sentence = r"^Gradient descent: a step from points of shape \(2, 2\) must have that shape too, got \(2,\)$"
    with pytest.raises(ValueError, match=sentence):
        descend_together(BOOTH, [wrong, wrong], steps=5)
    with pytest.raises(ValueError, match=r"shape \(2, 1\) must have that shape too, got \(1,\)$"):
        descend(BOOTH, [Phase(SGD, [PARTS["steps"](count=5)]), Phase(wrong)], steps=10)
    with pytest.raises(ValueError, match=sentence):
        walk(BOOTH, wrong, np.ones((2, 2)), 3)
    with pytest.raises(ValueError, match=r"must have that shape too, got \(\)$"):
        list(train(Experiment(model="linear", phase=wrong), digits()))


def test_samples_are_sent_by_their_own_numbers_however_many_there_are():
    [path] = descend_together(LINE, [Phase(SGD, [PARTS["batch"](size=2)])], steps=3)
    for count, kind in ((2**16, "u2"), (2**16 + 1, "u4"), (70_000, "u4")):
        chosen = dataclasses.replace(path.batches, count=count, epochs=np.zeros(3, dtype=np.intp))
        part = batch_part([dataclasses.replace(path, batches=chosen)])
        assert part["samples"].tolist() == [int(each) for step in range(3) for each in chosen[step]]
        assert part["samples"].max() < count
        assert f'"dtype":"{kind}"'.encode() in pack(part)


def test_a_chain_of_single_numbers_is_let_through():
    assert chain_of([Phase(ADAM, [PARTS["steps"](count=5)]), SGD])[1].rule is SGD
