// Which keys are the stage's, wherever the focus is.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { body: element("body"), documentElement: element("html") };
const { isForStage: isFor } = await import("../../views/player/keys.js");
const { currentOf } = await import("../../views/player/current.js");

/** An element of which `closest` knows the given selectors. */
function element(...kinds) {
  return { closest: (selectors) => kinds.some((kind) => selectors.split(", ").includes(kind)) };
}

globalThis.window = { innerHeight: 900 };
const isForStage = (key, target, stage, isMeant = () => true) => isFor(key, target, stage, isMeant);
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

test("where another stage is meant, this one takes only what is pressed on it", () => {
  const other = element("section");
  for (const key of [" ", "ArrowLeft", "l", "1"]) {
    for (const target of [other, document.body, element("[role=slider]")]) assert.ok(!isForStage(key, target, root, () => false));
    assert.ok(isForStage(key, stage, root, () => false));
  }
});

test("of several stages the one with the focus is meant, else the first in sight, and always the one that is presented", () => {
  const place = (top, more = {}) => ({
    dataset: {}, contains: (focused) => focused === more.focus, getClientRects: () => (more.isHidden ? [] : [1]), getBoundingClientRect: () => ({ top, bottom: top + 700 }),
  });
  const [hidden, above, first, second] = [place(0, { isHidden: true }), place(-800), place(100), place(850, { focus: "slider" })];
  const all = [hidden, above, first, second];
  assert.equal(currentOf(all, null), first);
  assert.equal(currentOf(all, "slider"), second);
  assert.equal(currentOf([hidden, above], null), above);
  above.dataset.present = "true";
  assert.equal(currentOf(all, "slider"), above);
  assert.equal(currentOf([hidden], null), undefined);
});
