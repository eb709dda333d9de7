"""The link of a scene says all of it, and no text whatsoever breaks the reading of a link."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knobs import Interval, Switch, format_value, knobs_of
from landscapes import LANDSCAPES
from links import MAX_LENGTH, MAX_SENTENCES
from optimizers import OPTIMIZERS, PARTS, Phase, default_rate
from presets import PRESETS
from scenes import Run, Scene, View, default_scene, format, parse, simulate
from tests.every import for_every
from tests.strategies import scenes, views

EXAMPLE = (
    "surface=quadratic:kappa=100,angle=45&start=-1.5,2&steps=300&seed=0"
    "&run=momentum:lr=0.001,rho=0.9&run=adam:lr=0.02&step=120&view=2d"
)
LINKS = [EXAMPLE, *(preset.link for preset in PRESETS.values())]

every_rule = for_every("rule", OPTIMIZERS)
KNOBS = {slug: knobs_of(cls) for slug, cls in OPTIMIZERS.items()} | {
    slug: surface.knobs for slug, surface in LANDSCAPES.items()
}
every_setting = for_every("setting", [(slug, name) for slug, knobs in KNOBS.items() for name in knobs])


class TestTheLinkSaysAll:
    @settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    @given(scenes(), views)
    def test_reading_back_what_was_written_gives_the_same_scene_and_view(self, scene, view):
        link = format(scene, view)
        assert quote(link, safe=":,;~=&.-") == link, "it needs escaping"
        assert parse(link) == (scene, view)
        assert parse(link).warnings == ()
        assert parse(parse_qsl(link, keep_blank_values=True)) == (scene, view)
        assert parse(quote(link, safe="=&")) == (scene, view)
        assert hash(parse(link)[0]) == hash(scene)
        assert len(link) < MAX_LENGTH / 2

    def test_the_example_is_read(self):
        scene, view = parse(EXAMPLE)
        assert scene == Scene(
            "quadratic",
            (-1.5, 2),
            runs=(Run(OPTIMIZERS["momentum"](lr=0.001)), Run(OPTIMIZERS["adam"](lr=0.02))),
            settings={"angle": 45, "kappa": 100},
        )
        assert view == View(step=120)
        assert parse("?" + EXAMPLE) == (scene, view)

    def test_it_is_written_in_the_order_of_the_example(self):
        scene, view = parse(EXAMPLE + "&hide=2,1&lights=off&loss=linear&colour=log")
        assert format(scene, view) == EXAMPLE.replace("adam:lr=0.02", "adam:lr=0.02,beta1=0.9,beta2=0.999") + (
            "&colour=log&loss=linear&lights=off&hide=1,2"
        )

    def test_the_lights_are_written_only_if_they_are_off(self):
        scene, view = parse(EXAMPLE + "&lights=on")
        assert view == View(step=120, lights="on") == View(step=120)
        assert "lights" not in format(scene, view)
        assert format(scene, replace(view, lights="off")).endswith("&view=2d&lights=off")

    def test_what_is_rarely_needed_is_written_only_if_it_was_changed(self):
        rules = [OPTIMIZERS["adam"](lr=0.1), OPTIMIZERS["adam"](lr=0.1, bias_correction=False, eps=0.0)]
        link = format(Scene("saddle", (1, 0), runs=[Run(rule) for rule in rules]))
        assert (
            "run=adam:lr=0.1,beta1=0.9,beta2=0.999&run=adam:lr=0.1,beta1=0.9,beta2=0.999,eps=0,bias_correction=off"
            in link
        )

    def test_a_scene_without_runs_stays_without(self):
        scene = Scene("saddle", (1, 0))
        assert format(scene).endswith("&run=&view=2d")
        assert parse(format(scene)) == (scene, View())
        assert simulate(scene) == ()

    def test_an_empty_link_is_the_default_scene(self):
        for nothing in ("", "?", [], " "):
            assert parse(nothing) == (default_scene(), View())
            assert parse(nothing).warnings == ()

    def test_what_was_read_can_be_copied_with_its_warnings(self):
        parsed = parse("foo=1")
        for twin in (copy.copy(parsed), copy.deepcopy(parsed), pickle.loads(pickle.dumps(parsed))):
            assert twin == parsed
            assert twin.warnings == parsed.warnings != ()


class TestWhatIsMissing:
    def test_a_surface_alone_brings_its_start_and_the_default_rules_at_its_own_rates(self):
        scene, view = parse("surface=rosenbrock")
        assert scene.start == LANDSCAPES["rosenbrock"].start
        assert [type(run.rule) for run in scene.runs] == [type(run.rule) for run in default_scene().runs]
        for run in scene.runs:
            assert run.rule == type(run.rule)(lr=default_rate(type(run.rule), LANDSCAPES["rosenbrock"]))
        assert (scene.steps, scene.seed, view) == (300, 0, View())

    def test_without_a_surface_the_default_scene_stands_in(self):
        assert parse("steps=50")[0] == replace(default_scene(), steps=50)
        assert parse("run=sgd:lr=0.5")[0] == replace(default_scene(), runs=(Run(OPTIMIZERS["sgd"](lr=0.5)),))

    @every_rule
    def test_a_run_without_a_rate_has_the_default_rate_of_the_surface(self, rule):
        landscape = LANDSCAPES["quadratic"](kappa=100)
        for text in (rule.slug, f"{rule.slug}:lr=abc", f"{rule.slug}:lr=-1"):
            (run,) = parse(f"surface=quadratic:kappa=100&run={text}")[0].runs
            assert run.rule == rule(lr=default_rate(rule, landscape))


class TestNothingBreaksIt:
    @staticmethod
    def check(query):
        scene, view = parsed = parse(query)
        assert parse(format(scene, view)) == parsed
        assert parse(format(scene, view)).warnings == ()
        assert len(parsed.warnings) <= MAX_SENTENCES
        for sentence in parsed.warnings:
            assert sentence.endswith(".")
            assert sentence.isprintable()
            assert len(sentence) < 250

    @settings(max_examples=100)
    @given(st.text() | st.text(alphabet="surfacetpionwlg=&:,;~%+.-0129_ \n"))
    def test_any_text(self, text):
        self.check(text)

    @settings(max_examples=100)
    @given(
        st.lists(st.tuples(st.sampled_from(["surface", "start", "run", "step", "hide", "foo"]), st.text()), max_size=12)
    )
    def test_any_pairs(self, pairs):
        self.check(pairs)

    @settings(max_examples=200)
    @given(
        st.sampled_from(LINKS),
        st.integers(0, 200),
        st.integers(0, 20),
        st.text(max_size=3)
        | st.sampled_from(["nan", "inf", "-inf", "1e999", "-1e308", "1e308", "9" * 400, "%", "=", "&run="]),
    )
    def test_any_valid_link_with_a_piece_replaced(self, link, at, length, piece):
        self.check(link[:at] + piece + link[at + length :])

    @pytest.mark.parametrize(
        "unit", ["x", "&", "=", ";", "~", ",", ":", "%", "run=adam&", "run=~;~;&", "k=1&", "\ud800", "\x00"]
    )
    def test_any_length(self, unit):
        self.check(unit * (60_000 // len(unit)))
        self.check("run=adam:" + unit * (60_000 // len(unit)))

    def test_a_part_that_is_cut_through_is_left_out_as_a_whole(self):
        parsed = parse("run=adam:lr=0.1&" + "x" * (MAX_LENGTH - 25) + "&steps=1234567")
        assert parsed[0].steps == 300
        assert parsed.warnings[0] == f"The link is longer than {MAX_LENGTH} characters; leaving out the rest."

    def test_a_start_where_the_loss_overflows(self):
        self.check("surface=quadratic:kappa=1.7e308&start=0,2")
        scene, _ = parsed = parse("surface=rosenbrock&start=1e200,1")
        assert scene.start == LANDSCAPES["rosenbrock"].start
        assert "must be finite" in parsed.warnings[0]


WARNINGS = {
    "run=sgd&run=momentum:rho=abc": "I did not understand rho=abc in run 2; using 0.9.",
    "run=momentum:rho=1.5": "Momentum: rho must be in [0, 1), got 1.5; using 0.9.",
    "run=momentum:rho=nan": "Momentum: rho must be in [0, 1), got nan; using 0.9.",
    "run=momentum:rho=inf": "Momentum: rho must be in [0, 1), got inf; using 0.9.",
    "run=momentum:rho=": "I did not understand rho= in run 1; using 0.9.",
    "run=momentum:rho=1_0": "I did not understand rho=1_0 in run 1; using 0.9.",
    "run=momentum:rho=٠": "I did not understand rho=٠ in run 1; using 0.9.",
    "run=momentum:rho=0.5,rho=0.6": "rho is given more than once in run 1; using the last.",
    "run=momentum:foo=1": "I did not understand foo=1 in run 1; leaving it out.",
    "run=momentum:rho": "I did not understand rho= in run 1; using 0.9.",
    "run=momentum:rho=0.5,": "I did not understand an empty place in run 1; leaving it out.",
    "run=adam:bias_correction=maybe": "I did not understand bias_correction=maybe in run 1; using on.",
    "run=adam:lr=0.02;cosin:until=300": "I did not understand cosin:until=300 in run 1; leaving it out.",
    "run=adam;cosine:until=0": "Cosine: until must be in [1, 1000000], got 0; using 300.",
    "run=adam;cosine:end=3": "I did not understand end=3 in run 1; leaving it out.",
    "run=adam;cosine;step": "There is room for one schedule in run 1, got cosine and step; using step.",
    "run=adam;sam;sam:radius=0.1": "sam is given more than once in run 1; using the last.",
    "run=bfgs~adam": (
        "In run 1, phase 2 (Adam) cannot follow BFGS: a classical method is a run by itself; leaving out what follows."
    ),
    "run=bfgs;cosine": "BFGS works by itself and takes no cosine in run 1; leaving it out.",
    "run=adam;steps:count=0~sgd": "Length of the phase: count must be in [1, 1000000], got 0; using 100.",
    "run=adam;steps:count=9~no": (
        "I did not understand no in phase 2 of run 1; leaving the phase out.",
        "In run 1, phase 1 (Adam) is the last and lasts to the end, so it has no number of steps; leaving out steps.",
    ),
    "run=adam~momentum:lr=1e-3": (
        "In run 1, phase 1 (Adam) must say how many steps it takes, for another follows it; leaving out what follows."
    ),
    "run=adam;steps:count=9": (
        "In run 1, phase 1 (Adam) is the last and lasts to the end, so it has no number of steps; leaving out steps."
    ),
    "run=adam;carry": "In run 1, phase 1 (Adam) is the first and has no memory to keep; leaving out carry.",
    "run=adam;steps:count=9~sgd;carry": (
        "In run 1, phase 2 (Gradient descent) cannot keep the memory of Adam: that is another rule; leaving out carry."
    ),
    "run=adam;steps:count=9~bfgs": (
        "In run 1, phase 2 (BFGS) cannot follow Adam: a classical method is a run by itself; leaving out what follows."
    ),
    "run=" + "adam;steps:count=9~" * 8 + "adam": (
        "A run has at most 8 phases, got 9 in run 1; leaving out the rest.",
        "In run 1, phase 8 (Adam) is the last and lasts to the end, so it has no number of steps; leaving out steps.",
    ),
    "noise=-1": "Scene: noise must be in [0, inf), got -1; using 0.",
    "noise=loud": "I did not understand noise=loud; using 0.",
    "per=year": "I did not understand per=year; using step.",
    "run=sgdd:lr=1": "I did not understand sgdd in run 1; leaving the run out.",
    "run=sgd&run=": "I did not understand an empty place in run 2; leaving the run out.",
    "run=__import__('os')": "I did not understand __import__('os') in run 1; leaving the run out.",
    "&".join(["run=sgd"] * 9): "A scene holds at most 8 runs, got 9; using the first 8.",
    "surface=foo": "I did not understand surface=foo; using himmelblau.",
    "surface=quadratic:kappa=0": "Quadratic bowl: kappa must be in [1, inf), got 0; using 10.",
    "surface=quadratic:kappa=x": "I did not understand kappa=x in the surface; using 10.",
    "surface=quadratic:foo=1": "I did not understand foo=1 in the surface; leaving it out.",
    "surface=quadratic;noise:sd=1": "I did not understand noise:sd=1 in the surface; leaving it out.",
    "surface=saddle&surface=beale": "surface is given more than once; using the last.",
    "surface=rosenbrock&start=1": "I did not understand start=1; using -1.5,2.",
    "surface=rosenbrock&start=1,nan": "I did not understand start=1,nan; using -1.5,2.",
    "surface=rosenbrock&start=1,inf": "I did not understand start=1,inf; using -1.5,2.",
    "surface=rosenbrock&start=1,2,3": "I did not understand start=1,2,3; using -1.5,2.",
    "steps=20000": "Scene: steps must be in [1, 10000], got 20000; using 10000.",
    "steps=0": "Scene: steps must be in [1, 10000], got 0; using 300.",
    "steps=2.5": "Scene: steps must be in [1, 10000], got 2.5; using 300.",
    "steps=many": "I did not understand steps=many; using 300.",
    "seed=-1": "Scene: seed must be in [0, 4294967295], got -1; using 0.",
    "step=-1": "View: step must be in [0, 10000], got -1; using 300.",
    "view=5d": "I did not understand view=5d; using 2d.",
    "colour=red": "I did not understand colour=red; using what the surface asks for.",
    "loss=red": "I did not understand loss=red; using what the surface asks for.",
    "lights=dim": "I did not understand lights=dim; using on.",
    "lights=": "I did not understand lights=; using on.",
    "lights=OFF": "I did not understand lights=OFF; using on.",
    "hide=0": "I did not understand 0 in hide; leaving it out.",
    "hide=a": "I did not understand a in hide; leaving it out.",
    "foo=1": "I did not understand foo=1; leaving it out.",
    "foo": "I did not understand foo; leaving it out.",
}


class TestWarnings:
    @for_every("query", [*WARNINGS])
    def test_what_is_not_understood_is_named(self, query):
        sentence = WARNINGS[query]
        assert parse(query).warnings == ((sentence,) if isinstance(sentence, str) else sentence)

    @every_setting
    def test_every_setting_names_a_bad_value_and_uses_its_default(self, setting):
        slug, declared = setting[0], KNOBS[setting[0]][setting[1]]
        query = f"run={slug}:lr=0.01" if slug in OPTIMIZERS else f"surface={slug}"
        bad = f"{declared.name}={'maybe' if isinstance(declared.valid, Switch) else 'nan'}"
        joint = "," if ":" in query else ":"
        query = query.removesuffix(":lr=0.01") + ":" if declared.name == "lr" else query + joint
        (sentence,) = parse(query + bad).warnings
        title = (OPTIMIZERS.get(slug) or LANDSCAPES[slug]).title
        if isinstance(declared.valid, Interval):
            assert sentence.startswith(f"{title}: {declared.name} must be in {declared.valid}, got nan; using ")
        if declared.name != "lr":
            assert sentence.endswith(f"; using {format_value(declared.default)}.")

    def test_the_rest_of_a_link_is_used(self):
        scene, view = parsed = parse(
            "surface=saddle&start=x&steps=40&run=adam:lr=0.5,rho=1;cosine:until=9&run=no&step=7"
        )
        assert (scene.surface, scene.steps, view.step) == ("saddle", 40, 7)
        assert scene.runs == (Run(Phase(OPTIMIZERS["adam"](lr=0.5), [PARTS["cosine"](until=9)])),)
        assert len(parsed.warnings) == 3

    def test_too_many_are_counted(self):
        warnings = parse("&".join(f"k{i}=1" for i in range(100))).warnings
        assert len(warnings) == MAX_SENTENCES
        assert warnings[-1] == f"There are {101 - MAX_SENTENCES} more such places."

    def test_hidden_runs_keep_their_meaning_when_a_run_is_left_out(self):
        scene, view = parse("run=no&run=sgd&run=adam&hide=1,3")
        assert [scene.labels[index] for index in view.hidden] == ["Adam"]


class TestDecoding:
    @pytest.mark.parametrize(
        "query",
        [
            "surface=quadratic%3Akappa%3D4&start=-1.5%2C+2&run=sgd:lr=1",
            "surface=quadratic:kappa=4&start=-1.5,%202&run=sgd%3Alr%3d1",
            "?surface=%71uadratic:kappa=4.0&start=-15e-1,2.&run=sgd:+lr+=+1",
        ],
    )
    def test_escapes_are_read_as_browsers_read_them(self, query):
        scene = Scene("quadratic", (-1.5, 2), runs=(Run(OPTIMIZERS["sgd"](lr=1)),), settings={"kappa": 4})
        assert parse(query) == (scene, View())
        assert parse(query).warnings == ()

    def test_pairs_are_not_decoded_again(self):
        assert parse([("run", "adam:lr=1e+0")])[0].runs == (Run(OPTIMIZERS["adam"](lr=1)),)
        assert parse([("foo", "%41")]).warnings == ("I did not understand foo=%41; leaving it out.",)
