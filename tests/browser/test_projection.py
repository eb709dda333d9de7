"""The paths in 3-D lie where Plotly draws the surface under them."""

from __future__ import annotations

import numpy as np

from tests.browser.acts import eventually

# Plotly's own matrices are private: only this test looks at them, to hold the projection that the player works out.
COMPARE = """async () => {
  const plot = document.querySelector('[data-testid=stage-3d] .js-plotly-plot')
  const { xaxis, yaxis, zaxis, aspectratio } = plot.layout.scene
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  const { projection } = await import(loaded.find((name) => name.endsWith('/camera.js')))
  const size = { width: plot.layout.width, height: plot.layout.height }
  const ranges = { x: xaxis.range, y: yaxis.range, z: zaxis.range }
  const { camera, _scene } = plot._fullLayout.scene
  const ours = projection({ ranges, aspect: aspectratio, camera, size })
  const { model, view, projection: lens } = _scene.glplot.cameraParams
  const times = (matrix, [x, y, z, w]) =>
    [0, 1, 2, 3].map((row) => matrix[row] * x + matrix[4 + row] * y + matrix[8 + row] * z + matrix[12 + row] * w)
  const ends = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => [corner & 1, (corner >> 1) & 1, corner >> 2])
  const corners = ends.map(([x, y, z]) => [xaxis.range[x], yaxis.range[y], zaxis.range[z]])
  return corners.map((corner) => {
    const scaled = corner.map((value, axis) => value * _scene.dataScale[axis])
    const [x, y, , w] = times(lens, times(view, times(model, [...scaled, 1])))
    return [[(1 + x / w) / 2 * size.width, (1 - y / w) / 2 * size.height], ours.toPixel(ours.toScene(corner))]
  })
}"""


def test_every_corner_of_the_scene_is_where_plotly_puts_it_before_and_after_a_turn(page, open_page):
    stage = open_page(page, "surface=six-hump-camel&run=adam&view=3d")
    box = stage.get_by_test_id("stage-3d").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    upright = corners_when_plotly_agrees(page)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] - 30, steps=4)
    page.mouse.up()
    assert np.abs(corners_when_plotly_agrees(page) - upright).max() > 20


def corners_when_plotly_agrees(page) -> np.ndarray:
    """Where the corners are on the screen; Plotly writes the camera down a moment after the mouse is let go."""
    ours = np.empty(0)

    def agree() -> bool:
        nonlocal ours
        theirs, ours = np.moveaxis(np.array(page.evaluate(COMPARE)), 1, 0)
        return np.allclose(ours, theirs, atol=0.5)

    eventually(page, agree)
    return ours
