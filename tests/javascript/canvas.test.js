// Lines on a canvas: what is far away is cut off, never moved.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipSegment, drawTag, traceLine } from "../../views/player/canvas.js";

const BOX = [0, 0, 100, 100];

/** A context that writes down what is asked of it. */
function listener() {
  const calls = [];
  const note = (name) => (...values) => calls.push([name, ...values]);
  return { calls, moveTo: note("moveTo"), lineTo: note("lineTo"), fillRect: note("fillRect"), fillText: note("fillText"), measureText: (text) => ({ width: 8 * text.length }) };
}

/** The segments that moves and lines draw. */
function segments(calls) {
  return calls.flatMap(([name, x, y], index) => (name === "lineTo" ? [[...calls[index - 1].slice(1), x, y]] : []));
}

test("a segment inside the box is kept as it is", () => {
  assert.deepEqual(clipSegment(10, 20, 30, 40, BOX), [10, 20, 30, 40]);
});

test("a segment that leaves the box ends at its border, on the same line", () => {
  assert.deepEqual(clipSegment(50, 50, 150, 100, BOX), [50, 50, 100, 75]);
  assert.deepEqual(clipSegment(50, 50, 50, -1e9, BOX), [50, 50, 50, 0]);
});

test("a segment that only passes through is cut at both ends", () => {
  assert.deepEqual(clipSegment(-100, 50, 300, 50, BOX), [0, 50, 100, 50]);
  assert.deepEqual(clipSegment(-50, 0, 100, 150, BOX), [0, 50, 50, 100]);
});

test("a segment that misses the box is nothing", () => {
  for (const segment of [[-5, 0, -5, 100], [0, 150, 100, 101], [-50, 90, 20, 170], [200, 200, 300, 300]]) {
    assert.equal(clipSegment(...segment, BOX), null);
  }
});

test("a line inside the box goes through every point up to the last asked for", () => {
  const context = listener();
  traceLine(context, [1, 1, 2, 2, 3, 3, 4, 4], 2, BOX);
  assert.deepEqual(context.calls, [["moveTo", 1, 1], ["lineTo", 2, 2], ["lineTo", 3, 3]]);
});

test("a line of one point draws nothing but is no mistake", () => {
  const context = listener();
  traceLine(context, [1, 1], 0, BOX);
  assert.deepEqual(context.calls, [["moveTo", 1, 1]]);
});

test("a line that leaves and comes back is drawn where it is inside, with true directions", () => {
  const context = listener();
  traceLine(context, [50, 50, 150, 50, 150, 60, 50, 60, 40, 60], 4, BOX);
  assert.deepEqual(segments(context.calls), [[50, 50, 100, 50], [100, 60, 50, 60], [50, 60, 40, 60]]);
});

test("numbers as large as single precision holds do no harm", () => {
  const context = listener();
  const far = 3.4e38;
  traceLine(context, [50, 50, far, far, -far, far, 50, 60], 3, BOX);
  for (const [, x, y] of context.calls) assert.ok(x >= 0 && x <= 100 && y >= 0 && y <= 100, String(context.calls));
});

test("name tags stay inside the box and clear of each other", () => {
  const context = listener();
  const [box, taken] = [[0, 0, 200, 200], []];
  for (const [x, y] of [[195, 5], [195, 195], [5, 195], [100, 100], [100, 100]]) drawTag(context, ["Adam"], x, y, box, taken, { size: 14, family: "serif" });
  assert.equal(taken.length, 5);
  for (const tag of taken) assert.ok(tag.x >= 0 && tag.x + tag.width <= 200 && tag.y >= 0 && tag.y + 22 <= 200);
  for (const [index, one] of taken.entries()) for (const other of taken.slice(0, index)) {
    assert.ok(one.x + one.width <= other.x || other.x + other.width <= one.x || Math.abs(one.y - other.y) >= 22);
  }
});

test("eight names find room around one point", () => {
  const taken = [];
  for (let run = 0; run < 8; run++) drawTag(listener(), ["Adam"], 300, 300, [0, 0, 600, 600], taken, { size: 14, family: "serif" });
  assert.equal(taken.length, 8);
});

test("where a long text has no room, a shorter one stands in for it", () => {
  const context = listener();
  const taken = [];
  drawTag(context, ["A name that is far too long for it", "it"], 50, 50, BOX, taken, { size: 14, family: "serif" });
  assert.equal(taken.length, 1);
});

test("where there is no room for a name it is left out", () => {
  const context = listener();
  drawTag(context, ["A name that is far too long for it"], 50, 50, BOX, [], { size: 14, family: "serif" });
  assert.deepEqual(context.calls, []);
});
