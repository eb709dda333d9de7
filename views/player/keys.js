// The keys of the page, for one of its stages. On the stage all of them; elsewhere those that the focused element does
// not need itself.

import { isCurrent } from "./current.js";

const FIELDS = "input:not([type=range]), textarea, select, [contenteditable=true]";
const SLIDERS = "input[type=range], [role=slider]";
const PRESSED = "button, summary, a, [role=button], [role=option], [role=tab], [role=combobox], [role=radio]";
const STEPPING = ["ArrowLeft", "ArrowRight", "Home", "End"];

/** Whether a key pressed on `target` is meant for the stage `root`; `isMeant()` tells it from the page's other stages. */
export function isForStage(key, target, root, isMeant = () => isCurrent(root)) {
  if (target.closest?.(FIELDS)) return false;
  if (target.closest?.(".rv-start") && STEPPING.includes(key)) return false; // they move the start
  if (key === " " && target.closest?.(PRESSED)) return false;
  if (root.contains(target)) return true;
  if (!isMeant()) return false;
  if (key === " " || STEPPING.includes(key)) return target === document.body || target === document.documentElement;
  return !(target.closest?.(SLIDERS) && STEPPING.includes(key));
}

/** Calls the action of a key from `actions` ("a", " ", "ArrowLeft", "1"); returns what stops listening. */
export function listenToKeys(root, actions) {
  const onKey = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[key];
    if (!action || !isForStage(key, event.target, root)) return;
    if (action() === false) return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("keydown", onKey, true); // before Streamlit, which has keys of its own
  return () => window.removeEventListener("keydown", onKey, true);
}
