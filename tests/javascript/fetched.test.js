// What fails once, for long, or comes late or twice.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { again, Fetched } from "../../views/player/fetched.js";
import { Supplies } from "../../views/player/supplies.js";

const TRYING = "Not loaded yet: the moon. Still trying.";
const LATER = "Not loaded yet: the moon. The next scene tries again.";

/** A thing that is fetched by hand: `answers` are of each attempt what lets it come or fail. */
function byHand() {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(console, "warn", () => {});
  const answers = [];
  const fetched = new Fetched("the moon", () => new Promise((come, fail) => answers.push({ come, fail })));
  const told = [];
  fetched.listen(() => told.push(fetched.trouble));
  return { fetched, answers, told };
}

/** Lets what is waiting happen. */
const settle = () => new Promise(setImmediate);

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settle();
}

test("what fails once is fetched again, and said to be missing until it is there", async () => {
  const { fetched, answers, told } = byHand();
  fetched.want();
  fetched.want();
  assert.equal(answers.length, 1);
  answers[0].fail(new Error("aborted"));
  await settle();
  assert.deepEqual([fetched.isSettled, told], [true, [TRYING]]); // nobody waits for it any longer
  await pass(500);
  answers[1].come("moon");
  await settle();
  assert.deepEqual([fetched.value, told], ["moon", [TRYING, ""]]);
  await pass(60000);
  assert.deepEqual([answers.length, told.length], [2, 2]);
  mock.reset();
  mock.timers.reset();
});

test("what goes on failing is left alone after a while, and fetched again when it is wanted again", async () => {
  const { fetched, answers, told } = byHand();
  fetched.want();
  const pauses = [];
  for (let passed = 0; answers.length < 6 && passed < 60000; passed += 100) {
    if (answers.length > pauses.length) {
      pauses.push(passed);
      answers.at(-1).fail(new Error("aborted"));
      await settle();
    }
    await pass(100);
  }
  assert.deepEqual(pauses, [0, 500, 2000, 6500, 20000]);
  assert.equal(told.at(-1), LATER);
  fetched.want();
  answers[5].come("moon");
  await settle();
  assert.deepEqual([fetched.value, told.at(-1)], ["moon", ""]);
  mock.reset();
  mock.timers.reset();
});

test("what is late is done without, what is lost is fetched again, and of two that come the first is taken", async () => {
  const { fetched, answers, told } = byHand();
  fetched.want();
  await pass(4999);
  assert.deepEqual([fetched.isSettled, told], [undefined, []]);
  await pass(1);
  assert.deepEqual([fetched.isSettled, told], [true, [TRYING]]);
  await pass(25000);
  await pass(500);
  assert.equal(answers.length, 2);
  answers[0].come("moon");
  await settle();
  answers[1].come("another moon");
  await settle();
  assert.deepEqual([fetched.value, told.at(-1)], ["moon", ""]);
  mock.reset();
  mock.timers.reset();
});

test("a stage waits only for what it needs, and tells only of that", async () => {
  const { fetched, answers } = byHand();
  let isNeeded = false;
  const drawn = [];
  const supplies = new Supplies((draw) => draw?.());
  supplies.add(fetched, () => drawn.push(fetched.value), () => isNeeded);
  assert.equal(supplies.want(), null);
  assert.equal(answers.length, 0);
  isNeeded = true;
  const settled = supplies.want();
  answers[0].fail(new Error("aborted"));
  await settled;
  assert.deepEqual([supplies.want(), supplies.troubles], [null, [TRYING]]);
  await pass(500);
  answers[1].come("moon");
  await settle();
  assert.deepEqual([drawn, supplies.troubles], [["moon"], []]);
  mock.reset();
  mock.timers.reset();
});

test("each attempt has an address of its own", () => assert.deepEqual([0, 1, 2].map((count) => again("a.js", count)), ["a.js", "a.js?again=1", "a.js?again=2"]));
