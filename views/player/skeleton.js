// The elements of the stage and what is written in them.

import { EMPTY } from "./notes.js";
import { lossAt } from "./runs.js";
import { swatch } from "./swatch.js";

const HEADLINE = `<h1></h1><p></p>`;
const TOP = `
<button type="button" data-action="copy" class="rv-copy">Copy link</button>
<button type="button" data-action="present" class="rv-present" title="For the back row (P)">Present</button>`;
const MARKUP = `
<div class="rv-plots">
  <div class="rv-map" data-testid="stage-2d"></div>
  <div class="rv-relief" data-testid="stage-3d" hidden></div>
  <div class="rv-side">
    <div class="rv-caption"></div>
    <div class="rv-losses" data-testid="stage-loss"></div>
    <ul class="rv-readout" data-testid="readout"></ul>
    <button type="button" class="rv-ask" data-action="guess">Guess first</button>
  </div>
</div>
<div class="rv-bar" role="toolbar" aria-label="Playback">
  <button type="button" class="rv-play" data-action="play" aria-label="Play" title="Play or pause (space)"></button>
  <button type="button" data-action="back" aria-label="One step back" title="One step back (left arrow)">‹</button>
  <button type="button" data-action="forward" aria-label="One step forward" title="One step forward (right arrow)">›</button>
  <input type="range" class="rv-slider" min="0" step="1" aria-label="Step" />
  <output class="rv-step" aria-live="off"></output>
  <select class="rv-speed" aria-label="Speed">
    <option value="0.25">¼×</option><option value="0.5">½×</option><option value="1" selected>1×</option>
    <option value="2">2×</option><option value="4">4×</option>
  </select>
  <select class="rv-mode" aria-label="View">
    <option value="2d">Map</option><option value="3d">3-D</option><option value="both">Both</option>
    <option value="fit">Fit</option><option value="guess" class="rv-small">Guess first</option>
    <option value="anatomy" class="rv-small">Anatomy</option>
    <option value="lights" class="rv-small">Lights</option>
  </select>
  <button type="button" data-action="anatomy" class="rv-anatomy-button" aria-pressed="false" title="Inside a step: arrows, equations, curves (A)">Anatomy</button>
  <button type="button" data-action="lights" class="rv-lights" aria-pressed="true" title="Lights on or off (L)">Lights</button>
</div>
<p class="rv-live" role="status" aria-live="polite"></p>`;

const COPIED_FOR_MS = 1600;
const OF_A_SCENE = [".rv-copy", ".rv-ask", ".rv-anatomy-button", "option[value=guess]", "option[value=anatomy]"];

const stepWord = (scene) => scene.record?.step ?? "Step";
const stepOf = (scene, step) => `${stepWord(scene)} ${step} of ${scene.steps}`;

/** Builds the stage inside `parent`; returns its parts and the functions that write into them. */
export function buildStage(parent) {
  const root = document.createElement("section");
  root.className = "rv-stage";
  root.tabIndex = 0;
  root.setAttribute("aria-label", "Stage: space plays and pauses, arrow keys step");
  Object.assign(root.dataset, { testid: "stage", revision: "0", step: "0", steps: "0", playing: "false", painted: "false", anatomy: "closed", outcomes: "{}" });
  root.innerHTML = MARKUP;
  const headline = Object.assign(document.createElement("div"), { className: "rv-headline", innerHTML: HEADLINE });
  parent.append(headline, root);
  const top = Object.assign(document.createElement("div"), { className: "rv-top", innerHTML: TOP });
  document.body.prepend(top); // in the page's header, which is not ours to build in
  const find = (selector) => root.querySelector(selector) ?? top.querySelector(selector);
  const parts = {
    root,
    plots: find(".rv-plots"),
    map: find(".rv-map"),
    relief: find(".rv-relief"),
    losses: find(".rv-losses"),
    slider: find(".rv-slider"),
    speed: find(".rv-speed"),
    mode: find(".rv-mode"),
  };
  const rows = find(".rv-readout");
  const stepText = find(".rv-step");
  const play = find(".rv-play");
  const copy = find(".rv-copy");
  const live = find(".rv-live");
  let values = [];
  let runsShown = null;

  parts.on = (action, listener) => find(`[data-action=${action}]`).addEventListener("click", listener);

  parts.layOut = (sizes, mode) => {
    root.dataset.layout = sizes.name;
    root.dataset.mode = mode;
    parts.mode.value = mode;
    parts.plots.style.setProperty("--rv-map-width", `${sizes.map.width}px`);
    parts.plots.style.setProperty("--rv-map-height", `${sizes.map.height}px`);
    parts.plots.style.setProperty("--rv-curves-height", sizes.curves ? `${sizes.curves}px` : "auto");
    parts.map.hidden = mode === "3d";
    parts.relief.hidden = mode === "2d";
    root.toggleAttribute("data-has-data", Boolean(sizes.data));
    for (const [name, element] of [["map", parts.map], ["relief", parts.relief], ["losses", parts.losses]]) {
      element.style.width = `${sizes[name].width}px`;
      element.style.height = `${sizes[name].height}px`;
    }
  };

  parts.showScene = (scene) => {
    top.hidden = !scene.main && !root.dataset.present; // of several stages one has the buttons there
    Object.assign(root.dataset, { scene: scene.link, steps: scene.steps });
    root.dataset.outcomes = JSON.stringify(Object.fromEntries(scene.runs.map((run) => [run.label, run.sentence])));
    parts.slider.max = scene.steps;
    root.setAttribute("aria-label", `Stage: ${scene.surface.title}. Space plays and pauses, arrow keys step.`);
    for (const place of OF_A_SCENE) find(place).hidden = Boolean(scene.record);
    find(".rv-caption").classList.toggle("has-reason", Boolean(scene.losses.reason));
    find(".rv-caption").textContent = [scene.losses.title, scene.losses.reason].filter(Boolean).join(". ");
    const runsNow = JSON.stringify(scene.runs.map(({ label, colour, symbol, repeat, hidden }) => [label, colour, symbol, repeat, hidden]));
    if (runsNow !== runsShown) {
      runsShown = runsNow;
      values = scene.runs.map((run) => readoutRow(run, scene.colours.casing));
      rows.replaceChildren(...values.map(({ row }) => row));
      if (values.length === 0) rows.append(Object.assign(document.createElement("li"), { textContent: EMPTY }));
    }
    scene.runs.forEach((run, index) => (values[index].row.title = run.sentence));
  };

  parts.showStep = (scene, step, short) => {
    parts.slider.value = step;
    const words = stepOf(scene, step);
    parts.slider.setAttribute("aria-valuetext", words);
    stepText.textContent = root.dataset.layout === "phone" ? `${step} / ${scene.steps}` : words;
    scene.runs.forEach((run, index) => {
      const loss = lossAt(run, step);
      values[index].value.textContent = short(loss);
      values[index].value.dataset.value = Number.isNaN(loss) ? "" : loss;
    });
  };

  parts.showHeadline = ({ title, line }) => {
    const [heading, sentence] = headline.children;
    if (heading.textContent !== title) heading.textContent = title;
    if (sentence.textContent !== line) sentence.textContent = line;
  };

  parts.showLights = (isLit) => {
    root.dataset.lights = isLit ? "on" : "off";
    find(".rv-lights").setAttribute("aria-pressed", String(isLit));
  };

  parts.showAnatomy = (isOpen) => {
    find(".rv-anatomy-button").setAttribute("aria-pressed", String(isOpen));
    find("option[value=anatomy]").textContent = isOpen ? "Close anatomy" : "Anatomy";
    if (!isOpen) root.dataset.anatomy = "closed";
  };

  parts.showPresented = (isPresented, isMain) => {
    top.hidden = !isMain && !isPresented;
    top.toggleAttribute("data-present", isPresented);
    const button = find(".rv-present");
    button.textContent = isPresented ? "Leave" : "Present";
    button.title = isPresented ? "Back to the page (Escape)" : "For the back row (P)";
  };

  parts.showPlaying = (isPlaying) => {
    play.classList.toggle("is-playing", isPlaying);
    play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  };

  parts.showCopied = () => {
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy link"), COPIED_FOR_MS);
  };

  parts.speak = (scene, step, short) => {
    const losses = scene.runs.filter((run) => !run.hidden).map((run) => {
      if (step <= run.last) return `${run.label} ${short(run.losses[step])}`;
      if (run.stops) return `${run.label} stopped at ${stepWord(scene).toLowerCase()} ${run.last}, ${short(run.losses[run.last])}`;
      return `${run.label} overflowed after step ${run.last}`;
    });
    const words = `${stepOf(scene, step)}. Loss: ${losses.join(", ") || "no optimizer yet"}.`;
    if (live.textContent !== words) live.textContent = words; // what is written again is read out again
  };
  parts.remove = () => [headline, root, top].forEach((element) => element.remove());
  return parts;
}

function readoutRow(run, casing) {
  const row = document.createElement("li");
  row.hidden = run.hidden;
  const name = Object.assign(document.createElement("span"), { className: "rv-name", textContent: run.label });
  const value = Object.assign(document.createElement("output"), { className: "rv-value" });
  value.dataset.run = run.label;
  value.setAttribute("aria-live", "off"); // the line below speaks for all, and not at every step
  row.append(swatch(run, casing), name, value);
  return { row, value };
}
