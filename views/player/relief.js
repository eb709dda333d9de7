// The relief: Plotly draws the surface in three dimensions, once; a canvas above it the paths, at every step.

import { isHidden, projection } from "./camera.js";
import { Canvas, drawMarker, drawTag, strokePath } from "./canvas.js";
import { Darkness } from "./darkness.js";

const LIFT = 0.006; // of the cube, so that paths lie on the ground and not in it
const FAR_PIXELS = 4000;
const TILT_MS = 700;
const FROM_ABOVE = { eye: { x: 0, y: -0.02, z: 1.75 }, center: { x: 0, y: 0, z: 0 } };
const BEHIND = 0.28; // how strongly a path shows through the ground in front of it

export class ReliefView {
  /** `onStart(x, y, isFinal)` hears where a click on the surface puts the start. */
  constructor(host, Plotly, onStart) {
    this.host = host;
    this.Plotly = Plotly;
    this.onStart = onStart;
    this.plot = document.createElement("div");
    host.append(this.plot);
    this.darkness = new Darkness(host);
    this.canvas = new Canvas(host, "rv-canvas");
    this.step = 0;
  }

  /** Draws the surface; the camera stays where it is. */
  async showGround(figure, size) {
    this.figure = figure;
    this.size = size;
    const camera = this.plot.layout?.scene?.camera ?? figure.layout.scene.camera;
    const { width, height } = size;
    const layout = { ...figure.layout, width, height, scene: { ...figure.layout.scene, camera } };
    await this.Plotly.react(this.plot, figure.data, layout, {
      displayModeBar: false,
      doubleClick: false,
      plotGlPixelRatio: Math.max(1, window.devicePixelRatio),
    });
    if (!this.isListening) this.listen();
    this.place(camera);
  }

  listen() {
    this.isListening = true;
    this.plot.on("plotly_click", ({ points: [point] }) => this.onStart(point.x, point.y, true));
    const follow = (change) => {
      const camera = change["scene.camera"];
      if (!camera) return;
      this.place(camera);
      this.draw(this.step);
    };
    this.plot.on("plotly_relayouting", follow);
    this.plot.on("plotly_relayout", (change) => {
      follow(change);
      this.settle(change["scene.camera"]);
    });
  }

  /** Brings the picture to the camera that the layout holds: after a quick flick Plotly turns on a little beyond it. */
  async settle(camera) {
    if (!camera || this.isSettling) return;
    this.isSettling = true;
    await this.Plotly.relayout(this.plot, { "scene.camera": structuredClone(camera) });
    this.isSettling = false;
  }

  async resize(size) {
    this.size = size;
    if (!this.figure) return;
    await this.Plotly.relayout(this.plot, { width: size.width, height: size.height });
    this.place(this.camera);
  }

  /** Leans the map back into the relief, in one ease. */
  async tilt() {
    const to = this.figure.layout.scene.camera;
    const begin = performance.now();
    this.isSettling = true; // the last picture settles by itself
    for (let share = 0; share < 1; ) {
      share = Math.min(1, (performance.now() - begin) / TILT_MS);
      await this.look(between(FROM_ABOVE, to, eased(share)));
      if (this.isGone) return;
      await new Promise(requestAnimationFrame);
    }
    this.isSettling = false;
  }

  async look(camera) {
    await this.Plotly.relayout(this.plot, { "scene.camera": camera });
    this.draw(this.step);
  }

  setScene(scene) {
    this.scene = scene;
    if (this.camera) this.place(this.camera);
  }

  /** Works out where every point of every path is on the screen, and whether the ground stands before it. */
  place(camera) {
    this.camera = camera;
    this.canvas.resize(this.size.width, this.size.height);
    const { width, height } = this.size;
    this.box = [0, 0, width, height];
    this.farBox = [-FAR_PIXELS, -FAR_PIXELS, width + FAR_PIXELS, height + FAR_PIXELS];
    const { xaxis, yaxis, zaxis, aspectratio } = this.figure.layout.scene;
    const ranges = { x: xaxis.range, y: yaxis.range, z: zaxis.range };
    const { eye, toScene, toPixel } = projection({ ranges, aspect: aspectratio, camera, size: this.size });
    const heightAt = this.groundHeights(aspectratio, toScene);
    this.drawn = new Map();
    for (const run of this.scene?.runs ?? []) {
      const count = run.leaves ?? run.last + 1;
      const pixels = new Float64Array(2 * count);
      const hidden = new Uint8Array(count);
      for (let index = 0; index < count; index++) {
        const [x, y] = run.points[index];
        const place = toScene([x, y, run.heights[index]]);
        place[2] = Math.max(place[2], heightAt(place[0], place[1])) + LIFT; // never under the ground as it is drawn
        [pixels[2 * index], pixels[2 * index + 1]] = toPixel(place);
        hidden[index] = isHidden(place, eye, heightAt);
      }
      this.drawn.set(run, { pixels, hidden, last: count - 1 });
    }
  }

  /** The height of the ground in the camera's cube, between the grid lines as they are drawn; NaN beyond them. */
  groundHeights(aspect, toScene) {
    const { x, y, z } = this.figure.data[0];
    const lift = (height) => toScene([x[0], y[0], height])[2];
    return (sceneX, sceneY) => {
      const across = (sceneX / aspect.x + 0.5) * (x.length - 1);
      const down = (sceneY / aspect.y + 0.5) * (y.length - 1);
      if (across < 0 || down < 0 || across > x.length - 1 || down > y.length - 1) return NaN;
      const column = Math.min(Math.floor(across), x.length - 2);
      const row = Math.min(Math.floor(down), y.length - 2);
      const between = (line) => line[column] + (across - column) * (line[column + 1] - line[column]);
      return lift(between(z[row]) + (down - row) * (between(z[row + 1]) - between(z[row])));
    };
  }

  /** Paints every run up to `step`; what lies behind the ground shows through it faintly. */
  draw(step) {
    this.step = step;
    if (!this.scene || !this.drawn) return;
    const { context } = this.canvas;
    this.canvas.clear();
    context.lineJoin = context.lineCap = "round";
    const runs = this.scene.runs.filter((run) => !run.hidden);
    for (const run of runs) this.drawPath(run, step);
    const tags = [];
    const text = { size: this.size.font, family: getComputedStyle(this.host).fontFamily };
    for (const run of runs) {
      const { pixels, last } = this.drawn.get(run);
      const head = Math.min(step, last);
      const [x, y] = [pixels[2 * head], pixels[2 * head + 1]];
      drawMarker(context, run, x, y, this.size.path.marker, this.scene.colours.casing);
      drawTag(context, [run.label], x, y, this.box, tags, text);
    }
    const drawn = runs.map((run) => this.drawn.get(run));
    this.darkness.draw(this.size, this.box, drawn.map(({ pixels, last }) => ({ pixels, last: Math.min(step, last) })));
  }

  /** Lights on or off; `draw` is for the caller. */
  setLit(isLit) {
    this.darkness.setLit(isLit);
  }

  drawPath(run, step) {
    const { context } = this.canvas;
    const { pixels, hidden, last } = this.drawn.get(run);
    const end = Math.min(step, last);
    for (let from = 0; from < end; ) {
      let to = from + 1;
      while (to < end && hidden[to] === hidden[from]) to++;
      const part = pixels.subarray(2 * from);
      context.globalAlpha = hidden[from] ? BEHIND : 1;
      strokePath(context, run, part, to - from, this.farBox, this.size.path, this.scene.colours.casing);
      from = to;
    }
    context.globalAlpha = 1;
  }

  destroy() {
    this.isGone = true;
    this.Plotly.purge(this.plot);
  }
}

const eased = (share) => (share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2);

/** The camera that is `share` of the way from one to another. */
function between(from, to, share) {
  const mix = (a, b) => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y), z: a.z + share * (b.z - a.z) });
  return { eye: mix(from.eye, to.eye), center: mix(from.center, to.center), up: { x: 0, y: 0, z: 1 } };
}
