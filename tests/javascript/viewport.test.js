// Which part of a surface the map shows, and where.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Viewport } from "../../views/player/viewport.js";

const SPACE = { left: 50, top: 10, right: 10, bottom: 40 };
const SIZE = { width: 660, height: 650, space: SPACE };
const SQUARE = { x: [-5, 5], y: [-5, 5] };
const TALL = { x: [-1.5, 4], y: [-3, 4] };

const unitsPerPixel = ({ range, box: [left, top, right, bottom] }) => [
  (range.x[1] - range.x[0]) / (right - left),
  (range.y[1] - range.y[0]) / (bottom - top),
];
const near = (actual, expected, tolerance = 1e-9) =>
  [actual].flat().forEach((value, index) => assert.ok(Math.abs(value - [expected].flat()[index]) <= tolerance, `${actual} is not ${expected}`));

test("a unit is as long across as up, on every surface and size", () => {
  for (const surface of [SQUARE, TALL]) for (const width of [366, 660, 1200]) {
    const [across, up] = unitsPerPixel(new Viewport(surface, { ...SIZE, width }));
    near(across / up, 1);
  }
});

test("the corners of the window are the corners of the ground", () => {
  const view = new Viewport(TALL, SIZE);
  const [left, top, right, bottom] = view.box;
  near(view.toPixel([-1.5, 4]), [left, top]);
  near(view.toPixel([4, -3]), [right, bottom]);
});

test("a pixel and its point find each other, to a pixel", () => {
  const view = new Viewport(SQUARE, SIZE);
  near(view.toPixel(view.toPoint(300, 200)), [300, 200], 1);
});

test("a point beside the map is brought to its edge", () => {
  assert.deepEqual(new Viewport(SQUARE, SIZE).toPoint(-999, 9999), [-5, -5]);
});

test("two fingers keep what is under them under them", () => {
  const view = new Viewport(SQUARE, SIZE);
  const before = view.toPoint(200, 150);
  view.pinch({ x: 200, y: 150, distance: 100 }, { x: 260, y: 190, distance: 200 });
  near(view.toPixel(before), [260, 190], 2);
  near((view.range.x[1] - view.range.x[0]) / 10, 0.5);
  near(unitsPerPixel(view)[0] / unitsPerPixel(view)[1], 1);
});

test("pinching ends at twenty windows and at a ten-thousandth of one", () => {
  const view = new Viewport(SQUARE, SIZE);
  const pinch = (from, to) => view.pinch({ x: 100, y: 100, distance: from }, { x: 100, y: 100, distance: to });
  for (let times = 0; times < 20; times++) pinch(400, 1);
  near(view.range.x[1] - view.range.x[0], 200, 1e-6);
  for (let times = 0; times < 20; times++) pinch(1, 400);
  near(view.range.x[1] - view.range.x[0], 1e-3, 1e-9);
});

test("fit shows whole paths, and at the second time the whole map again", () => {
  const view = new Viewport(SQUARE, SIZE);
  view.fit([[0, 0], [12, 3]]);
  assert.ok(view.range.x[1] >= 12 && view.range.x[0] <= -5);
  near(unitsPerPixel(view)[0] / unitsPerPixel(view)[1], 1);
  view.fit([[0, 0], [12, 3]]);
  assert.deepEqual(view.range, SQUARE);
});

test("what is twenty windows away is not fitted", () => {
  const view = new Viewport(SQUARE, SIZE);
  view.fit([[0, 0], [1e9, 0]]);
  assert.deepEqual(view.range, SQUARE);
});
