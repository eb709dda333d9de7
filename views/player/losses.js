// The loss curve, which is a second scrubber: Plotly draws the axes, a canvas the curves.

import { Canvas, drawMarker, strokeFaint, strokePath } from "./canvas.js";
import { clamp } from "./numbers.js";
import { countAt, countAtShare, guideOf, lossAfter, lossAt, shareOf, stepAfter } from "./runs.js";

const SPACE = { l: 52, t: 8, r: 12, b: 40 };
const BARE_SPACE = { l: 8, t: 6, r: 8, b: 6 }; // a strip without numbers
const FAR_PIXELS = 4000;
const TO_COME = 0.3;
const MANY = 0.45; // where each run has a line of its own
const SIZES = { line: 2, casing: 4 };
const LOW = 120; // between axes of fewer pixels there is room for half the ticks, in writing of 12 pixels

export class LossView {
  /** `plotly` fetches Plotly.js; `onScrub(step)` hears the step that a pointer asks for. */
  constructor(host, plotly, onScrub) {
    this.host = host;
    this.plotly = plotly;
    this.onScrub = onScrub;
    this.plot = document.createElement("div");
    host.append(this.plot);
    this.canvas = new Canvas(host, "rv-canvas");
    this.tip = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-tip", hidden: true }));
    this.listen();
    this.step = 0;
    this.showsFuture = true;
  }

  setScene(scene, layout, size) {
    this.scene = scene;
    this.axes = layout;
    this.size = size;
    this.place();
    this.drawAxes();
  }

  resize(size) {
    this.size = size;
    if (this.axes) this.setScene(this.scene, this.axes, size);
  }

  /** Draws the axes anew, moves them, or leaves them as they are: the less has changed, the quicker. */
  drawAxes() {
    const Plotly = this.plotly.value;
    if (!Plotly || !this.axes) return; // it is called again when both are there
    const layout = this.layout();
    const { xaxis, yaxis, ...others } = layout;
    const ranges = { "xaxis.range": xaxis.range, "yaxis.range": yaxis.range };
    const look = JSON.stringify([others, { ...xaxis, range: 0 }, { ...yaxis, range: 0 }]);
    const reach = JSON.stringify(ranges);
    const [isNewLook, isNewReach] = [look !== this.look, reach !== this.reach];
    [this.look, this.reach] = [look, reach];
    if (isNewLook) Plotly.react(this.plot, [], layout, { displayModeBar: false, staticPlot: true });
    else if (isNewReach) Plotly.relayout(this.plot, structuredClone(ranges));
  }

  layout() {
    const { width, height, font, isBare } = this.size;
    const { xaxis, yaxis } = this.axes;
    const ticks = height - this.space.t - this.space.b < (LOW * font) / 12 && yaxis.dtick ? { dtick: 2 * yaxis.dtick } : {};
    const style = { tickfont: { size: font }, showticklabels: !isBare };
    return {
      ...this.axes,
      xaxis: { ...xaxis, ...style, title: isBare ? { text: "" } : { ...xaxis.title, font: { size: font } } },
      yaxis: { ...yaxis, ...ticks, ...style },
      width,
      height,
      margin: { ...this.space, autoexpand: false },
    };
  }

  get space() {
    return this.size.isBare ? BARE_SPACE : SPACE;
  }

  place() {
    const { width, height } = this.size;
    this.box = [this.space.l, this.space.t, width - this.space.r, height - this.space.b];
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, width + FAR_PIXELS, height + FAR_PIXELS];
    this.canvas.resize(width, height);
    this.curves = new Map(this.scene.runs.map((run) => [run, this.curveOf(run)]));
  }

  curveOf(run) {
    const curve = new Float64Array(2 * (run.last + 1));
    for (let step = 0; step <= run.last; step++) {
      curve[2 * step] = this.toX(countAt(run, step));
      curve[2 * step + 1] = this.toY(run.losses[step]);
    }
    return curve;
  }

  /** A count on the axis. */
  toX(count) {
    return this.box[0] + shareOf(count, this.scene.losses) * (this.box[2] - this.box[0]);
  }

  /** Whether the axis counts more than steps: then each run is at its own place on it. */
  get countsCosts() {
    return Boolean(this.scene.runs[0]?.costs);
  }

  /** A loss on the axis; at or below the lowest known value a logarithmic axis has it at the bottom. */
  toY(loss) {
    const [low, high] = this.axes.yaxis.range;
    const { logarithmic, lowest } = this.scene.losses;
    const above = loss - lowest;
    const value = !logarithmic ? above : above > 0 ? Math.max(Math.log10(above), low) : low;
    return this.box[3] - ((value - low) / (high - low)) * (this.box[3] - this.box[1]);
  }

  draw(step) {
    this.step = step;
    if (!this.scene) return;
    const { context } = this.canvas;
    const [left, top, right, bottom] = this.box;
    this.canvas.clear();
    const runs = this.scene.runs.filter((run) => !run.hidden);
    context.save();
    context.beginPath();
    context.rect(left, top - 2, right - left, bottom - top + 4);
    context.clip();
    context.lineJoin = "round";
    if (this.showsFuture) {
      for (const run of runs) strokeFaint(context, run, this.curves.get(run), run.last, this.farBox, TO_COME);
    }
    const { casing } = this.scene.colours;
    for (const run of runs) strokePath(context, run, this.curves.get(run), Math.min(step, run.last), this.farBox, SIZES, casing);
    context.restore();
    context.strokeStyle = getComputedStyle(this.host).color;
    context.lineWidth = 1;
    const counts = this.countsCosts ? new Set(runs.map((run) => countAt(run, step))) : new Set([step]);
    context.globalAlpha = counts.size > 1 ? MANY : 1;
    context.beginPath();
    for (const count of counts) {
      context.moveTo(this.toX(count), top);
      context.lineTo(this.toX(count), bottom);
    }
    context.stroke();
    context.globalAlpha = 1;
    for (const run of runs) {
      const last = Math.min(step, run.last);
      const curve = this.curves.get(run);
      const y = clamp(curve[2 * last + 1], top, bottom);
      drawMarker(context, run, curve[2 * last], y, 9, this.scene.colours.casing);
    }
  }

  listen() {
    const countOf = (event) => {
      const x = event.clientX - this.host.getBoundingClientRect().left;
      return countAtShare(clamp((x - this.box[0]) / (this.box[2] - this.box[0]), 0, 1), this.scene.losses);
    };
    this.host.addEventListener("pointerdown", (event) => {
      if (!this.scene || event.button !== 0) return;
      this.host.setPointerCapture(event.pointerId);
      this.isScrubbing = true;
      this.onScrub(this.stepAt(countOf(event)));
    });
    this.host.addEventListener("pointermove", (event) => {
      if (!this.scene) return;
      if (this.isScrubbing) this.onScrub(this.stepAt(countOf(event)));
      else if (event.pointerType !== "touch") this.showTip(countOf(event));
    });
    for (const type of ["pointerup", "pointercancel"]) this.host.addEventListener(type, () => (this.isScrubbing = false));
    this.host.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  /** The step that belongs to a place on the axis. */
  stepAt(count) {
    if (!this.countsCosts) return count;
    const shown = this.scene.runs.filter((run) => !run.hidden);
    return stepAfter(guideOf(shown.length ? shown : this.scene.runs), count);
  }

  /** Every run's loss at the place under the pointer. */
  showTip(count) {
    const runs = this.showsFuture ? this.scene.runs.filter((run) => !run.hidden) : [];
    const told = (loss) => (Number.isNaN(loss) ? "overflow" : loss);
    const lines = runs.map((run) => `${run.label}: ${told(this.countsCosts ? lossAfter(run, count) : lossAt(run, count))}`);
    this.tip.textContent = [this.countsCosts ? `After ${count} ${this.scene.losses.per}s` : `Step ${count}`, ...lines].join("\n");
    this.tip.hidden = runs.length === 0;
    const x = this.toX(count);
    this.tip.style.left = `${clamp(x + 10, 0, Math.max(0, this.size.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = "8px";
  }

  destroy() {
    this.plotly.value?.purge(this.plot);
  }
}

