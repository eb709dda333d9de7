// The data and, for every run, the model that its present point is: the samples lie still, the models move above them.

import { Canvas, strokePath } from "./canvas.js";
import { batchAt, curvePixels, placeAt, Plane, sideOf, strokesBeside } from "./data_geometry.js";
import { DOT, drawAxes, drawBatch, drawSamples, drawShape, legendItem, legendOf, shapeOf } from "./data_samples.js";
import { listenForClicks } from "./gestures.js";
import { short } from "./numbers.js";

const PLACE = ".rv-data-place"; // on a phone: under the stage, which stays in view
const TEN = 10; // outliers at a stroke
const FAR_PIXELS = 4000;
const TICK = { length: 7, apart: 34 }; // strokes towards the positive side of a boundary
const TINT = 0.1;
const WRITTEN_EVERY_MS = 500;
const HEAD = 44; // height of the line over the plot, and in all a border of 2 pixels: said here, for measuring is slow
const NAMED = 1.3; // the shape of a class on its curve, beside those of the samples

export class DataView {
  /** `stage` is where it is shown; what is asked for here goes to Python as the stage's other questions do. */
  constructor(stage) {
    this.stage = stage;
    this.element = Object.assign(document.createElement("figure"), { className: "rv-data" });
    this.element.dataset.testid = "stage-data";
    this.head = this.element.appendChild(document.createElement("figcaption"));
    this.legend = this.head.appendChild(Object.assign(document.createElement("ul"), { className: "rv-data-legend" }));
    this.plot = this.element.appendChild(Object.assign(document.createElement("div"), { className: "rv-data-plot" }));
    this.plot.setAttribute("role", "img");
    this.samples = new Canvas(this.plot, "rv-canvas");
    this.models = new Canvas(this.plot, "rv-canvas");
    this.buttons = {
      add: this.button("Add ten outliers", () => this.ask(TEN, null)),
      remove: this.button("Remove them", () => this.ask(0, null)),
    };
    this.stopListening = listenForClicks(this.plot, (x, y) => {
      const point = this.data?.takesOutliers && this.plane.toPoint(x, y);
      if (point) this.ask(TEN, point);
    });
  }

  button(words, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    button.addEventListener("click", act);
    this.head.append(button);
    return button;
  }

  ask(outliers, at) {
    this.stage.questions.ask("request", { outliers, at });
  }

  /** Within the stage's side column or beside its map, or on a phone under the stage, which covers what is beside it. */
  place() {
    const { root, sizes, isPresented, isMain } = this.stage;
    if (!sizes.data) return this.element.remove();
    const under = sizes.name === "phone" && !isPresented && isMain ? document.querySelector(PLACE) : null;
    const host = under ?? root.querySelector(".rv-side");
    if (this.element.parentElement !== host) host.prepend(this.element);
    this.element.style.width = `${sizes.data.width}px`;
    this.element.style.height = `${sizes.data.height}px`;
    this.element.style.fontSize = `${sizes.data.font}px`;
    return undefined;
  }

  /** Takes the samples of a terrain, which are undefined on a formula, and the models of a scene. */
  setScene(data, scene, theme) {
    Object.assign(this, { data, scene, theme });
    if (data) this.resize();
  }

  /** Draws the samples, unless they are on show as they are to be. */
  resize() {
    const { data, theme } = this;
    const size = this.stage.sizes.data;
    if (!data || !size) return;
    const look = JSON.stringify([theme, size, this.hasChances]);
    if (data === this.drawn && look === this.look) return;
    [this.drawn, this.look] = [data, look];
    this.buttons.add.hidden = !data.takesOutliers;
    const hasOutliers = data.outliers.some(Boolean);
    this.buttons.remove.hidden = !hasOutliers;
    this.buttons.add.textContent = hasOutliers ? "Ten more" : "Add ten outliers"; // two long ones leave no room beside them
    this.buttons.add.title = hasOutliers ? "Ten more outliers where they are; click into the plot to put all of them there" : "Click into the plot to choose where";
    this.plot.classList.toggle("takes-clicks", data.takesOutliers);
    this.drawSamples(size);
  }

  drawSamples({ width: across, height: down, font }) {
    const [width, height] = [across - 2, down - HEAD - 2];
    const style = getComputedStyle(this.plot);
    const { color: text, borderTopColor: line, outlineColor: muted, caretColor: accent, backgroundColor: ground } = style;
    this.ink = { text, line, muted, accent, ground, font, family: style.fontFamily }; // player.css says which these are
    const left = Math.round(3.9 * font);
    const { data, hasChances } = this;
    const isInRows = data.picture === "classes" && !hasChances; // the samples of each class in a row, and nothing else
    this.plane = new Plane(isInRows ? { x: data.x, y: [-1, 0] } : data, [left, 6, width - 10, height - Math.round(2.9 * font)]);
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, width + FAR_PIXELS, height + FAR_PIXELS];
    for (const canvas of [this.samples, this.models]) canvas.resize(width, height);
    this.samples.clear();
    const names = hasChances ? [data.names[0], "Probability"] : data.names;
    drawAxes(this.samples.context, this.plane, [width / (4.5 * font), height / (3 * font)], data.picture, names, this.ink);
    drawSamples(this.samples.context, this.plane, data, this.ink);
  }

  /** Whether the probabilities of the classes are drawn, as they are of a run that is shown alone. */
  get hasChances() {
    return this.scene.runs.some((run) => run.chances);
  }

  get shown() {
    return this.scene.runs.filter((run) => !run.hidden && run.model);
  }

  /** Paints every run's model at a step. */
  draw(step) {
    if (!this.data || !this.plane) return;
    const { context } = this.models;
    const [left, top, right, bottom] = this.plane.box;
    this.models.clear();
    this.batch = this.batchOf(step);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.lineJoin = "round";
    const shown = this.shown;
    if (shown.length === 1) this.tintSide(shown[0], step);
    if (this.batch) drawBatch(context, this.plane, this.data, this.batch.samples, this.ink);
    for (const run of shown) this.drawModel(run, step);
    context.restore();
    this.element.dataset.step = step;
    this.write();
  }

  batchOf(step) {
    const { batch, runs } = this.scene;
    if (!batch) return null;
    const run = runs[batch.run];
    const { samples, step: sent } = batchAt(batch, step, run.last);
    if (samples.length === 0) return null; // this step looks at all of them
    return { run, samples, step: sent === Math.min(step, run.last - 1) ? undefined : sent };
  }

  /** What was sent of a run's models for a step. */
  rowOf({ at, values }, step) {
    return values[placeAt(at, step)];
  }

  drawModel(run, step) {
    const { picture, grid } = this.data;
    const row = this.rowOf(run.model, step);
    if (picture === "curve") return this.stroke(run, curvePixels(this.plane, grid, row));
    if (picture === "boundary") return this.drawBoundary(run, this.linePixels(row));
    const [, top, , bottom] = this.plane.box;
    for (const x of row) if (!Number.isNaN(x)) this.stroke(run, [this.plane.toX(x), bottom, this.plane.toX(x), top]);
    if (run.chances) this.drawChances(run, this.rowOf(run.chances, step));
  }

  /** The curve of each class, of the run that is shown alone; where a class is likeliest its shape stands on its curve. */
  drawChances(run, row) {
    const { context } = this.models;
    const { grid, classNames } = this.data;
    const size = (NAMED * this.ink.font) / 12;
    classNames.forEach((_, number) => {
      const heights = row.subarray(number * grid.length, (number + 1) * grid.length);
      const pixels = curvePixels(this.plane, grid, heights);
      this.stroke(run, pixels);
      const highest = Math.min(Math.max(heights.indexOf(Math.max(...heights)), 1), grid.length - 2);
      const [x, y] = pixels.subarray(2 * highest, 2 * highest + 2);
      context.beginPath();
      context.arc(x, y, 6 * size, 0, 2 * Math.PI);
      context.fillStyle = this.ink.ground;
      context.fill();
      drawShape(context, shapeOf(number), x, y, this.ink, size);
    });
  }

  stroke(run, pixels) {
    const { data: widths } = this.stage.sizes;
    strokePath(this.models.context, run, pixels, pixels.length / 2 - 1, this.farBox, widths, this.scene.colours.casing);
  }

  linePixels([x0, y0, x1, y1]) {
    return [this.plane.toX(x0), this.plane.toY(y0), this.plane.toX(x1), this.plane.toY(y1)];
  }

  drawBoundary(run, line) {
    if (line.some(Number.isNaN)) return;
    const plain = { ...run, repeat: false };
    for (const stroke of strokesBeside(line, TICK.length, TICK.apart)) this.stroke(plain, stroke);
    this.stroke(run, line);
  }

  /** A faint tint on the side of the class that is +1. */
  tintSide(run, step) {
    if (this.data.picture !== "boundary") return;
    const line = this.linePixels(this.rowOf(run.model, step));
    if (line.some(Number.isNaN)) return;
    const { context } = this.models;
    context.beginPath();
    for (const [x, y] of sideOf(line, this.plane.box)) context.lineTo(x, y);
    context.globalAlpha = TINT;
    context.fillStyle = this.ink.accent;
    context.fill();
    context.globalAlpha = 1;
  }

  /** Says in words what is shown; while playing not at every step. */
  write() {
    const { playback } = this.stage;
    const now = performance.now();
    if (playback.isPlaying && !playback.isAtEnd && now - (this.writtenAt ?? -Infinity) < WRITTEN_EVERY_MS) return;
    this.writtenAt = now;
    const { data, scene, stage } = this;
    const stride = Math.max(1, ...this.shown.map((run) => run.model.stride));
    const legend = legendOf(data, this.batch, stride);
    const key = JSON.stringify([legend, this.look]);
    if (key !== this.legendShown) {
      this.legendShown = key;
      this.legend.replaceChildren(...legend.map((item) => legendItem(item, this.ink)));
    }
    const weights = this.shown.map((run) => {
      const [w1, w2] = run.points[Math.min(stage.step, run.last)];
      return `${run.label} w1 ${short(w1)}, w2 ${short(w2)}`;
    });
    const [x, y] = data.names;
    const outliers = data.outliers.reduce((sum, flag) => sum + flag, 0);
    const sorts = [...legend.filter((item) => item.shape !== DOT).map((item) => item.words), ...(outliers ? [`${outliers} outliers`] : [])].join(", ");
    const models = `Models at step ${stage.step}: ${weights.join("; ") || "none"}.`;
    const words = `Data: ${y} by ${x}, ${data.inputs.length} samples${sorts && ": "}${sorts}. ${models}`;
    if (words === this.words) return;
    this.words = words;
    this.plot.setAttribute("aria-label", words);
  }

  remove() {
    this.stopListening();
    this.element.remove();
  }
}
