// What the stage asks of the window that it is in.

const VISITED = "ravine-visited";
const PRESENT = "ravinePresent";

/** "dark" or "light", from the page's own background. */
export function themeOf(element) {
  const colour = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const channels = /^#[0-9a-f]{6}$/i.test(colour)
    ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
  return channels.reduce((sum, channel) => sum + channel, 0) > 382 ? "light" : "dark";
}

export function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether this browser has not been here before; from now on it has. A browser that keeps nothing is always new. */
export function isFirstVisit() {
  try {
    const isFirst = !localStorage.getItem(VISITED);
    localStorage.setItem(VISITED, "1");
    return isFirst;
  } catch {
    return true;
  }
}

/** Hides everything but the stage; the page's style sheet says how. */
export function enterPresent(root) {
  document.documentElement.dataset[PRESENT] = "true";
  root.dataset.present = "true";
}

export function leavePresent(root) {
  delete document.documentElement.dataset[PRESENT];
  delete root.dataset.present;
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text }); // plain http has no clipboard
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
