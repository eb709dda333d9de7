// Where things are in the pictures of the page of losses.

import assert from "node:assert/strict";
import { test } from "node:test";

import { afterKey, nearest, pathThrough, scale, spread, tangent, ticks } from "../../views/loss_curves/geometry.js";

const places = Float64Array.from({ length: 601 }, (_, i) => (i - 300) / 100);

test("a scale takes the ends of a range to the ends of a line, also upside down", () => {
  assert.deepEqual([-3, 0, 3].map(scale([-3, 3], 40, 640)), [40, 340, 640]);
  assert.deepEqual([0, 9].map(scale([0, 9], 200, 20)), [200, 20]);
});

test("the handle stops at the place nearest to the pointer, and never beyond the ends", () => {
  for (const [value, place] of [[1.504, 1.5], [1.496, 1.5], [-9, -3], [9, 3], [0, 0]]) {
    assert.equal(places[nearest(places, value)], place);
  }
});

test("arrow keys move by a tenth, with shift by a hundredth, and stop at the ends; other keys do nothing", () => {
  const after = (key, isFine, place) => places[afterKey(key, isFine, nearest(places, place), places.length)];
  assert.equal(after("ArrowRight", false, 1.5), 1.6);
  assert.equal(after("ArrowLeft", true, 1.5), 1.49);
  assert.equal(after("PageUp", false, 1.5), 2);
  assert.equal(after("ArrowRight", false, 2.95), 3);
  assert.deepEqual([after("Home", false, 1), after("End", false, 1)], [-3, 3]);
  assert.equal(afterKey("a", false, 5, 601), null);
});

test("a path goes through its points", () => {
  assert.equal(pathThrough([0, 1], [2, 3], (x) => 10 * x, (y) => -y), "M0.0,-2.0L10.0,-3.0");
});

test("the lines of a grid are round numbers within the range", () => {
  assert.deepEqual(ticks([-6, 1], 3), [-6, -3, 0]);
  assert.deepEqual(ticks([0, 9], 3), [0, 3, 6, 9]);
});

test("a tangent has the slope of the curve in pixels, and its length", () => {
  const { x1, y1, x2, y2 } = tangent(100, 50, 2, { x: 100, y: 20 }, 30);
  assert.ok(Math.abs((y2 - y1) / (x2 - x1) - (-2 * 20) / 100) < 1e-12);
  assert.ok(Math.abs(Math.hypot(x2 - x1, y2 - y1) - 60) < 1e-9);
  assert.deepEqual([(x1 + x2) / 2, (y1 + y2) / 2], [100, 50]);
});

test("names keep apart, in the order of their lines, within the picture", () => {
  assert.deepEqual(spread([50, 20, 90], 18, 0, 200), [50, 20, 90]);
  assert.deepEqual(spread([50, 51, 52], 18, 0, 200), [50, 68, 86]);
  assert.deepEqual(spread([196, 198, 40], 18, 0, 200), [182, 200, 40]);
});
