// What the address bar says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { queryOf } from "../../views/player/address.js";

test("the address is Python's link with the step and the mode that are on show", () => {
  const link = "surface=booth&start=-8,5&steps=300&seed=0&run=adam:lr=0.1&step=0&view=2d&hide=1";
  assert.equal(queryOf(link, { step: 120, mode: "3d" }), `?${link.replace("step=0", "step=120").replace("2d", "3d")}`);
});

test("the number of steps, which looks alike, is left alone", () => {
  assert.equal(queryOf("surface=booth&steps=7&step=0&view=2d", { step: 3, mode: "both" }), "?surface=booth&steps=7&step=3&view=both");
});

test("nothing is escaped", () => {
  const link = "surface=quadratic:kappa=100,angle=45&start=-1.5,2&run=adam:lr=0.02;cosine:until=300~momentum:lr=1e-3&step=0&view=2d";
  assert.ok(!queryOf(link, { step: 1, mode: "2d" }).includes("%"));
});

test("lights that are off are said, lights that are on are not", () => {
  const link = "surface=booth&step=0&view=2d";
  assert.equal(queryOf(link, { step: 0, mode: "2d", isLit: false }), `?${link}&lights=off`);
  assert.equal(queryOf(link, { step: 0, mode: "2d", isLit: true }), `?${link}`);
});
