// The samples as they are drawn: a shape for every class, outliers, the batch that a step looks at, and the axes.

import { ordinal, ticksOf } from "./data_geometry.js";

const OUTLIER = "outlier";
const BATCH = "batch";
export const DOT = "dot"; // a sample that has no class

const RADIUS = { circle: 2.8, cross: 2.6, triangle: 3.3, dot: 2, outlier: 4.5, batch: 3.4 }; // with writing of 12 pixels
const USUAL_FONT = 12;
const FEW = 60; // samples that may be larger
const CLASSES = ["circle", "cross", "triangle"]; // told apart by shape, and the crosses by strength: also in grey
const STRENGTH = { circle: 0.75, cross: 0.8, triangle: 0.75, dot: 0.62 };

/** The name of a class's shape, by the number of the class. */
export const shapeOf = (number) => CLASSES[number % CLASSES.length];

/** Draws one shape: of `ink` the colours are used, of `size` 1 it is as large as beside writing of 12 pixels. */
export function drawShape(context, shape, x, y, ink, size = 1) {
  const radius = RADIUS[shape] * size;
  context.setLineDash([]);
  context.lineWidth = 1.3 * size;
  context.strokeStyle = context.fillStyle = shape === "circle" || shape === "dot" || shape === "triangle" ? ink.muted : ink.text;
  context.beginPath();
  if (shape === "cross") {
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x - radius, y + radius);
    context.lineTo(x + radius, y - radius);
    context.stroke();
  } else if (shape === "triangle" || shape === OUTLIER) {
    const corners = shape === "triangle" ? [[0, -1], [1, 0.8], [-1, 0.8]] : [[0, -1], [1, 0], [0, 1], [-1, 0]];
    for (const [dx, dy] of corners) context.lineTo(x + radius * dx, y + radius * dy);
    context.closePath();
    context.lineWidth = (shape === OUTLIER ? 2 : 1.3) * size;
    context.stroke();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    if (shape === "circle") return context.stroke();
    if (shape === BATCH) {
      context.strokeStyle = ink.ground;
      context.lineWidth = 2.5 * size;
      context.stroke();
      context.fillStyle = ink.accent;
    }
    context.fill();
  }
  return undefined;
}

/** Where a sample is, in pixels: where there is one input only, in the row of its class under the curves. */
export function placeOfSample(plane, data, index) {
  const x = plane.toX(data.inputs[index]);
  if (data.picture !== "classes") return [x, plane.toY(data.heights[index])];
  const row = (data.classes[index] + 0.6) / (data.classNames.length + 0.2);
  return [x, plane.toY(row * data.y[0])];
}

export function drawSamples(context, plane, data, ink) {
  const size = ink.font / USUAL_FONT;
  const larger = data.inputs.length <= FEW ? 1.5 : 1;
  const outliers = new Map(); // by place how many there are
  data.inputs.forEach((_, index) => {
    const [x, y] = placeOfSample(plane, data, index);
    if (data.outliers[index]) {
      outliers.set(`${x},${y}`, { x, y, count: (outliers.get(`${x},${y}`)?.count ?? 0) + 1 });
      return;
    }
    const shape = data.classes ? shapeOf(data.classes[index]) : DOT;
    context.globalAlpha = STRENGTH[shape];
    drawShape(context, shape, x, y, ink, size * larger);
  });
  context.globalAlpha = 1;
  context.font = `${ink.font}px ${ink.family}`;
  context.textBaseline = "middle";
  for (const { x, y, count } of outliers.values()) {
    drawShape(context, OUTLIER, x, y, ink, size);
    if (count === 1) continue;
    const isRight = x < (plane.box[0] + plane.box[2]) / 2;
    context.textAlign = isRight ? "left" : "right";
    context.fillStyle = ink.text;
    context.fillText(`${count}×`, x + (isRight ? 8 : -8) * size, y);
  }
}

/** The samples of a batch, brighter and larger than the others and of the same shape. */
export function drawBatch(context, plane, data, samples, ink) {
  const bright = { ...ink, muted: ink.accent, text: ink.accent };
  const size = ink.font / USUAL_FONT;
  for (const index of samples) {
    const place = placeOfSample(plane, data, index);
    drawShape(context, BATCH, ...place, data.classes ? { ...ink, accent: ink.ground } : ink, size);
    if (data.classes) drawShape(context, shapeOf(data.classes[index]), ...place, bright, 1.4 * size);
  }
}

/** Names and a few numbers along both axes. */
export function drawAxes(context, plane, [across, up], picture, names, ink) {
  const [left, top, right, bottom] = plane.box;
  context.font = `${ink.font}px ${ink.family}`;
  context.lineWidth = 1;
  context.strokeStyle = ink.line;
  context.fillStyle = ink.muted;
  context.setLineDash([]);
  context.textBaseline = "middle";
  context.beginPath();
  context.textAlign = "center";
  for (const value of ticksOf(plane.x, across)) {
    const x = Math.round(plane.toX(value)) + 0.5;
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.fillText(written(value), x, bottom + 0.8 * ink.font);
  }
  context.textAlign = "right";
  const least = picture === "classes" ? 0 : plane.y[0]; // under the probabilities are the samples
  for (const value of least < plane.y[1] ? ticksOf([least, plane.y[1]], up) : []) {
    const y = Math.round(plane.toY(value)) + 0.5;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.fillText(written(value), left - 6, y);
  }
  context.stroke();
  context.textAlign = "center";
  context.fillText(names[0], (left + right) / 2, bottom + 2.1 * ink.font);
  context.save();
  context.translate(0.75 * ink.font, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(names[1], 0, 0, bottom - top);
  context.restore();
}

const written = (value) => String(value).replace("-", "−");

/**
 * What the shapes stand for, `{ shape, words }` of each. `batch` is `{ run, step }`: who looks at it, and its step if that
 * is not the one on show; of long runs only every `stride`-th model is drawn.
 */
export function legendOf(data, batch, stride) {
  const items = data.classNames.map((name, number) => ({ shape: shapeOf(number), words: name }));
  if (items.length === 0 && !batch) items.push({ shape: DOT, words: `${data.inputs.length} samples` });
  if (data.picture === "boundary") items[1].words += ", on the side of the ticks";
  if (batch) items.push({ shape: BATCH, words: `seen by ${batch.run.label}${batch.step === undefined ? "" : ` at step ${batch.step}`}` });
  if (stride > 1) items.push({ words: `drawn every ${ordinal(stride)} step` });
  return items;
}

/** One line of the legend. */
export function legendItem({ shape, words }, ink) {
  const item = document.createElement("li");
  if (!shape) return Object.assign(item, { textContent: words });
  const side = 14;
  const canvas = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [side * scale, side * scale];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(scale, scale);
  drawShape(context, shape, side / 2, side / 2, ink, 1.2);
  item.append(Object.assign(new Image(side, side), { src: canvas.toDataURL(), alt: "" }), words);
  return item;
}
