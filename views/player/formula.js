// Formulas: an expression of Python's arithmetic as pieces that can be laid out, with symbols or with numbers in them.

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(\*\*|<=|>=|==|[-+*/(),<>]))/y;
const COMPARISONS = { "<": "<", ">": ">", "<=": "≤", ">=": "≥", "==": "=" };
const [COMPARED, ADDED, MULTIPLIED, SIGNED, POWER, WHOLE] = [1, 2, 3, 4, 5, 6]; // how tightly an operator binds
const BEFORE = "_before";

/** The tree of an expression: { number }, { name }, { call, args }, { sign, body } or { operator, left, right }. */
export function parse(expression) {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = () => tokens[at];
  const take = (text) => next()?.text === text && ++at;
  const expect = (text) => {
    if (!take(text)) throw new Error(`"${expression}" lacks ${text}`);
  };
  const chain = (operators, operand) => () => {
    let left = operand();
    while (operators.includes(next()?.text)) left = { operator: tokens[at++].text, left, right: operand() };
    return left;
  };
  const primary = () => {
    const token = tokens[at++];
    if (token?.number) return { number: token.number };
    if (token?.name) {
      if (!take("(")) return { name: token.name };
      const args = [compared()];
      while (take(",")) args.push(compared());
      expect(")");
      return { call: token.name, args };
    }
    if (token?.text !== "(") throw new Error(`"${expression}" cannot be read`);
    const inside = compared();
    expect(")");
    return inside;
  };
  const power = () => {
    const base = primary();
    return take("**") ? { operator: "**", left: base, right: signed() } : base;
  };
  const signed = () => (take("-") ? { sign: "-", body: signed() } : power());
  const compared = chain(Object.keys(COMPARISONS), chain(["+", "-"], chain(["*", "/"], signed)));
  const tree = compared();
  if (at < tokens.length) throw new Error(`"${expression}" cannot be read`);
  return tree;
}

function tokensOf(expression) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const match = TOKEN.exec(expression);
    if (!match) throw new Error(`"${expression}" cannot be read`);
    const [, number, name, text] = match;
    tokens.push({ number, name, text });
  }
  return tokens;
}

/**
 * What stands where: texts, { name, isBefore, isFirst, isVector } for a quantity, { over, under }, { root },
 * { base, power }. `isFirst`: nothing stands before it that a minus could be mistaken for a part of.
 */
export function layOut(expression) {
  return piecesOf(parse(expression), 0, { isFirst: true, isVector: false });
}

function piecesOf(node, binding, place) {
  const inside = { ...place, isFirst: true };
  const behind = { ...place, isFirst: false };
  const enclosed = (own, make) => (own < binding ? ["(", ...make(inside), ")"] : make(place));
  if ("number" in node) return [node.number];
  if ("name" in node) {
    const isBefore = node.name.endsWith(BEFORE);
    return [{ name: isBefore ? node.name.slice(0, -BEFORE.length) : node.name, isBefore, ...place }];
  }
  if ("call" in node) return call(node, binding, inside);
  if ("sign" in node) return enclosed(SIGNED, () => ["−", ...piecesOf(node.body, SIGNED, behind)]);
  const { operator, left, right } = node;
  if (operator === "/") return [{ over: piecesOf(left, 0, inside), under: piecesOf(right, 0, inside) }];
  if (operator === "**") return [{ base: piecesOf(left, WHOLE, behind), power: piecesOf(right, 0, inside) }];
  const join = (own, sign, tight) =>
    enclosed(own, (from) => [...piecesOf(left, own, from), sign, ...piecesOf(right, own + tight, behind)]);
  if (operator === "*") return join(MULTIPLIED, " · ", 0);
  if (operator === "+") return join(ADDED, " + ", 0);
  if (operator === "-") return join(ADDED, " − ", 1);
  return join(COMPARED, ` ${COMPARISONS[operator]} `, 1);
}

function call({ call: name, args }, binding, inside) {
  const [first, second, third] = args.map((arg) => piecesOf(arg, 0, name === "norm" ? { ...inside, isVector: true } : inside));
  if (name === "sqrt") return [{ root: first }];
  if (name === "abs") return ["|", ...first, "|"];
  if (name === "norm") return ["‖", ...first, "‖"];
  if (name === "whole") return ["⌊", ...first, "⌋"];
  if (name === "where") {
    const cases = [...second, " if ", ...first, ", else ", ...third];
    return binding > 0 ? ["(", ...cases, ")"] : cases;
  }
  return [`${name}(`, ...[first, second].filter(Boolean).flatMap((arg, index) => (index ? [", ", ...arg] : arg)), ")"];
}

/** About how many letters wide pieces are when they are laid out, with `wide` letters for a quantity. */
export function widthOf(pieces, wide) {
  const width = (inner) => widthOf(inner, wide);
  return pieces.reduce((sum, piece) => {
    if (typeof piece === "string") return sum + piece.length;
    if ("over" in piece) return sum + Math.max(width(piece.over), width(piece.under)) + 1;
    if ("root" in piece) return sum + width(piece.root) + 1;
    if ("base" in piece) return sum + width(piece.base) + Math.ceil(width(piece.power) / 2);
    return sum + wide(piece);
  }, 0);
}

/** Pieces as elements, with real fractions, roots and powers; `make` gives the element of a quantity. */
export function inElements(pieces, make) {
  const box = (className, ...children) => {
    const element = Object.assign(document.createElement("span"), { className });
    element.append(...children);
    return element;
  };
  const part = (className, inner) => box(className, ...inElements(inner, make));
  return pieces.map((piece) => {
    if (typeof piece === "string") return document.createTextNode(piece);
    if ("over" in piece) {
      const spoken = box("rv-spoken", " / ");
      return box("rv-fraction", part("rv-over-line", piece.over), spoken, part("rv-under-line", piece.under));
    }
    if ("root" in piece) return box("rv-root", "√", part("rv-radicand", piece.root));
    if ("base" in piece) {
      const power = document.createElement("sup");
      power.append(...inElements(piece.power, make));
      return box("rv-power", ...inElements(piece.base, make), power);
    }
    return make(piece);
  });
}

/** A number with a minus of its own in brackets, unless it stands first or alone. */
export function bracketed(text, isFirst) {
  return !isFirst && text.startsWith("−") ? `(${text})` : text;
}
