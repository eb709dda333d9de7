"""The image lab in a real browser: a training that is watched and stopped, and own images on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import PATIENCE, choose
from tests.browser.test_accessibility import assert_no_grave_faults
from tests.zips import insects, zipped

POINTS = "[...document.querySelectorAll('.rv-chart')].map(c => c.querySelector('polyline')?.points.length ?? 0)"


@pytest.fixture
def open_lab(open_other) -> Callable[[Page], Page]:
    """Open the page, and wait until it can be used."""

    def open_lab(page: Page) -> Page:
        open_other(page, "image-lab")
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled(timeout=PATIENCE)
        return page

    return open_lab


def type_in(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(f"{label}, exact value")
    field.fill(text)
    field.press("Enter")


def fits_in_width(page: Page) -> bool:
    return bool(page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"))


def test_a_training_is_watched_and_stopped(page, open_lab):
    open_lab(page)
    type_in(page, "Epochs", "400")
    expect(page.locator(".rv-state")).to_contain_text("400 epochs", timeout=PATIENCE)
    before = page.locator(".st-key-lab-card").bounding_box()
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(f"{POINTS}.every(count => count >= 3)", timeout=PATIENCE)

    # The curves grow in the picture that is there: nothing flickers, and nothing around them moves.
    page.evaluate(f"window.pictures = [...document.querySelectorAll('.rv-chart svg')], window.count = {POINTS}[0]")
    page.wait_for_function(f"{POINTS}[0] > window.count", timeout=PATIENCE)
    assert page.evaluate("window.pictures.every(picture => picture.isConnected)")
    assert page.locator(".st-key-lab-card").bounding_box() == before
    assert 0 < int(page.get_by_role("progressbar", name="Training").get_attribute("aria-valuenow") or 0) < 100

    page.get_by_role("button", name="Stop").click()
    state = page.locator(".rv-state")
    expect(state).to_contain_text("Trial 1: Stopped after epoch", timeout=PATIENCE)
    expect(page.get_by_text("test images for another class")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".rv-gallery img").first).to_be_visible()
    page.get_by_role("tab", name="Confusion matrix").click()
    expect(page.locator(".rv-confusion .rv-right")).to_have_count(10, timeout=PATIENCE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the log as CSV").click()
    rows = download.value.path().read_text(encoding="utf-8").splitlines()
    assert download.value.suggested_filename == "trials.csv"
    assert len(rows) == 2
    assert "Stopped after epoch" in rows[1]
    assert_no_grave_faults(page)


def test_a_readers_own_images_are_trained_with_on_a_phone(phone, open_lab):
    phone.emulate_media(color_scheme="light")
    open_lab(phone)
    assert fits_in_width(phone)
    choose(phone, "Images", "Your own images")
    upload = {"name": "insects.zip", "mimeType": "application/zip", "buffer": zipped(insects(12))}
    phone.locator("input[type=file]").set_input_files([upload])
    expect(phone.get_by_text("24 images of 16 x 16 pixels in colour in 2 classes")).to_be_visible(timeout=PATIENCE)
    phone.get_by_role("button", name="Train", exact=True).click()
    expect(phone.locator(".rv-state")).to_contain_text("Trial 1: Finished", timeout=PATIENCE)
    expect(phone.get_by_role("tab", name="Mistakes")).to_be_visible(timeout=PATIENCE)
    assert fits_in_width(phone)
    assert_no_grave_faults(phone)
