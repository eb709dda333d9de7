// What the buttons of the bar and the keys do.

import { listenToKeys } from "./keys.js";

/** Connects buttons, fields and keys with a stage; returns what disconnects the keys. */
export function connectCommands(stage) {
  const { root, parts, playback, guess, anatomy } = stage;
  parts.on("play", () => playback.toggle());
  parts.on("back", () => playback.stepBy(-1));
  parts.on("forward", () => playback.stepBy(1));
  parts.on("copy", () => stage.copyLink());
  parts.on("present", () => stage.present());
  parts.on("lights", () => stage.toggleLights());
  parts.on("anatomy", () => anatomy.toggle());
  parts.on("guess", () => (guess.isOpen ? guess.close() : guess.ask(stage.scene)));
  parts.slider.addEventListener("input", () => playback.seek(Number(parts.slider.value)));
  parts.speed.addEventListener("change", () => playback.setSpeed(Number(parts.speed.value)));
  parts.mode.addEventListener("change", () => stage.choose(parts.mode.value));
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
  for (const digit of "123456789") actions[digit] = () => stage.openPreset(Number(digit) - 1);
  const ifShown = (action) => () => (stage.scene ? action() : false);
  return listenToKeys(root, Object.fromEntries(Object.entries(actions).map(([key, act]) => [key, ifShown(act)])));
}
