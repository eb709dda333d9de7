// Elements of HTML and SVG, and what the pictures have in common.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class, a text and attributes, put into `parent`. */
export function html(tag, className, parent, text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** An SVG element with attributes, put into `parent`. */
export function svg(tag, parent, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

let ids = 0;

/** A name for an element of a drawing that no other drawing of the page has. */
export const nextId = () => `rl-${(ids += 1)}`;

/** The colour of a loss in the theme that is on show, as a style. */
export const colourOf = ({ light, dark }) => `--rl-colour: light-dark(${light}, ${dark})`;

/** A piece of a loss's line, beside its name. */
export function swatch(parent, look) {
  const drawing = svg("svg", parent, { class: "rl-swatch", viewBox: "0 0 28 12", style: colourOf(look), "aria-hidden": "true" });
  svg("line", drawing, { x1: 2, y1: 6, x2: 26, y2: 6, class: look.dashed ? "rl-line is-dashed" : "rl-line" });
}

/** Calls `onWidth(width)` whenever an element has another width; returns what stops it. */
export function watchWidth(element, onWidth) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === width || element.clientWidth < 1) return;
    width = element.clientWidth;
    onWidth(width);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
