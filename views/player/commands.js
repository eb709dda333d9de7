// What the buttons of the bar and the keys do.

import { listenToKeys } from "./keys.js";
import { copyText } from "./window.js";

/** Connects buttons, fields and keys with a stage; returns what disconnects the keys. */
export function connectCommands(stage) {
  const { root, parts, playback, guess, anatomy } = stage;
  parts.on("play", () => playback.toggle());
  parts.on("back", () => playback.stepBy(-1));
  parts.on("forward", () => playback.stepBy(1));
  parts.on("copy", () => copyLink(stage));
  parts.on("present", () => stage.present());
  parts.on("lights", () => stage.toggleLights());
  parts.on("anatomy", () => anatomy.toggle());
  parts.on("guess", () => (guess.isOpen ? guess.close() : guess.ask(stage.scene)));
  parts.slider.addEventListener("input", () => playback.seek(Number(parts.slider.value)));
  parts.speed.addEventListener("change", () => playback.setSpeed(Number(parts.speed.value)));
  parts.mode.addEventListener("change", () => choose(stage, parts.mode.value));
  const actions = {
    " ": () => playback.toggle(),
    ArrowLeft: () => playback.stepBy(-1),
    ArrowRight: () => playback.stepBy(1),
    Home: () => playback.goTo(0),
    End: () => playback.goTo(playback.steps),
    a: () => anatomy.toggle(),
    r: () => playback.restart(),
    t: () => stage.setMode(stage.mode === "2d" ? "3d" : "2d"),
    l: () => stage.toggleLights(),
    p: () => stage.present(),
    Escape: () => (stage.isPresented ? stage.present(false) : false),
  };
  for (const digit of "123456789") actions[digit] = () => openPreset(stage, Number(digit) - 1);
  const ifShown = (action) => () => (stage.scene ? action() : false);
  return listenToKeys(root, Object.fromEntries(Object.entries(actions).map(([key, act]) => [key, ifShown(act)])));
}

/** The menu of the view also holds a few acts. */
function choose(stage, choice) {
  stage.parts.mode.value = stage.mode;
  if (choice === "fit") stage.map.fit();
  else if (choice === "guess") stage.guess.ask(stage.scene);
  else if (choice === "lights") stage.toggleLights();
  else if (choice === "anatomy") stage.anatomy.toggle();
  else stage.setMode(choice);
}

function openPreset(stage, index) {
  const preset = stage.scene.presets[index];
  if (preset) stage.questions.ask("request", { preset });
}

async function copyLink(stage) {
  stage.address.write();
  await copyText(window.location.href);
  stage.parts.showCopied();
}
