// Time of the playback: which step is due.

import { clamp } from "./numbers.js";

const SECONDS_AT_NORMAL_SPEED = 7.5;
const SLOWEST = 8;
const FASTEST = 400;

/** Steps per second: at speed 1 any scene takes 7.5 s, between 8 and 400 steps a second. */
export function stepsPerSecond(steps, speed) {
  return clamp(steps / SECONDS_AT_NORMAL_SPEED, SLOWEST, FASTEST) * speed;
}

/** Counts time from a step onwards; `stepAt` tells the step that is due, in whole steps. */
export class Clock {
  start(step, now) {
    this.step = step;
    this.since = now;
  }

  stepAt(now, steps, speed) {
    const passed = ((now - this.since) / 1000) * stepsPerSecond(steps, speed);
    return Math.min(steps, Math.floor(this.step + passed));
  }
}
