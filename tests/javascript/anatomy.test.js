// One step in pixels, its numbers, and the curves over all steps.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Anatomy } from "../../views/player/anatomy.js";
import { arrowPath, placesOf, stepInPixels } from "../../views/player/arrows.js";
import { lineOf, rangeOf } from "../../views/player/curves.js";
import { valueOf, writtenOf } from "../../views/player/equations.js";
import { plain, precise } from "../../views/player/numbers.js";

const phase = { first: 10, end: 40, tBefore: 5, settings: { rho: "0.9", eps: "1e-8" }, before: { v: [0, 3] } };
const message = {
  begin: 11,
  values: { g: [[1.23456, -2], [3, 4]], v: [[5, 6], [7, 8]], lr: [0.01, 0.02] },
};

test("a number is that of the run at this step, for one coordinate or for both", () => {
  assert.equal(valueOf(message, phase, { name: "g" }, 12, 1), 4);
  assert.equal(valueOf(message, phase, { name: "lr" }, 11, 1), 0.01);
  assert.equal(valueOf(message, phase, { name: "v", isBefore: true }, 12, 0), 5);
  assert.equal(valueOf(message, phase, { name: "v", isBefore: true }, 10, 1), 3); // the first step of its phase
  assert.equal(valueOf(message, phase, { name: "t" }, 10, 0), 6); // a state that was carried on
});

test("settings are written as they were set, numbers with four digits, what is not known as a dash", () => {
  assert.equal(writtenOf(message, phase, { name: "eps" }, 11, 0), "1e−8");
  assert.equal(writtenOf(message, phase, { name: "g" }, 11, 0), "1.235");
  assert.equal(writtenOf(message, phase, { name: "g", isVector: true }, 11, 0), "(1.235, −2.000)");
  assert.equal(writtenOf(message, phase, { name: "lr" }, 11, 0), "0.01");
  assert.equal(writtenOf(message, phase, { name: "g" }, 30, 0), "–");
});

test("four significant digits, with a true minus", () => {
  const pairs = [[0.0125, "0.01250"], [-6.8e-7, "−6.800e−7"], [181.6165, "181.6"], [12345, "12350"], [123456, "1.235e5"], [0, "0"], [NaN, "–"], [Infinity, "–"]];
  for (const [value, text] of pairs) assert.equal(precise(value), text);
  assert.deepEqual([0.01, 1e-8, 300, -2.5].map((value) => plain(value)), ["0.01", "1e−8", "300", "−2.5"]);
  assert.equal(plain(0.009999999776482582), "0.01"); // a rate in single precision
});

test("arrows and squares have one scale, the longest is as long as asked; the step is true to the map", () => {
  const drawn = stepInPixels({ point: [100, 100], next: [103, 96], gradient: [3, 4], momentum: [0, 10], squares: [25, 4] }, 80);
  assert.deepEqual(drawn.downhill, [-24, 32]);
  assert.deepEqual(drawn.momentum, [0, 80]);
  assert.deepEqual(drawn.squares, [40, 16]);
  assert.deepEqual(drawn.step, [3, -4]);
});

test("what a rule does not have is not drawn, and nothing is drawn of numbers that are none", () => {
  const drawn = stepInPixels({ point: [0, 0], next: [0, 0], gradient: [0, 0], momentum: [NaN, 1] }, 80);
  assert.deepEqual(drawn, { downhill: [0, 0], momentum: null, squares: null, step: [0, 0] });
  assert.equal(arrowPath(drawn.step, 9), "");
});

test("however short a step, its arrow has a head", () => {
  assert.match(arrowPath([0.001, 0], 11), /^M-10 5.5L1 0M?.*$/);
  assert.equal(arrowPath([0.001, 0], 11).includes("NaN"), false);
});

test("squares stand where no arrow goes", () => {
  assert.deepEqual(placesOf([10, 20], [1, 1]), [[0, -10, 10], [-20, 0, 20]]);
  assert.deepEqual(placesOf([10, 20], [-1, -1]), [[-10, 0, 10], [0, -20, 20]]);
});

test("a curve fills its height, is broken where nothing is known, and has zeros of a logarithm at the bottom", () => {
  const curve = { values: [[1, 100, 0, NaN, 10]], logarithmic: true };
  const range = rangeOf(curve);
  assert.deepEqual(range, [0, 2]);
  assert.equal(lineOf([0, 1, 2, 3, 4], curve.values[0], curve, range, 4), "M0.0 100.0L50.0 0.0L100.0 100.0M200.0 50.0");
  assert.deepEqual(rangeOf({ values: [[-3, 5]], logarithmic: false }), [-3, 5]);
  assert.deepEqual(rangeOf({ values: [[NaN]], logarithmic: true }), [0, 1]);
});

test("what does not come by itself is asked for once: a new session does not know that anybody looks", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const stage = { step: 7, scene: { link: "now" }, supplies: { add() {} }, questions: { ask: (...question) => asked.push(question) } };
  const anatomy = Object.assign(new Anatomy(stage), { isWanted: true, parts: {} });
  anatomy.messages = [{ link: "before" }];
  for (let count = 0; count < 3; count++) {
    anatomy.expect("now");
    mock.timers.tick(1400);
  }
  assert.deepEqual(asked, [["request", { anatomy: 7 }]]);

  stage.scene = { link: "then" }; // its message comes in time
  anatomy.expect("then");
  anatomy.messages = [{ link: "then" }];
  anatomy.expect("then");
  mock.timers.tick(5000);
  assert.equal(asked.length, 1);
});
