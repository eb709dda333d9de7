// What fingers and mouse do on the map beside dragging the start: a short click, and two fingers that zoom.

const CLICK_PIXELS = 4;
const CLICK_MILLISECONDS = 500;

/** Calls `onClick(x, y)`, in pixels of the host, for a short click that began on it; returns what stops listening. */
export function listenForClicks(host, onClick) {
  let down = null;
  const press = (event) => {
    down = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
  };
  const forget = () => (down = null);
  const release = (event) => {
    if (!down) return;
    const moved = Math.hypot(event.clientX - down.x, event.clientY - down.y);
    const isClick = moved <= CLICK_PIXELS && event.timeStamp - down.at <= CLICK_MILLISECONDS;
    down = null;
    const frame = host.getBoundingClientRect();
    if (isClick) onClick(event.clientX - frame.left, event.clientY - frame.top, event.target);
  };
  host.addEventListener("pointerdown", press, true);
  host.addEventListener("pointercancel", forget, true);
  window.addEventListener("pointerup", release, true);
  return () => window.removeEventListener("pointerup", release, true);
}

/**
 * Two fingers: calls `onPinch(from, to)` with the middle and the distance of the fingers, `{ x, y, distance }` in
 * pixels of the host, before and after they moved, and `onEnd()` when one is lifted. One finger scrolls the page.
 */
export function listenForPinch(host, onPinch, onEnd) {
  let before = null;
  const fingers = ({ touches: [one, other] }) => {
    const frame = host.getBoundingClientRect();
    return {
      x: (one.clientX + other.clientX) / 2 - frame.left,
      y: (one.clientY + other.clientY) / 2 - frame.top,
      distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
    };
  };
  host.addEventListener("touchstart", (event) => {
    if (event.touches.length === 2) before = fingers(event);
  }, { passive: true });
  host.addEventListener("touchmove", (event) => {
    if (!before || event.touches.length !== 2) return;
    event.preventDefault();
    const now = fingers(event);
    onPinch(before, now);
    before = now;
  }, { passive: false });
  const lift = () => {
    if (before) onEnd();
    before = null;
  };
  host.addEventListener("touchend", lift);
  host.addEventListener("touchcancel", lift);
}
