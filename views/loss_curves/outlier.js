// Points, the line of each loss through them, and one point that is dragged. The lines are fitted in Python.

import { colourOf, html, nextId, set, svg, swatch, watchWidth } from "./drawing.js";
import { scale, spread, ticks } from "./geometry.js";

const SPACE = { left: 34, right: 78, top: 14, bottom: 30 };
const HEIGHT = { wide: 380, narrow: 280 };
const NARROW = 480;
const LABEL_PIXELS = 18; // between the names of two lines
const STRIDE = 0.5; // units a key moves the point; with shift a tenth
const FINE = 0.1;
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Outlier {
  constructor(parent, tools) {
    this.tools = tools;
    this.questions = new tools.Questions(() => this.giveUp());
    this.root = html("div", "rl-picture rl-beside", parent, "", { "data-testid": "outlier", "data-revision": 0 });
    this.frame = html("div", "rl-frame is-scatter", this.root);
    this.svg = svg("svg", this.frame, { class: "rl-drawing", "aria-hidden": "true" });
    this.handle = html("button", "rl-point", this.frame, "", { type: "button", "data-testid": "outlier-point" });
    this.table = html("table", "rl-readout", this.root);
    this.listen();
    this.stopWatching = watchWidth(this.frame, (width) => {
      this.width = width;
      this.draw();
    });
  }

  receive(message, send) {
    this.questions.send = send;
    this.message = message;
    if (!this.isDragging) this.wanted = message.place;
    this.makeTable();
    this.draw();
    this.root.dataset.revision = Number(this.root.dataset.revision) + 1;
    this.root.dataset.place = message.place.join(",");
    this.questions.answered(); // what has been asked while Python was at work comes next
  }

  /** Where no answer comes, the point goes back to where its lines are. */
  giveUp() {
    if (!this.questions.isIdle || this.isDragging) return;
    this.wanted = this.message.place;
    this.placePoint();
  }

  destroy() {
    this.stopWatching();
    this.questions.stop();
    this.root.remove();
  }

  listen() {
    const { handle } = this;
    const pointOf = (event) => {
      const frame = this.frame.getBoundingClientRect();
      return [this.fromX(event.clientX - frame.left), this.fromY(event.clientY - frame.top)];
    };
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      this.isDragging = true;
    });
    handle.addEventListener("pointermove", (event) => this.isDragging && this.moveTo(pointOf(event)));
    const release = () => (this.isDragging = false);
    handle.addEventListener("pointerup", release);
    handle.addEventListener("pointercancel", release);
    handle.addEventListener("keydown", (event) => {
      const direction = DIRECTIONS[event.key];
      if (!direction) return;
      event.preventDefault();
      const stride = event.shiftKey ? FINE : STRIDE;
      this.moveTo(this.wanted.map((value, i) => value + stride * direction[i]));
    });
  }

  /** Moves the point at once, and asks for the lines through it. */
  moveTo(point) {
    const { x, y } = this.message.window;
    const inside = [x, y].map(([low, high], i) => this.tools.clamp(Math.round(point[i] * 10) / 10, low, high));
    if (inside.every((value, i) => value === this.wanted[i])) return;
    this.wanted = inside;
    this.placePoint();
    this.questions.ask("point", { x: inside[0], y: inside[1] });
  }

  makeTable() {
    this.table.replaceChildren();
    const head = html("tr", "", html("thead", "", this.table));
    for (const name of ["Best line under", "Slope", "Outlier’s part of the loss", "Outlier’s pull"]) html("th", "", head, name, { scope: "col" });
    const body = html("tbody", "", this.table);
    for (const line of this.message.lines) {
      const row = html("tr", "", body, "", { "data-loss": line.slug });
      const name = html("th", "", row, "", { scope: "row" });
      swatch(name, line);
      html("span", "", name, line.title);
      const slope = html("td", "rl-loss", row, this.tools.precise(line.slope, 3), { "data-value": line.slope });
      html("small", "", slope, `${this.tools.precise(line.alone, 3)} without it`);
      for (const share of ["lossShare", "pullShare"]) this.addShare(row, line, line[share]);
    }
  }

  addShare(row, line, share) {
    const cell = html("td", "rl-share", row, "", { "data-value": share });
    html("span", "", cell, `${Math.round(100 * share)} %`);
    const bar = html("i", "rl-bar", cell, "", { style: colourOf(line), "aria-hidden": "true" });
    html("i", "", bar, "", { style: `width:${100 * share}%` });
  }

  draw() {
    if (!this.message || !this.width) return;
    const { x, y, lines, window } = this.message;
    const height = this.width < NARROW ? HEIGHT.narrow : HEIGHT.wide;
    const [right, bottom] = [this.width - SPACE.right, height - SPACE.bottom];
    this.toX = scale(window.x, SPACE.left, right);
    this.toY = scale(window.y, bottom, SPACE.top);
    this.fromX = scale([SPACE.left, right], ...window.x);
    this.fromY = scale([bottom, SPACE.top], ...window.y);
    set(this.svg, { width: this.width, height });
    this.svg.replaceChildren();
    for (const value of ticks(window.x, this.width < NARROW ? 2 : 1)) {
      svg("text", this.svg, { x: this.toX(value), y: bottom + 20, class: "rl-tick is-middle" }, String(value));
    }
    for (const value of ticks(window.y, 2)) {
      const at = this.toY(value);
      svg("line", this.svg, { x1: SPACE.left, x2: right, y1: at, y2: at, class: value === 0 ? "rl-grid is-zero" : "rl-grid" });
      svg("text", this.svg, { x: SPACE.left - 8, y: at + 4, class: "rl-tick is-end" }, String(value));
    }
    const id = nextId();
    const clip = svg("clipPath", svg("defs", this.svg), { id });
    svg("rect", clip, { x: SPACE.left, y: SPACE.top, width: right - SPACE.left, height: bottom - SPACE.top });
    const group = svg("g", this.svg, { "clip-path": `url(#${id})` });
    for (const line of lines) {
      const ends = { x1: this.toX(window.x[0]), y1: this.toY(line.ends[0]), x2: this.toX(window.x[1]), y2: this.toY(line.ends[1]) };
      svg("line", group, { ...ends, class: line.dashed ? "rl-line is-dashed" : "rl-line", style: colourOf(line) });
    }
    const heights = lines.map((line) => this.toY(line.ends[1]) + 5);
    spread(heights, LABEL_PIXELS, SPACE.top + 5, bottom).forEach((height, i) => {
      svg("text", this.svg, { x: right + 8, y: height, class: "rl-label" }, lines[i].name);
    });
    Array.from(x).forEach((value, i) => svg("circle", this.svg, { cx: this.toX(value), cy: this.toY(y[i]), r: 6, class: "rl-sample" }));
    this.placePoint();
  }

  placePoint() {
    if (!this.toX) return;
    const [x, y] = this.wanted;
    this.handle.style.transform = `translate(${this.toX(x)}px, ${this.toY(y)}px)`;
    this.handle.dataset.place = this.wanted.join(",");
    this.handle.setAttribute("aria-label", `The point that you drag: x ${x}, y ${y}. Arrow keys move it.`);
  }
}
