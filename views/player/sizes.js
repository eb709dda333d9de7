// How large each part of the stage is, from the room there is: pure, so that it can be tested without a browser.

import { clamp } from "./numbers.js";

export const WIDE = 900;
export const MEDIUM = 560;
const BESIDE_THE_MAP = 262; // header, headline, bar and paddings
const SIDE_MIN = 270;
const READOUT = 30;
const STRIP = { medium: 160, phone: 84 };

/** Name of the layout and size in pixels of map, relief and loss curve. */
export function areaSizes(width, windowHeight, mode) {
  const side = clamp(windowHeight - BESIDE_THE_MAP, 340, 720);
  if (width >= WIDE && mode !== "both") {
    const main = Math.min(side + 8, width - SIDE_MIN);
    const size = { width: main, height: side };
    return { name: "wide", map: size, relief: size, losses: { width: width - main - 2, height: Math.round(side * 0.6) } };
  }
  const isPhone = width < MEDIUM;
  const lower = clamp(windowHeight - BESIDE_THE_MAP - STRIP.medium - READOUT, 340, 720);
  const strip = { width: width - 2, height: isPhone ? STRIP.phone : STRIP.medium };
  const across = mode === "both" && !isPhone ? width / 2 - 1 : width - 2;
  const down = isPhone ? Math.min(across, Math.max(260, windowHeight * 0.5)) : Math.min(across, lower);
  const size = { width: Math.floor(across), height: Math.floor(down) };
  return { name: isPhone ? "phone" : "medium", map: size, relief: size, losses: strip };
}

