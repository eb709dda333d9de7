// One step as arrows and squares over the map: downhill, momentum, the step taken, accumulated squares.

const SPACE = "http://www.w3.org/2000/svg";
const REACH = 0.17; // how long the longest arrow is, of the map's width
const HEAD = { downhill: 9, momentum: 9, step: 11 }; // beside a path of the usual width, as are the strokes in player.css
const USUAL_LINE = 3.5;
export const ROLES = ["squares", "momentum", "downhill", "step"]; // in the order in which they are drawn

/**
 * What a step looks like, in pixels from its point: `downhill` and `momentum` against their vectors and `squares` with
 * the roots as sides, all three in one scale, the longest as long as `reach`; `step` as it is, from `point` to `next`.
 */
export function stepInPixels({ point, next, gradient, momentum, squares }, reach) {
  const roots = squares?.map(Math.sqrt);
  const sizes = [gradient, momentum].filter(Boolean).map((vector) => Math.hypot(...vector));
  const largest = Math.max(...sizes.filter(Number.isFinite), ...(roots ?? []).filter(Number.isFinite), 0);
  const scale = largest > 0 ? reach / largest : 0;
  const against = (vector) => (vector?.every(Number.isFinite) ? [-scale * vector[0] + 0, scale * vector[1] + 0] : null); // pixels count downwards
  return {
    downhill: against(gradient),
    momentum: against(momentum),
    squares: roots?.every(Number.isFinite) ? roots.map((root) => scale * root) : null,
    step: [next[0] - point[0], next[1] - point[1]],
  };
}

/** The outline of an arrow from the origin: its head is there even where the arrow itself is shorter. */
export function arrowPath([dx, dy], head) {
  const length = Math.hypot(dx, dy);
  if (!(length > 0)) return "";
  const [ux, uy] = [dx / length, dy / length];
  const point = (along, across) => `${round(along * ux - across * uy)} ${round(along * uy + across * ux)}`;
  const tip = Math.max(length, 1);
  const wings = `M${point(tip - head, head * 0.5)}L${point(tip, 0)}L${point(tip - head, -head * 0.5)}`;
  return length > head ? `M0 0L${point(tip, 0)}${wings}` : wings;
}

/** A square on each axis, on the side that no arrow goes to: [x, y, side] of both. */
export function placesOf([first, second], [dx, dy]) {
  const [right, down] = [dx >= 0, dy >= 0];
  return [
    [right ? 0 : -first, down ? -first : 0, first],
    [right ? -second : 0, down ? 0 : -second, second],
  ];
}

const round = (value) => Math.round(value * 10) / 10;

function element(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A shape once as its dark casing and once in its colour, so that it is seen on any ground, and its core. */
function cased(name, className) {
  const group = element("g", { class: `rv-${className}` });
  const parts = ["rv-casing", "rv-ink", "rv-core"].map((part) => group.appendChild(element(name, { class: part })));
  const set = (attributes) => {
    for (const part of parts) for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  };
  return { group, set };
}

export class Arrows {
  constructor(host) {
    this.svg = element("svg", { class: "rv-arrows", "aria-hidden": "true", "data-testid": "arrows" });
    this.origin = this.svg.appendChild(element("g", {}));
    this.shapes = {};
    for (const role of ROLES) {
      const name = role === "squares" ? "rect" : "path";
      this.shapes[role] = (role === "squares" ? ["first", "second"] : [role]).map((part) => {
        const shape = cased(name, role);
        shape.group.dataset.role = part;
        this.origin.append(shape.group);
        return shape;
      });
    }
    host.querySelector(".rv-tip").before(this.svg); // under the start's handle and what is written
  }

  /** Draws a step in the `box` of the map, [left, top, right, bottom], in strokes that suit a path as wide as `line`. */
  show(step, [left, top, right, bottom], line) {
    const { svg, shapes } = this;
    Object.assign(svg.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    const thickness = line / USUAL_LINE;
    const drawn = stepInPixels(step, REACH * Math.sqrt(thickness) * (right - left)); // thick arrows must be longer to be told apart
    svg.style.setProperty("--rv-thickness", thickness);
    this.origin.setAttribute("transform", `translate(${step.point[0] - left} ${step.point[1] - top})`);
    for (const role of ["downhill", "momentum", "step"]) {
      const [{ group, set }] = shapes[role];
      const vector = drawn[role];
      const path = vector ? arrowPath(vector, thickness * HEAD[role]) : "";
      group.toggleAttribute("hidden", !path);
      if (!path) continue;
      set({ d: path });
      group.dataset.vector = JSON.stringify(vector);
    }
    const places = drawn.squares ? placesOf(drawn.squares, drawn.momentum ?? drawn.downhill ?? [0, 0]) : [];
    shapes.squares.forEach(({ group, set }, axis) => {
      group.toggleAttribute("hidden", !places[axis]);
      if (!places[axis]) return;
      const [x, y, side] = places[axis].map(round);
      set({ x, y, width: side, height: side });
    });
    svg.toggleAttribute("hidden", false);
  }

  hide() {
    this.svg.toggleAttribute("hidden", true);
  }

  remove() {
    this.svg.remove();
  }
}

const ICONS = {
  gradient: { name: "path", role: "downhill", attributes: { d: arrowPath([16, -8], HEAD.downhill), transform: "translate(3 13)" } },
  momentum: { name: "path", role: "momentum", attributes: { d: arrowPath([16, -8], HEAD.momentum), transform: "translate(3 13)" } },
  step: { name: "path", role: "step", attributes: { d: arrowPath([16, -8], HEAD.step), transform: "translate(3 13)" } },
  squares: { name: "rect", role: "squares", attributes: { x: 5, y: 3, width: 12, height: 12 } },
};

/** The small drawing of a role, as it is on the map; nothing for a term that is not drawn. */
export function icon(role) {
  const svg = element("svg", { class: "rv-icon", viewBox: "0 0 22 18", "aria-hidden": "true" });
  if (!ICONS[role]) return svg;
  const { name, role: shown, attributes } = ICONS[role];
  const { group, set } = cased(name, shown);
  set(attributes);
  svg.append(group);
  return svg;
}
