// The map: an image is the ground, Plotly draws contour lines and axes, canvases above it the paths, a button the start.

import { Canvas, clipSegment, drawArrow, drawMarker, drawTag, strokeFaint, strokePath } from "./canvas.js";
import { Darkness } from "./darkness.js";
import { listenForClicks, listenForPinch } from "./gestures.js";
import { Ghost } from "./ghost.js";
import { clamp, short } from "./numbers.js";
import { StartHandle } from "./start_handle.js";
import { Viewport } from "./viewport.js";
import { prefersStillness } from "./window.js";

const NEW_GROUND_MS = 250;
const HOVER_PIXELS = 12;
const FAR_PIXELS = 4000;
const TO_COME = 0.25;

export class MapView {
  /** `plotly` fetches Plotly.js; `onStart(x, y, isFinal)` hears where the start is put. */
  constructor(host, plotly, onStart) {
    this.host = host;
    this.plotly = plotly;
    this.onStart = onStart;
    const frame = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-ground" }));
    this.frame = frame;
    this.ground = frame.appendChild(Object.assign(new Image(), { alt: "" }));
    this.plot = host.appendChild(document.createElement("div"));
    this.darkness = new Darkness(host);
    this.ghost = new Ghost(host);
    this.canvas = new Canvas(host, "rv-canvas");
    this.tip = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-tip", hidden: true }));
    this.handle = new StartHandle(host, {
      toPoint: (x, y) => this.view.toPoint(x, y),
      onMove: (point, isFinal) => this.moveStart(point, isFinal),
    });
    this.listen();
    this.drawn = new Map(); // of every run its pixels
    this.step = 0;
    this.showsFuture = true;
    this.untagged = null; // the run that has no name beside it, because something else is drawn there
  }

  /** Shows the ground of a surface at once, before Plotly is there; the zoom is kept where the window is the same. */
  setGround(image, surface, size) {
    const isSameWindow = this.view && String([this.view.surface.x, this.view.surface.y]) === String([surface.x, surface.y]);
    if (isSameWindow) this.view.resize(size);
    else this.view = new Viewport(surface, size);
    this.scene = undefined; // another ground: no ghost of paths that were on the last one
    if (this.ground.src && !prefersStillness()) this.ground.animate([{ opacity: 0 }, { opacity: 1 }], NEW_GROUND_MS);
    this.ground.src = image;
    this.place();
  }

  /** Draws contour lines and axes; it is called again when Plotly comes later. */
  async plotGround(figure) {
    this.figure = figure;
    const Plotly = this.plotly.value;
    if (!Plotly) return;
    await Plotly.react(this.plot, figure.data, this.layout(), {
      displayModeBar: false,
      doubleClick: false,
      scrollZoom: false,
      showTips: false,
    });
    if (this.isListening) return;
    this.isListening = true;
    this.plot.on("plotly_relayout", () => this.readRange());
  }

  async resize(size) {
    if (!this.view) return;
    this.view.resize(size);
    this.place();
    await this.replot();
  }

  /** Has Plotly draw for the present size and range. */
  async replot() {
    if (this.isListening) await this.plotly.value.relayout(this.plot, this.layout());
  }

  /** Takes a new scene; `draw` then paints it. What it changed stays in sight for a moment as a ghost. */
  setScene(scene) {
    if (this.scene && this.drawn.size) this.showGhost(scene);
    this.scene = scene;
    if (!this.handle.isDragging) this.start = scene.start;
    this.placePaths();
  }

  showGhost(scene) {
    const isSame = (run, other) => other && run.last === other.last && run.losses.every((loss, step) => loss === other.losses[step]);
    const gone = this.scene.runs.filter((run, index) => !run.hidden && !isSame(run, scene.runs[index]));
    const paths = gone.map((run) => ({ run, pixels: this.drawn.get(run), last: run.last }));
    if (paths.length) this.ghost.show(this.view.size, this.view.box, paths);
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
    if (this.showsFuture && this.darkness.isLit) {
      for (const run of runs) strokeFaint(context, run, this.drawn.get(run), run.last, this.farBox, TO_COME);
    }
    const ends = runs.map((run) => Math.min(this.lastOnMap(run, step) + 1, step, run.last));
    const { casing } = this.scene.colours;
    runs.forEach((run, index) => strokePath(context, run, this.drawn.get(run), ends[index], this.farBox, this.view.size.path, casing));
    context.restore();
    const tags = [];
    for (const run of runs) this.drawHead(run, Math.min(step, run.last), tags);
    const tracks = runs.map((run) => ({ pixels: this.drawn.get(run), last: Math.min(step, run.last) }));
    this.darkness.draw(this.view.size, this.box, tracks);
    this.onDrawn?.();
  }

  /** Where a step of a run begins and where it ends, in pixels. */
  pixelsOf(run, step) {
    const pixels = this.drawn.get(run);
    return [step, step + 1].map((index) => [pixels[2 * index], pixels[2 * index + 1]]);
  }

  /** Lights on or off; `draw` is for the caller. */
  setLit(isLit) {
    this.darkness.setLit(isLit);
  }

  /** Whether more runs end in the lower third of the map than in the upper one. */
  isFullerBelow() {
    if (!this.scene || !this.box) return false;
    const [, top, , bottom] = this.box;
    const ends = this.scene.runs.filter((run) => !run.hidden).map((run) => {
      const last = this.lastOnMap(run, run.last);
      return (this.drawn.get(run)[2 * last + 1] - top) / (bottom - top);
    });
    return ends.filter((share) => share > 2 / 3).length > ends.filter((share) => share < 1 / 3).length;
  }

  /** Shows whole paths, or the whole map again. */
  async fit() {
    const runs = this.scene.runs.filter((run) => !run.hidden);
    this.view.fit(runs.flatMap((run) => run.points.slice(0, run.last + 1)));
    this.moved();
    await this.replot();
  }

  /** After another part of the surface is shown. */
  moved() {
    this.place();
    this.draw(this.step);
  }

  setTouch(isTouch) {
    this.isTouch = isTouch;
  }

  layout() {
    const { size, range, margins } = this.view;
    const { width, height, isBare, font } = size;
    const { xaxis, yaxis } = this.figure.layout;
    const inside = isBare ? { ticklabelposition: "inside", ticks: "", title: { text: "" } } : {};
    const tickfont = { size: font - 2, color: xaxis.color };
    const titled = (axis) => ({ ...axis, title: { ...axis.title, font: { size: font - 2 } }, ...inside, tickfont });
    return {
      ...this.figure.layout,
      width,
      height,
      margin: { ...margins, autoexpand: false },
      dragmode: this.isTouch ? false : "zoom",
      xaxis: { ...titled(xaxis), range: [...range.x], automargin: false },
      yaxis: { ...titled(yaxis), range: [...range.y], automargin: false },
    };
  }

  /** Plotly has zoomed: the map takes the shape of what was chosen, so that no scale is bent. */
  readRange() {
    const { xaxis, yaxis } = this.plot.layout;
    const range = { x: [...xaxis.range], y: [...yaxis.range] };
    if (JSON.stringify(range) === JSON.stringify(this.view.range)) return;
    this.view.show(range);
    this.moved();
    this.replot();
  }

  /** Brings everything that lies above and under the plot to where the axes are. */
  place() {
    const { size, box, surface } = this.view;
    this.ghost.hide();
    this.canvas.resize(size.width, size.height);
    this.box = box;
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, size.width + FAR_PIXELS, size.height + FAR_PIXELS];
    const [left, top, right, bottom] = box;
    const [x0, y0] = this.view.toPixel([surface.x[0], surface.y[1]]);
    const [x1, y1] = this.view.toPixel([surface.x[1], surface.y[0]]);
    putAt(this.frame, { left, top, width: right - left, height: bottom - top });
    putAt(this.ground, { left: x0 - left, top: y0 - top, width: x1 - x0, height: y1 - y0 });
    this.placePaths();
  }

  placePaths() {
    const runs = this.scene?.runs ?? [];
    this.drawn = new Map(runs.map((run) => [run, this.view.toPixels(run.points, run.last + 1)]));
    if (this.start) this.placeHandle();
  }

  /** The last step up to `step` at which a run is on the map; what follows is drawn like what is still to come. */
  lastOnMap(run, step) {
    const pixels = this.drawn.get(run);
    for (let index = Math.min(step, run.last); index > 0; index--) {
      if (this.view.isOnMap(pixels[2 * index], pixels[2 * index + 1])) return index;
    }
    return 0;
  }

  /** The marker at the run's present point or, once it has left the map, at the edge, with the step at which it left. */
  drawHead(run, last, tags) {
    const { context } = this.canvas;
    const { casing } = this.scene.colours;
    const { path, font } = this.view.size;
    const text = { size: font, family: getComputedStyle(this.host).fontFamily };
    const pixels = this.drawn.get(run);
    const on = this.lastOnMap(run, last);
    if (on === last) {
      const [x, y] = [pixels[2 * last], pixels[2 * last + 1]];
      drawMarker(context, run, x, y, path.marker, casing);
      if (this.scene.runs.indexOf(run) !== this.untagged) drawTag(context, [run.label], x, y, this.box, tags, text);
      return;
    }
    const segment = pixels.subarray(2 * on, 2 * on + 4);
    const part = clipSegment(...segment, this.box);
    if (!part) return; // zoomed in on another part of the map
    const outwards = [segment[2] - segment[0], segment[3] - segment[1]];
    const length = Math.hypot(...outwards) || 1;
    const inwards = (distance) => [0, 1].map((axis) => part[2 + axis] - (distance * path.marker * outwards[axis]) / length);
    const [x, y] = inwards(1.6);
    drawArrow(context, run, ...inwards(0.7), outwards, 0.6 * path.marker, casing);
    drawMarker(context, run, x, y, path.marker, casing);
    const texts = [`${run.label} left at step ${on + 1}`, `left at step ${on + 1}`, `step ${on + 1}`];
    drawTag(context, texts, x, y, this.box, tags, text);
  }

  moveStart(point, isFinal) {
    this.start = point;
    this.placeHandle();
    this.onStart(point[0], point[1], isFinal);
  }

  /** Puts the handle back to the scene's own start. */
  returnStart() {
    if (this.handle.isDragging || !this.scene?.start) return;
    this.start = this.scene.start;
    this.placeHandle();
  }

  placeHandle() {
    const [x, y] = this.view.toPixel(this.start);
    this.handle.place([x, y], this.start, this.view.isOnMap(x, y));
  }

  /** A short click on the ground moves the start there; a drag of the mouse is Plotly's and zooms, as two fingers do. */
  listen() {
    this.stopListening = listenForClicks(this.host, (x, y, target) => {
      if (this.handle.element.contains(target) || this.handle.isDragging || target.closest(".rv-over")) return;
      if (!this.scene?.start) return;
      const isOnGround = this.box && x >= this.box[0] && x <= this.box[2] && y >= this.box[1] && y <= this.box[3];
      if (isOnGround) this.moveStart(this.view.toPoint(x, y), true);
    });
    listenForPinch(this.host, (from, to) => this.pinch(from, to), () => this.replot());
    this.host.addEventListener("pointermove", (event) => this.showTip(event));
    this.host.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  pinch(from, to) {
    if (!this.view) return;
    this.view.pinch(from, to);
    this.moved();
  }

  /** The exact numbers of the path point under the pointer; elsewhere Plotly tells the ground's. */
  showTip(event) {
    this.tip.hidden = true;
    if (!this.scene || !this.box || this.handle.isDragging || event.pointerType === "touch") return;
    const frame = this.host.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    let nearest = null;
    for (const run of this.scene.runs.filter((shown) => !shown.hidden)) {
      const pixels = this.drawn.get(run);
      for (let index = 0; index <= Math.min(this.step, run.last); index++) {
        const distance = Math.hypot(pixels[2 * index] - x, pixels[2 * index + 1] - y);
        if (distance <= HOVER_PIXELS && distance < (nearest?.distance ?? Infinity)) nearest = { run, index, distance };
      }
    }
    this.plot.classList.toggle("rv-hushed", Boolean(nearest));
    if (!nearest) return;
    const { run, index } = nearest;
    const [w1, w2] = run.points[index];
    const { step, axes } = this.scene.record ?? { step: "step", axes: ["w1", "w2"] };
    this.tip.textContent = `${run.label}, ${step.toLowerCase()} ${index}: loss ${run.losses[index]} at ${axes[0]} ${short(w1)}, ${axes[1]} ${short(w2)}`;
    this.tip.hidden = false;
    this.tip.style.left = `${clamp(x + 14, 0, Math.max(0, this.view.size.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = `${clamp(y - 44, 0, this.view.size.height)}px`;
  }

  destroy() {
    this.stopListening();
    this.ghost.hide();
    this.plotly.value?.purge(this.plot);
  }
}

function putAt(element, pixels) {
  for (const [side, value] of Object.entries(pixels)) element.style[side] = `${value}px`;
}
