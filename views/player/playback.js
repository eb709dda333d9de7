// Playback: which step is on show, and how it moves with time.

import { Clock } from "./clock.js";
import { clamp } from "./numbers.js";

export class Playback {
  /** `paint()` paints the present step and resolves when it is there; `onPlaying` hears of starts and stops, `onEnd` of the end. */
  constructor({ paint, onPlaying, onEnd }) {
    Object.assign(this, { paint, onPlaying, onEnd });
    this.clock = new Clock();
    this.step = 0;
    this.steps = 0;
    this.speed = 1;
    this.isPlaying = false;
    this.turn = 0; // how often it was started: a start that was overtaken by another has nothing left to do
  }

  /** Another number of steps: who was at the end stays there, others keep their step. */
  setSteps(steps) {
    this.step = this.isAtEnd ? steps : Math.min(this.step, steps);
    this.steps = steps;
  }

  get isAtEnd() {
    return this.step >= this.steps;
  }

  play() {
    if (this.isPlaying) return;
    if (this.isAtEnd) this.step = 0;
    this.setPlaying(true);
    this.clock.start(this.step, performance.now());
    const turn = (this.turn += 1);
    requestAnimationFrame(() => this.tick(turn));
  }

  async tick(turn) {
    const isOver = () => !this.isPlaying || turn !== this.turn;
    if (isOver()) return;
    const due = this.clock.stepAt(performance.now(), this.steps, this.speed);
    if (due !== this.step) {
      this.step = due;
      await this.paint();
    }
    if (isOver()) return;
    if (!this.isAtEnd) requestAnimationFrame(() => this.tick(turn));
    else {
      this.pause();
      this.onEnd();
    }
  }

  pause() {
    this.setPlaying(false);
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  setPlaying(isPlaying) {
    if (isPlaying === this.isPlaying) return;
    this.isPlaying = isPlaying;
    this.onPlaying(isPlaying);
  }

  /** Goes to a step; while playing, the playback goes on from there. */
  seek(step) {
    this.step = clamp(step, 0, this.steps);
    this.clock.start(this.step, performance.now());
    this.repaint();
  }

  setSpeed(speed) {
    this.clock.start(this.step, performance.now());
    this.speed = speed;
  }

  stepBy(count) {
    this.goTo(this.step + count);
  }

  /** Stops, and goes to a step. */
  goTo(step) {
    this.pause();
    this.seek(step);
  }

  restart() {
    this.seek(0);
    this.play();
  }

  /** Paints soon, once for many calls. */
  repaint() {
    if (this.isRepaintDue) return;
    this.isRepaintDue = true;
    requestAnimationFrame(() => {
      this.isRepaintDue = false;
      this.paint();
    });
  }
}
