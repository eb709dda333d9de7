"""Inside a step: opened by a key, true to the run at every step, and sent only while it is open."""

from __future__ import annotations

import json
import re

import numpy as np
from playwright.sync_api import expect

from landscapes import LANDSCAPES
from optimizers import descend
from scenes import parse
from tests.browser.acts import (
    FOUR_ANSWERS,
    assert_still,
    boxes,
    card,
    eventually,
    press,
    repainted,
    wait_for_rest,
    wait_for_step,
    wait_for_table,
)
from tests.browser.map import drag, pixel_of
from tests.browser.test_accessibility import assert_no_grave_faults_in_both_themes
from tests.browser.test_picture import level_set_through

LINK = "surface=himmelblau&start=-4.8,0.4&steps=60&run=momentum:lr=0.001,rho=0.95&run=adam:lr=0.1"
MOST_BYTES = 40_000
STEADY = {"headline": ".rv-headline", "stage": "[data-testid=stage]", "bar": ".rv-bar", "panel": ".st-key-panel"}
READ_ROWS = """rows => rows.map(row =>
  [row.dataset.term, [...row.querySelectorAll('output')].map(one => Number(one.dataset.value))])"""


def recorded(link: str, run: int):
    scene, _ = parse(link)
    return descend(scene.landscape, scene.runs[run].phases, scene.start, scene.steps, record=True)


def anatomy_of(stage):
    return stage.page.get_by_test_id("anatomy")


def open_anatomy(stage, step: int):
    """Press the key, and wait for the numbers of a step."""
    stage.focus()
    stage.page.keyboard.press("a")
    wait_for_numbers(stage, step)


def wait_for_numbers(stage, step: int) -> None:
    expect(anatomy_of(stage)).to_have_attribute("data-step", str(step))


def numbers_of(stage) -> dict[str, list[float]]:
    """What stands behind the numbers shown for every term, by its name."""
    return dict(anatomy_of(stage).locator("tbody tr").evaluate_all(READ_ROWS))


def assert_numbers_are_the_runs_own(stage, path, step: int) -> None:
    wait_for_numbers(stage, step)
    shown = numbers_of(stage)
    for name in set(shown) & set(path.terms):
        np.testing.assert_allclose(shown[name], path.terms[name][step], rtol=1e-6, err_msg=f"{name} at step {step}")
    assert {"g", "step"} <= set(shown)


def arrow_of(stage, name: str) -> np.ndarray:
    return np.array(json.loads(stage.locator(f".rv-arrows [data-role={name}]").get_attribute("data-vector") or "[]"))


def test_its_numbers_are_those_of_the_run_at_every_step_and_of_the_run_in_focus(page, open_page):
    stage = open_page(page, f"{LINK}&step=20")
    assert anatomy_of(stage).count() == 0
    still = boxes(page, STEADY)
    open_anatomy(stage, 20)
    assert_still(still, boxes(page, STEADY))
    adam, momentum = recorded(LINK, 1), recorded(LINK, 0)
    assert_numbers_are_the_runs_own(stage, adam, 20)
    assert anatomy_of(stage).locator("h2").inner_text() == "Adam: from step 20 to 21"
    written = anatomy_of(stage).locator("tr[data-term=m_hat] output").first.inner_text()
    assert written == f"{adam.terms['m_hat'][20, 0]:#.4g}".replace("-", "−")

    page.keyboard.press("ArrowRight")
    assert_numbers_are_the_runs_own(stage, adam, 21)
    page.keyboard.press("Home")
    assert_numbers_are_the_runs_own(stage, adam, 0)
    page.keyboard.press("End")
    assert_numbers_are_the_runs_own(stage, adam, 59)  # the last step leads to the end

    # A click on a curve goes to its step.
    box = page.get_by_test_id("curves").locator(".rv-curve").nth(2).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    wait_for_step(stage, 30)
    assert_numbers_are_the_runs_own(stage, adam, 30)

    card(page, "Momentum").click()
    expect(anatomy_of(stage).locator("h2")).to_contain_text("Momentum")
    assert_numbers_are_the_runs_own(stage, momentum, 30)
    assert list(numbers_of(stage)) == ["g", "v", "step"]


def test_a_setting_and_another_start_change_path_and_numbers_together(page, open_page):
    stage = open_page(page, f"{LINK}&step=20")
    open_anatomy(stage, 20)
    press(stage, "Learning rate")
    changed = LINK.replace("adam:lr=0.1", "adam:lr=0.12")
    assert_numbers_are_the_runs_own(stage, recorded(changed, 1), 20)
    begin, end = (pixel_of(stage, point) for point in ((-4.8, 0.4), (-4, 1.4)))
    with repainted(stage):
        drag(page, begin, end)
    page.mouse.up()

    def are_those_of_the_address() -> bool:
        path = recorded(page.evaluate("location.search.slice(1)"), 1)
        shown = numbers_of(stage)
        has_moved = path.points[0, 0] != -4.8 and "step" in shown  # for a moment there are no numbers at all
        return has_moved and np.allclose(shown["step"], path.terms["step"][20], rtol=1e-6)

    eventually(page, are_those_of_the_address)


def test_arrows_point_where_the_numbers_do_and_the_step_is_to_scale(page, open_page):
    surface = LANDSCAPES["himmelblau"]
    stage = open_page(page, f"{LINK}&step=3")
    open_anatomy(stage, 3)
    for step in (3, 12, 25):
        stage.get_by_role("slider", name="Step").fill(str(step))
        wait_for_numbers(stage, step)
        path = recorded(LINK, 1)
        point = path.points[step]
        one, other = level_set_through(surface, point, radius=1e-3)
        contour = np.subtract(pixel_of(stage, one), pixel_of(stage, other))
        downhill = arrow_of(stage, "downhill")
        cosine = contour @ downhill / (np.hypot(*contour) * np.hypot(*downhill))
        assert abs(np.degrees(np.arccos(cosine)) - 90) <= 2
        taken = np.subtract(pixel_of(stage, path.points[step + 1]), pixel_of(stage, point))
        assert np.allclose(arrow_of(stage, "step"), taken, atol=0.6)
        momentum = arrow_of(stage, "momentum")
        m, g = path.terms["m"][step], path.terms["g"][step]
        assert np.isclose(np.hypot(*momentum) / np.hypot(*downhill), np.hypot(*m) / np.hypot(*g), rtol=1e-3)
        assert np.allclose(momentum / np.hypot(*momentum), [-m[0] / np.hypot(*m), m[1] / np.hypot(*m)], atol=1e-3)
        sides = [
            float(stage.locator(f".rv-arrows [data-role={name}] .rv-ink").get_attribute("width"))
            for name in ("first", "second")
        ]
        wanted = np.sqrt(path.terms["v"][step]) * np.hypot(*downhill) / np.hypot(*g)
        assert np.allclose(sides, wanted, atol=0.2)


def test_nothing_of_it_is_sent_while_it_is_closed_and_little_while_it_is_open(page, open_page):
    sizes: list[int] = []
    page.once("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    stage = open_page(page, FOUR_ANSWERS + "&step=120")

    def sent_by_a_change() -> int:  # to a scene that has not been sent before: of what is known only a name is sent
        wait_for_table(stage)
        sizes.clear()
        press(stage, "Learning rate")
        wait_for_table(stage)
        return sum(sizes)

    sent_by_a_change()
    closed = sent_by_a_change()
    open_anatomy(stage, 120)
    sent_by_a_change()
    opened = sent_by_a_change()
    assert 10_000 < opened - closed <= MOST_BYTES
    page.keyboard.press("a")
    anatomy_of(stage).wait_for(state="detached")
    assert stage.locator(".rv-arrows").count() == 0
    sent_by_a_change()
    assert abs(sent_by_a_change() - closed) < 1000


def test_in_a_long_run_other_steps_are_asked_for_and_none_is_ever_wrong(page, open_page):
    link = "surface=himmelblau&start=-4.8,0.4&steps=3000&run=adam:lr=0.01"
    stage = open_page(page, f"{link}&step=0")
    open_anatomy(stage, 0)
    path = recorded(link, 0)
    for step in (2500, 1200):
        stage.get_by_role("slider", name="Step").fill(str(step))
        wait_for_step(stage, step)
        shown = anatomy_of(stage).evaluate(
            "one => [one.querySelector('[data-term=g] output').textContent, one.dataset.step]"
        )
        assert "–" in shown or shown[1] == str(step)
        assert_numbers_are_the_runs_own(stage, path, step)


def test_a_chain_has_the_equations_of_the_phase_it_is_in(page, open_page):
    link = "surface=himmelblau&start=-4.8,0.4&steps=60&run=momentum:lr=0.001;steps:count=30~adam:lr=0.1&run=bfgs"
    stage = open_page(page, f"{link}&step=29&hide=2")
    open_anatomy(stage, 29)
    path = recorded(link, 0)
    assert list(numbers_of(stage)) == ["g", "v", "step"]
    assert_numbers_are_the_runs_own(stage, path, 29)
    page.keyboard.press("ArrowRight")
    assert_numbers_are_the_runs_own(stage, path, 30)
    assert "m_hat" in numbers_of(stage)
    assert anatomy_of(stage).locator("h2").inner_text().endswith("from step 30 to 31 (Adam)")


def assert_no_row_is_covered(stage) -> None:
    rows = anatomy_of(stage).locator("tbody tr")
    *ends, _ = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().bottom)")
    assert max(ends) <= rows.last.evaluate("row => row.getBoundingClientRect().top") + 1
    assert "has-more" not in anatomy_of(stage).get_attribute("class")


def test_no_row_is_covered_by_the_last_one_also_where_the_letters_come_late(new_page, open_page):
    page = new_page()
    letters = []
    page.route("**/SourceSerif*", lambda route: letters.append(route))
    stage = open_page(page, "surface=himmelblau&start=-4.8,0.4&steps=60&run=adam:lr=0.1&step=20")
    open_anatomy(stage, 20)
    step = stage.locator(".rv-arrows .rv-step .rv-ink")
    expect(step).to_have_css("stroke-width", "3.5px")
    page.keyboard.press("p")
    expect(step).to_have_css("stroke-width", "6px")  # as wide as the path
    assert stage.get_by_test_id("stage-2d").bounding_box()["height"] > 500
    assert letters
    for letter in letters:
        letter.continue_()
    wait_for_rest(page)
    assert_no_row_is_covered(stage)


def test_all_rows_are_shown_or_that_there_are_more_of_them_and_everybody_can_use_it(page, open_page):
    stage = open_page(page, "surface=himmelblau&start=-4.8,0.4&steps=60&run=schedule-free:lr=0.001&step=20")
    open_anatomy(stage, 20)
    wait_for_rest(page)
    assert_no_row_is_covered(stage)
    page.set_viewport_size({"width": 1400, "height": 700})
    stage = open_page(page, "surface=himmelblau&start=-4.8,0.4&steps=60&run=nadam:lr=0.1&step=20")
    open_anatomy(stage, 20)
    panel, more = anatomy_of(stage), re.compile("has-more")
    expect(panel).to_have_class(more)
    panel.evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    expect(panel).not_to_have_class(more)
    expect(panel.locator("tr[data-term=rate] output").last).to_be_in_viewport()
    assert_no_grave_faults_in_both_themes(page)


def test_on_a_phone_it_stands_under_the_map_and_nothing_scrolls_sideways(phone, open_page):
    stage = open_page(phone, f"{LINK}&step=20")
    stage.get_by_label("View", exact=True).select_option("anatomy")
    wait_for_numbers(stage, 20)
    assert stage.locator("option[value=anatomy]").text_content() == "Close anatomy"
    assert_numbers_are_the_runs_own(stage, recorded(LINK, 1), 20)
    anatomy = anatomy_of(stage).bounding_box()
    assert anatomy["y"] >= stage.bounding_box()["y"] + stage.bounding_box()["height"]
    main = "document.querySelector('[data-testid=stMain]')"
    assert phone.evaluate(f"[document.documentElement.scrollWidth, {main}.scrollWidth]") == [390, 390]
    step = anatomy_of(stage).locator("tr[data-term=step]")
    step.evaluate("row => row.scrollIntoView({ block: 'end' })")
    assert step.is_visible()
    box = stage.get_by_test_id("stage-2d").bounding_box()
    assert box["y"] >= 0, "the map stays in view beside the last term"
