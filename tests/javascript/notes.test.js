// What is said over the map, and when.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CASING } from "../../views/player/canvas.js";
import { answerTo } from "../../views/player/guess.js";
import { EMPTY, notesOf, TOO_LARGE } from "../../views/player/notes.js";

const run = (label, more = {}) => ({ label, sentence: `${label}'s sentence.`, outcome: "moving", hidden: false, last: 10, settled: null, ...more });
const textsOf = (scene, step = 0, isConnected = true) => notesOf({ note: "", ...scene }, step, isConnected).map(({ text }) => text);

test("words and colours that Python has too are the same there", () => {
  const { texts, casing } = JSON.parse(readFileSync(new URL("../shared.json", import.meta.url)));
  assert.deepEqual([EMPTY, TOO_LARGE, CASING], [texts["no optimizer"], texts["rate too large"], casing]);
});

test("a scene in which all is well has no notes", () => assert.deepEqual(textsOf({ runs: [run("Adam")] }), []));

test("a scene without optimizers says how to begin", () => assert.deepEqual(textsOf({ runs: [] }), ["Add an optimizer to begin."]));

test("a scene whose optimizers are all hidden says so", () =>
  assert.deepEqual(textsOf({ runs: [run("Adam", { hidden: true })] }), ["Every optimizer is hidden."]));

test("Python's own note is shown", () => assert.deepEqual(textsOf({ runs: [run("Adam")], note: "Flat." }), ["Flat."]));

test("a run that overflows is told when it does, with smaller rates on offer", () => {
  const scene = { note: "", runs: [run("Adam"), run("Momentum", { outcome: "diverged", last: 4 })] };
  assert.deepEqual(notesOf(scene, 3), []);
  assert.deepEqual(notesOf(scene, 4), [
    { text: "Momentum: Momentum's sentence.", action: { words: "Try 0.1x", request: { slower: [1], factor: 0.1 } } },
  ]);
});

test("several that overflow share one note and one button", () => {
  const diverged = { outcome: "diverged", last: 4 };
  const [note] = notesOf({ note: "", runs: [run("A", diverged), run("B"), run("C", diverged), run("D", diverged)] }, 9);
  assert.equal(note.text, "A, C and D overflow. The rate is too large here.");
  assert.deepEqual(note.action.request.slower, [0, 2, 3]);
});

test("a hidden run says nothing", () =>
  assert.deepEqual(textsOf({ runs: [run("A"), run("B", { outcome: "diverged", hidden: true, last: 0 })] }, 9), []));

test("a lost connection is told first", () =>
  assert.match(textsOf({ runs: [] }, 0, false)[0], /^Reconnecting/));

test("the first to arrive is the one that is there for good at the smallest step", () => {
  const runs = [run("A", { settled: 90 }), run("B", { settled: 40 }), run("C")];
  assert.equal(answerTo("B", runs), "Right: B arrives first, for good from step 40.");
  assert.equal(answerTo("C", runs), "No: B arrives first, for good from step 40.");
});

test("two may arrive together, and a hidden one does not count", () => {
  const runs = [run("A", { settled: 9 }), run("B", { settled: 9 }), run("C", { settled: 1, hidden: true })];
  assert.equal(answerTo("A", runs), "Right: A and B arrive first, for good from step 9.");
});

test("where none arrives, nobody was right", () => assert.equal(answerTo("A", [run("A")]), "None of them arrives for good."));
