"""What the table says of each run, and the words for all that can be added to a rule."""

from __future__ import annotations

import numpy as np

from knobs import format_value, knobs_of
from optimizers import CLASSICAL, OPTIMIZERS, PARTS, WALKERS
from scenes import Per, parse, simulate
from tests.every import for_every
from views.words import by_itself, part_summary, phase_summary, run_summary, runs_table, settings_summary, short

PLACE = "surface=booth&start=-8,5&steps=60"
ALL_SORTS = (
    "&run=sgd:lr=0.01;sam;cosine;clip:norm=2&run=newton&run=nelder-mead&run=bfgs"
    "&run=momentum:lr=0.01;steps:count=10~adam:lr=0.1;warmup&run=adam:lr=0.2&run=sgd:lr=1"
)


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a Markdown table, by the words over its columns."""
    header, _, *rows = ([cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def told(link: str, per: Per = "step"):
    scene, _ = parse(link)
    paths = simulate(scene)
    return scene, paths, rows_of(runs_table(scene, paths, per))


@for_every("runs", [ALL_SORTS, *(f"&run={slug}" for slug in WALKERS)])
def test_the_table_says_of_every_run_what_the_trajectory_says(runs):
    scene, paths, rows = told(PLACE + runs)
    for row, label, run, path in zip(rows, scene.labels, scene.runs, paths, strict=True):
        assert row == {
            "run": label,
            "settings": run_summary(run),
            "loss at the start": short(path.values[0]),
            "loss at the end": short(path.values[-1]),
            "for good below 0.1 % from step": "–" if path.settled_step is None else str(path.settled_step),
            "evaluations": str(int(path.costs[-1])),
            "what happened": " ".join([path.sentence, *by_itself(path)]),
        }


def test_per_evaluation_the_table_says_after_how_many_evaluations_a_run_has_arrived():
    _, paths, by_step = told(PLACE + ALL_SORTS)
    _, _, by_evaluation = told(PLACE + ALL_SORTS, "evaluation")
    arrived = [path.settled_step for path in paths]
    assert any(step is None for step in arrived)
    assert any(step is not None for step in arrived)
    for path, step, evaluation in zip(paths, by_step, by_evaluation, strict=True):
        settled = evaluation.pop("for good below 0.1 % from evaluation")
        assert settled == ("–" if path.settled_step is None else str(int(path.costs[path.settled_step])))
        del step["for good below 0.1 % from step"]
        assert step == evaluation


def test_a_second_gradient_and_a_hessian_are_counted():
    _, _, rows = told("surface=booth&steps=20&run=sgd:lr=0.01&run=sgd:lr=0.01;sam&run=newton")
    assert [row["evaluations"] for row in rows] == ["20", "40", "60"]


@for_every("slug", [*CLASSICAL])
def test_of_a_classical_method_the_table_says_what_it_asked_for_and_where_it_stopped(slug):
    _, [path], [row] = told(f"{PLACE}&run={slug}")
    words = row["what happened"]
    asked = path.evaluations
    for count, what in ((asked.values, "loss"), (asked.gradients, "gradient"), (asked.hessians, "Hessian")):
        assert (f"the {what} {count} time" in words) == (count > 0)
    assert (f"It stopped by itself at step {len(path.points) - 1}." in words) == path.stopped
    assert path.stopped == (len(path.points) - 1 < 60)


def test_a_rule_is_not_said_to_stop_by_itself_even_if_it_overflows():
    _, [path], [row] = told(f"{PLACE}&run=sgd:lr=100")
    assert path.steps < 60 or not np.isfinite(path.values).all() or path.values[-1] > 1e10
    assert "by itself" not in row["what happened"]


# All that is on can be read


@for_every("slug", [slug for slug, part in PARTS.items() if part.kind not in ("steps", "carry")])
def test_a_part_is_named_with_its_settings_in_the_row_of_its_run(slug):
    place = "surface=diabetes-line&steps=60" if slug == "batch" else PLACE
    _, _, [row] = told(f"{place}&run=sgd:lr=0.01;{slug}")
    part = PARTS[slug]()
    assert part_summary(part) in row["settings"]
    for name, knob in knobs_of(part).items():
        assert knob.rare or format_value(getattr(part, name)) in part_summary(part)


def test_a_chain_is_told_phase_by_phase():
    _, _, [row] = told(
        f"{PLACE}&run=momentum:lr=0.01;clip:norm=5;steps:count=10~momentum:lr=0.002;carry;cosine:until=9"
    )
    assert row["settings"] == (
        "lr 0.01, rho 0.9; gradients clipped to 5; for 10 steps; "
        "then Momentum: lr 0.002, rho 0.9; cosine until 9, floor 0; memory kept"
    )


@for_every("slug", [*OPTIMIZERS])
def test_a_rule_without_parts_has_its_settings_and_no_more(slug):
    scene, _ = parse(f"{PLACE}&run={slug}")
    assert run_summary(scene.runs[0]) == phase_summary(scene.runs[0].phases[0]) == settings_summary(scene.runs[0].rule)
