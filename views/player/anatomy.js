// The anatomy of a step: whether it is open, what is asked of Python for it, and when its parts are drawn.

import { fetchedModules } from "./fetched.js";

const ASK_AGAIN_MS = 700;
const MISSED_AFTER_MS = 1500;
const WRITTEN_EVERY_MS = 200; // nobody reads more, and cursors cost more than they look
const NO_STEP = "There is no step to look into: the first one overflowed.";
const PLACE = ".rv-anatomy-place"; // on a phone: under the stage, which stays in view

export class Anatomy {
  constructor(stage) {
    this.stage = stage;
    this.modules = fetchedModules("the inside of a step", "arrows.js", "curves.js", "equations.js");
    stage.supplies.add(this.modules, () => this.open(), () => this.isWanted);
    this.messages = []; // the latest of this scene and of the one before, which may still be on show
  }

  get isOpen() {
    return Boolean(this.isWanted && this.parts);
  }

  /** Opens or closes; what is there to be seen comes from Python, which sends nothing while it is closed. */
  toggle() {
    if (this.stage.scene?.record) return; // nothing but its snapshots is known
    this.isWanted = !this.isWanted;
    this.stage.questions.ask("request", { anatomy: this.isWanted ? this.stage.step : false });
    this.stage.parts.showAnatomy(this.isWanted);
    if (!this.isWanted) this.close();
  }

  /** Takes a message from Python; the first one opens the panel. */
  receive(message) {
    this.stage.questions.answered();
    if (this.isWanted === false) return; // closed while it was on its way
    this.isWanted = true;
    this.messages = [...this.messages.filter((other) => other.link !== message.link), message].slice(-2);
    this.stage.enqueue(() => this.open());
  }

  async open() {
    if (!this.isWanted || this.stage.isGone) return;
    if (this.messages.length === 0) return; // the first one opens the panel
    if (!this.parts) {
      this.modules.want();
      if (!this.modules.value) return; // it is called again when they are there
      const { Arrows, Curves, Equations } = this.modules.value;
      const curves = Object.assign(document.createElement("div"), { className: "rv-curves" });
      curves.dataset.testid = "curves";
      this.parts = {
        arrows: new Arrows(this.stage.map.host),
        curves: new Curves(curves, (step) => this.stage.playback.seek(step)),
        equations: new Equations(),
      };
      this.stage.map.onDrawn = () => this.drawArrows();
      this.stage.parts.showAnatomy(true);
      await this.stage.resize();
      this.place();
    }
    this.draw();
    this.drawArrows();
  }

  close() {
    this.messages = [];
    if (!this.parts) return;
    const { arrows, curves, equations } = this.parts;
    [equations.element, curves.host, arrows].forEach((part) => part.remove());
    this.parts = this.stage.map.onDrawn = this.shown = null;
    this.untag(null);
    this.stage.enqueue(() => this.stage.resize());
  }

  /** Within the stage, or on a phone under it: there the stage covers what is beside it. */
  place() {
    if (!this.parts) return;
    const { root, sizes, isPresented, isMain, parts } = this.stage;
    const under = sizes.name === "phone" && !isPresented && isMain ? document.querySelector(PLACE) : null;
    const host = under ?? parts.plots;
    root.dataset.anatomy = under ? "under" : "inside";
    const { curves, equations } = this.parts;
    if (equations.element.parentElement !== host) host.append(equations.element, curves.host);
  }

  /** The message of the scene on show, if it is there. */
  get message() {
    return this.messages.find(({ link }) => link === this.stage.scene?.link);
  }

  /** Which step of the run is shown: the one that begins at the present point or, at its end, the last. */
  indexIn(message) {
    return Math.min(this.stage.step, message.steps - 1);
  }

  /** Writes the numbers of the present step; while playing not at every step. */
  draw() {
    if (!this.isOpen || !this.stage.scene) return;
    const { message, parts, stage } = this;
    this.expect(stage.scene.link);
    const { link, run: number } = this.shown ?? {};
    if (message && !(message.link === link && message.run === number)) parts.curves.setCurves(message.curves, stage.scene.steps);
    if (message) this.shown = message;
    parts.curves.host.classList.toggle("is-secret", stage.guess.isSecret); // they tell how it goes on
    const now = performance.now();
    const isHurried = stage.playback.isPlaying && !stage.playback.isAtEnd;
    if (isHurried && now - (this.writtenAt ?? -Infinity) < WRITTEN_EVERY_MS) return;
    this.writtenAt = now;
    parts.curves.draw(stage.step);
    const index = message ? this.indexIn(message) : 0;
    const run = message ? stage.scene.runs[message.run] : null;
    const isThere = message && index >= message.first && index < message.end;
    const phase = message?.phases.find(({ first, end }) => index >= first && index < end);
    parts.equations.show(isThere ? message : null, phase, run, index, stage.scene.colours.casing);
    if (message?.steps === 0) parts.equations.explain(NO_STEP);
    parts.equations.fit(JSON.stringify([stage.sizes.map, stage.isPresented]));
    if (message && !isThere && message.steps > 0) this.askFor(index);
  }

  /** Asks for the steps around another one, unless something else is being asked. */
  askFor(index) {
    const { questions, map, playback } = this.stage;
    const now = performance.now();
    clearTimeout(this.later);
    if (!questions.isIdle || map.handle.isDragging || now - (this.askedAt ?? -Infinity) < ASK_AGAIN_MS) {
      this.later = setTimeout(() => playback.repaint(), ASK_AGAIN_MS);
      return;
    }
    this.askedAt = now;
    questions.ask("request", { anatomy: index });
  }

  /** Asks once for what does not come by itself: a new session of Python does not know that anybody looks. */
  expect(link) {
    if (this.message) this.expected = null;
    else if (this.expected !== link) {
      this.expected = link;
      clearTimeout(this.missed);
      this.missed = setTimeout(() => {
        if (this.isOpen && this.expected === link) this.stage.questions.ask("request", { anatomy: this.stage.step });
      }, MISSED_AFTER_MS);
    }
  }

  drawArrows() {
    if (!this.isOpen || !this.stage.scene) return;
    const { message, parts, stage } = this;
    const index = message ? this.indexIn(message) : -1;
    const phase = message?.phases.find(({ first, end }) => index >= first && index < end);
    const run = message && stage.scene.runs[message.run];
    const isThere = phase && index >= message.first && index < message.end && index < run.last;
    this.untag(isThere ? message.run : null);
    if (!isThere) {
      parts.arrows.hide();
      return;
    }
    const of = (role) => {
      const term = role === "gradient" ? phase.terms.find((each) => each.role === role) : phase.terms.findLast((each) => each.role === role);
      const value = term && message.values[term.name][index - message.begin];
      return typeof value === "object" ? [...value] : undefined;
    };
    const [point, next] = stage.map.pixelsOf(run, index);
    parts.arrows.show({ point, next, gradient: of("gradient"), momentum: of("momentum"), squares: of("squares") }, stage.map.box, stage.sizes.map.path.line);
  }

  /** Has the map leave out the name of the run beside which the arrows are. */
  untag(index) {
    const { map, step } = this.stage;
    if (map.untagged === index) return;
    map.untagged = index;
    map.draw(step);
  }

  stop() {
    clearTimeout(this.later);
    clearTimeout(this.missed);
    this.isWanted = false;
    const { curves, equations } = this.parts ?? {};
    [equations?.element, curves?.host].forEach((part) => part?.remove()); // they may stand outside of the stage
  }
}
