// The curves of some losses and of their slopes, with a handle that reads both at one place. All numbers are Python's.

import { colourOf, html, nextId, set, svg, swatch, watchWidth } from "./drawing.js";
import { afterKey, nearest, pathThrough, scale, tangent, ticks } from "./geometry.js";

const NARROW = 480;
const SIZES = {
  wide: { left: 40, right: 14, top: 40, losses: 204, between: 50, slopes: 120, bottom: 44 },
  narrow: { left: 30, right: 12, top: 40, losses: 190, between: 50, slopes: 112, bottom: 44 },
};
const GRID = { x: 1, losses: 3, slopes: 3 };
const TANGENT_PIXELS = 44;
const DOT = 7;

export class Curves {
  constructor(parent, tools) {
    this.tools = tools;
    this.root = html("div", "rl-picture", parent, "", { "data-testid": "loss-curves" });
    this.frame = html("div", "rl-frame", this.root);
    this.svg = svg("svg", this.frame, { class: "rl-drawing", "aria-hidden": "true" });
    this.handle = html("div", "rl-handle", this.frame, "", { role: "slider", tabindex: 0 });
    this.says = html("output", "rl-says", this.frame, "", { "aria-hidden": "true" });
    this.table = html("table", "rl-readout", this.root);
    this.listen();
    this.stopWatching = watchWidth(this.root, (width) => {
      this.width = width;
      this.draw();
    });
  }

  receive(message) {
    this.message = message;
    this.index ??= message.start;
    this.root.dataset.task = message.task;
    const ends = [message.places[0], message.places.at(-1)];
    set(this.handle, { "aria-label": message.axis, "aria-valuemin": ends[0], "aria-valuemax": ends[1] });
    this.makeTable();
    this.draw();
  }

  destroy() {
    this.stopWatching();
    this.root.remove();
  }

  listen() {
    const indexOf = (event) => nearest(this.message.places, this.toPlace(event.clientX - this.frame.getBoundingClientRect().left));
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.frame.setPointerCapture(event.pointerId);
      this.isDragging = true;
      this.handle.focus({ preventScroll: true });
      this.move(indexOf(event));
      event.preventDefault();
    });
    this.frame.addEventListener("pointermove", (event) => this.isDragging && this.move(indexOf(event)));
    const release = () => (this.isDragging = false);
    this.frame.addEventListener("pointerup", release);
    this.frame.addEventListener("pointercancel", release);
    this.handle.addEventListener("keydown", (event) => {
      const index = afterKey(event.key, event.shiftKey, this.index, this.message.places.length);
      if (index === null) return;
      event.preventDefault();
      this.move(index);
    });
  }

  move(index) {
    this.index = index;
    this.place();
  }

  makeTable() {
    this.table.replaceChildren();
    const head = html("tr", "", html("thead", "", this.table));
    for (const name of ["At the handle", "Loss", "Slope"]) html("th", "", head, name, { scope: "col" });
    const body = html("tbody", "", this.table);
    this.rows = this.message.curves.map((curve) => {
      const row = html("tr", "", body, "", { "data-loss": curve.slug });
      const name = html("th", "", row, "", { scope: "row" });
      swatch(name, curve);
      html("span", "", name, curve.title);
      return { loss: html("td", "rl-loss", row), slope: html("td", "rl-slope", row) };
    });
  }

  /** Draws what does not move: axes, curves and their names. */
  draw() {
    if (!this.message || !this.width) return;
    const size = this.width < NARROW ? SIZES.narrow : SIZES.wide;
    const { places, losses, slopes, ends, axis } = this.message;
    const right = this.width - size.right;
    const [lossBottom, slopeTop] = [size.top + size.losses, size.top + size.losses + size.between];
    const bottom = slopeTop + size.slopes;
    const reach = [places[0], places.at(-1)];
    this.toX = scale(reach, size.left, right);
    this.toPlace = scale([size.left, right], ...reach);
    this.boxes = {
      losses: { top: size.top, bottom: lossBottom, toY: scale(losses, lossBottom, size.top) },
      slopes: { top: slopeTop, bottom, toY: scale(slopes, bottom, slopeTop) },
    };
    set(this.svg, { width: this.width, height: bottom + size.bottom });
    this.svg.replaceChildren();
    for (const [name, box] of Object.entries(this.boxes)) this.drawAxes(name, box, size, right);
    for (const x of ticks(reach, GRID.x)) svg("text", this.svg, { x: this.toX(x), y: bottom + 17, class: "rl-tick is-middle" }, signed(x));
    const words = [[size.left, "", `← ${ends[0]}`], [(size.left + right) / 2, " is-middle", axis], [right, " is-end", `${ends[1]} →`]];
    for (const [x, where, text] of words) svg("text", this.svg, { x, y: bottom + 37, class: `rl-word${where}` }, text);
    this.rule = svg("line", this.svg, { class: "rl-rule", y1: size.top - 6, y2: bottom });
    this.drawCurves(size, right);
    this.dots = this.message.curves.map((curve) => ({
      tangent: svg("line", this.svg, { class: "rl-tangent" }),
      losses: svg("path", this.svg, { class: "rl-dot", style: colourOf(curve) }),
      slopes: svg("path", this.svg, { class: "rl-dot", style: colourOf(curve) }),
    }));
    this.handle.style.top = `${lossBottom + size.between / 2}px`;
    this.place();
  }

  drawAxes(name, { top, bottom, toY }, size, right) {
    for (const y of ticks(this.message[name], GRID[name])) {
      svg("line", this.svg, { x1: size.left, x2: right, y1: toY(y), y2: toY(y), class: y === 0 ? "rl-grid is-zero" : "rl-grid" });
      svg("text", this.svg, { x: size.left - 8, y: toY(y) + 4, class: "rl-tick is-end" }, signed(y));
    }
    svg("line", this.svg, { x1: this.toX(0), x2: this.toX(0), y1: top, y2: bottom, class: "rl-grid is-zero" });
    svg("text", this.svg, { x: size.left, y: top - 8, class: "rl-caption" }, name === "losses" ? "Loss" : "Its slope");
  }

  drawCurves(size, right) {
    const { places, curves } = this.message;
    for (const [name, box] of Object.entries(this.boxes)) {
      const id = nextId();
      const clip = svg("clipPath", svg("defs", this.svg), { id });
      svg("rect", clip, { x: size.left, y: box.top - 3, width: right - size.left, height: box.bottom - box.top + 6 });
      const group = svg("g", this.svg, { "clip-path": `url(#${id})` });
      for (const curve of curves) {
        const look = { class: curve.dashed ? "rl-line is-dashed" : "rl-line", style: colourOf(curve) };
        svg("path", group, { d: pathThrough(places, curve[name], this.toX, box.toY), ...look });
      }
      for (const curve of curves) {
        const label = name === "losses" ? curve.onLoss : curve.onSlope;
        const at = nearest(places, label.at);
        const where = label.right < 0 ? "is-end" : "";
        const [x, y] = [this.toX(places[at]) + label.right, box.toY(curve[name][at]) + label.down];
        svg("text", this.svg, { x, y, class: `rl-label ${where}` }, curve.name);
      }
    }
  }

  /** Puts the handle, the dots and the numbers at the present place. */
  place() {
    if (!this.dots) return;
    const { places, curves } = this.message;
    const place = places[this.index];
    const x = this.toX(place);
    set(this.rule, { x1: x, x2: x });
    this.handle.style.left = `${x}px`;
    curves.forEach((curve, i) => {
      const [loss, slope] = [curve.losses[this.index], curve.slopes[this.index]];
      const dot = this.dots[i];
      const isInside = putDot(dot.losses, x, loss, this.boxes.losses);
      putDot(dot.slopes, x, slope, this.boxes.slopes);
      const unit = { x: this.toX(1) - this.toX(0), y: this.boxes.losses.toY(0) - this.boxes.losses.toY(1) };
      set(dot.tangent, tangent(x, this.boxes.losses.toY(loss), slope, unit, TANGENT_PIXELS));
      dot.tangent.style.visibility = isInside ? "visible" : "hidden";
      this.rows[i].loss.textContent = this.tools.precise(loss, 3);
      this.rows[i].slope.textContent = this.tools.precise(slope, 3);
      Object.assign(this.rows[i].loss.dataset, { value: loss });
      Object.assign(this.rows[i].slope.dataset, { value: slope });
    });
    this.say(place, x);
  }

  say(place, x) {
    const [below, at, above] = this.message.words;
    const words = (place < 0 ? below : place > 0 ? above : at).replace("{}", Math.abs(place).toFixed(2));
    this.says.textContent = words;
    const half = this.says.offsetWidth / 2;
    this.says.style.left = `${Math.min(Math.max(x, half + 2), this.width - half - 2)}px`;
    const read = this.message.curves.map((curve, i) => {
      const { loss, slope } = this.rows[i];
      return `${curve.title} ${loss.textContent}, slope ${slope.textContent}`;
    });
    set(this.handle, { "aria-valuenow": place, "aria-valuetext": `${words}. ${read.join(". ")}` });
    this.root.dataset.place = place;
  }
}

const signed = (value) => String(value).replace("-", "−");

/** A disc at a value; at the edge a triangle that points to where the value is. Says whether it is inside. */
function putDot(dot, x, value, { top, bottom, toY }) {
  const y = toY(value);
  const isInside = y >= top - 1 && y <= bottom + 1;
  const up = y < top ? -1 : 1;
  const edge = y < top ? top : bottom;
  const triangle = `M${x - DOT},${edge}h${2 * DOT}l${-DOT},${up * 1.6 * DOT}z`;
  set(dot, { d: isInside ? `M${x - DOT},${y}a${DOT},${DOT} 0 1 0 ${2 * DOT},0a${DOT},${DOT} 0 1 0 ${-2 * DOT},0` : triangle });
  return isInside;
}
