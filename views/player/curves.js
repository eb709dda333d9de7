// Small curves over the steps, each with a cursor at the present one; a click or a drag on one goes to that step.

import { clamp, plain } from "./numbers.js";

const SPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [200, 100]; // the drawing's own units; it is stretched to the room there is

/** The range of a curve's axis, [low, high]: of logarithms, where it is logarithmic. Zeros have none. */
export function rangeOf({ values, logarithmic }) {
  let [low, high] = [Infinity, -Infinity];
  for (const series of values) {
    for (const value of series) {
      const shown = logarithmic ? Math.log10(Math.abs(value)) : value;
      if (!Number.isFinite(shown)) continue;
      [low, high] = [Math.min(low, shown), Math.max(high, shown)];
    }
  }
  if (!logarithmic) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 1, high + 1] : [0, 1];
  return [low, high];
}

/** The line of one series as the path of an SVG, broken where there is no value; a zero of a logarithmic one is at the bottom. */
export function lineOf(at, series, { logarithmic }, [low, high], steps) {
  let path = "";
  let isBroken = true;
  for (let index = 0; index < series.length; index++) {
    const value = logarithmic ? Math.max(low, Math.log10(Math.abs(series[index]))) : series[index];
    if (!Number.isFinite(value)) {
      isBroken = true;
      continue;
    }
    const x = (WIDTH * at[index]) / Math.max(1, steps);
    const y = HEIGHT * (1 - (value - low) / (high - low));
    path += `${isBroken ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isBroken = false;
  }
  return path;
}

export class Curves {
  /** `onScrub(step)` hears the step that a pointer asks for. */
  constructor(host, onScrub) {
    this.host = host;
    this.onScrub = onScrub;
    this.steps = 1;
    this.cursors = [];
    this.listen();
  }

  /** Shows the curves of a message over `steps` steps. */
  setCurves(curves, steps) {
    this.steps = steps;
    const figures = curves.map((curve) => this.figure(curve));
    this.host.replaceChildren(...figures);
    this.cursors = figures.map((figure) => figure.querySelector(".rv-cursor"));
    this.draw(this.step ?? 0);
  }

  figure(curve) {
    const figure = document.createElement("figure");
    const range = rangeOf(curve);
    const [low, high] = range.map((end) => plain(curve.logarithmic ? 10 ** end : end, 3));
    const lines = curve.values.map((series, index) => {
      const d = lineOf(curve.at, series, curve, range, this.steps);
      return `<path class="${index ? "is-second" : "is-first"}" d="${d}" vector-effect="non-scaling-stroke"/>`;
    });
    const zero = curve.logarithmic ? "" : `<path class="is-zero" d="M0 ${HEIGHT * (range[1] / (range[1] - range[0]))}H${WIDTH}" vector-effect="non-scaling-stroke"/>`;
    const key = curve.values.length > 1 ? `<span class="rv-key">w1</span><span class="rv-key is-second">w2</span>` : "";
    figure.innerHTML = `
      <figcaption><b></b>${key}</figcaption>
      <div class="rv-ends"><span>${high}</span><span>${low}</span></div>
      <div class="rv-curve"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${zero}${lines.join("")}</svg><i class="rv-cursor"></i></div>`;
    figure.querySelector("b").textContent = curve.title;
    return figure;
  }

  draw(step) {
    this.step = step;
    const share = `translateX(${(100 * clamp(step, 0, this.steps)) / Math.max(1, this.steps)}%)`;
    for (const cursor of this.cursors) cursor.style.transform = share;
  }

  listen() {
    let scrubbed = null;
    const seek = (event) => {
      const { left, width } = scrubbed.getBoundingClientRect();
      this.onScrub(Math.round(clamp((event.clientX - left) / width, 0, 1) * this.steps));
    };
    this.host.addEventListener("pointerdown", (event) => {
      scrubbed = event.button === 0 ? event.target.closest(".rv-curve") : null;
      if (!scrubbed) return;
      scrubbed.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.host.addEventListener("pointermove", (event) => scrubbed && seek(event));
    for (const type of ["pointerup", "pointercancel"]) this.host.addEventListener(type, () => (scrubbed = null));
  }
}
