// The stage: the plots, the playback and the bar under them. It lives as long as its page and is updated in place.

import { Address } from "./address.js";
import { Anatomy } from "./anatomy.js";
import { connectCommands } from "./commands.js";
import { fetchedModules } from "./fetched.js";
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
import { Speech } from "./speech.js";
import { Supplies } from "./supplies.js";
import { enterPresent, isFirstVisit, leavePresent, prefersStillness, themeOf } from "./window.js";

const WRITTEN_EVERY_MS = 100;

export class Stage {
  /** `plotly` and `style` are being fetched; `terrains` maps the terrains' names to what Python has sent of them. */
  constructor(parent, { plotly, style }, terrains) {
    this.plotly = plotly;
    this.dataModule = fetchedModules("the picture of the data", "data.js");
    this.supplies = new Supplies((draw) => this.enqueue(() => this.supply(draw)));
    this.supplies.add(plotly, () => this.plot());
    this.supplies.add(style, () => this.resize());
    this.supplies.add(this.dataModule, () => this.showData(), () => this.hasData);
    this.terrains = terrains;
    this.parts = buildStage(parent);
    this.root = this.parts.root;
    this.questions = new Questions(() => this.onTrouble());
    const onStart = (x, y, isFinal) => this.scene?.start && this.questions.ask("start", { x, y, final: isFinal });
    this.map = new MapView(this.parts.map, plotly, onStart);
    this.losses = new LossView(this.parts.losses, plotly, (step) => this.playback.seek(step));
    this.relief = null; // made when it is first looked at: a WebGL context is dear
    this.data = null; // made on the first surface that has any
    this.makeRelief = () => new ReliefView(this.parts.relief, plotly.value, onStart);
    this.notes = new Notes(this.parts.plots, (request) => this.questions.ask("request", request));
    this.speech = new Speech(() => this.parts.speak(this.scene, this.step, short));
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
      this.scene = this.terrain = undefined; // so that the next message draws everything
      console.error(error);
    });
    return this.queue;
  }

  /** Something has come, and `draw()` draws with it, or is missing, and a note says so. */
  async supply(draw) {
    if (this.isGone || !this.scene) return;
    await draw?.();
    this.paint();
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
    const settled = this.supplies.want();
    if (terrain.data && this.dataModule.value) this.data ??= new this.dataModule.value.DataView(this);
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
    if (this.relief || this.shownMode !== "2d") await this.showRelief(isNewGround);
    this.paint();
    this.questions.answered();
    const complete = () => {
      if (this.isGone) return;
      if (isNewScene) this.markRevision();
      if (isToPlay && this.scene?.opening === message.opening) this.playback.play();
    };
    if (settled) settled.then(() => this.enqueue(complete));
    else complete();
  }

  /** The map alone while Plotly is not there. */
  get shownMode() {
    return this.plotly.value ? this.mode : "2d";
  }

  /** Plotly has come after the scene: contour lines, axes, and the relief if that is looked at. */
  async plot() {
    await this.resize();
    await this.map.plotGround(this.terrain.figures[this.theme].map);
    this.losses.drawAxes();
    if (this.shownMode !== "2d") await this.showRelief(true);
  }

  /** The picture of the data has come after the scene. */
  showData() {
    this.data ??= new this.dataModule.value.DataView(this);
    this.data.place();
    this.data.setScene(this.terrain.data, this.scene, this.theme);
  }

  /** The ground and the paths on it are shown at once; contour lines and axes when Plotly is there. */
  async plotGround(figures) {
    if (this.shownMode !== "3d") {
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
    if (!this.plotly.value) return;
    const isNew = !this.relief;
    this.relief ??= this.makeRelief();
    this.relief.setScene(this.scene);
    this.relief.setLit(this.isLit);
    if (isNew || isNewGround) await this.relief.showGround(this.terrain.figures[this.theme].relief, this.sizes.relief);
  }

  layOut() {
    this.room = `${Math.round(this.width)} x ${window.innerHeight}`; // the stage tells which one it fills when it is painted
    this.sizes = areaSizes(this.width, window.innerHeight, this.shownMode, this.isPresented, this.anatomy.isOpen, this.hasData);
    this.parts.layOut(this.sizes, this.shownMode);
    this.parts.mode.value = this.mode;
    this.map.setTouch(window.matchMedia("(pointer: coarse)").matches);
    this.anatomy.place();
    this.data?.place();
  }

  get hasData() {
    return Boolean(this.terrain?.data);
  }

  /** Whether it is its page's own stage, which writes the address, has the buttons in the header and room beside it. */
  get isMain() {
    return Boolean(this.message?.main);
  }

  async resize() {
    if (!this.scene || this.isGone || this.width < 1) return; // it is on its way out of the page, or in a closed tab
    const before = JSON.stringify(this.sizes);
    this.layOut();
    if (JSON.stringify(this.sizes) === before) {
      this.root.dataset.room = this.room;
      return;
    }
    await this.map.resize(this.sizes.map);
    this.losses.resize(this.sizes.losses);
    this.data?.resize();
    await this.relief?.resize(this.sizes.relief);
    this.paint();
  }

  /** Paints the present step everywhere; `data-step` follows when that is done. */
  paint() {
    if (this.isGone || !this.scene) return;
    const { step } = this;
    if (this.shownMode !== "3d") this.map.draw(step);
    if (this.shownMode !== "2d") this.relief?.draw(step);
    this.losses.draw(step);
    this.data?.draw(step);
    this.anatomy.draw();
    this.showNumbers();
    this.showNotes();
    Object.assign(this.root.dataset, { step, room: this.room, painted: "true" });
    if (this.isMain && !this.scene.record) this.address.note(this.scene.link, { step, mode: this.mode, isLit: this.isLit || this.isDebut });
    this.speech.speak();
  }

  /** Writes the step and its losses; while playing not at every step, for nobody reads 40 numbers a second. */
  showNumbers() {
    const now = performance.now();
    if (this.playback.isPlaying && !this.playback.isAtEnd && now - (this.writtenAt ?? -Infinity) < WRITTEN_EVERY_MS) return;
    this.writtenAt = now;
    this.parts.showStep(this.scene, this.step, short);
  }

  showNotes() {
    const troubles = [...this.supplies.troubles, this.questions.trouble].filter(Boolean);
    this.notes.show(notesOf(this.scene, this.step, this.isConnected, troubles), () => this.map.isFullerBelow());
  }

  /** An answer is late, or has come after all; where none comes, the start is where it was. */
  onTrouble() {
    if (!this.scene) return;
    if (this.questions.isIdle) this.map.returnStart();
    this.showNotes();
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
    this.speech.speak(true);
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
      if (this.shownMode !== "2d") {
        await this.showRelief(false);
        await this.relief.resize(this.sizes.relief);
      }
      this.paint();
      if (isTilt) await this.relief?.tilt();
    });
  }

  /** Large, with nothing but the stage, for the back row; and back again. */
  present(isPresented = !this.isPresented) {
    this.isPresented = isPresented;
    if (isPresented) enterPresent(this.root);
    else leavePresent(this.root);
    this.parts.showPresented(isPresented, this.isMain);
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

  listen() {
    this.stopKeys = connectCommands(this);
    this.stopWatching = watchConnection((isConnected) => {
      this.isConnected = isConnected;
      this.questions.hold(!isConnected);
      if (this.scene) this.showNotes();
    });
  }

  destroy() {
    this.isGone = true;
    this.supplies.stop();
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
    this.speech.stop();
    for (const view of [this.map, this.losses, this.relief]) view?.destroy();
    this.parts.remove();
  }
}
