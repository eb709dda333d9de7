// Where things are in the plot of the data: pure, so that node can test it.

const STEPS = [1, 2, 5];

/** At most `most` round numbers within [low, high], evenly apart. */
export function ticksOf([low, high], most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [...STEPS, 10].map((size) => size * power).find((size) => size >= rough * (1 - 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * step).toFixed(digits)));
}

/** The window of the data, { x, y }: two ranges, on the pixels of a box [left, top, right, bottom]. */
export class Plane {
  constructor({ x, y }, box) {
    Object.assign(this, { x, y, box });
  }

  toX(value) {
    const [left, , right] = this.box;
    return left + ((value - this.x[0]) / (this.x[1] - this.x[0])) * (right - left);
  }

  toY(value) {
    const [, top, , bottom] = this.box;
    return bottom - ((value - this.y[0]) / (this.y[1] - this.y[0])) * (bottom - top);
  }

  /** The point under a pixel, in numbers as round as a pixel allows; null outside of the box. */
  toPoint(pixelX, pixelY) {
    const [left, top, right, bottom] = this.box;
    if (pixelX < left || pixelX > right || pixelY < top || pixelY > bottom) return null;
    const round = (value, unit) => Number(value.toFixed(Math.max(0, Math.ceil(-Math.log10(unit)))));
    const [across, down] = [(this.x[1] - this.x[0]) / (right - left), (this.y[1] - this.y[0]) / (bottom - top)];
    return [round(this.x[0] + (pixelX - left) * across, across), round(this.y[0] + (bottom - pixelY) * down, down)];
  }
}

/** The place of what is on show at a step in `at`, the growing steps of what was sent. */
export function placeAt(at, step) {
  let [low, high] = [0, at.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (at[middle] <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The samples that the step from `step` on looks at (of the last point: that led to it), and which step was sent. */
export function batchAt({ at, ends, samples }, step, last) {
  const place = placeAt(at, Math.min(step, last - 1));
  return { step: at[place], samples: samples.subarray(place ? ends[place - 1] : 0, ends[place]) };
}

/** The pixels [x0, y0, x1, y1, ...] of a curve through the `heights` at the inputs of `grid`. */
export function curvePixels(plane, grid, heights) {
  const pixels = new Float64Array(2 * grid.length);
  grid.forEach((input, index) => {
    pixels[2 * index] = plane.toX(input);
    pixels[2 * index + 1] = plane.toY(heights[index]);
  });
  return pixels;
}

/** The part of the box [left, top, right, bottom] to the left of the way along [x0, y0, x1, y1], in pixels, as corners. */
export function sideOf([x0, y0, x1, y1], [left, top, right, bottom]) {
  const corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
  const leftness = ([x, y]) => (y1 - y0) * (x - x0) - (x1 - x0) * (y - y0); // pixels count downwards
  const kept = [];
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % 4];
    const [here, there] = [leftness(corner), leftness(next)];
    if (here >= 0) kept.push(corner);
    if (here >= 0 !== there >= 0) {
      const share = here / (here - there);
      kept.push([0, 1].map((axis) => corner[axis] + share * (next[axis] - corner[axis])));
    }
  });
  return kept;
}

/** Short strokes to the left of the way along [x0, y0, x1, y1], `length` pixels long and about `apart` pixels apart. */
export function strokesBeside([x0, y0, x1, y1], length, apart) {
  const far = Math.hypot(x1 - x0, y1 - y0);
  if (!(far > 0)) return [];
  const [ux, uy] = [(x1 - x0) / far, (y1 - y0) / far];
  const count = Math.max(1, Math.round(far / apart));
  return Array.from({ length: count }, (_, index) => {
    const along = ((index + 0.5) / count) * far;
    const [x, y] = [x0 + along * ux, y0 + along * uy];
    return [x, y, x + length * uy, y - length * ux];
  });
}

/** "1st", "2nd", "3rd", "10th". */
export function ordinal(number) {
  const isTeen = Math.floor((number % 100) / 10) === 1;
  return `${number}${(!isTeen && ["", "st", "nd", "rd"][number % 10]) || "th"}`;
}
