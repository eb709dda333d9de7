// Expressions as people write them, with symbols and with numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bracketed, layOut, parse, widthOf } from "../../views/player/formula.js";

/** Pieces as one line of text; `write` gives the text of a quantity. */
function inText(pieces, write) {
  const text = (inner) => inText(inner, write);
  const grouped = (inner) => (inner.length > 1 ? `(${text(inner)})` : text(inner));
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("over" in piece) return `${grouped(piece.over)} / ${grouped(piece.under)}`;
      if ("root" in piece) return `√(${text(piece.root)})`;
      if ("base" in piece) return `${text(piece.base)}^${grouped(piece.power)}`;
      return write(piece);
    })
    .join("");
}

const SYMBOLS = { beta1: "β₁", lr: "η", eps: "ε", m_hat: "m̂", v_hat: "v̂" };
const symbol = ({ name, isBefore }) => (SYMBOLS[name] ?? name) + (isBefore ? " old" : "");
const written = (expression) => inText(layOut(expression), symbol);

test("an expression is written with symbols, as by hand", () => {
  const pairs = {
    "beta1 * m_before + (1 - beta1) * g": "β₁ · m old + (1 − β₁) · g",
    "-lr * m_hat / (sqrt(v_hat) + eps)": "(−η · m̂) / (√(v̂) + ε)",
    "m / (1 - beta1**t)": "m / (1 − β₁^t)",
    "G_before + g**2": "G old + g^2",
    "radius * slope / norm(slope)": "(radius · slope) / (‖slope‖)",
    "where(g * k > 0, 1.2, where(g * k < 0, 0.5, 1))": "1.2 if g · k > 0, else 0.5 if g · k < 0, else 1",
    "t / k == whole(t / k)": "t / k = ⌊t / k⌋",
    "max(abs(g), u)": "max(|g|, u)",
    "a - (b - c)": "a − (b − c)",
    "a - b - c": "a − b − c",
    "-(a + b)": "−(a + b)",
    "(a * b)**2": "(a · b)^2",
    "1e-6 + 1e22": "1e-6 + 1e22",
  };
  for (const [expression, text] of Object.entries(pairs)) assert.equal(written(expression), text);
});

test("numbers stand in place of the names, a negative one in brackets where its minus could be mistaken", () => {
  const numbers = { beta1: "0.9", m: "−2.5", g: "−4" };
  const write = ({ name, isFirst }) => bracketed(numbers[name], isFirst);
  assert.equal(inText(layOut("beta1 * m_before + (1 - beta1) * g"), write), "0.9 · (−2.5) + (1 − 0.9) · (−4)");
  assert.equal(inText(layOut("g * beta1"), write), "−4 · 0.9");
  assert.equal(inText(layOut("g**2 + abs(g)"), write), "(−4)^2 + |−4|");
  assert.equal(inText(layOut("-g"), write), "−(−4)");
});

test("a tree binds as Python binds", () => {
  assert.deepEqual(parse("-x**2"), { sign: "-", body: { operator: "**", left: { name: "x" }, right: { number: "2" } } });
  assert.deepEqual(parse("a / b * c").left, { operator: "/", left: { name: "a" }, right: { name: "b" } });
  assert.deepEqual(parse("2**-t").right, { sign: "-", body: { name: "t" } });
});

test("what is not arithmetic is refused", () => {
  for (const expression of ["a +", "(a", "a b", "a ? b : c", "", "a.b"]) assert.throws(() => parse(expression), expression);
});

test("a fraction is as wide as the wider of its halves", () => {
  const wide = () => 7;
  assert.equal(widthOf(layOut("m / (1 - b)"), wide), 12);
  assert.equal(widthOf(layOut("m + b"), wide), 17);
});
