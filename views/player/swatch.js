// A run's marker as a small picture.

import { drawMarker } from "./canvas.js";

const SIDE = 20;

export function swatch(run, casing) {
  const canvas = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [SIDE * scale, SIDE * scale];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(scale, scale);
  drawMarker(context, run, SIDE / 2, SIDE / 2, 12, casing);
  return Object.assign(new Image(SIDE, SIDE), { src: canvas.toDataURL(), alt: "", className: "rv-swatch" });
}
