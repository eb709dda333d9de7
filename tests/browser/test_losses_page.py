"""The page of losses in a real browser: handles that are dragged, numbers that are Python's, lines that follow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from landscapes.losses import LOSSES, Task
from tests.browser.acts import PATIENCE, count_colour, differ, eventually, picture, wait_for_rest
from tests.browser.map import Fingers, drag
from tests.browser.test_accessibility import assert_no_grave_faults
from views.loss_curves import OUTLIER_PLACES, nearest_place
from views.loss_curves.message import LOOKS, PER_UNIT, START, lines, of_task
from views.losses_page import HEADLINE
from views.theme import themes


@pytest.fixture
def open_losses(open_other) -> Callable[[Page], Page]:
    """Open the page, and wait until all of it is there."""

    def open_losses(page: Page) -> Page:
        open_other(page, "losses")
        page.locator("[data-testid=outlier][data-revision='1']").wait_for(timeout=PATIENCE)
        page.locator("[data-testid=loss-curves][data-place]").nth(1).wait_for(timeout=PATIENCE)
        page.locator(".st-key-losses-card-of-squared-hinge .katex").first.wait_for(timeout=PATIENCE)
        wait_for_rest(page)
        return page

    return open_losses


def curves(page: Page, task: str) -> Locator:
    return page.locator(f"[data-testid=loss-curves][data-task={task}]")


def read(part: Locator, column: str) -> dict[str, float]:
    """The exact numbers behind a column of a readout, by loss."""
    rows = part.locator("tbody tr")
    script = f"rows => rows.map(row => [row.dataset.loss, Number(row.querySelector('{column}').dataset.value)])"
    return dict(rows.evaluate_all(script))


def place_of(part: Locator) -> float:
    return float(part.get_attribute("data-place") or "nan")


def expected(task: Task, place: float, delta: float = 1.0) -> tuple[dict[str, float], dict[str, float]]:
    """What the readout must say at a place, to the last bit."""
    target = 1.0 if task == "binary" else 0.0
    settings = {loss.slug: {"delta": delta} if "delta" in loss.knobs else {} for loss in of_task(task)}
    values = {slug: LOSSES[slug].value(place, target, **with_delta) for slug, with_delta in settings.items()}
    slopes = {slug: LOSSES[slug].slope(place, target, **with_delta) for slug, with_delta in settings.items()}
    return values, slopes


def assert_read(part: Locator, task: Task, place: float, delta: float = 1.0) -> None:
    assert place_of(part) == place
    assert (read(part, ".rl-loss"), read(part, ".rl-slope")) == expected(task, place, delta)


def middle_of(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page: Page, target: Locator, right: float, down: float = 0) -> None:
    x, y = middle_of(target)
    drag(page, (x, y), (x + right, y + down))
    page.mouse.up()


def test_dragging_the_handle_reads_every_loss_and_slope_there(open_losses, page):
    open_losses(page)
    assert page.locator("h1").text_content() == HEADLINE
    for task, start in START.items():
        part = curves(page, task)
        assert_read(part, task, start)
        before = picture(part)
        pull(page, part.get_by_role("slider"), -80)
        place = place_of(part)
        assert place < start
        assert place == round(place * PER_UNIT) / PER_UNIT
        assert_read(part, task, place)
        assert differ(before, picture(part)) > 500
        seen = picture(part)
        for loss in of_task(task):
            assert count_colour(seen, LOOKS[loss.slug].dark) > 100


def test_a_click_on_the_curves_moves_the_handle_there(open_losses, page):
    part = curves(open_losses(page), "regression")
    frame = part.locator(".rl-frame").bounding_box()
    assert frame
    page.mouse.click(frame["x"] + frame["width"] / 2 + 13, frame["y"] + 120)  # 40 left, 14 right of the axes
    assert abs(place_of(part)) < 0.02
    assert abs(place_of(part)) == pytest.approx(read(part, ".rl-loss")["mae"])


def test_the_handle_is_a_slider_for_keys_and_for_screen_readers(open_losses, page):
    part = curves(open_losses(page), "regression")
    handle = part.get_by_role("slider", name="prediction − target")
    for key, place in [("ArrowRight", 1.6), ("Shift+ArrowLeft", 1.59), ("Home", -3), ("End", 3), ("PageDown", 2.5)]:
        handle.press(key)
        assert_read(part, "regression", place)
    assert handle.get_attribute("aria-valuenow") == "2.5"
    assert (handle.get_attribute("aria-valuetext") or "").startswith(
        "2.50 too high. Mean squared error 6.25, slope 5.00. Mean absolute error 2.50, slope 1.00. "
        "Huber loss 2.00, slope 1.00"
    )
    assert part.locator(".rl-says").text_content() == "2.50 too high"


def test_huber_follows_its_delta_and_the_handle_stays(open_losses, page):
    part = curves(open_losses(page), "regression")
    part.get_by_role("slider").press("PageUp")
    slider = page.locator(".st-key-losses-card-numbers input[type=range]")
    slider.press("ArrowRight")
    eventually(page, lambda: read(part, ".rl-loss")["huber"] == expected("regression", 2, 1.2)[0]["huber"])
    assert_read(part, "regression", 2, 1.2)
    outlier = page.get_by_test_id("outlier")
    wanted = {line["slug"]: line["slope"] for line in lines(OUTLIER_PLACES["An outlier"], 1.2)}
    eventually(page, lambda: read(outlier, ".rl-loss") == wanted)


def assert_lines(page: Page, place: tuple[float, float]) -> None:
    """Wait until the lines are those for the outlier at a place; then every number must be Python's."""
    outlier = page.get_by_test_id("outlier")
    page.locator(f"[data-testid=outlier][data-place='{place[0]:g},{place[1]:g}']").wait_for(timeout=PATIENCE)
    found = lines(place, 1.0)
    assert read(outlier, ".rl-loss") == {line["slug"]: line["slope"] for line in found}
    assert read(outlier, ".rl-share") == {line["slug"]: line["lossShare"] for line in found}
    assert read(outlier, ".rl-share:last-child") == {line["slug"]: line["pullShare"] for line in found}


def test_the_lines_follow_the_outlier_by_mouse_keys_and_buttons(open_losses, page):
    open_losses(page)
    point = page.get_by_test_id("outlier-point")
    point.scroll_into_view_if_needed()
    x, y = OUTLIER_PLACES["An outlier"]
    assert_lines(page, (x, y))
    point.press("ArrowUp")
    assert_lines(page, (x, y + 0.5))
    point.press("Shift+ArrowLeft")
    assert_lines(page, (round(x - 0.1, 1), y + 0.5))
    before = picture(page.get_by_test_id("outlier"))
    pull(page, point, -200, -100)
    now = nearest_place(*str(point.get_attribute("data-place")).split(","))
    assert now[0] < 9
    assert now[1] > 2
    assert_lines(page, now)
    assert differ(before, picture(page.get_by_test_id("outlier"))) > 500
    page.get_by_role("button", name="On the line").click()
    assert_lines(page, OUTLIER_PLACES["On the line"])


def test_a_finger_drags_the_outlier_and_targets_are_large_enough(open_losses, phone):
    open_losses(phone)
    for target in (phone.get_by_test_id("outlier-point"), *curves(phone, "binary").locator(".rl-handle").all()):
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    point = phone.get_by_test_id("outlier-point")
    point.scroll_into_view_if_needed()
    x, y = middle_of(point)
    fingers = Fingers(phone)
    fingers.press((x, y))
    for share in (0.3, 0.6, 1):
        fingers.move((x - 60 * share, y - 80 * share))
    fingers.lift()
    eventually(phone, lambda: abs(middle_of(point)[1] - (y - 80)) <= 8)  # and the page did not scroll
    start = "{:g},{:g}".format(*OUTLIER_PLACES["An outlier"])
    eventually(phone, lambda: phone.get_by_test_id("outlier").get_attribute("data-place") != start)


@pytest.mark.parametrize(
    ("where", "width", "height", "scheme"),
    [("page", 1400, 900, "light"), ("phone", 390, 844, "dark"), ("page", 1024, 768, "dark")],
    ids=["desktop", "phone", "projector"],
)
def test_the_page_fits_and_everybody_can_use_it(request, open_losses, where, width, height, scheme):
    page = request.getfixturevalue(where)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    open_losses(page)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")
    ground = themes()[scheme].card
    seen = picture(curves(page, "regression"))
    assert count_colour(seen, ground) > 0.5 * np.prod(seen.shape[:2])
    assert page.viewport_size
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    assert page.locator("[class*=st-key-losses-card-of] [data-testid=stMarkdownContainer]").evaluate_all(wide) == []
    page.set_viewport_size({**page.viewport_size, "height": page.evaluate(f"{main}.scrollHeight") + 20})
    assert_no_grave_faults(page)
