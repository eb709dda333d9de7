// The relief: the surface in three dimensions with the paths on it. Only the paths are redrawn for a step.

const LIFT = 0.012; // of the height of the relief, so that paths lie on the ground and not in it

export class ReliefView {
  constructor(host, Plotly, onStart) {
    this.host = host;
    this.Plotly = Plotly;
    this.onStart = onStart;
    this.plot = document.createElement("div");
    host.append(this.plot);
    this.painted = Promise.resolve();
  }

  async showGround(figure, size) {
    this.figure = figure;
    this.size = size;
    const { z } = figure.data[0];
    let [low, high] = [Infinity, -Infinity];
    for (const row of z) for (const height of row) [low, high] = [Math.min(low, height), Math.max(high, height)];
    this.lift = LIFT * (high - low);
    await this.show();
  }

  async resize(size) {
    this.size = size;
    if (this.figure) await this.Plotly.relayout(this.plot, { width: size.width, height: size.height });
  }

  /** Takes a new scene: one line a run, and one trace with the markers of all. The camera stays. */
  async setScene(scene) {
    this.scene = scene;
    for (const run of scene.runs) {
      const end = run.leaves ?? run.last + 1;
      run.x = run.points.slice(0, end).map(([x]) => x);
      run.y = run.points.slice(0, end).map(([, y]) => y);
      run.z = Array.from(run.heights.subarray(0, end), (height) => height + this.lift);
    }
    await this.show();
  }

  async show() {
    if (!this.figure || !this.scene) return;
    const camera = this.plot.layout?.scene?.camera ?? this.figure.layout.scene.camera;
    const layout = {
      ...this.figure.layout,
      width: this.size.width,
      height: this.size.height,
      uirevision: "kept",
      scene: { ...this.figure.layout.scene, camera },
    };
    await this.Plotly.react(this.plot, [...this.figure.data, ...this.pathTraces()], layout, {
      displayModeBar: false,
      doubleClick: false,
    });
    if (this.isListening) return;
    this.isListening = true;
    this.plot.on("plotly_click", ({ points: [point] }) => {
      if (point.data.type === "surface") this.onStart(point.x, point.y, true);
    });
  }

  shown() {
    return this.scene.runs.filter((run) => !run.hidden);
  }

  pathTraces() {
    const runs = this.shown();
    const lines = runs.map((run) => ({
      type: "scatter3d",
      mode: "lines",
      x: [],
      y: [],
      z: [],
      line: { color: run.colour, width: 7, dash: run.repeat ? "dash" : "solid" },
      hoverinfo: "skip",
    }));
    const symbols = { diamond: "diamond", square: "square", cross: "cross" };
    const heads = {
      type: "scatter3d",
      mode: "markers",
      x: [],
      y: [],
      z: [],
      marker: {
        size: 7,
        color: runs.map((run) => run.colour),
        symbol: runs.map((run) => symbols[run.symbol] ?? "circle"),
        line: { color: this.scene.colours.casing, width: 2 },
      },
      hoverinfo: "skip",
    };
    return [...lines, heads];
  }

  /** Paints every run up to `step`; resolves when it is painted. */
  draw(step) {
    if (!this.figure || !this.scene) return Promise.resolve();
    const runs = this.shown();
    const upTo = (run) => Math.min(step + 1, run.x.length);
    const heads = (axis) => runs.map((run) => run[axis][upTo(run) - 1]);
    const update = {};
    for (const axis of ["x", "y", "z"]) update[axis] = [...runs.map((run) => run[axis].slice(0, upTo(run))), heads(axis)];
    const traces = update.x.map((_, index) => index + 1);
    this.painted = this.Plotly.restyle(this.plot, update, traces);
    return this.painted;
  }

  destroy() {
    this.Plotly.purge(this.plot);
  }
}
