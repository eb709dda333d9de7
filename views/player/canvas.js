// Drawing on a canvas above a plot: lines with a casing, markers, name tags.

export const CASING = "#0A0F1E"; // as theme.py has it

/** A canvas that covers its host, sharp on every screen and deaf to the pointer. */
export class Canvas {
  /** A `sharpness` below 1 makes it coarse on every screen: that many pixels of the canvas for one of the page. */
  constructor(host, className, sharpness = 1) {
    this.sharpness = sharpness;
    this.element = document.createElement("canvas");
    this.element.className = className;
    this.element.setAttribute("aria-hidden", "true");
    host.append(this.element);
    // Drawn by the processor: a few long lines are quicker there than on the graphics of old laptops and servers.
    this.context = this.element.getContext("2d", { willReadFrequently: true });
  }

  resize(width, height) {
    const scale = this.sharpness < 1 ? this.sharpness : window.devicePixelRatio || 1;
    if (width === this.width && height === this.height && scale === this.scale) return;
    this.scale = scale;
    this.element.width = Math.round(width * scale);
    this.element.height = Math.round(height * scale);
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.width = width;
    this.height = height;
  }

  clear() {
    this.context.clearRect(0, 0, this.width, this.height);
  }
}

/** The part of a segment inside a box [left, top, right, bottom] as [x0, y0, x1, y1], or null (Liang and Barsky, 1984). */
export function clipSegment(x0, y0, x1, y1, [left, top, right, bottom]) {
  const dx = x1 - x0;
  const dy = y1 - y0;
  let from = 0;
  let to = 1;
  for (const [towards, distance] of [[-dx, x0 - left], [dx, right - x0], [-dy, y0 - top], [dy, bottom - y0]]) {
    if (towards === 0) {
      if (distance < 0) return null;
      continue;
    }
    const at = distance / towards;
    if (towards < 0) from = Math.max(from, at);
    else to = Math.min(to, at);
    if (from > to) return null;
  }
  return [x0 + from * dx, y0 + from * dy, x0 + to * dx, y0 + to * dy];
}

/** Adds the line through pixels [x0, y0, x1, y1, ...] up to point `last`; far-off points are cut, never moved. */
export function traceLine(context, pixels, last, box) {
  const [left, top, right, bottom] = box;
  const within = (x, y) => x >= left && x <= right && y >= top && y <= bottom;
  let x = pixels[0];
  let y = pixels[1];
  let inside = within(x, y);
  if (inside) context.moveTo(x, y);
  for (let index = 1; index <= last; index++) {
    const nextX = pixels[2 * index];
    const nextY = pixels[2 * index + 1];
    const nextInside = within(nextX, nextY);
    if (inside && nextInside) {
      context.lineTo(nextX, nextY);
    } else {
      const part = clipSegment(x, y, nextX, nextY, box);
      if (part) {
        context.moveTo(part[0], part[1]);
        context.lineTo(part[2], part[3]);
      }
    }
    x = nextX;
    y = nextY;
    inside = nextInside;
  }
}

/** A run's path up to point `last`: its colour on a dark casing, dashed where it is a repeat. */
export function strokePath(context, run, pixels, last, box, { line, casing }, casingColour) {
  context.beginPath();
  traceLine(context, pixels, last, box);
  context.setLineDash([]);
  context.strokeStyle = casingColour;
  context.lineWidth = casing;
  context.stroke();
  context.setLineDash(run.repeat ? [8, 4 + line / 2] : []); // round ends lengthen every dash
  context.strokeStyle = run.colour;
  context.lineWidth = line;
  context.stroke();
  context.setLineDash([]);
}

/** A run's path up to point `last` as a thin, faint line: what is still to come. */
export function strokeFaint(context, run, pixels, last, box, alpha) {
  context.globalAlpha = alpha;
  context.setLineDash([]);
  context.strokeStyle = run.colour;
  context.lineWidth = 1;
  context.beginPath();
  traceLine(context, pixels, last, box);
  context.stroke();
  context.globalAlpha = 1;
}

const corners = (count, turn, inner = 1) =>
  Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count + turn;
    const radius = index % 2 ? inner : 1;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });

const UP = -Math.PI / 2;
const ARM = 0.38;
const SHAPES = {
  diamond: corners(4, UP).map(([x, y]) => [1.1 * x, 1.1 * y]),
  square: corners(4, Math.PI / 4).map(([x, y]) => [1.15 * x, 1.15 * y]),
  cross: [[-ARM, -1], [ARM, -1], [ARM, -ARM], [1, -ARM], [1, ARM], [ARM, ARM], [ARM, 1], [-ARM, 1], [-ARM, ARM], [-1, ARM], [-1, -ARM], [-ARM, -ARM]],
  pentagon: corners(5, UP),
  hexagon: corners(6, UP),
  "triangle-up": corners(3, UP).map(([x, y]) => [1.15 * x, 1.15 * y + 0.15]),
  star: corners(10, UP, 0.45).map(([x, y]) => [1.15 * x, 1.15 * y]),
};

/** A marker of the given diameter; repeats are hollow. Symbols have Plotly's names. */
export function drawMarker(context, { symbol, colour, repeat }, x, y, diameter, casing) {
  const radius = diameter / 2;
  context.beginPath();
  if (SHAPES[symbol]) {
    SHAPES[symbol].forEach(([cornerX, cornerY]) => context.lineTo(x + radius * cornerX, y + radius * cornerY));
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.closePath();
  context.setLineDash([]);
  context.lineJoin = "round";
  context.strokeStyle = casing;
  context.lineWidth = repeat ? 6 : 3.5;
  context.stroke();
  context.fillStyle = repeat ? casing : colour;
  context.fill();
  if (repeat) {
    context.strokeStyle = colour;
    context.lineWidth = 2.5;
    context.stroke();
  }
}

const TAG_PADDING = 5;

/** A small arrow at the edge of the map that points out of it, in the direction [dx, dy]. */
export function drawArrow(context, { colour }, x, y, [dx, dy], size, casing) {
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [(size * dx) / length, (size * dy) / length];
  context.setLineDash([]);
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x + ux, y + uy);
  context.lineTo(x - 0.4 * ux - 0.8 * uy, y - 0.4 * uy + 0.8 * ux);
  context.lineTo(x - 0.4 * ux + 0.8 * uy, y - 0.4 * uy - 0.8 * ux);
  context.closePath();
  context.strokeStyle = casing;
  context.lineWidth = 3.5;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
}

/** The first of some texts for which there is room beside a point, inside the box and clear of the tags in `taken`. */
export function drawTag(context, texts, x, y, box, taken, { size, family }) {
  context.font = `${size}px ${family}`;
  texts.some((text) => drawText(context, text, x, y, box, taken, Math.round(1.6 * size)));
}

function drawText(context, text, x, y, box, taken, height) {
  const width = context.measureText(text).width + 2 * TAG_PADDING;
  const [left, top, right, bottom] = box;
  const [near, far] = [[-height - 4, 4], [-2 * height - 6, height + 6]];
  const places = [near, far].flatMap((rows) => [x + 14, x - width - 14].flatMap((side) => rows.map((row) => [side, y + row])));
  const fits = ([placeX, placeY]) =>
    placeX >= left && placeX + width <= right && placeY >= top && placeY + height <= bottom &&
    taken.every((tag) => placeX + width < tag.x || placeX > tag.x + tag.width || Math.abs(placeY - tag.y) > height);
  const place = places.find(fits);
  if (!place) return false;
  taken.push({ x: place[0], y: place[1], width });
  context.fillStyle = `${CASING}D1`; // four fifths of it
  context.fillRect(place[0], place[1], width, height);
  context.fillStyle = "#FFFFFF";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillText(text, place[0] + TAG_PADDING, place[1] + height / 2 + 1);
  return true;
}
