"""What the stage says over the map: why nothing moves, what went wrong, and what helps. It moves nothing itself."""

from __future__ import annotations

from playwright.sync_api import expect

from scenes import simulate
from tests.browser.acts import (
    STILL,
    assert_still,
    boxes,
    exact_field,
    is_playing,
    repainted,
    shown,
    slider,
    step_of,
    type_exactly,
    wait_for_address,
    wait_for_step,
    wait_until,
)
from tests.browser.map import drag, pixel_of, ranges_of, wait_for_range
from tools.app_server import app_server

TOLD = "state => document.querySelector('[data-test-connection-state]').dataset.testConnectionState = state"


# Streamlit's own dialog comes a moment after the connection is lost.
ALARM = "document.querySelector('[data-testid=stDialog]')"
NOTE_THE_ALARM = f"""() => {{
  const look = () => (window.hasBeenAlarmed ||= Boolean({ALARM}))
  new MutationObserver(look).observe(document.body, {{ childList: true, subtree: true }})
}}"""


def test_an_exactly_flat_start_is_told_and_a_slope_is_not(page, open_page):
    stage = open_page(page, "surface=saddle&start=0,0&steps=50&run=sgd:lr=0.01&run=adam:lr=0.1&step=20")
    note = stage.get_by_text("The slope here is exactly 0. Nothing will move.")
    expect(note).to_be_visible()
    still = boxes(page, STILL)
    with repainted(stage):
        page.get_by_label("Start w2", exact=True).fill("0.5")
        page.get_by_label("Start w2", exact=True).press("Enter")
    note.wait_for(state="hidden")
    assert_still(still, boxes(page, STILL))


def test_an_overflow_is_told_from_its_step_on_and_smaller_rates_are_a_button_and_nothing_moves(page, open_page):
    stage = open_page(page, "surface=quadratic:kappa=10&start=-1.5,1&steps=150&run=adam:lr=0.1&run=sgd:lr=0.1&step=140")
    notes = stage.locator(".rv-notes")
    drag(page, pixel_of(stage, (-1.8, 1.5)), pixel_of(stage, (0.5, -0.5)))  # a part of the map
    page.mouse.up()
    wait_for_range(stage, "x[1] < 1")
    still, zoomed = boxes(page, STILL), ranges_of(stage)

    with repainted(stage):
        type_exactly(page, "Learning rate", "30")
    wait_for_address(page, "run=sgd:lr=30&")
    exploding = simulate(shown(page)[0])[1]
    last = len(exploding.points) - 1
    assert 2 < last < 140
    told = notes.get_by_text(f"Gradient descent: {exploding.sentence}")
    told.wait_for()
    for step, is_told in ((last - 1, False), (140, True)):
        stage.get_by_role("slider", name="Step").fill(str(step))
        wait_for_step(stage, step)
        assert told.is_visible() == is_told
        assert_still(still, boxes(page, STILL))
    assert_still(still, boxes(page, STILL))
    assert ranges_of(stage) == zoomed

    # A tenth of the rate, and once more, until it stays; field and link follow.
    step = step_of(stage)
    for rate in ("3", "0.3"):
        with repainted(stage):
            notes.get_by_role("button", name="Try 0.1x").click()
        wait_for_address(page, f"run=sgd:lr={rate}&")
        expect(exact_field(page, "Learning rate")).to_have_value(rate)
        assert_still(still, boxes(page, STILL))
        assert (ranges_of(stage), step_of(stage)) == (zoomed, step)
    notes.get_by_role("button").wait_for(state="hidden")
    assert [run.rule.lr for run in shown(page)[0].runs] == [0.1, 0.3]


def test_while_the_connection_is_lost_the_page_says_so_and_goes_on_playing(page, open_page):
    stage = open_page(page, "surface=booth&start=-8,5&steps=60&run=adam:lr=0.1&step=30")
    still = boxes(page, STILL)
    page.evaluate(TOLD, "PINGING_SERVER")
    stage.get_by_text("Reconnecting").wait_for()
    assert_still(still, boxes(page, STILL))
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'true' && Number(data.step) > 3")
    page.keyboard.press(" ")
    wait_until(stage, "data.playing === 'false'")
    assert not is_playing(stage)
    page.evaluate(TOLD, "CONNECTED")
    stage.get_by_text("Reconnecting").wait_for(state="hidden")


def test_when_the_server_is_gone_the_class_sees_a_note_and_no_dialog_and_the_keys_go_on(new_context):
    page = new_context().new_page()  # unwatched: requests that fail are the point
    with app_server() as server:
        page.goto(f"{server.url}/?surface=booth&start=-8,5&steps=60&run=adam:lr=0.1&step=30")
        stage = page.get_by_test_id("stage")
        wait_until(stage, "Number(data.revision) >= 1")
        page.evaluate(NOTE_THE_ALARM)
    page.wait_for_function(f"window.hasBeenAlarmed && !{ALARM}")
    stage.get_by_text("Reconnecting").wait_for()
    expect(slider(page, "Learning rate")).to_be_disabled()
    page.keyboard.press("ArrowRight")
    wait_for_step(stage, 31)
    page.context.close()
