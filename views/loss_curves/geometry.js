// Where things are in a picture: pure, so that it can be tested without a browser.

/** The function that takes a value of `range` to a pixel between `from` and `to`. */
export function scale([low, high], from, to) {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** The index of the place nearest to a value, among evenly spaced places. */
export function nearest(places, value) {
  const last = places.length - 1;
  const index = Math.round(((value - places[0]) / (places[last] - places[0])) * last);
  return Math.min(Math.max(index, 0), last);
}

/** An SVG path through points, to a tenth of a pixel. */
export function pathThrough(xs, ys, toX, toY) {
  const points = Array.from(xs, (x, i) => `${toX(x).toFixed(1)},${toY(ys[i]).toFixed(1)}`);
  return `M${points.join("L")}`;
}

/** Round values for the lines of a grid: `step` apart, within a range. */
export function ticks([low, high], step) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Which place a key moves to from `index` of `count`: a tenth of a unit, with shift a hundredth; null for other keys. */
export function afterKey(key, isFine, index, count) {
  const stride = isFine ? 1 : 10;
  const moves = {
    ArrowLeft: -stride, ArrowDown: -stride, ArrowRight: stride, ArrowUp: stride,
    PageDown: -50, PageUp: 50, Home: -count, End: count,
  };
  return key in moves ? Math.min(Math.max(index + moves[key], 0), count - 1) : null;
}

/** The end points of a piece of a tangent, `length` pixels to each side of (x, y); `slope` in units, `unit` their pixels. */
export function tangent(x, y, slope, unit, length) {
  const [across, up] = [unit.x, -slope * unit.y];
  const share = length / Math.hypot(across, up);
  return { x1: x - across * share, y1: y - up * share, x2: x + across * share, y2: y + up * share };
}

/** The same heights, in the same order from above, at least `gap` apart and all between `low` and `high`. */
export function spread(heights, gap, low, high) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  order.forEach((i, rank) => {
    const least = rank ? placed[order[rank - 1]] + gap : low;
    placed[i] = Math.max(placed[i], least);
  });
  order.reverse().forEach((i, rank) => {
    const most = rank ? placed[order[rank - 1]] - gap : high;
    placed[i] = Math.min(placed[i], most);
  });
  return placed;
}
