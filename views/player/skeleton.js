// The elements of the stage and what is written in them.

import { drawMarker } from "./canvas.js";

const MARKUP = `
<div class="rv-plots">
  <div class="rv-map" data-testid="stage-2d"></div>
  <div class="rv-relief" data-testid="stage-3d" hidden></div>
  <div class="rv-side">
    <div class="rv-caption"></div>
    <div class="rv-losses" data-testid="stage-loss"></div>
    <ul class="rv-readout" data-testid="readout"></ul>
  </div>
</div>
<div class="rv-bar" role="toolbar" aria-label="Playback">
  <button type="button" class="rv-play" data-action="play" aria-label="Play"></button>
  <button type="button" data-action="back" aria-label="One step back" title="One step back (left arrow)">‹</button>
  <button type="button" data-action="forward" aria-label="One step forward" title="One step forward (right arrow)">›</button>
  <input type="range" class="rv-slider" min="0" step="1" aria-label="Step" />
  <output class="rv-step" aria-live="off"></output>
  <button type="button" data-action="restart" aria-label="Restart" title="Restart (R)">↺</button>
  <select class="rv-speed" aria-label="Speed">
    <option value="0.25">¼×</option><option value="0.5">½×</option><option value="1" selected>1×</option>
    <option value="2">2×</option><option value="4">4×</option>
  </select>
  <select class="rv-mode" aria-label="View">
    <option value="2d">Map</option><option value="3d">3-D</option><option value="both">Both</option>
  </select>
  <button type="button" data-action="fit" title="Show whole paths, or the whole map again">Fit</button>
  <button type="button" data-action="copy" class="rv-copy">Copy link</button>
</div>
<p class="rv-live" role="status" aria-live="polite"></p>`;

const COPIED_FOR_MS = 1600;
const SWATCH = 20;
const EMPTY = "Add an optimizer to begin.";

/** Builds the stage inside `parent`; returns its parts and the functions that write into them. */
export function buildStage(parent) {
  const root = document.createElement("section");
  root.className = "rv-stage";
  root.tabIndex = 0;
  root.setAttribute("aria-label", "Stage: space plays and pauses, arrow keys step");
  Object.assign(root.dataset, { testid: "stage", revision: "0", step: "0", steps: "0", playing: "false", outcomes: "{}" });
  root.innerHTML = MARKUP;
  parent.append(root);
  const find = (selector) => root.querySelector(selector);
  const parts = {
    root,
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
  let values = [];
  let runsShown = null;

  parts.on = (action, listener) => find(`[data-action=${action}]`).addEventListener("click", listener);

  parts.layOut = (sizes, mode) => {
    root.dataset.layout = sizes.name;
    root.dataset.mode = mode;
    parts.mode.value = mode;
    parts.map.hidden = mode === "3d";
    parts.relief.hidden = mode === "2d";
    for (const [name, element] of [["map", parts.map], ["relief", parts.relief], ["losses", parts.losses]]) {
      element.style.width = `${sizes[name].width}px`;
      element.style.height = `${sizes[name].height}px`;
    }
  };

  parts.showScene = (scene) => {
    root.dataset.steps = scene.steps;
    root.dataset.outcomes = JSON.stringify(Object.fromEntries(scene.runs.map((run) => [run.label, run.sentence])));
    parts.slider.max = scene.steps;
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
    parts.slider.setAttribute("aria-valuetext", `Step ${step} of ${scene.steps}`);
    stepText.textContent = root.dataset.layout === "phone" ? `${step} / ${scene.steps}` : `Step ${step} of ${scene.steps}`;
    scene.runs.forEach((run, index) => {
      const loss = step <= run.last ? run.losses[step] : NaN;
      values[index].value.textContent = short(loss);
      values[index].value.dataset.value = step <= run.last ? loss : "";
    });
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
      if (step > run.last) return `${run.label} overflowed after step ${run.last}`;
      return `${run.label} ${short(run.losses[step])}`;
    });
    find(".rv-live").textContent = `Step ${step} of ${scene.steps}. Loss: ${losses.join(", ") || "no optimizer yet"}.`;
  };
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

/** The run's marker as a small picture. */
function swatch(run, casing) {
  const canvas = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [SWATCH * scale, SWATCH * scale];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(scale, scale);
  drawMarker(context, run, SWATCH / 2, SWATCH / 2, 12, casing);
  return Object.assign(new Image(SWATCH, SWATCH), { src: canvas.toDataURL(), alt: "", className: "rv-swatch" });
}
