// Which step is on show, without a browser: frames come when the test says so.

import assert from "node:assert/strict";
import { test } from "node:test";

let frames = [];
let now = 0;
globalThis.requestAnimationFrame = (call) => frames.push(call);
Object.defineProperty(globalThis, "performance", { value: { now: () => now } });
const { Playback } = await import("../../views/player/playback.js");

function started(steps) {
  frames = [];
  const log = { painted: [], playing: [], ends: 0 };
  const playback = new Playback({
    paint: () => log.painted.push(playback.step),
    onPlaying: (isPlaying) => log.playing.push(isPlaying),
    onEnd: () => (log.ends += 1),
  });
  playback.setSteps(steps);
  return { playback, log };
}

async function pass(milliseconds) {
  now += milliseconds;
  for (const call of frames.splice(0)) await call();
}

test("a scene is played by time, to its end and no further", async () => {
  const { playback, log } = started(300);
  playback.play();
  assert.equal(playback.step, 0);
  for (let second = 0; second < 9; second++) await pass(1000);
  assert.deepEqual(log.painted, [40, 80, 120, 160, 200, 240, 280, 300]);
  assert.deepEqual([log.ends, log.playing, playback.isPlaying], [1, [true, false], false]);
});

test("it begins at the end of a scene, until something else is asked for", () => {
  const { playback } = started(300);
  assert.ok(playback.isAtEnd);
  playback.setSteps(500);
  assert.equal(playback.step, 500);
  playback.goTo(120);
  playback.setSteps(100);
  assert.equal(playback.step, 100);
});

test("a pause stops it where it is", async () => {
  const { playback, log } = started(300);
  playback.play();
  await pass(1000);
  playback.toggle();
  await pass(1000);
  await pass(1000);
  assert.equal(playback.step, 40);
  assert.equal(log.ends, 0);
});

test("of starts in quick succession, while a picture is being painted, only the last goes on", async () => {
  const { playback } = started(300);
  let painted;
  playback.paint = () => new Promise((resolve) => (painted = resolve));
  playback.play();
  const waiting = pass(100);
  for (let times = 0; times < 5; times++) {
    playback.toggle();
    playback.toggle();
  }
  painted();
  await waiting;
  frames.splice(0).forEach((call) => call()); // each start looks once whether it is still the one
  await null;
  assert.equal(frames.length, 1);
});

test("a jump while it plays goes on from there", async () => {
  const { playback } = started(300);
  playback.play();
  await pass(1000);
  playback.seek(200);
  await pass(1000);
  assert.equal(playback.step, 240);
});

test("a step stays within the scene, and many wishes are one picture", async () => {
  const { playback, log } = started(10);
  for (let times = 0; times < 5; times++) playback.stepBy(1);
  await pass(16);
  assert.deepEqual([playback.step, log.painted], [10, [10]]);
});
