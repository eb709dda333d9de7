// Guess first: "Which arrives first?" A run is tapped, the scene is played, and the answer is told.

import { EMPTY } from "./notes.js";
import { swatch } from "./swatch.js";

const QUESTION = "Which arrives first?";

/** The answer, in words, from the runs' own numbers: `settled` is the step from which a run stays below 0.1 %. */
export function answerTo(guessed, runs) {
  const arrived = runs.filter((run) => !run.hidden && run.settled !== null);
  if (arrived.length === 0) return "None of them arrives for good.";
  const first = Math.min(...arrived.map((run) => run.settled));
  const winners = arrived.filter((run) => run.settled === first).map((run) => run.label);
  const who = winners.length === 1 ? `${winners[0]} arrives` : `${winners.join(" and ")} arrive`;
  return `${winners.includes(guessed) ? "Right" : "No"}: ${who} first, for good from step ${first}.`;
}

export class Guess {
  /** `onChange()` hears that a guess has begun, was made or is over. */
  constructor(host, onChange) {
    this.element = host.appendChild(Object.assign(document.createElement("div"), { className: "rv-guess rv-over", hidden: true }));
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", QUESTION);
    this.text = this.element.appendChild(document.createElement("span"));
    this.text.setAttribute("aria-live", "polite");
    this.buttons = this.element.appendChild(document.createElement("span"));
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", "Close the question");
    close.addEventListener("click", () => this.close());
    this.element.append(close);
    this.onChange = onChange;
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Whether the answer is still a secret, so that nothing may show what is to come. */
  get isSecret() {
    return this.isOpen && !this.isAnswered;
  }

  ask(scene) {
    const runs = scene.runs.filter((run) => !run.hidden);
    this.guessed = null;
    this.isAnswered = false;
    this.text.textContent = runs.length ? QUESTION : EMPTY;
    this.buttons.replaceChildren(...runs.map((run) => this.choice(run, scene.colours.casing)));
    this.element.hidden = false;
    this.onChange();
  }

  choice(run, casing) {
    const button = Object.assign(document.createElement("button"), { type: "button", title: run.label });
    button.setAttribute("aria-label", run.label);
    button.append(swatch(run, casing));
    button.addEventListener("click", () => {
      this.guessed = run.label;
      this.text.textContent = `You say ${run.label}. Now play.`;
      this.buttons.replaceChildren();
      this.onChange();
    });
    return button;
  }

  /** Tells the answer once the scene has been played to its end. */
  tell(scene) {
    if (!this.isSecret || !this.guessed) return;
    this.isAnswered = true;
    this.text.textContent = answerTo(this.guessed, scene.runs);
    this.onChange();
  }

  close() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.onChange();
  }
}
