// Lights off: darkness over the ground, in which every run lights the disc around itself and leaves a lit track.

import { Canvas, traceLine } from "./canvas.js";

const COARSE = 4; // drawn with this many pixels for one: soft edges for nothing, and quick
const DARK = "rgba(4, 6, 13, 0.97)";
// Widths in pixels, and how much of the darkness that is left each takes away: together an edge that fades evenly.
const TRACK = [[72, 0.1], [66, 0.12], [60, 0.14], [54, 0.17], [48, 0.2], [42, 0.25], [36, 0.34], [30, 0.5]];
const DISC = 62; // pixels from a run's head to the end of its light

export class Darkness {
  constructor(host) {
    this.canvas = new Canvas(host, "rv-darkness", 1 / COARSE);
    this.setLit(true);
  }

  /** Lights on or off; player.css says how long that takes. */
  setLit(isLit) {
    this.isLit = isLit;
    this.canvas.element.classList.toggle("is-lit", isLit);
  }

  /** Covers the box [left, top, right, bottom] unless it is lit; `tracks` are `{ pixels, last }`: paths up to where they are. */
  draw({ width, height }, box, tracks) {
    if (this.isLit) return;
    this.canvas.resize(width, height);
    const { context } = this.canvas;
    const [left, top, right, bottom] = box;
    this.canvas.clear();
    context.fillStyle = DARK;
    context.fillRect(left - COARSE, top - COARSE, right - left + 2 * COARSE, bottom - top + 2 * COARSE);
    this.canvas.element.style.clipPath = `inset(${top}px ${width - right}px ${height - bottom}px ${left}px)`;
    context.globalCompositeOperation = "destination-out";
    context.lineJoin = context.lineCap = "round";
    const around = [left - DISC, top - DISC, right + DISC, bottom + DISC];
    for (const { pixels, last } of tracks) {
      for (const [lineWidth, light] of TRACK) {
        context.strokeStyle = `rgba(0, 0, 0, ${light})`;
        context.lineWidth = lineWidth;
        context.beginPath();
        traceLine(context, pixels, last, around);
        context.stroke();
      }
      this.lightDisc(pixels[2 * last], pixels[2 * last + 1], around);
    }
    context.globalCompositeOperation = "source-over";
  }

  lightDisc(x, y, [left, top, right, bottom]) {
    if (!(x >= left && x <= right && y >= top && y <= bottom)) return;
    const { context } = this.canvas;
    const light = context.createRadialGradient(x, y, 0, x, y, DISC);
    for (const [at, share] of [[0, 1], [0.45, 0.95], [0.75, 0.5], [1, 0]]) light.addColorStop(at, `rgba(0, 0, 0, ${share})`);
    context.fillStyle = light;
    context.fillRect(x - DISC, y - DISC, 2 * DISC, 2 * DISC);
  }
}
