// Where the data and the models are on their plot.

import assert from "node:assert/strict";
import { test } from "node:test";

import { batchAt, curvePixels, ordinal, Plane, placeAt, sideOf, strokesBeside, ticksOf } from "../../views/player/data_geometry.js";

const BOX = [40, 10, 240, 110];
const plane = new Plane({ x: [-2, 2], y: [-10, 10] }, BOX);

test("ticks are few, round, evenly apart and within the range", () => {
  assert.deepEqual(ticksOf([-2.4, 4.1], 5), [-2, 0, 2, 4]);
  assert.deepEqual(ticksOf([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticksOf([-0.031, 0.029], 4), [-0.02, 0, 0.02]);
  for (let span = 1e-3; span < 1e6; span *= 1.37) {
    const ticks = ticksOf([-span / 3, span], 5);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks}`);
    assert.ok(ticks[0] >= -span / 3 && ticks.at(-1) <= span);
  }
});

test("a point is where a click finds it again", () => {
  assert.deepEqual([plane.toX(-2), plane.toX(2), plane.toY(-10), plane.toY(10)], [40, 240, 110, 10]);
  assert.deepEqual(plane.toPoint(plane.toX(1.5), plane.toY(-8)), [1.5, -8]);
  assert.equal(plane.toPoint(39, 50), null);
  assert.equal(plane.toPoint(50, 111), null);
});

test("what was sent last stays on show until the next", () => {
  const at = new Float32Array([0, 3, 4, 10]);
  assert.deepEqual([0, 1, 2, 3, 4, 9, 10, 99].map((step) => placeAt(at, step)), [0, 0, 0, 1, 2, 2, 3, 3]);
});

test("a step's batch is that of the step to come, at the end that of the last step", () => {
  const batch = { at: new Float32Array([0, 1, 2]), ends: new Float32Array([2, 4, 5]), samples: new Uint16Array([7, 8, 1, 2, 9]) };
  const samplesAt = (step) => [...batchAt(batch, step, 3).samples];
  assert.deepEqual([0, 1, 2, 3, 8].map(samplesAt), [[7, 8], [1, 2], [9], [9], [9]]);
  assert.equal(batchAt({ ...batch, at: new Float32Array([0, 10, 20]) }, 15, 30).step, 10);
});

test("a curve goes through its points", () => {
  assert.deepEqual([...curvePixels(plane, [-2, 0, 2], [-10, 0, 20])], [40, 110, 140, 60, 240, -40]);
});

test("the side to the left of a line is that part of the box", () => {
  const upwards = [140, 110, 140, 10]; // on the screen, so that left is left
  assert.deepEqual(sideOf(upwards, BOX).map(([x]) => x).sort((a, b) => a - b), [40, 40, 140, 140]);
  const downwards = [140, 10, 140, 110];
  assert.deepEqual(sideOf(downwards, BOX).map(([x]) => x).sort((a, b) => a - b), [140, 140, 240, 240]);
});

test("strokes stand on the line and point to its left", () => {
  const strokes = strokesBeside([140, 110, 140, 10], 6, 30);
  assert.equal(strokes.length, 3);
  for (const [x0, y0, x1, y1] of strokes) assert.deepEqual([x0, y1 - y0, x1], [140, 0, 134]);
  assert.deepEqual(strokesBeside([5, 5, 5, 5], 6, 30), []);
});

test("ordinals are written as they are spoken", () => {
  assert.deepEqual([1, 2, 3, 4, 10, 11, 12, 21, 112, 123].map(ordinal), ["1st", "2nd", "3rd", "4th", "10th", "11th", "12th", "21st", "112th", "123rd"]);
});
