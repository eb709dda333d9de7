// Which keys are the stage's, wherever the focus is.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { body: element("body"), documentElement: element("html") };
const { isForStage } = await import("../../views/player/keys.js");

/** An element of which `closest` knows the given selectors. */
function element(...kinds) {
  return { closest: (selectors) => kinds.some((kind) => selectors.split(", ").includes(kind)) };
}

const stage = element("section");
const root = { contains: (target) => target === stage || target.isInStage };
const inStage = (...kinds) => ({ ...element(...kinds), isInStage: true });

test("on the stage every key is the stage's", () => {
  for (const key of [" ", "ArrowLeft", "End", "l", "1"]) assert.ok(isForStage(key, stage, root));
});

test("with nothing focused too", () => {
  for (const key of [" ", "ArrowRight", "Home", "p"]) assert.ok(isForStage(key, document.body, root));
});

test("nothing is taken from a field in which one writes", () => {
  for (const target of [element("textarea"), inStage("select")]) for (const key of [" ", "l", "1"]) assert.ok(!isForStage(key, target, root));
});

test("a button keeps its space bar, and a slider of the panel its arrows", () => {
  assert.ok(!isForStage(" ", element("button"), root));
  assert.ok(!isForStage(" ", inStage("button"), root));
  assert.ok(!isForStage("ArrowLeft", element("[role=slider]"), root));
  assert.ok(isForStage("l", element("[role=slider]"), root));
});

test("arrows on the start's handle move the start", () => {
  assert.ok(!isForStage("ArrowLeft", inStage(".rv-start"), root));
  assert.ok(isForStage("l", inStage(".rv-start"), root));
});
