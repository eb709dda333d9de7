// Short notes over the map: why nothing is to be seen, what went wrong and what helps.

export const EMPTY = "Add an optimizer to begin.";
const ALL_HIDDEN = "Every optimizer is hidden.";
const RECONNECTING = "Reconnecting: playing goes on, settings wait.";
export const TOO_LARGE = "The rate is too large here.";
const FACTOR = 0.1;

/**
 * What there is to say of a scene at a step: `{ text, action }`; `action` is what its button asks Python for. `troubles`
 * are sentences about what has not come.
 */
export function notesOf(scene, step, isConnected = true, troubles = []) {
  const notes = [];
  const shown = scene.runs.filter((run) => !run.hidden);
  if (!isConnected) notes.push({ text: RECONNECTING });
  notes.push(...troubles.map((text) => ({ text })));
  if (scene.runs.length === 0) notes.push({ text: EMPTY });
  else if (shown.length === 0) notes.push({ text: ALL_HIDDEN });
  if (scene.note) notes.push({ text: scene.note });
  const diverged = shown.filter((run) => run.outcome === "diverged" && step >= run.last);
  if (diverged.length === 1) notes.push({ text: `${diverged[0].label}: ${diverged[0].sentence}`, action: slower(scene, diverged) });
  else if (diverged.length > 1) notes.push({ text: `${listed(diverged)} overflow. ${TOO_LARGE}`, action: slower(scene, diverged) });
  return notes;
}

function slower(scene, runs) {
  return { words: `Try ${FACTOR}x`, request: { slower: runs.map((run) => scene.runs.indexOf(run)), factor: FACTOR } };
}

const listed = (runs) => `${runs.slice(0, -1).map(({ label }) => label).join(", ")} and ${runs.at(-1).label}`;

export class Notes {
  /** `onRequest(request)` hears what a note's button asks for. */
  constructor(host, onRequest) {
    this.element = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-notes rv-over" }));
    this.element.setAttribute("role", "status");
    this.onRequest = onRequest;
    this.shown = "[]";
  }

  /** Shows notes, where they cover least: at the map's top if `isAbove()`, which is asked only when they change. */
  show(notes, isAbove) {
    const now = JSON.stringify(notes);
    if (now === this.shown) return;
    this.shown = now;
    this.element.classList.toggle("is-above", isAbove());
    this.element.replaceChildren(...notes.map((note) => this.row(note)));
  }

  row({ text, action }) {
    const row = document.createElement("p");
    row.append(text);
    if (action) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.words });
      button.addEventListener("click", () => this.onRequest(action.request));
      row.append(button);
    }
    return row;
  }
}

/** Calls `onChange(isConnected)` when the page loses its server or finds it again; returns what stops watching. */
export function watchConnection(onChange) {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) return () => {};
  const alarms = new MutationObserver(closeAlarm);
  const look = () => {
    const isConnected = app.dataset.testConnectionState === "CONNECTED";
    if (isConnected) alarms.disconnect();
    else alarms.observe(document.body, { childList: true });
    onChange(isConnected);
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributeFilter: ["data-test-connection-state"] });
  return () => [observer, alarms].forEach((one) => one.disconnect());
}

/** Streamlit's own dialog tells developers to start the server, and stops all playing: the note says what a class needs. */
function closeAlarm() {
  for (const dialog of document.querySelectorAll("[data-testid=stDialog]")) {
    if (dialog.textContent.includes("Connection error")) dialog.querySelector("button[aria-label=Close]")?.click();
  }
}
