"""The pages of the app, chosen by their names: in the header, and on a phone in a menu there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.acts import PATIENCE, shown, turn_to
from views.image_lab import HEADLINE as LAB
from views.losses_page import HEADLINE as LOSSES


@pytest.mark.parametrize("which", ["page", "phone"])
def test_each_page_is_found_by_its_name_and_the_scene_is_still_there_afterwards(request, open_page, which):
    page = request.getfixturevalue(which)
    open_page(page, "surface=booth&run=adam:lr=0.3&steps=40&step=1")
    scene, _ = shown(page)
    for title, headline in (("Losses", LOSSES), ("Image lab", LAB)):
        turn_to(page, title)
        expect(page.get_by_role("heading", name=headline)).to_be_visible(timeout=PATIENCE)
    turn_to(page, "Playground")
    page.wait_for_function("Number(document.querySelector('[data-testid=stage]')?.dataset.revision) >= 1")
    page.wait_for_function("location.search.includes('booth')")
    assert shown(page)[0] == scene
