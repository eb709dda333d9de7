// Messages from Python, whose other side is message.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { unpack } from "../../views/player/message.js";

test("numbers of samples beyond 65,535 arrive as they are, beside rows of floats", () => {
  const header = JSON.stringify({
    body: { samples: { array: 0 }, rows: { array: 1 }, name: "moons" },
    arrays: [
      { dtype: "u4", shape: [2], offset: 0 },
      { dtype: "f4", shape: [1, 2], offset: 8 },
    ],
  });
  const padded = header.padEnd(Math.ceil((header.length + 4) / 8) * 8 - 4);
  const bytes = new Uint8Array(4 + padded.length + 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 4);
  [65_535, 69_999].forEach((number, place) => view.setUint32(4 + padded.length + 4 * place, number, true));
  [0.5, -2].forEach((number, place) => view.setFloat32(12 + padded.length + 4 * place, number, true));

  const body = unpack(bytes);
  assert.deepEqual([...body.samples], [65_535, 69_999]);
  assert.deepEqual(body.rows.map((row) => [...row]), [[0.5, -2]]);
  assert.equal(body.name, "moons");
});
