"""A scene is a value: checked, unchangeable, its own key. Simulating it is running its optimizers one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from presets import PRESETS, load_presets
from scenes import Run, Scene, View, default_scene, format, parse, simulate
from tests.every import for_every
from tests.strategies import scenes

every_preset = for_every("preset", PRESETS)

TWO_RATES: Any = np.array([0.1, 0.2])  # the engine stacks runs so; a scene holds one number for each

BAD_SCENES = {
    "surface": (
        {"surface": "foo"},
        "Scene: surface must be one of rosenbrock|Scene: surface must be one of .*, got foo",
    ),
    "start, nan": ({"start": (1, float("nan"))}, r"Scene: start must be two finite numbers, got \(1, nan\)"),
    "start, three": ({"start": (1, 2, 3)}, r"Scene: start must be two finite numbers, got \(1, 2, 3\)"),
    "start, text": ({"start": "12"}, "Scene: start must be two finite numbers, got 12"),
    "start, none": ({"start": None}, "Scene: start must be two finite numbers, got None"),
    "start, overflow": ({"start": (1e200, 0)}, r"at the start \(1e\+200, 0\) must be finite, got inf"),
    "steps, 0": ({"steps": 0}, r"Scene: steps must be in \[1, 10000\], got 0"),
    "steps, 20000": ({"steps": 20_000}, r"Scene: steps must be in \[1, 10000\], got 20000"),
    "steps, 2.5": ({"steps": 2.5}, r"Scene: steps must be in \[1, 10000\], got 2.5"),
    "seed": ({"seed": -1}, r"Scene: seed must be in \[0, 4294967295\], got -1"),
    "too many runs": ({"runs": [Run(OPTIMIZERS["sgd"]())] * 9}, "Scene: runs must be at most 8 of type Run, got 9"),
    "a rule, not a run": ({"runs": [OPTIMIZERS["sgd"]()]}, "Scene: runs must be at most 8 of type Run, got 1"),
    "a setting's range": ({"settings": {"kappa": 0}}, r"Quadratic bowl: kappa must be in \[1, inf\), got 0"),
    "a setting's name": ({"settings": {"foo": 0}}, "Scene: Quadratic bowl has no setting 'foo'"),
}


class TestAScene:
    @pytest.mark.parametrize(("change", "sentence"), BAD_SCENES.values(), ids=list(BAD_SCENES))
    def test_what_makes_no_sense_is_refused(self, change, sentence):
        with pytest.raises(ValueError, match=sentence):
            Scene(**{"surface": "quadratic", "start": (1, 1), **change})

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"step": -1}, r"View: step must be in \[0, 10000\], got -1"),
            ({"mode": "4d"}, "View: mode must be one of .*, got '4d'"),
            ({"colour": "red"}, "View: colour must be one of .*, got 'red'"),
            ({"loss": "red"}, "View: loss must be one of .*, got 'red'"),
            ({"lights": "dim"}, "View: lights must be one of .*, got 'dim'"),
            ({"hidden": (8,)}, r"View: hidden must be in \[0, 7\], got 8"),
        ],
    )
    def test_a_view_that_makes_no_sense_is_refused(self, change, sentence):
        with pytest.raises(ValueError, match=sentence):
            View(**change)

    @pytest.mark.parametrize("rule", [OPTIMIZERS["adam"], "adam", None, OPTIMIZERS["adam"](lr=TWO_RATES)])
    def test_a_run_is_one_optimizer_with_scalar_settings(self, rule):
        with pytest.raises(ValueError, match="must be"):
            Run(rule)

    def test_it_cannot_be_changed_and_is_its_own_key(self):
        scene = default_scene()
        with pytest.raises(FrozenInstanceError):
            scene.steps = 3
        assert {scene: 1, parse(format(scene))[0]: 2} == {scene: 2}
        assert replace(scene, steps=299) != scene

    def test_equal_scenes_are_equal_however_they_are_written(self):
        twin = Scene("quadratic", np.array([-1.5, 2]), np.int64(300), runs=[], settings={"angle": 0})
        assert twin == Scene("quadratic", (-1.5, 2.0), settings=(("kappa", 10), ("angle", -0.0)))
        assert type(twin.start[0]) is float
        assert type(twin.steps) is int
        assert Scene("saddle", (-0.0, 1)).start[0].hex() == "0x0.0p+0"

    def test_the_labels_are_unique(self):
        rules = [OPTIMIZERS[slug](lr=0.1) for slug in ("sgd", "adam", "sgd", "adam", "adam")]
        labels = Scene("saddle", (1, 0), runs=[Run(rule) for rule in rules]).labels
        assert labels == ("Gradient descent", "Adam", "Gradient descent 2", "Adam 2", "Adam 3")

    def test_its_landscape_has_its_settings(self):
        landscape = LANDSCAPES["quadratic"](kappa=100, angle=45)
        assert Scene.on(landscape).landscape == landscape
        assert Scene.on(landscape).start == landscape.start


class TestAView:
    def test_its_lights_are_on_until_they_are_turned_off(self):
        assert View().lights == "on"
        assert View(lights="off") != View()


class TestSimulate:
    def test_it_is_what_descend_gives_run_by_run(self):
        scene = replace(default_scene(), steps=40)
        for run, path in zip(scene.runs, simulate(scene), strict=True):
            alone = descend(scene.landscape, run.rule, scene.start, scene.steps)
            assert path.rule == run.rule
            assert np.array_equal(path.points, alone.points)
            assert path.sentence == alone.sentence

    def test_many_at_once_do_not_disturb_each_other(self):
        many = [replace(default_scene(), start=(x / 10, 1), steps=60) for x in range(24)]
        alone = [[path.points for path in simulate(scene)] for scene in many]
        simulate.forget()
        with ThreadPoolExecutor(8) as pool:
            together = [[path.points for path in paths] for paths in pool.map(simulate, many)]
        for one, other in zip(alone, together, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))

    def test_an_equal_scene_is_not_computed_again(self):
        scene = replace(default_scene(), steps=41)
        assert simulate(scene) is simulate(parse(format(scene))[0])

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    @given(scenes())
    def test_every_valid_scene_can_be_simulated(self, scene):
        scene = replace(scene, steps=min(scene.steps, 20))
        assert [path.rule for path in simulate(scene)] == [run.rule for run in scene.runs]


class TestPresets:
    @every_preset
    def test_its_link_is_read_without_a_warning(self, preset):
        parsed = parse(preset.link)
        assert parsed.warnings == ()
        assert parse(format(*parsed)) == parsed
        assert parsed[0].runs

    @every_preset
    def test_it_has_words(self, preset):
        assert preset.title
        assert preset.sentence.endswith(".")
        assert len(preset.sentence) < 200
        assert preset.id == preset.id.lower().replace(" ", "-")

    def test_the_first_is_the_default_scene(self):
        assert default_scene() == parse(next(iter(PRESETS.values())).link)[0]
        assert default_scene().surface == "himmelblau"

    def test_five_have_a_button_of_their_own(self):
        chips = [preset.title for preset in PRESETS.values() if preset.chip]
        assert chips == ["Four answers", "Too big a step", "The ravine", "The ridge", "Rolling through"]

    def test_each_group_stands_together(self):
        groups = [preset.group for preset in PRESETS.values()]
        assert list(dict.fromkeys(groups)) == [
            "Steps",
            "Momentum",
            "Adaptive rules",
            "Getting stuck",
            "Noise and data",
            "Choosing",
        ]
        assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)

    def test_titles_are_unique(self):
        assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)

    def test_an_id_that_occurs_twice_is_refused(self, tmp_path):
        entry = '[[scene]]\nid = "a"\ntitle = "A"\ngroup = "G"\nsentence = "S."\nlink = ""\n'
        (tmp_path / "scenes.toml").write_text(entry * 2, encoding="utf-8")
        with pytest.raises(ValueError, match="every id must be unique"):
            load_presets(tmp_path / "scenes.toml")
