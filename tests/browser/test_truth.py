"""One truth: slider, field, card, table, picture and link say the same, whatever becomes of a run."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from optimizers import OPTIMIZERS
from scenes import parse, simulate
from tests.browser.acts import (
    STILL,
    assert_still,
    boxes,
    card,
    count_colour,
    differ,
    exact_field,
    losses_at,
    losses_read,
    outcomes_of,
    picture,
    press,
    repainted,
    sentences_of,
    shown,
    slider,
    step_of,
    table_of,
    type_exactly,
    wait_for_address,
    wait_for_rest,
    wait_for_step,
    wait_for_table,
)
from tests.browser.map import map_axes, pixel_of
from views.theme import marks_of
from views.words import settings_summary

NOTE_WHAT_IS_WRITTEN = """() => {
  window.written = []
  const fillText = CanvasRenderingContext2D.prototype.fillText
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    window.written.push(text)
    return fillText.call(this, text, ...place)
  }
}"""
NOT_FOR_PEOPLE = re.compile(r"\b(NaN|Infinity|undefined|None|null|inf)\b")


def assert_one_truth(page, stage, open_run: int) -> None:
    """Everything on the page that tells of the scene tells what the address says."""
    scene, view = shown(page)
    rule = scene.runs[open_run].rule
    for name, label in (
        ("lr", "Learning rate"),
        ("rho", "Momentum rho"),
        ("beta1", "beta1 direction"),
        ("beta2", "beta2 size"),
    ):
        if hasattr(rule, name):
            assert float(slider(page, label).get_attribute("aria-valuetext") or "nan") == getattr(rule, name)
            assert float(exact_field(page, label).input_value()) == getattr(rule, name)
    for index, (label, run) in enumerate(zip(scene.labels, scene.runs, strict=True)):
        # The open card says it with its controls, a closed one in its line.
        line = card(page, label).first.inner_text()
        assert label in line if index == open_run else settings_summary(run.rule) in line
    wait_for_table(stage)
    assert losses_read(stage) == losses_at(scene, view.shown_step(scene.steps))
    assert outcomes_of(stage) == sentences_of(scene)


def test_slider_field_card_table_readout_and_link_say_the_same_also_at_0(page, open_page):
    stage = open_page(
        page, "surface=himmelblau&start=0,0&steps=60&run=momentum:lr=0.0023,rho=0&run=adam:lr=0.05,beta1=0&step=17"
    )
    wait_for_address(page, "rho=0&")
    assert_one_truth(page, stage, open_run=1)
    with repainted(stage):
        type_exactly(page, "Learning rate", "0.0234")
    wait_for_address(page, "adam:lr=0.0234,beta1=0,")
    assert step_of(stage) == 17
    assert_one_truth(page, stage, open_run=1)

    card(page, "Momentum").click()
    slider(page, "Momentum rho").wait_for()
    wait_for_rest(page)
    assert "keeps 0 %" in slider(page, "Momentum rho").get_attribute("aria-label")
    assert_one_truth(page, stage, open_run=0)
    press(stage, "Momentum rho")
    wait_for_address(page, "rho=0.1&")
    stage.get_by_role("slider", name="Step").fill("60")
    wait_for_address(page, "step=60")
    assert_one_truth(page, stage, open_run=0)


def test_a_run_that_explodes_leaves_the_others_legible_and_says_at_which_step(page, open_page):
    rates = ("0.01", "0.1", "0.19", "0.2", "0.21", "30")
    link = "surface=quadratic:kappa=10&start=-1.5,1&steps=150&" + "&".join(f"run=sgd:lr={rate}" for rate in rates)
    scene, _ = parse(link)
    leaving, exploding = simulate(scene)[4:]
    assert len(exploding.points) < 151
    stage = open_page(page, f"{link}&step=7")
    page.evaluate(NOTE_WHAT_IS_WRITTEN)
    marks = marks_of(run.rule for run in scene.runs)

    # It leaves through the upper edge at step 8, where a marker then stands.
    at = [axis["begin"] for axis in map_axes(stage).values()]
    inside, beyond = leaving.points[7], leaving.points[8]
    x, _ = pixel_of(stage, inside + (beyond - inside) * (2 - inside[1]) / (beyond[1] - inside[1]))
    edge = {"x": round(x) - 14, "y": round(at[1]) - 4, "width": 28, "height": 16}
    before = picture(stage, edge)
    stage.get_by_label("One step forward").click()
    wait_for_step(stage, 8)
    after = picture(stage, edge)
    assert differ(before, after) > 60
    assert count_colour(after, marks[4].colour) > count_colour(before, marks[4].colour) + 30

    assert any(text.endswith("step 8") for text in page.evaluate("window.written"))

    # The map keeps its window and the loss axis its range, so the other runs can be read as before.
    stage.focus()
    page.keyboard.press("End")
    wait_for_step(stage, 150)
    assert [axis["range"] for axis in map_axes(stage).values()] == [[-2, 2], [-2, 2]]
    plot, losses = (picture(stage.get_by_test_id(part)) for part in ("stage-2d", "stage-loss"))
    for mark in marks[:4]:
        assert count_colour(losses, mark.colour) > 60
        assert count_colour(plot, mark.colour) > 60
    assert outcomes_of(stage) == sentences_of(scene)
    assert f"overflow at step {len(exploding.points)}" in outcomes_of(stage)["Gradient descent 6"]
    assert not NOT_FOR_PEOPLE.search(page.locator("body").inner_text())

    # A step of the rate from sound to exploding moves nothing.
    still = boxes(page, STILL)
    with repainted(stage):
        type_exactly(page, "Learning rate", "0.1")
    assert_still(still, boxes(page, STILL))
    with repainted(stage):
        type_exactly(page, "Learning rate", "3")
    assert_still(still, boxes(page, STILL))


def test_a_saddle_with_a_wish_for_a_log_axis_shows_a_sentence_and_no_nan(page, open_page):
    stage = open_page(
        page, "surface=saddle&start=1,0.0001&steps=500&run=sgd:lr=0.01&run=adam:lr=0.01&loss=log&colour=log"
    )
    assert stage.get_by_text("No lowest value is known here").is_visible()
    wait_for_table(stage)
    assert not NOT_FOR_PEOPLE.search(page.locator("body").inner_text())
    losses = picture(stage.get_by_test_id("stage-loss"))
    for mark in marks_of([OPTIMIZERS["sgd"](), OPTIMIZERS["adam"]()]):
        assert count_colour(losses, mark.colour) > 60
    assert all(row[4] == "–" for row in table_of(page))


def test_runs_are_added_duplicated_and_removed_until_none_is_left(page, open_page):
    stage = open_page(page, "surface=booth&start=-8,5&steps=50&run=adam:lr=0.1&step=20")
    still = boxes(page, STILL)
    with repainted(stage):
        page.get_by_role("button", name="Duplicate").click()
    assert list(outcomes_of(stage)) == ["Adam", "Adam 2"]
    with repainted(stage):
        page.get_by_role("button", name="Add optimizer").click()
        page.get_by_role("menuitem", name="RMSProp").click()
    assert list(outcomes_of(stage)) == ["Adam", "Adam 2", "RMSProp"]
    assert_still(still, boxes(page, STILL))
    assert step_of(stage) == 20
    slider(page, "Decay rate").wait_for()
    for left in (2, 1, 0):
        with repainted(stage):
            page.get_by_role("button", name="Remove").click()
        assert len(outcomes_of(stage)) == left
    for place in (".rv-notes", ".st-key-panel", ".st-key-below"):
        expect(page.locator(place).get_by_text("Add an optimizer to begin.")).to_be_visible()
    wait_for_address(page, "run=&")
    assert shown(page)[0].runs == ()
    assert_still(still, boxes(page, STILL))
