// What the shapes in the plot of the data stand for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Plane } from "../../views/player/data_geometry.js";
import { legendOf, placeOfSample, shapeOf } from "../../views/player/data_samples.js";

const outliers = [0, 0, 1];
const line = { picture: "curve", classNames: [], inputs: [1, 2, 3], heights: [0, 5, 10], outliers };
const moons = { ...line, picture: "boundary", classNames: ["lower", "upper"], classes: [0, 1, 1] };
const iris = { ...moons, picture: "classes", classNames: ["a", "b", "c"], classes: [0, 1, 2], heights: undefined, y: [-0.4, 1] };
const wordsOf = (...rest) => legendOf(...rest).map(({ words }) => words);

test("every class has a shape of its own, and the ticks are explained where there are any", () => {
  assert.equal(new Set([0, 1, 2].map(shapeOf)).size, 3);
  assert.deepEqual(wordsOf(moons, null, 1), ["lower", "upper, on the side of the ticks"]);
  assert.deepEqual(wordsOf(iris, null, 1), ["a", "b", "c"]);
  assert.deepEqual(wordsOf(line, null, 1), ["3 samples"]);
});

test("it is said whose batch is shown, of which step if of another one, and that not every step is drawn", () => {
  const run = { label: "SGD, batch 2" };
  assert.equal(wordsOf(line, { run }, 1).at(-1), "seen by SGD, batch 2");
  assert.equal(wordsOf(line, { run, step: 120 }, 1).at(-1), "seen by SGD, batch 2 at step 120");
  assert.equal(wordsOf(line, null, 10).at(-1), "drawn every 10th step");
});

test("samples of one input lie in a row for each class, under the probabilities", () => {
  const plane = new Plane({ x: [0, 4], y: iris.y }, [0, 0, 100, 140]);
  const rows = [0, 1, 2].map((index) => placeOfSample(plane, iris, index)[1]);
  assert.ok(plane.toY(0) < rows[0] && rows[0] < rows[1] && rows[1] < rows[2] && rows[2] < 140, `${rows}`);
  assert.deepEqual(placeOfSample(new Plane({ x: [0, 4], y: [0, 10] }, [0, 0, 100, 140]), line, 1), [50, 70]);
});
