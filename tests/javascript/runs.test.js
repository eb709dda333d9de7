// Where a run is at a step, and after so many evaluations, samples or epochs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { countAt, countAtShare, guideOf, lossAfter, lossAt, shareOf, stepAfter } from "../../views/player/runs.js";

const run = (losses, costs, more = {}) => ({ losses, costs, last: losses.length - 1, outcome: "moving", stops: false, ...more });
const plain = run([9, 4, 1], [0, 1, 2]);
const dear = run([9, 5, 3], [0, 2, 4]);
const done = run([9, 0], [0, 3], { stops: true });
const lost = run([9, 99], [0, 1], { outcome: "diverged" });

test("at a step a run has the loss of that step", () => assert.equal(lossAt(plain, 1), 4));

test("a run that has stopped by itself keeps its last loss", () => assert.equal(lossAt(done, 250), 0));

test("a run that has overflowed has no loss any more", () => assert.equal(lossAt(lost, 2), NaN));

test("without costs the axis counts steps, with them evaluations; a run goes no further than its last", () => {
  assert.deepEqual([0, 1, 2, 9].map((step) => countAt({ ...plain, costs: undefined }, step)), [0, 1, 2, 2]);
  assert.deepEqual([0, 1, 2, 9].map((step) => countAt(dear, step)), [0, 2, 4, 4]);
});

test("after so many evaluations a run has come to the last step that it could pay", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 100].map((cost) => stepAfter(dear, cost)), [0, 0, 1, 1, 2, 2]);
  assert.deepEqual([0, 1, 2, 3, 4, 100].map((cost) => lossAfter(dear, cost)), [9, 9, 5, 5, 3, 3]);
});

test("what has been spent by a run that overflowed leaves no loss", () =>
  assert.deepEqual([0, 1, 2].map((cost) => lossAfter(lost, cost)), [9, 99, NaN]));

test("a place on the axis is a step of the run that goes on longest, and of these the dearest", () => {
  assert.equal(guideOf([plain, done, dear, lost]), dear);
  assert.equal(guideOf([done, plain]), plain);
});

test("an axis from 0 is even, one with a beginning is logarithmic, and both can be read backwards", () => {
  const even = { per: "evaluation", begin: 0, reach: 200 };
  assert.equal(shareOf(50, even), 0.25);
  assert.equal(countAtShare(0.25, even), 50);
  const wide = { per: "sample", begin: 1, reach: 10000 };
  assert.equal(shareOf(0, wide), 0);
  assert.ok(Math.abs(shareOf(100, wide) - 0.5) < 1e-12);
  assert.equal(countAtShare(0.5, wide), 100);
  assert.equal(countAtShare(1, wide), 10000);
});

test("epochs are read in hundredths, all else in whole numbers", () => {
  assert.equal(countAtShare(0.333, { per: "epoch", begin: 0, reach: 10 }), 3.33);
  assert.equal(countAtShare(0.333, { per: "sample", begin: 0, reach: 10 }), 3);
});
