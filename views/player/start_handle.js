// The start's handle: a button over the map that is dragged, or moved by the arrow keys.

const STRIDE = 10; // pixels a key moves it; with shift one
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class StartHandle {
  /** `toPoint(x, y)` turns pixels of the host into a point of the map; `onMove(point, isFinal)` hears where it is put. */
  constructor(host, { toPoint, onMove }) {
    this.host = host;
    this.toPoint = toPoint;
    this.onMove = onMove;
    this.isDragging = false;
    this.element = document.createElement("button");
    this.element.type = "button";
    this.element.className = "rv-start";
    this.element.dataset.testid = "start-handle";
    this.element.hidden = true;
    this.listen();
    host.append(this.element);
  }

  /** Puts the handle on a pixel of the host; `point` is what it says. */
  place([x, y], point, isOnMap) {
    this.pixel = [x, y];
    this.point = point;
    this.element.hidden = !isOnMap && !this.isDragging;
    this.element.style.transform = `translate(${x}px, ${y}px)`;
    this.element.setAttribute("aria-label", `Start: w1 ${point[0]}, w2 ${point[1]}. Arrow keys move it.`);
  }

  listen() {
    const { element } = this;
    let grip = [0, 0];
    const pointOf = (event) => {
      const frame = this.host.getBoundingClientRect();
      return this.toPoint(event.clientX - frame.left - grip[0], event.clientY - frame.top - grip[1]);
    };
    element.addEventListener("pointerdown", (event) => {
      const frame = element.getBoundingClientRect();
      grip = [event.clientX - frame.left - frame.width / 2, event.clientY - frame.top - frame.height / 2];
      element.setPointerCapture(event.pointerId);
      this.isDragging = true;
      event.stopPropagation();
    });
    element.addEventListener("pointermove", (event) => {
      if (this.isDragging) this.onMove(pointOf(event), false);
    });
    const release = (event) => {
      if (!this.isDragging) return;
      this.isDragging = false;
      this.onMove(event.type === "pointerup" ? pointOf(event) : this.point, true);
    };
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
    element.addEventListener("keydown", (event) => {
      const direction = DIRECTIONS[event.key];
      if (!direction) return;
      event.preventDefault();
      event.stopPropagation();
      const stride = event.shiftKey ? 1 : STRIDE;
      this.onMove(this.toPoint(this.pixel[0] + stride * direction[0], this.pixel[1] + stride * direction[1]), true);
    });
  }
}
