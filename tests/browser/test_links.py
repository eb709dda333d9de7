"""A link restores what was shown, to the step; the address bar always holds it."""

from __future__ import annotations

import numpy as np

from scenes import parse
from tests.browser.acts import (
    STILL,
    assert_still,
    boxes,
    differ,
    is_playing,
    losses_at,
    losses_read,
    picture,
    press,
    query_of,
    shown,
    slider,
    step_of,
    type_exactly,
    wait_for_address,
    wait_for_rest,
    wait_for_step,
)
from tests.browser.map import units_of

RELIEF = (
    "surface=quadratic:kappa=4,angle=30&start=-1.5,1&steps=150&seed=0&run=adam:lr=0.0234,beta1=0,beta2=0.999"
    "&step=120&view=3d"
)
CAMERA = """plot => {
  const {eye, up} = plot._fullLayout.scene._scene.getCamera()
  return [eye.x, eye.y, eye.z, up.x, up.y, up.z]
}"""
# Plotly writes a turned camera down, from which it is restored, a moment after the mouse is let go.
IS_TURNED = """() => {
  const { _fullLayout, layout } = document.querySelector('[data-testid=stage-3d] .js-plotly-plot')
  const { eye } = _fullLayout.scene._scene.getCamera(), noted = layout.scene.camera?.eye
  return noted && ['x', 'y', 'z'].every((axis) => Math.abs(eye[axis] - noted[axis]) < 1e-9)
}"""
PARTS = {
    **STILL,
    "top": ".rv-top",
    "panel": ".st-key-panel",
    "surface": "input[aria-label=Surface]",
    "slider": ".st-key-panel [data-testid=stSlider]",
}


def test_a_link_is_restored_to_the_step_in_3d_and_the_camera_is_kept(page, open_page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage = open_page(page, RELIEF)
    assert (step_of(stage), is_playing(stage), stage.get_attribute("data-mode")) == (120, False, "3d")
    relief = stage.get_by_test_id("stage-3d")
    assert relief.is_visible()
    assert not stage.get_by_test_id("stage-2d").is_visible()
    assert losses_read(stage) == losses_at(parse(RELIEF)[0], 120)
    assert wait_for_address(page, "view=3d") == RELIEF  # readable, nothing in it escaped
    history = page.evaluate("history.length")

    # Turned by hand, the relief looks different, and stays so while sliders move and steps are taken.
    straight = picture(relief)
    box = relief.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 250)
    page.mouse.down()
    page.mouse.move(box["x"] + 420, box["y"] + 250, steps=4)
    page.mouse.up()
    plot = relief.locator(".js-plotly-plot")
    page.wait_for_function(IS_TURNED)
    turned = plot.evaluate(CAMERA)
    assert differ(straight, picture(relief)) > 2000
    press(stage, "Learning rate")
    assert np.allclose(plot.evaluate(CAMERA), turned, atol=1e-6)
    stage.get_by_label("One step forward").click()
    wait_for_step(stage, 121)
    assert np.allclose(plot.evaluate(CAMERA), turned, atol=1e-6)

    # The address follows without a history of its own, and is what is copied.
    query = wait_for_address(page, "step=121&view=3d")
    scene, view = shown(page)
    assert (view.step, view.mode) == (121, "3d")
    assert scene.runs[0].rule.lr == float(slider(page, "Learning rate").get_attribute("aria-valuetext")) > 0.0234
    assert losses_read(stage) == losses_at(scene, 121)
    assert page.evaluate("history.length") == history
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/?{query}")
    page.context.clear_permissions()

    stage.get_by_label("View").select_option("both")
    wait_for_address(page, "view=both")
    wait_for_rest(page)
    assert stage.get_by_test_id("stage-2d").is_visible()
    assert stage.get_by_test_id("stage-3d").is_visible()
    assert np.isclose(*units_of(stage), rtol=0.01)


def test_what_is_wrong_with_a_link_is_named_and_moves_nothing(page, open_page):
    good = "surface=booth&start=-8,5&steps=50&run=momentum:lr=0.01,rho=0.9"
    open_page(page, good)
    without = boxes(page, PARTS)
    stage = open_page(page, good.replace("rho=0.9", "rho=abc") + "&nonsense=https://evil.example")
    warning = page.get_by_role("alert")
    assert "I did not understand rho=abc in run 1; using 0.9." in warning.text_content()
    assert "nonsense" in warning.text_content()
    assert warning.is_visible()
    assert "https://evil.example" in warning.text_content()
    assert warning.get_by_role("link").count() == 0
    assert_still(without, boxes(page, PARTS))

    # So it is with a value that is typed; and the stage, with its zoom and camera, is the same one all along.
    stage.evaluate("one => { one.isTheSame = true }")
    press(stage, "Learning rate")
    warning.wait_for(state="hidden")
    assert stage.evaluate("one => one.isTheSame === true")
    assert_still(without, boxes(page, PARTS))
    type_exactly(page, "Momentum rho", "1.5")
    page.get_by_text("Momentum: rho must be in [0, 1), got 1.5.").wait_for()
    wait_for_rest(page)
    assert_still(without, boxes(page, PARTS))
    assert stage.evaluate("one => one.isTheSame === true")
    assert shown(page)[0].runs[0].rule.rho == 0.9
    assert "nonsense" not in query_of(page)
