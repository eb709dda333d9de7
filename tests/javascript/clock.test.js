// Time of the playback.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock, stepsPerSecond } from "../../views/player/clock.js";

test("at normal speed any scene takes 7.5 s", () => {
  for (const steps of [60, 300, 3000]) assert.equal(steps / stepsPerSecond(steps, 1), 7.5);
});

test("but never fewer than 8 nor more than 400 steps a second", () => {
  assert.equal(stepsPerSecond(1, 1), 8);
  assert.equal(stepsPerSecond(10_000, 1), 400);
  assert.equal(stepsPerSecond(300, 0.25), 10);
  assert.equal(stepsPerSecond(10_000, 4), 1600);
});

test("the clock counts whole steps from where it was started, and stops at the end", () => {
  const clock = new Clock();
  clock.start(100, 5000);
  assert.equal(clock.stepAt(5000, 300, 1), 100);
  assert.equal(clock.stepAt(5024, 300, 1), 100);
  assert.equal(clock.stepAt(5025, 300, 1), 101);
  assert.equal(clock.stepAt(6000, 300, 2), 180);
  assert.equal(clock.stepAt(999_999, 300, 1), 300);
});
