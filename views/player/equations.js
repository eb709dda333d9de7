// The equations of a step, term by term, with this step's numbers in them for both coordinates.

import { icon } from "./arrows.js";
import { bracketed, inElements, layOut, widthOf } from "./formula.js";
import { plain, precise } from "./numbers.js";
import { swatch } from "./swatch.js";

const WEIGHTS = ["w1", "w2"];
const NOTHING = "–";
const NUMBER_LETTERS = 7;
const SHORT_LETTERS = 16; // both coordinates of so short a formula stand side by side
const FEW_TERMS = 4; // there is room to write them large
const LONG_LETTERS = 44; // a longer one is written smaller, and in several lines where it must
const FITS = [1, 1, 0.95, 0.9]; // of the usual size of writing, until all rows are seen; from the second on they stand closer
const UNPADDED = ["lr", "t"];
const LEGEND = [["gradient", "downhill"], ["momentum", "momentum"], ["squares", "√squares"], ["step", "step, to scale"]];

/** The number of a quantity at the step `index` for one coordinate; undefined where the message does not have it. */
export function valueOf(message, phase, { name, isBefore }, index, axis) {
  if (name === "t") return phase.tBefore + index - phase.first + 1;
  if (isBefore && index === phase.first) return phase.before[name]?.[axis];
  const value = message.values[name]?.[index - (isBefore ? 1 : 0) - message.begin];
  return typeof value === "object" ? value[axis] : value;
}

/** The same in writing: a setting exactly as it was set, a rate without needless zeros, all else to four digits. */
export function writtenOf(message, phase, slot, index, axis) {
  const setting = phase.settings[slot.name];
  if (setting !== undefined) return setting.replaceAll("-", "−");
  const write = UNPADDED.includes(slot.name) ? plain : precise;
  if (slot.isVector) return `(${[0, 1].map((each) => write(valueOf(message, phase, slot, index, each))).join(", ")})`;
  return write(valueOf(message, phase, slot, index, axis));
}

export class Equations {
  constructor() {
    const element = document.createElement("section");
    element.className = "rv-anatomy";
    element.dataset.testid = "anatomy";
    element.setAttribute("aria-label", "Anatomy of a step");
    element.tabIndex = 0; // it may have to be scrolled
    element.innerHTML = `
      <header><h2></h2><ul class="rv-legend"></ul></header>
      <p class="rv-reason"></p>
      <table role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Term</th>${WEIGHTS.map((name) => `<th role="columnheader" scope="col">${name}</th>`).join("")}</tr></thead>
        <tbody role="rowgroup" aria-live="off"></tbody>
      </table>`;
    const find = (selector) => element.querySelector(selector);
    Object.assign(this, { element, title: find("h2"), reason: find(".rv-reason"), rows: find("tbody"), legend: find(".rv-legend") });
    element.addEventListener("scroll", () => this.tellOfMore(), { passive: true });
    this.slots = [];
  }

  /** Writes the rows as large as they can all be seen in the `room` there is; where none is small enough, they scroll. */
  fit(room) {
    const key = `${room} ${this.key}`;
    if (key === this.fitted) return;
    this.fitted = key;
    this.measure();
    if (document.fonts.status === "loading") document.fonts.ready.then(() => this.measure()); // its letters are of another size
  }

  measure() {
    const { element } = this;
    const isTooLong = (size, index) => {
      element.style.setProperty("--rv-fit", size);
      element.classList.toggle("is-tight", index > 0);
      return element.scrollHeight > element.clientHeight;
    };
    FITS.every(isTooLong);
    this.tellOfMore();
  }

  /** Shows whether there are rows between those that are seen and the last one. */
  tellOfMore() {
    const { element } = this;
    element.classList.toggle("has-more", element.scrollHeight - element.clientHeight - element.scrollTop > 1);
  }

  /** Shows the step `index` of a message; without a message the numbers are dashes, never those of another scene. */
  show(message, phase, run, index, casing) {
    if (phase) this.setPhase(phase);
    if (run) this.setMarker(run, casing);
    const isKnown = Boolean(message && phase);
    const isOneOfSeveral = isKnown && (phase.first > 0 || phase.end < message.steps);
    const where = isKnown ? `: from step ${index} to ${index + 1}` : "";
    if (run) write(this.title, `${run.label}${where}${isOneOfSeveral ? ` (${phase.title})` : ""}`);
    this.element.dataset.step = isKnown ? index : "";
    for (const { element, slot, axis, isValue } of this.slots) {
      const text = isKnown ? writtenOf(message, phase, slot, index, axis) : NOTHING;
      write(element, bracketed(text, slot.isFirst));
      if (isValue) element.dataset.value = isKnown ? valueOf(message, phase, slot, index, axis) : "";
    }
  }

  setMarker(run, casing) {
    const key = JSON.stringify([run.symbol, run.colour, run.repeat]);
    if (key === this.marker) return;
    this.marker = key;
    this.title.previousElementSibling?.remove();
    this.title.before(swatch(run, casing));
  }

  /** Says why there are no terms. */
  explain(reason) {
    write(this.reason, reason);
  }

  /** Makes the rows of a phase, unless they are there already. */
  setPhase(phase) {
    const { before, first, end, tBefore, ...look } = phase;
    const key = JSON.stringify(look);
    if (key === this.key) return;
    this.key = key;
    this.slots = [];
    this.explain(phase.note);
    this.element.classList.toggle("has-room", phase.terms.length <= FEW_TERMS);
    const shown = LEGEND.filter(([role]) => phase.terms.some((term) => term.role === role));
    this.legend.replaceChildren(...shown.map(([role, words]) => {
      const entry = document.createElement("li");
      entry.append(icon(role), words);
      return entry;
    }));
    this.rows.replaceChildren(...phase.terms.map((term) => this.row(term, phase)));
  }

  row({ name, expression, says, role, shared }, phase) {
    const row = document.createElement("tr");
    row.setAttribute("role", "row");
    row.dataset.term = name;
    const isGiven = expression === name || Boolean(phase.note);
    const pieces = isGiven ? [] : layOut(expression);
    const letters = widthOf(pieces, ({ name: quantity, isVector }) => (phase.settings[quantity] ?? "").length || NUMBER_LETTERS * (isVector ? 2.4 : 1));
    row.className = isGiven ? "is-given" : letters <= SHORT_LETTERS ? "is-short" : letters > LONG_LETTERS ? "is-long" : "";
    row.classList.toggle("is-shared", Boolean(shared) && !isGiven);
    const head = cell("th", "rowheader");
    head.scope = "row";
    const formula = make("span", "rv-formula");
    formula.append(symbol(phase, { name }), ...(isGiven ? [] : [" = ", ...inElements(pieces, (slot) => symbol(phase, slot))]));
    head.append(icon(role), formula);
    const sentence = make("span", "rv-says", says);
    head.append(sentence);
    const cells = (shared ? [""] : WEIGHTS).map((weight, axis) => this.numbers(name, pieces, axis, weight, phase.settings));
    if (shared) cells[0].colSpan = WEIGHTS.length;
    row.append(head, ...cells);
    return row;
  }

  /** A term's expression with numbers in it, and what comes out. */
  numbers(name, pieces, axis, weight, settings) {
    const data = cell("td", "cell");
    data.dataset.weight = weight;
    const formula = make("span", "rv-formula rv-filled");
    const isPlain = (slot) => slot.name in settings || UNPADDED.includes(slot.name);
    const place = (slot) => make("span", isPlain(slot) ? "rv-constant" : "rv-number");
    formula.append(...inElements(pieces, (slot) => this.slot(place(slot), slot, axis)));
    const value = this.slot(make("output", "rv-result"), { name, isFirst: true }, axis, true);
    value.setAttribute("aria-live", "off");
    const outcome = make("span", "rv-outcome", pieces.length ? "= " : "");
    outcome.append(value);
    data.append(make("span", "rv-weight", weight), formula, outcome);
    return data;
  }

  slot(element, slot, axis, isValue = false) {
    this.slots.push({ element, slot, axis, isValue });
    return element;
  }
}

function symbol(phase, { name, isBefore }) {
  const [letter, ...below] = (phase.symbols[name] ?? name).split("_");
  const element = make("var", "", letter);
  if (isBefore) below.push("old");
  if (below.length) element.append(make("sub", "", below.join(" ")));
  return element;
}

function make(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function cell(name, role) {
  const element = document.createElement(name);
  element.setAttribute("role", role);
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
