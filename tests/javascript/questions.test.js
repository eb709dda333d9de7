// One question at a time; what is asked meanwhile waits, and nothing of another kind is lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Questions } from "../../views/player/questions.js";

function asked() {
  const sent = [];
  const questions = Object.assign(new Questions(), { send: (name, value) => sent.push([name, value]) });
  return { questions, sent };
}

test("while a question waits for its answer, of each kind the newest is kept", () => {
  const { questions, sent } = asked();
  questions.ask("start", { x: 1, y: 1, final: false });
  questions.ask("request", { anatomy: false });
  questions.ask("start", { x: 2, y: 1, final: false });
  questions.ask("start", { x: 3, y: 1, final: true });
  assert.equal(sent.length, 1);
  for (const _ of [1, 2, 3]) questions.answered();
  assert.deepEqual(sent.slice(1), [["request", { anatomy: false }], ["start", { x: 3, y: 1, final: true }]]);
  assert.equal(questions.isIdle, true);
});

test("after the stage is gone nothing more is asked", () => {
  const { questions, sent } = asked();
  questions.ask("start", { x: 1, y: 1, final: true });
  questions.ask("request", { preset: "the-ridge" });
  questions.stop();
  questions.answered();
  assert.equal(sent.length, 1);
});
