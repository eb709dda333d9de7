// The stage: the plots, the playback and the bar under them. It lives as long as its page and is updated in place.

import { Address } from "./address.js";
import { Anatomy } from "./anatomy.js";
import { connectCommands } from "./commands.js";
import { buildStage } from "./skeleton.js";
import { Guess } from "./guess.js";
import { LossView } from "./losses.js";
import { MapView } from "./map.js";
import { Notes, notesOf, watchConnection } from "./notes.js";
import { clamp, short } from "./numbers.js";
import { Playback } from "./playback.js";
import { Questions } from "./questions.js";
import { ReliefView } from "./relief.js";
import { areaSizes } from "./sizes.js";
import { copyText, enterPresent, isFirstVisit, leavePresent, prefersStillness, themeOf } from "./window.js";

const SPOKEN_EVERY_MS = 1000;
const WRITTEN_EVERY_MS = 100;

export class Stage {
  /** `plotly` is the promise of Plotly.js; `terrains` maps the terrains' names to what Python has sent of them. */
  constructor(parent, plotly, terrains) {
    this.plotly = plotly;
    this.terrains = terrains;
    this.parts = buildStage(parent);
    this.root = this.parts.root;
    this.questions = new Questions();
    const onStart = (x, y, isFinal) => this.scene?.start && this.questions.ask("start", { x, y, final: isFinal });
    this.map = new MapView(this.parts.map, plotly, onStart);
    this.losses = new LossView(this.parts.losses, plotly, (step) => this.playback.seek(step));
    this.relief = null; // made when it is first looked at: a WebGL context is dear
    this.data = null; // made on the first surface that has any
    this.makeRelief = (Plotly) => new ReliefView(this.parts.relief, Plotly, onStart);
    this.notes = new Notes(this.parts.plots, (request) => this.questions.ask("request", request));
    this.guess = new Guess(this.parts.plots, () => this.onGuess());
    this.anatomy = new Anatomy(this);
    this.address = new Address();
    this.playback = new Playback({
      paint: () => this.enqueue(() => this.paint()),
      onPlaying: (isPlaying) => this.onPlaying(isPlaying),
      onEnd: () => this.arrive(),
    });
    this.revision = 0;
    this.mode = "2d";
    this.isLit = true;
    this.isConnected = true;
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
    this.questions.send = send;
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
    const isNewOpening = message.opening !== this.scene?.opening;
    const isNewScene = message.link !== this.scene?.link || isNewOpening;
    const isNewGround = terrain !== this.terrain || theme !== this.theme;
    if (!isNewScene && !isNewGround) {
      this.map.returnStart(); // what was asked for was refused
      this.questions.answered();
      return;
    }
    if (isNewOpening) this.playback.pause(); // while what it writes of is still the scene on show
    for (const run of message.runs) run.last = run.losses.length - 1;
    [this.scene, this.terrain, this.theme] = [message, terrain, theme];
    this.root.dataset.theme = theme;
    this.parts.showScene(message);
    if (terrain.data && !this.data) this.data = new (await import("./data.js")).DataView(this);
    const isToPlay = isNewOpening && this.open(message);
    if (!isNewOpening) this.playback.setSteps(message.steps);
    this.showHeadline();
    this.layOut();
    if (isNewScene) this.guess.close();
    if (isNewScene && !isNewOpening) this.endDebut();
    if (isNewGround) this.map.setGround(terrain.images[theme], message.surface, this.sizes.map);
    this.map.setScene(message);
    if (isNewGround) await this.plotGround(terrain.figures[theme]);
    this.losses.setScene(message, message.losses.layout[theme], this.sizes.losses);
    this.data?.setScene(terrain.data, message, theme);
    if (this.relief || this.mode !== "2d") await this.showRelief(isNewGround);
    this.paint();
    if (isNewScene) this.markRevision();
    if (isToPlay) this.playback.play();
    this.questions.answered();
  }

  /** The ground and the paths on it are shown at once; contour lines and axes when Plotly is there. */
  async plotGround(figures) {
    if (this.mode !== "3d") {
      this.map.draw(this.step);
      this.root.dataset.painted = "true";
    }
    await this.map.plotGround(figures.map);
  }

  /** A first visit, a chosen scene or a link: the view comes from Python. Returns whether it begins by playing. */
  open(message) {
    const isToPlay = message.autoplay && !prefersStillness() && (!message.debut || isFirstVisit());
    this.isDebut = message.debut && isToPlay;
    this.playback.steps = message.steps;
    this.playback.step = isToPlay ? 0 : clamp(message.view.step ?? message.steps, 0, message.steps);
    this.mode = message.view.mode;
    this.setLit(message.view.lights === "on" && !this.isDebut);
    return isToPlay;
  }

  /** The lights come up at the end of the opening, or when someone does not wait for it. */
  endDebut() {
    if (!this.isDebut) return;
    this.isDebut = false;
    this.setLit(true);
  }

  setLit(isLit) {
    this.isLit = isLit;
    this.map.setLit(isLit);
    this.relief?.setLit(isLit);
    this.parts.showLights(isLit);
    this.showHeadline();
  }

  toggleLights() {
    this.isDebut = false;
    this.setLit(!this.isLit);
    this.playback.repaint();
  }

  showHeadline() {
    const { title, line, dark } = this.scene.headline;
    this.parts.showHeadline(this.isLit ? { title, line } : { title: dark, line });
  }

  async showRelief(isNewGround) {
    const isNew = !this.relief;
    this.relief ??= this.makeRelief(await this.plotly);
    this.relief.setScene(this.scene);
    this.relief.setLit(this.isLit);
    if (isNew || isNewGround) await this.relief.showGround(this.terrain.figures[this.theme].relief, this.sizes.relief);
  }

  layOut() {
    this.sizes = areaSizes(this.width, window.innerHeight, this.mode, this.isPresented, this.anatomy.isOpen, this.hasData);
    this.parts.layOut(this.sizes, this.mode);
    this.map.setTouch(window.matchMedia("(pointer: coarse)").matches);
    this.anatomy.place();
    this.data?.place();
  }

  get hasData() {
    return Boolean(this.terrain?.data);
  }

  async resize() {
    if (!this.scene || this.isGone || this.width < 1) return; // it is on its way out of the page, or in a closed tab
    const before = JSON.stringify(this.sizes);
    this.layOut();
    if (JSON.stringify(this.sizes) === before) return;
    await this.map.resize(this.sizes.map);
    this.losses.resize(this.sizes.losses);
    this.data?.resize();
    await this.relief?.resize(this.sizes.relief);
    this.paint();
  }

  /** Paints the present step everywhere; `data-step` follows when that is done. */
  paint() {
    const { step } = this;
    if (this.mode !== "3d") this.map.draw(step);
    if (this.mode !== "2d") this.relief?.draw(step);
    this.losses.draw(step);
    this.data?.draw(step);
    this.anatomy.draw();
    this.showNumbers();
    this.showNotes();
    this.root.dataset.step = step;
    this.root.dataset.painted = "true";
    if (!this.scene.record) this.address.note(this.scene.link, { step, mode: this.mode, isLit: this.isLit || this.isDebut });
    this.speak();
  }

  /** Writes the step and its losses; while playing not at every step, for nobody reads 40 numbers a second. */
  showNumbers() {
    const now = performance.now();
    if (this.playback.isPlaying && !this.playback.isAtEnd && now - (this.writtenAt ?? -Infinity) < WRITTEN_EVERY_MS) return;
    this.writtenAt = now;
    this.parts.showStep(this.scene, this.step, short);
  }

  showNotes() {
    this.notes.show(notesOf(this.scene, this.step, this.isConnected), () => this.map.isFullerBelow());
  }

  markRevision() {
    requestAnimationFrame(() => {
      this.revision += 1;
      this.root.dataset.revision = this.revision;
    });
  }

  /** The playback is at its end. */
  arrive() {
    this.guess.tell(this.scene);
    if (!this.isDebut) return;
    this.endDebut();
    this.playback.repaint();
  }

  onPlaying(isPlaying) {
    this.root.dataset.playing = String(isPlaying);
    this.parts.showPlaying(isPlaying);
    if (isPlaying || !this.scene) return;
    this.showNumbers();
    this.anatomy.draw();
    this.speak(true);
  }

  get step() {
    return this.playback.step;
  }

  setMode(mode) {
    const isTilt = this.mode === "2d" && mode === "3d" && !prefersStillness();
    this.mode = mode;
    this.enqueue(async () => {
      this.layOut();
      await this.map.resize(this.sizes.map);
      this.losses.resize(this.sizes.losses);
      this.data?.resize();
      if (mode !== "2d") {
        await this.showRelief(false);
        await this.relief.resize(this.sizes.relief);
      }
      this.paint();
      if (isTilt) await this.relief.tilt();
    });
  }

  /** The menu of the view also holds a few acts. */
  choose(choice) {
    this.parts.mode.value = this.mode;
    if (choice === "fit") this.map.fit();
    else if (choice === "guess") this.guess.ask(this.scene);
    else if (choice === "lights") this.toggleLights();
    else if (choice === "anatomy") this.anatomy.toggle();
    else this.setMode(choice);
  }

  /** Large, with nothing but the stage, for the back row; and back again. */
  present(isPresented = !this.isPresented) {
    this.isPresented = isPresented;
    if (isPresented) enterPresent(this.root);
    else leavePresent(this.root);
    this.parts.showPresented(isPresented);
    this.enqueue(() => this.resize());
  }

  /** While a guess is open, nothing tells what is to come; each new question begins at the start. */
  onGuess() {
    const { isSecret, guessed } = this.guess;
    this.map.showsFuture = this.losses.showsFuture = !isSecret;
    this.root.dataset.guessing = String(this.guess.isOpen);
    if (!this.scene) return;
    if (isSecret && !guessed) this.playback.goTo(0);
    this.playback.repaint();
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
    this.stopKeys = connectCommands(this);
    this.stopWatching = watchConnection((isConnected) => {
      this.isConnected = isConnected;
      if (this.scene) this.showNotes();
    });
  }

  openPreset(index) {
    const preset = this.scene.presets[index];
    if (preset) this.questions.ask("request", { preset });
  }

  async copyLink() {
    this.address.write();
    await copyText(window.location.href);
    this.parts.showCopied();
  }

  destroy() {
    this.isGone = true;
    this.playback.isPlaying = false;
    this.observer.disconnect();
    window.removeEventListener("resize", this.onWindowResize);
    this.stopKeys();
    this.stopWatching();
    if (this.isPresented) leavePresent(this.root);
    this.address.stop();
    this.questions.stop();
    this.anatomy.stop();
    this.data?.remove();
    clearTimeout(this.speakLater);
    for (const view of [this.map, this.losses, this.relief]) view?.destroy();
    this.parts.remove();
  }
}
