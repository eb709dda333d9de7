// The map: Plotly draws the ground and the axes, a canvas above it the paths, and a button on top is the start.

import { Canvas, clipSegment, drawMarker, drawTag, strokeFaint, strokePath } from "./canvas.js";
import { clamp, roundToPixel, short } from "./numbers.js";

const SPACE = { left: 50, top: 10, right: 10, bottom: 42 };
const CLICK_PIXELS = 4;
const CLICK_MILLISECONDS = 500;
const HOVER_PIXELS = 12;
const FIT_WINDOWS = 20;
const FAR_PIXELS = 4000;
const TO_COME = 0.25;
const SIZES = { line: 3.5, casing: 7, marker: 15 };

export class MapView {
  /** `onStart(x, y, isFinal)` hears where the start is put. */
  constructor(host, Plotly, onStart) {
    this.host = host;
    this.Plotly = Plotly;
    this.onStart = onStart;
    this.plot = document.createElement("div");
    host.append(this.plot);
    this.canvas = new Canvas(host, "rv-canvas");
    this.tip = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-tip", hidden: true }));
    this.handle = this.buildHandle();
    this.listenForClicks();
    this.step = 0;
  }

  /** Draws the ground of a surface; the zoom is kept where the surface is the same. */
  async showGround(figure, surface, size) {
    const isNewWindow = !this.surface || String([this.surface.x, this.surface.y]) !== String([surface.x, surface.y]);
    this.surface = surface;
    this.size = size;
    this.figure = figure;
    if (isNewWindow) this.range = { x: [...surface.x], y: [...surface.y] };
    await this.Plotly.react(this.plot, figure.data, this.layout(), {
      displayModeBar: false,
      doubleClick: false,
      scrollZoom: false,
      showTips: false,
    });
    if (!this.isListening) {
      this.isListening = true;
      this.plot.on("plotly_relayout", () => this.readRange());
    }
    this.place();
  }

  async resize(size) {
    this.size = size;
    if (!this.figure) return;
    await this.Plotly.relayout(this.plot, this.layout());
    this.place();
  }

  /** Takes a new scene; `draw` then paints it. */
  setScene(scene) {
    this.scene = scene;
    if (!this.isDragging) this.start = scene.start;
    this.place();
  }

  /** Paints every run up to `step`. */
  draw(step) {
    this.step = step;
    if (!this.scene || !this.box) return;
    const { context } = this.canvas;
    const [left, top, right, bottom] = this.box;
    this.canvas.clear();
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.lineJoin = context.lineCap = "round";
    const runs = this.scene.runs.filter((run) => !run.hidden);
    for (const run of runs) strokeFaint(context, run, run.pixels, run.last, this.farBox, TO_COME);
    for (const run of runs) this.drawPast(run, this.lastOnMap(run, step) + 1);
    context.restore();
    const tags = [];
    for (const run of runs) this.drawHead(run, Math.min(step, run.last), tags);
  }

  /** Zooms out until every shown path is on the map (as far as 20 windows), or back to the window. */
  async fit() {
    const spans = [this.surface.x[1] - this.surface.x[0], this.surface.y[1] - this.surface.y[0]];
    const reach = [[...this.surface.x], [...this.surface.y]];
    for (const run of this.scene.runs.filter((shown) => !shown.hidden)) {
      for (let index = 0; index <= run.last; index++) {
        for (const axis of [0, 1]) {
          const value = run.points[index][axis];
          const middle = (this.surface[axis ? "y" : "x"][0] + this.surface[axis ? "y" : "x"][1]) / 2;
          if (Math.abs(value - middle) > FIT_WINDOWS * spans[axis]) continue;
          reach[axis] = [Math.min(reach[axis][0], value), Math.max(reach[axis][1], value)];
        }
      }
    }
    const growth = Math.max(...reach.map(([low, high], axis) => (high - low) / spans[axis]));
    const isWhole = this.range.x[0] === this.surface.x[0] && this.range.x[1] === this.surface.x[1];
    const around = ([low, high], span) => [(low + high - growth * 1.04 * span) / 2, (low + high + growth * 1.04 * span) / 2];
    const fitted = growth > 1 && isWhole;
    this.range = fitted
      ? { x: around(reach[0], spans[0]), y: around(reach[1], spans[1]) }
      : { x: [...this.surface.x], y: [...this.surface.y] };
    await this.Plotly.relayout(this.plot, this.layout());
    this.place();
    this.draw(this.step);
  }

  setTouch(isTouch) {
    this.isTouch = isTouch;
  }

  layout() {
    const { width, height } = this.size;
    const spans = [this.range.x[1] - this.range.x[0], this.range.y[1] - this.range.y[0]];
    const room = [width - SPACE.left - SPACE.right, height - SPACE.top - SPACE.bottom];
    const unit = Math.min(room[0] / spans[0], room[1] / spans[1]);
    const spare = [room[0] - unit * spans[0], room[1] - unit * spans[1]];
    this.margin = {
      l: SPACE.left + spare[0] / 2,
      r: SPACE.right + spare[0] / 2,
      t: SPACE.top + spare[1] / 2,
      b: SPACE.bottom + spare[1] / 2,
      pad: 0,
    };
    const { xaxis, yaxis } = this.figure.layout;
    return {
      ...this.figure.layout,
      width,
      height,
      margin: { ...this.margin, autoexpand: false },
      dragmode: this.isTouch ? false : "zoom",
      xaxis: { ...xaxis, range: [...this.range.x], automargin: false },
      yaxis: { ...yaxis, range: [...this.range.y], automargin: false },
    };
  }

  readRange() {
    const { xaxis, yaxis } = this.plot.layout;
    this.range = { x: [...xaxis.range], y: [...yaxis.range] };
    this.place();
    this.draw(this.step);
  }

  /** Brings everything that lies above the plot to where the axes now are. */
  place() {
    if (!this.margin) return;
    const { width, height } = this.size;
    this.box = [this.margin.l, this.margin.t, width - this.margin.r, height - this.margin.b];
    this.canvas.resize(width, height);
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, width + FAR_PIXELS, height + FAR_PIXELS];
    for (const run of this.scene?.runs ?? []) {
      run.pixels = new Float64Array(2 * (run.last + 1));
      for (let index = 0; index <= run.last; index++) {
        [run.pixels[2 * index], run.pixels[2 * index + 1]] = this.toPixel(run.points[index]);
      }
    }
    this.placeHandle();
  }

  toPixel([x, y]) {
    const [left, top, right, bottom] = this.box;
    return [
      left + ((x - this.range.x[0]) / (this.range.x[1] - this.range.x[0])) * (right - left),
      bottom - ((y - this.range.y[0]) / (this.range.y[1] - this.range.y[0])) * (bottom - top),
    ];
  }

  toPoint(pixelX, pixelY) {
    const [left, top, right, bottom] = this.box;
    const unit = (this.range.x[1] - this.range.x[0]) / (right - left);
    const x = this.range.x[0] + (clamp(pixelX, left, right) - left) * unit;
    const y = this.range.y[0] + (bottom - clamp(pixelY, top, bottom)) * unit;
    return [roundToPixel(x, unit), roundToPixel(y, unit)];
  }

  /** The last step up to `step` at which a run is on the map; what follows is drawn like what is still to come. */
  lastOnMap(run, step) {
    for (let index = Math.min(step, run.last); index > 0; index--) {
      if (this.isOnMap(run.pixels[2 * index], run.pixels[2 * index + 1])) return index;
    }
    return 0;
  }

  isOnMap(x, y) {
    return x >= this.box[0] - 1 && x <= this.box[2] + 1 && y >= this.box[1] - 1 && y <= this.box[3] + 1;
  }

  drawPast(run, end) {
    const { context } = this.canvas;
    const last = Math.min(end, this.step, run.last);
    strokePath(context, run, run.pixels, last, this.farBox, SIZES, this.scene.colours.casing);
  }

  /** The marker at the run's present point or, once it has left the map, at the edge, with the step at which it left. */
  drawHead(run, last, tags) {
    const { context } = this.canvas;
    const { casing } = this.scene.colours;
    const on = this.lastOnMap(run, last);
    if (on === last) {
      const [x, y] = [run.pixels[2 * last], run.pixels[2 * last + 1]];
      drawMarker(context, run, x, y, SIZES.marker, casing);
      drawTag(context, [run.label], x, y, this.box, tags, this.font());
      return;
    }
    const part = clipSegment(...run.pixels.subarray(2 * on, 2 * on + 4), this.box);
    if (!part) return; // zoomed in on another part of the map
    drawMarker(context, run, part[2], part[3], SIZES.marker, casing);
    const texts = [`${run.label} left at step ${on + 1}`, `left at step ${on + 1}`, `step ${on + 1}`];
    drawTag(context, texts, part[2], part[3], this.box, tags, this.font());
  }

  font() {
    return `14px ${getComputedStyle(this.host).fontFamily}`;
  }

  buildHandle() {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "rv-start";
    handle.dataset.testid = "start-handle";
    let grip = [0, 0];
    const pointOf = (event) => {
      const frame = this.host.getBoundingClientRect();
      return this.toPoint(event.clientX - frame.left - grip[0], event.clientY - frame.top - grip[1]);
    };
    handle.addEventListener("pointerdown", (event) => {
      const frame = handle.getBoundingClientRect();
      grip = [event.clientX - frame.left - frame.width / 2, event.clientY - frame.top - frame.height / 2];
      handle.setPointerCapture(event.pointerId);
      this.isDragging = true;
      event.stopPropagation();
    });
    handle.addEventListener("pointermove", (event) => {
      if (this.isDragging) this.moveStart(pointOf(event), false);
    });
    const release = (event) => {
      if (!this.isDragging) return;
      this.isDragging = false;
      this.moveStart(event.type === "pointerup" ? pointOf(event) : this.start, true);
    };
    handle.addEventListener("pointerup", release);
    handle.addEventListener("pointercancel", release);
    handle.addEventListener("keydown", (event) => {
      const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!direction) return;
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = this.toPixel(this.start);
      const stride = event.shiftKey ? 1 : 10;
      this.moveStart(this.toPoint(x + stride * direction[0], y - stride * direction[1]), true);
    });
    return this.host.appendChild(handle);
  }

  moveStart(point, isFinal) {
    this.start = point;
    this.placeHandle();
    this.onStart(point[0], point[1], isFinal);
  }

  placeHandle() {
    if (!this.box || !this.start) return;
    const [x, y] = this.toPixel(this.start);
    this.handle.hidden = !this.isOnMap(x, y);
    this.handle.style.transform = `translate(${x}px, ${y}px)`;
    this.handle.setAttribute("aria-label", `Start: w1 ${this.start[0]}, w2 ${this.start[1]}. Arrow keys move it.`);
  }

  /** A short click on the ground moves the start there; a drag is Plotly's and zooms. */
  listenForClicks() {
    let down = null;
    this.host.addEventListener("pointerdown", (event) => {
      down = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
    }, true);
    this.host.addEventListener("pointercancel", () => (down = null), true);
    window.addEventListener("pointerup", (this.onPointerUp = (event) => {
      if (!down || this.handle.contains(event.target) || this.isDragging) return;
      const moved = Math.hypot(event.clientX - down.x, event.clientY - down.y);
      const isClick = moved <= CLICK_PIXELS && event.timeStamp - down.at <= CLICK_MILLISECONDS;
      down = null;
      const frame = this.host.getBoundingClientRect();
      const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
      const isOnGround = this.box && x >= this.box[0] && x <= this.box[2] && y >= this.box[1] && y <= this.box[3];
      if (isClick && isOnGround) this.moveStart(this.toPoint(x, y), true);
    }), true);
    this.host.addEventListener("pointermove", (event) => this.showTip(event));
    this.host.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  /** The exact numbers of the path point under the pointer; elsewhere Plotly tells the ground's. */
  showTip(event) {
    this.tip.hidden = true;
    if (!this.scene || !this.box || this.isDragging || event.pointerType === "touch") return;
    const frame = this.host.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    let nearest = null;
    for (const run of this.scene.runs.filter((shown) => !shown.hidden)) {
      for (let index = 0; index <= Math.min(this.step, run.last); index++) {
        const distance = Math.hypot(run.pixels[2 * index] - x, run.pixels[2 * index + 1] - y);
        if (distance <= HOVER_PIXELS && distance < (nearest?.distance ?? Infinity)) nearest = { run, index, distance };
      }
    }
    this.plot.classList.toggle("rv-hushed", Boolean(nearest));
    if (!nearest) return;
    const { run, index } = nearest;
    const [w1, w2] = run.points[index];
    this.tip.textContent = `${run.label}, step ${index}: loss ${run.losses[index]} at w1 ${short(w1)}, w2 ${short(w2)}`;
    this.tip.hidden = false;
    this.tip.style.left = `${clamp(x + 14, 0, Math.max(0, this.size.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = `${clamp(y - 44, 0, this.size.height)}px`;
  }

  destroy() {
    window.removeEventListener("pointerup", this.onPointerUp, true);
    this.Plotly.purge(this.plot);
  }
}
