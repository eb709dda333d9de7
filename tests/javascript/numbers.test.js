// Numbers as people read them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { clamp, roundToPixel, short } from "../../views/player/numbers.js";

const shared = JSON.parse(readFileSync(new URL("../shared.json", import.meta.url))); // tests/test_shared.py reads it too

test("a number is written as Python writes it, to three significant digits", () => {
  for (const [number, text] of shared["three digits"]) assert.equal(short(number), text);
});

test("a loss that is no number is called overflow, never NaN", () => {
  for (const value of [NaN, Infinity, -Infinity, undefined]) assert.equal(short(value), "overflow");
});

test("a coordinate keeps the digits that a pixel can tell apart, and no more", () => {
  assert.equal(roundToPixel(-4.396551724, 0.0172), -4.4);
  assert.equal(roundToPixel(0.123456789, 0.001), 0.123);
  assert.equal(roundToPixel(417.31, 1.7), 417);
  assert.equal(roundToPixel(1e-15, 1e-20), 0); // at most 12 digits
});

test("rounding moves a coordinate by at most a pixel", () => {
  for (const unit of [0.5, 0.017, 1.79, 30]) {
    for (let value = -3; value < 3; value += 0.1234) assert.ok(Math.abs(roundToPixel(value, unit) - value) <= Math.max(unit, 0.5));
  }
});

test("clamping keeps a value within its ends", () => {
  assert.deepEqual([-1, 0, 2, 5, 9].map((value) => clamp(value, 0, 5)), [0, 0, 2, 5, 5]);
});
