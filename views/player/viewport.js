// Which part of a surface the map shows, and where each point of it is in pixels: pure, so that node can test it.

import { clamp, roundToPixel } from "./numbers.js";

const FIT_WINDOWS = 20; // how far out one can go
const CLOSEST = 1e-4; // of the window: further in, the paths are coarser than the pixels
const FIT_PADDING = 1.04;

export class Viewport {
  /** The window of `surface` ({ x, y }: its ranges) in `size` pixels ({ width, height, space }); `range` is what is shown. */
  constructor(surface, size) {
    this.surface = surface;
    this.size = size;
    this.range = wholeOf(surface);
    this.measure();
  }

  resize(size) {
    this.size = size;
    this.measure();
  }

  show(range) {
    this.range = range;
    this.measure();
  }

  /** The ground within the host, [left, top, right, bottom]: as large as there is room for, square in data units. */
  measure() {
    const { width, height, space } = this.size;
    const spans = [this.range.x[1] - this.range.x[0], this.range.y[1] - this.range.y[0]];
    const room = [width - space.left - space.right, height - space.top - space.bottom];
    const unit = Math.min(room[0] / spans[0], room[1] / spans[1]);
    const [across, down] = [(room[0] - unit * spans[0]) / 2, (room[1] - unit * spans[1]) / 2];
    this.box = [space.left + across, space.top + down, width - space.right - across, height - space.bottom - down];
  }

  /** The same as Plotly's margins. */
  get margins() {
    const { width, height } = this.size;
    const [left, top, right, bottom] = this.box;
    return { l: left, t: top, r: width - right, b: height - bottom, pad: 0 };
  }

  toPixel([x, y]) {
    const [left, top, right, bottom] = this.box;
    return [
      left + ((x - this.range.x[0]) / (this.range.x[1] - this.range.x[0])) * (right - left),
      bottom - ((y - this.range.y[0]) / (this.range.y[1] - this.range.y[0])) * (bottom - top),
    ];
  }

  /** The point under a pixel, kept on the map, in numbers as round as a pixel allows. */
  toPoint(pixelX, pixelY) {
    const [left, top, right, bottom] = this.box;
    const unit = (this.range.x[1] - this.range.x[0]) / (right - left);
    const x = this.range.x[0] + (clamp(pixelX, left, right) - left) * unit;
    const y = this.range.y[0] + (bottom - clamp(pixelY, top, bottom)) * unit;
    return [roundToPixel(x, unit), roundToPixel(y, unit)];
  }

  /** All points of a path as pixels [x0, y0, x1, y1, ...]. */
  toPixels(points, count) {
    const pixels = new Float64Array(2 * count);
    for (let index = 0; index < count; index++) [pixels[2 * index], pixels[2 * index + 1]] = this.toPixel(points[index]);
    return pixels;
  }

  isOnMap(x, y) {
    return x >= this.box[0] - 1 && x <= this.box[2] + 1 && y >= this.box[1] - 1 && y <= this.box[3] + 1;
  }

  /** Zooms out until these points are on the map (as far as 20 windows), or back to the window. */
  fit(points) {
    const reach = [[...this.surface.x], [...this.surface.y]];
    const spans = reach.map(([low, high]) => high - low);
    const middles = reach.map(([low, high]) => (low + high) / 2);
    for (const point of points) {
      for (const axis of [0, 1]) {
        if (Math.abs(point[axis] - middles[axis]) > FIT_WINDOWS * spans[axis]) continue;
        reach[axis] = [Math.min(reach[axis][0], point[axis]), Math.max(reach[axis][1], point[axis])];
      }
    }
    const growth = Math.max(...reach.map(([low, high], axis) => (high - low) / spans[axis]));
    const isWhole = ["x", "y"].every((name) => String(this.range[name]) === String(this.surface[name]));
    if (growth === 1 || !isWhole) return this.show(wholeOf(this.surface));
    const [x, y] = reach.map(([low, high], axis) => {
      const half = (growth * FIT_PADDING * spans[axis]) / 2;
      return [(low + high) / 2 - half, (low + high) / 2 + half];
    });
    this.show({ x, y });
  }

  /** Two fingers, `{ x, y, distance }` before and after: what was under them stays under them. */
  pinch(from, to) {
    const [left, , right, bottom] = this.box;
    const window = this.surface.x[1] - this.surface.x[0];
    const width = this.range.x[1] - this.range.x[0];
    const zoom = clamp((width * from.distance) / to.distance, CLOSEST * window, FIT_WINDOWS * window) / width;
    const unit = width / (right - left);
    const zoomed = ([low, high], was, is) => {
      const begin = low + was * unit - is * unit * zoom;
      return [begin, begin + (high - low) * zoom];
    };
    this.show({ x: zoomed(this.range.x, from.x - left, to.x - left), y: zoomed(this.range.y, bottom - from.y, bottom - to.y) });
  }
}

const wholeOf = ({ x, y }) => ({ x: [...x], y: [...y] });
