// The loss curve, which is a second scrubber: Plotly draws the axes, a canvas the curves.

import { Canvas, drawMarker, strokeFaint, strokePath } from "./canvas.js";
import { clamp } from "./numbers.js";

const SPACE = { l: 52, t: 8, r: 12, b: 26 };
const FAR_PIXELS = 4000;
const TO_COME = 0.3;
const SIZES = { line: 2, casing: 4 };
const LOW = 120; // a chart of fewer pixels has room for half the ticks

export class LossView {
  /** `onScrub(step)` hears the step that a pointer asks for. */
  constructor(host, Plotly, onScrub) {
    this.host = host;
    this.Plotly = Plotly;
    this.onScrub = onScrub;
    this.plot = document.createElement("div");
    host.append(this.plot);
    this.canvas = new Canvas(host, "rv-canvas");
    this.tip = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-tip", hidden: true }));
    this.listen();
    this.step = 0;
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
    const { xaxis, yaxis, ...others } = this.layout();
    const ranges = { "xaxis.range": xaxis.range, "yaxis.range": yaxis.range };
    const look = JSON.stringify([others, { ...xaxis, range: 0 }, { ...yaxis, range: 0 }]);
    const reach = JSON.stringify(ranges);
    if (look !== this.look) this.Plotly.react(this.plot, [], this.layout(), { displayModeBar: false, staticPlot: true });
    else if (reach !== this.reach) this.Plotly.relayout(this.plot, structuredClone(ranges));
    [this.look, this.reach] = [look, reach];
  }

  layout() {
    const { width, height } = this.size;
    const { yaxis } = this.axes;
    const ticks = height < LOW && yaxis.dtick ? { dtick: 2 * yaxis.dtick } : {};
    return { ...this.axes, yaxis: { ...yaxis, ...ticks }, width, height, margin: { ...SPACE, autoexpand: false } };
  }

  place() {
    const { width, height } = this.size;
    this.box = [SPACE.l, SPACE.t, width - SPACE.r, height - SPACE.b];
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, width + FAR_PIXELS, height + FAR_PIXELS];
    this.canvas.resize(width, height);
    for (const run of this.scene.runs) {
      run.curve = new Float64Array(2 * (run.last + 1));
      for (let step = 0; step <= run.last; step++) {
        run.curve[2 * step] = this.toX(step);
        run.curve[2 * step + 1] = this.toY(run.losses[step]);
      }
    }
  }

  toX(step) {
    return this.box[0] + (step / this.scene.steps) * (this.box[2] - this.box[0]);
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
    for (const run of runs) strokeFaint(context, run, run.curve, run.last, this.farBox, TO_COME);
    const { casing } = this.scene.colours;
    for (const run of runs) strokePath(context, run, run.curve, Math.min(step, run.last), this.farBox, SIZES, casing);
    context.restore();
    context.strokeStyle = getComputedStyle(this.host).color;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(this.toX(step), top);
    context.lineTo(this.toX(step), bottom);
    context.stroke();
    for (const run of runs) {
      const last = Math.min(step, run.last);
      const y = clamp(run.curve[2 * last + 1], top, bottom);
      drawMarker(context, run, run.curve[2 * last], y, 9, this.scene.colours.casing);
    }
  }

  listen() {
    const stepAt = (event) => {
      const x = event.clientX - this.host.getBoundingClientRect().left;
      const share = (x - this.box[0]) / (this.box[2] - this.box[0]);
      return clamp(Math.round(share * this.scene.steps), 0, this.scene.steps);
    };
    this.host.addEventListener("pointerdown", (event) => {
      if (!this.scene || event.button !== 0) return;
      this.host.setPointerCapture(event.pointerId);
      this.isScrubbing = true;
      this.onScrub(stepAt(event));
    });
    this.host.addEventListener("pointermove", (event) => {
      if (!this.scene) return;
      if (this.isScrubbing) this.onScrub(stepAt(event));
      else if (event.pointerType !== "touch") this.showTip(stepAt(event));
    });
    for (const type of ["pointerup", "pointercancel"]) this.host.addEventListener(type, () => (this.isScrubbing = false));
    this.host.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  /** Every run's loss at the step under the pointer. */
  showTip(step) {
    const runs = this.scene.runs.filter((run) => !run.hidden);
    const lines = runs.map((run) => `${run.label}: ${step <= run.last ? run.losses[step] : "overflow"}`);
    this.tip.textContent = [`Step ${step}`, ...lines].join("\n");
    this.tip.hidden = runs.length === 0;
    const x = this.toX(step);
    this.tip.style.left = `${clamp(x + 10, 0, Math.max(0, this.size.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = "8px";
  }

  destroy() {
    this.Plotly.purge(this.plot);
  }
}

