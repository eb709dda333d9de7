// One question at a time; what is asked meanwhile waits, and nothing of another kind is lost.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Questions } from "../../views/player/questions.js";

function asked() {
  const sent = [];
  const told = [];
  const questions = new Questions(() => told.push(questions.trouble));
  questions.send = (name, { number, ...value }) => {
    sent.push([name, value]);
    numbers.push(number);
  };
  const numbers = [];
  return { questions, sent, numbers, told };
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

test("a question whose answer does not come is asked again, as the same one, a few times and no more", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { questions, sent, numbers, told } = asked();
  questions.ask("request", { preset: "the-ridge" });
  mock.timers.tick(1500);
  mock.timers.tick(2499);
  assert.deepEqual([sent.length, told], [1, []]); // late, and perhaps on its way
  mock.timers.tick(1);
  assert.deepEqual([sent.length, told], [2, ["No answer yet. Asking again."]]);
  for (let times = 0; times < 9; times++) mock.timers.tick(60000);
  assert.deepEqual([sent.length, new Set(numbers).size, told.at(-1)], [3, 1, "No answer came: what is shown is as it was."]);
  assert.ok(questions.isIdle);
  questions.ask("request", { preset: "the-ridge" });
  assert.equal(new Set(numbers).size, 2);
  questions.answered(numbers[0]); // late, and of another question
  assert.equal(questions.isIdle, false);
  questions.answered(numbers.at(-1));
  assert.deepEqual([questions.isIdle, told.at(-1)], [true, ""]);
  mock.timers.reset();
});

test("an overdue question does not keep a newer one waiting", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { questions, sent } = asked();
  questions.ask("start", { x: 1, y: 1, final: true });
  questions.ask("start", { x: 2, y: 1, final: true });
  mock.timers.tick(1500);
  assert.equal(sent.length, 2);
  mock.timers.tick(1500);
  questions.ask("start", { x: 3, y: 1, final: true });
  assert.equal(sent.length, 3);
  questions.stop();
  mock.timers.reset();
});

test("while the connection is lost nothing is sent; what had no answer is asked when it is back", () => {
  const { questions, sent, numbers } = asked();
  questions.ask("request", { slower: [0], factor: 0.1 });
  questions.hold(true);
  questions.ask("start", { x: 2, y: 1, final: true });
  assert.equal(sent.length, 1);
  questions.hold(false);
  questions.answered();
  assert.deepEqual(sent.slice(1), [["request", { slower: [0], factor: 0.1 }], ["start", { x: 2, y: 1, final: true }]]);
  assert.equal(numbers[0], numbers[1]); // so that Python, which may have answered it, does not do it twice
  questions.stop();
});
