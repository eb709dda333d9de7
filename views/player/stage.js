// The stage: the plots, the playback and the bar under them. It lives as long as its page and is updated in place.

import { Address } from "./address.js";
import { buildStage } from "./skeleton.js";
import { Clock } from "./clock.js";
import { LossView } from "./losses.js";
import { MapView } from "./map.js";
import { clamp, short } from "./numbers.js";
import { ReliefView } from "./relief.js";
import { areaSizes } from "./sizes.js";

const SPOKEN_EVERY_MS = 1000;
const WRITTEN_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 1500;

export class Stage {
  constructor(parent, Plotly, terrains) {
    this.Plotly = Plotly;
    this.terrains = terrains;
    this.parts = buildStage(parent);
    this.root = this.parts.root;
    const onStart = (x, y, isFinal) => this.moveStart({ x, y, final: isFinal });
    this.map = new MapView(this.parts.map, Plotly, onStart);
    this.losses = new LossView(this.parts.losses, Plotly, (step) => this.seek(step));
    this.relief = null; // made when it is first looked at: a WebGL context is dear
    this.makeRelief = () => new ReliefView(this.parts.relief, Plotly, onStart);
    this.address = new Address();
    this.clock = new Clock();
    this.revision = 0;
    this.step = 0;
    this.speed = 1;
    this.mode = "2d";
    this.isPlaying = false;
    this.queue = Promise.resolve();
    this.listen();
    this.width = parent.clientWidth; // kept, because asking for it makes the browser lay the page out
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      this.enqueue(() => (this.scene ? this.resize() : this.show()));
    });
    this.observer.observe(parent);
    this.onWindowResize = () => this.enqueue(() => this.resize());
    window.addEventListener("resize", this.onWindowResize);
  }

  /** Takes a message from Python, and draws it as soon as its terrain is there. */
  receive(message, send) {
    this.send = send;
    this.message = message;
    this.enqueue(() => this.show());
  }

  /** Work that draws runs one after the other; of several waiting shows only the last has anything left to do. */
  enqueue(work) {
    this.queue = this.queue.then(work).catch((error) => {
      this.scene = undefined; // so that the next message draws everything
      console.error(error);
    });
    return this.queue;
  }

  async show() {
    const { message } = this;
    const terrain = message && this.terrains.get(message.terrain);
    if (!terrain || this.isGone || this.width < 1) return; // it is called again when what is missing is there
    const theme = themeOf(this.root);
    const isNewScene = message.link !== this.scene?.link || message.opening !== this.scene?.opening;
    const isNewGround = terrain !== this.terrain || theme !== this.theme;
    if (!isNewScene && !isNewGround) {
      this.answered();
      return;
    }
    const wasAtEnd = this.scene && this.step >= this.scene.steps;
    for (const run of message.runs) run.last = run.losses.length - 1;
    const isNewOpening = message.opening !== this.scene?.opening;
    [this.scene, this.terrain, this.theme] = [message, terrain, theme];
    this.root.dataset.theme = theme;
    if (isNewOpening) this.open(message);
    else this.step = wasAtEnd ? message.steps : Math.min(this.step, message.steps);
    this.parts.showScene(message);
    this.layOut();
    const figures = terrain.figures[theme];
    this.map.setScene(message);
    if (isNewGround) await this.map.showGround(figures.map, message.surface, this.sizes.map);
    this.losses.setScene(message, message.losses.layout[theme], this.sizes.losses);
    if (this.relief || this.mode !== "2d") await this.showRelief(isNewGround);
    this.paint();
    if (isNewScene) this.markRevision();
    if (isNewOpening && this.wantsToPlay()) this.play();
    this.answered();
  }

  wantsToPlay() {
    return this.scene.autoplay && !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** A first visit or a link: the view comes from Python. */
  open(message) {
    this.setPlaying(false);
    this.step = this.wantsToPlay() ? 0 : clamp(message.view.step ?? message.steps, 0, message.steps);
    this.mode = message.view.mode;
  }

  async showRelief(isNewGround) {
    const isNew = !this.relief;
    this.relief ??= this.makeRelief();
    this.relief.setScene(this.scene);
    if (isNew || isNewGround) await this.relief.showGround(this.terrain.figures[this.theme].relief, this.sizes.relief);
  }

  layOut() {
    this.sizes = areaSizes(this.width, window.innerHeight, this.mode);
    this.parts.layOut(this.sizes, this.mode);
    this.map.setTouch(window.matchMedia("(pointer: coarse)").matches);
  }

  async resize() {
    if (!this.scene || this.isGone) return;
    const before = JSON.stringify(this.sizes);
    this.layOut();
    if (JSON.stringify(this.sizes) === before) return;
    await this.map.resize(this.sizes.map);
    this.losses.resize(this.sizes.losses);
    await this.relief?.resize(this.sizes.relief);
    this.paint();
  }

  /** Paints the present step everywhere; `data-step` follows when that is done. */
  paint() {
    const { step } = this;
    if (this.mode !== "3d") this.map.draw(step);
    if (this.mode !== "2d") this.relief?.draw(step);
    this.losses.draw(step);
    this.showNumbers();
    this.root.dataset.step = step;
    this.address.note(this.scene.link, step, this.mode);
    this.speak();
  }

  /** Writes the step and its losses; while playing not at every step, for nobody reads 40 numbers a second. */
  showNumbers() {
    const now = performance.now();
    if (this.isPlaying && this.step < this.scene.steps && now - (this.writtenAt ?? -Infinity) < WRITTEN_EVERY_MS) return;
    this.writtenAt = now;
    this.parts.showStep(this.scene, this.step, short);
  }

  markRevision() {
    requestAnimationFrame(() => {
      this.revision += 1;
      this.root.dataset.revision = this.revision;
    });
  }

  play() {
    if (this.isPlaying) return;
    if (this.step >= this.scene.steps) this.step = 0;
    this.setPlaying(true);
    this.clock.start(this.step, performance.now());
    requestAnimationFrame(() => this.tick());
  }

  async tick() {
    if (!this.isPlaying || this.isGone) return;
    const due = this.clock.stepAt(performance.now(), this.scene.steps, this.speed);
    if (due !== this.step) {
      this.step = due;
      await this.enqueue(() => this.paint());
    }
    if (this.step >= this.scene.steps) this.pause();
    else requestAnimationFrame(() => this.tick());
  }

  pause() {
    this.setPlaying(false);
    if (!this.scene) return;
    this.showNumbers();
    this.speak(true);
  }

  setPlaying(isPlaying) {
    this.isPlaying = isPlaying;
    this.root.dataset.playing = String(isPlaying);
    this.parts.showPlaying(isPlaying);
  }

  /** Goes to a step; while playing, the playback goes on from there. */
  seek(step) {
    if (!this.scene) return;
    this.step = clamp(step, 0, this.scene.steps);
    this.clock.start(this.step, performance.now());
    this.repaint();
  }

  stepBy(count) {
    this.pause();
    this.seek(this.step + count);
  }

  restart() {
    this.seek(0);
    this.play();
  }

  /** Paints soon, once for many calls. */
  repaint() {
    if (this.isRepaintDue) return;
    this.isRepaintDue = true;
    requestAnimationFrame(() => {
      this.isRepaintDue = false;
      this.enqueue(() => this.paint());
    });
  }

  setMode(mode) {
    this.mode = mode;
    this.enqueue(async () => {
      this.layOut();
      await this.map.resize(this.sizes.map);
      this.losses.resize(this.sizes.losses);
      if (mode !== "2d") {
        await this.showRelief(false);
        await this.relief.resize(this.sizes.relief);
      }
      this.paint();
    });
  }

  /** Sends the start to Python: one question at a time, and after its answer the newest that came meanwhile. */
  moveStart(start) {
    this.nextStart = start;
    if (!this.isWaiting) this.sendStart();
  }

  sendStart() {
    const start = this.nextStart;
    if (!start) return;
    this.nextStart = null;
    this.isWaiting = true;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.answered(), ANSWER_WITHIN_MS);
    this.send("start", start);
  }

  answered() {
    clearTimeout(this.patience);
    this.isWaiting = false;
    if (this.nextStart) this.sendStart();
  }

  /** Tells screen readers the losses at the present step, at most once a second. */
  speak(isUrgent = false) {
    const now = performance.now();
    clearTimeout(this.speakLater);
    if (!isUrgent && now - (this.spokenAt ?? -Infinity) < SPOKEN_EVERY_MS) {
      this.speakLater = setTimeout(() => this.speak(), SPOKEN_EVERY_MS);
      return;
    }
    this.spokenAt = now;
    this.parts.speak(this.scene, this.step, short);
  }

  listen() {
    const { root, parts } = this;
    parts.on("play", () => (this.isPlaying ? this.pause() : this.play()));
    parts.on("back", () => this.stepBy(-1));
    parts.on("forward", () => this.stepBy(1));
    parts.on("restart", () => this.restart());
    parts.on("fit", () => this.map.fit());
    parts.on("copy", () => this.copyLink());
    parts.slider.addEventListener("input", () => this.seek(Number(parts.slider.value)));
    parts.speed.addEventListener("change", () => {
      this.clock.start(this.step, performance.now());
      this.speed = Number(parts.speed.value);
    });
    parts.mode.addEventListener("change", () => this.setMode(parts.mode.value));
    root.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    const isInField = event.target.matches("select, input:not([type=range])");
    const isOnButton = event.target.matches("button");
    const actions = {
      " ": () => (this.isPlaying ? this.pause() : this.play()),
      ArrowLeft: () => this.stepBy(-1),
      ArrowRight: () => this.stepBy(1),
      Home: () => (this.pause(), this.seek(0)),
      End: () => (this.pause(), this.seek(this.scene.steps)),
      r: () => this.restart(),
      t: () => this.setMode(this.mode === "2d" ? "3d" : "2d"),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || isInField || (isOnButton && event.key === " ")) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  async copyLink() {
    this.address.write();
    await copyText(window.location.href);
    this.parts.showCopied();
  }

  destroy() {
    this.isGone = true;
    this.observer.disconnect();
    window.removeEventListener("resize", this.onWindowResize);
    this.address.stop();
    clearTimeout(this.patience);
    clearTimeout(this.speakLater);
    for (const view of [this.map, this.losses, this.relief]) view?.destroy();
    this.root.remove();
  }
}

/** "dark" or "light", from the page's own background. */
function themeOf(element) {
  const colour = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const channels = /^#[0-9a-f]{6}$/i.test(colour)
    ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
  return channels.reduce((sum, channel) => sum + channel, 0) > 382 ? "light" : "dark";
}

async function copyText(text) {
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
