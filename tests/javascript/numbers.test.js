// Numbers as people read them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clamp, roundToPixel, short } from "../../views/player/numbers.js";

test("a number is written with three significant digits, and small and large ones with a power of ten", () => {
  const written = { 0.0125: "0.0125", 181.6165: "182", "-2.06309": "-2.06", 6.84e-7: "6.84e-7", 123456: "1.23e5", 0: "0" };
  for (const [number, text] of Object.entries(written)) assert.equal(short(Number(number)), text);
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
