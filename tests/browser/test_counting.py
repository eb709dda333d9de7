"""The loss curve counted in evaluations, and a run that stops by itself, in the browser."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from scenes import simulate
from tests.browser.acts import (
    choose,
    losses_at,
    losses_read,
    repainted,
    shown,
    step_of,
    wait_for_address,
    wait_for_step,
)

LINK = "surface=booth&start=-8,5&steps=80&run=sgd:lr=0.01&run=newton:lr=0.1&run=bfgs&step=80"


def test_a_run_that_stops_by_itself_and_a_loss_curve_that_counts_evaluations(page, open_page):
    stage = open_page(page, LINK)
    scene, _ = shown(page)
    stopped = simulate(scene)[2]
    assert stopped.stopped
    assert losses_read(stage) == losses_at(scene, 80)
    assert losses_read(stage)["BFGS"] == stopped.values[-1]
    assert f"BFGS stopped at step {stopped.steps}, " in stage.locator(".rv-live").text_content()
    assert "overflow" not in stage.inner_text()

    # The loss curve counts evaluations when it is asked to, and a click on it is a step.
    caption, losses = stage.locator(".rv-caption"), stage.get_by_test_id("stage-loss")
    assert "evaluation" not in caption.text_content()
    assert losses.locator(".xtitle").text_content() == "steps"
    page.get_by_test_id("stExpander").filter(has_text="More").last.locator("summary").click()
    with repainted(stage):
        choose(page, "Loss curve and table", "Per evaluation")
    wait_for_address(page, "per=evaluation")
    assert "per evaluation" in caption.text_content()
    assert losses.locator(".xtitle").text_content() == "evaluations"
    assert step_of(stage) == 80

    # Newton's method costs three a step and so reaches furthest: half of the axis is half of its way.
    scene, view = shown(page)
    sgd, newton, bfgs = simulate(scene)
    assert view.per == "evaluation"
    assert newton.costs[-1] == 240
    plot = losses.bounding_box()
    middle = (plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
    page.mouse.move(*middle)
    losses.locator(".rv-tip").wait_for()
    first, *lines = losses.locator(".rv-tip").text_content().split("\n")
    spent = int(first.removeprefix("After ").removesuffix(" evaluations"))
    told = [float(line.split(": ")[1]) for line in lines]
    assert told == [path.values[np.searchsorted(path.costs, spent, "right") - 1] for path in (sgd, newton, bfgs)]
    page.mouse.click(*middle)
    wait_for_step(stage, int(np.searchsorted(newton.costs, spent, "right")) - 1)
    assert 25 <= step_of(stage) <= 40  # the axis begins behind its numbers
    assert losses_read(stage) == losses_at(scene, step_of(stage))

    expect(page.locator("table thead")).to_contain_text("for good below 0.1 % from evaluation")
