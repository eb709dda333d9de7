"""Two stages on one page: each has its own keys, questions and answers, and one of them has the page's."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.acts import lights_of, step_of, wait_for_address
from tools.app_server import app_server

SCRIPT = Path(__file__).with_name("two_stages.py")


def test_what_is_pressed_belongs_to_the_stage_with_the_focus_or_else_to_the_first_in_sight(new_context):
    page = new_context().new_page()
    with app_server(SCRIPT) as server:
        page.goto(server.url)
        first, second = (page.locator(f".st-key-{key} [data-testid=stage]") for key in ("first", "second"))
        for stage in (first, second):
            expect(stage).to_have_attribute("data-revision", "1")
        assert (step_of(first), step_of(second)) == (30, 40)

        # Without a focus the first one is meant, and with it the second; the address is always the first one's.
        page.keyboard.press("ArrowRight")
        page.keyboard.press("l")
        wait_for_address(page, "step=31")
        second.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(second).to_have_attribute("data-step", "38")
        assert (step_of(first), lights_of(first), lights_of(second)) == (31, "off", "on")
        page.keyboard.press("l")
        page.keyboard.press("l")
        page.keyboard.press("1")
        expect(page.locator("#second-asked")).to_have_text("preset")
        assert (lights_of(first), lights_of(second)) == ("off", "on")
        assert "surface=booth" in page.evaluate("location.search")

        # One pair of buttons in the header; but who presents the second one can leave it there.
        expect(page.get_by_role("button", name="Copy link").filter(visible=True)).to_have_count(1)
        page.keyboard.press("p")
        expect(first).to_be_hidden()
        page.get_by_role("button", name="Leave").filter(visible=True).click()
        expect(first).to_be_visible()

        # The inside of a step is shown where it was asked for.
        second.focus()
        page.keyboard.press("a")
        expect(second).to_have_attribute("data-anatomy", "inside")
        expect(first).to_have_attribute("data-anatomy", "closed")
        expect(page.locator("#first-asked")).to_have_text("")
    page.context.close()
