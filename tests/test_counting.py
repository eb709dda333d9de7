"""The loss curve counts steps or evaluations, and a run that stops by itself is no overflow."""

from __future__ import annotations

import json

import numpy as np
import pytest

from optimizers import CLASSICAL
from scenes import View, parse, simulate
from tests.every import for_every
from views.figures import loss_figure, loss_scale
from views.player import Opening
from views.player.player import scene_message
from views.words import EVALUATION

RUNS = "surface=booth&start=-8,5&steps=40&run=sgd:lr=0.01&run=sgd:lr=0.01;sam&run=newton:lr=0.5&run=bfgs"
PER_EVALUATION = View(per="evaluation")


def sent(link: str, view: View) -> dict:
    """The message to the browser, with its arrays by their numbers."""
    scene, _ = parse(link)
    data = scene_message(scene, view, simulate(scene), Opening())
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])

    def array(place: int) -> np.ndarray:
        told = header["arrays"][place]
        count = int(np.prod(told["shape"]))
        return np.frombuffer(data, told["dtype"], count, 4 + length + told["offset"]).reshape(told["shape"])

    return {**header["body"], "array": array}


@pytest.mark.parametrize("loss", ["log", "linear"])
def test_each_curve_lies_over_the_steps_or_over_the_evaluations_of_its_run(loss):
    scene, _ = parse(RUNS)
    paths = simulate(scene)
    for view in (View(loss=loss), View(loss=loss, per="evaluation")):
        figure = loss_figure(scene, view, paths)
        for trace, path in zip(figure.data, paths, strict=True):
            expected = path.costs if view.per == "evaluation" else np.arange(len(path.points))
            assert np.array_equal(trace.x, expected)
            assert np.array_equal(trace.customdata, path.values)


def test_the_axis_reaches_as_far_as_the_dearest_run_on_show_and_says_what_it_counts():
    scene, _ = parse(RUNS)
    paths = simulate(scene)
    for view, reach in ((View(), 40), (PER_EVALUATION, 120), (View(per="evaluation", hidden=(2,)), 80)):
        layout = loss_figure(scene, view, paths).layout
        assert layout.xaxis.range == (0, reach)
        assert layout.xaxis.title.text == f"{view.per}s"
        assert ("per evaluation" in loss_scale(scene, view, paths).title) == (view.per == "evaluation")


def test_evaluations_are_counted_as_the_page_says():
    assert EVALUATION == (
        "An evaluation is one gradient, of however many samples, with the loss at the same point. "
        "A Hessian counts as two, a loss by itself as one."
    )
    descent, newton, simplex = simulate(parse("surface=booth&steps=9&run=sgd&run=newton&run=nelder-mead")[0])
    assert [path.costs[-1] for path in (descent, newton)] == [9, 9 * (1 + 2)]
    assert (simplex.evaluations.gradients, simplex.evaluations.hessians) == (0, 0)
    assert simplex.costs[-1] == simplex.evaluations.values


def test_an_empty_scene_has_an_axis_too():
    scene, _ = parse("surface=booth&steps=40&run=")
    assert loss_figure(scene, PER_EVALUATION, ()).layout.xaxis.range == (0, 40)


def test_costs_are_sent_only_when_the_curve_counts_them():
    scene, _ = parse(RUNS)
    assert not any("costs" in run for run in sent(RUNS, View())["runs"])
    message = sent(RUNS, PER_EVALUATION)
    for run, path in zip(message["runs"], simulate(scene), strict=True):
        assert np.array_equal(message["array"](run["costs"]["array"]), path.costs)
    assert message["losses"]["reach"] == 120
    assert message["link"] != sent(RUNS, View())["link"]  # so that the stage draws anew


@for_every("slug", [*CLASSICAL])
def test_the_stage_is_told_which_runs_stopped_by_themselves(slug):
    message = sent(f"surface=booth&start=-8,5&steps=60&run={slug}&run=sgd:lr=0.01&run=sgd:lr=100", View())
    scene, _ = parse(f"surface=booth&start=-8,5&steps=60&run={slug}")
    assert [run["stops"] for run in message["runs"]] == [len(simulate(scene)[0].points) - 1 < 60, False, False]


DATA = "surface=diabetes-line&start=-1.5,-1.5&steps=40"
RACE = f"{DATA}&run=sgd:lr=0.05;batch:size=1&run=adam:lr=0.05;batch:size=32&run=sgd:lr=0.05&run=bfgs"


def test_a_sample_is_counted_each_time_that_an_evaluation_looks_at_it():
    scene, _ = parse(RACE + "&run=sgd:lr=0.05;batch:size=10;sam")
    single, batches, full, classical, sam = simulate(scene)
    count = len(scene.landscape.samples)
    assert single.samples.tolist() == list(range(41))
    assert batches.samples[1] == 32
    assert full.samples[-1] == 40 * count
    assert np.array_equal(classical.samples, classical.costs * count)
    assert sam.samples[-1] == 2 * 10 * 40


@pytest.mark.parametrize("per", ["sample", "epoch"])
def test_samples_and_epochs_stand_on_a_logarithmic_axis_from_the_first_step_of_the_thriftiest(per):
    scene, view = parse(f"{RACE}&per={per}")
    paths = simulate(scene)
    scale = loss_scale(scene, view, paths)
    count = len(scene.landscape.samples) if per == "epoch" else 1
    assert view.per == per
    assert scale.begin == pytest.approx(1 / count)
    assert scale.reach == pytest.approx(max(path.samples[-1] for path in paths) / count)
    figure = loss_figure(scene, view, paths)
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.title.text == f"{per}s"
    for trace, path in zip(figure.data, paths, strict=True):
        assert np.array_equal(trace.x[1:], path.counted(per)[1:])
    message = sent(f"{RACE}&per={per}", view)
    assert np.array_equal(message["array"](message["runs"][1]["costs"]["array"]), paths[1].counted(per))
    assert (message["losses"]["per"], message["losses"]["begin"]) == (per, scale.begin)


def test_where_there_is_no_data_samples_are_not_counted_and_a_link_that_asks_for_it_is_told_so():
    parsed = parse(f"{RUNS}&per=sample")
    assert parsed[1].per == "step"
    assert parsed.warnings == ("I did not understand per=sample; using step.",)
