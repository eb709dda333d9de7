// The ghost: where the paths were before a setting moved. It stays while things move and then fades.

import { Canvas, strokeFaint } from "./canvas.js";

const ALPHA = 0.55;
const FADE_MS = 600;

export class Ghost {
  constructor(host) {
    this.canvas = new Canvas(host, "rv-ghost");
    this.canvas.element.hidden = true;
  }

  /** Keeps these paths, `{ run, pixels, last }`, in sight for a little; of changes in a row the first ones stay. */
  show({ width, height }, box, paths) {
    const { element } = this.canvas;
    if (element.hidden) {
      this.canvas.resize(width, height);
      this.canvas.clear();
      const { context } = this.canvas;
      context.save();
      context.beginPath();
      context.rect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
      context.clip();
      for (const { run, pixels, last } of paths) strokeFaint(context, run, pixels, last, box, ALPHA);
      context.restore();
      element.hidden = false;
    }
    element.classList.remove("is-fading");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fade(), 0);
  }

  fade() {
    this.canvas.element.classList.add("is-fading");
    this.timer = setTimeout(() => this.hide(), FADE_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.canvas.element.hidden = true;
    this.canvas.element.classList.remove("is-fading");
  }
}
