// How large each part of the stage is, from the room there is: pure, so that it can be tested without a browser.

import { clamp } from "./numbers.js";

export const WIDE = 900;
export const MEDIUM = 560;
const AROUND_THE_MAP = { page: 262, present: 236 }; // height of header, chips or headline, bar and paddings
const LARGEST = { page: 720, present: 1400 };
const SIDE_MIN = { page: 270, present: 420 };
const READOUT = { medium: 220 }; // width of the column beside the map
const CAPTION = 26;
const STRIP = { medium: 160, phone: 56 };
const CURVES = { page: 120, present: 144 }; // height of the curves inside a step, under the map
const LEAST_MAP = 300;
const LOSS_SHARE = 0.56;
const SHARES = { data: 0.42, losses: 0.26 }; // of the side column, where the data is shown too
const READOUT_UNDER_DATA = 140; // height of the readout beside the map, under the data
const LEAST_DATA = 160;
const DATA = { phone: 196 }; // as much as is left under the stage
const AXES = { left: 50, top: 10, right: 10, bottom: 42 };
const LARGE_AXES = { left: 74, top: 14, right: 14, bottom: 66 };
const NO_AXES = { left: 0, top: 0, right: 0, bottom: 0 };

/** How paths, markers (diameters) and the writing beside them are drawn, in pixels. */
const DRAWN = {
  page: { path: { line: 3.5, casing: 7, marker: 15 }, font: 14 },
  phone: { path: { line: 3, casing: 6.5, marker: 14 }, font: 14 },
  present: { path: { line: 6, casing: 11, marker: 24 }, font: 20 },
};

/**
 * Name of the layout and size in pixels of map, relief and loss curve, and the height of the curves inside a step where
 * it is fixed; `isPresented` is for the back row of a hall, `hasAnatomy` makes room for the inside of a step, `hasData`
 * for the data, whose size is then there too.
 */
export function areaSizes(width, windowHeight, mode, isPresented = false, hasAnatomy = false, hasData = false) {
  const manner = isPresented ? "present" : "page";
  const side = clamp(windowHeight - AROUND_THE_MAP[manner], 340, LARGEST[manner]);
  if (width >= WIDE && mode !== "both") {
    const down = hasAnatomy ? Math.max(LEAST_MAP, side - CURVES[manner]) : side;
    const main = Math.min(down + 8, width - SIDE_MIN[manner]);
    const map = { width: main, height: down, ...withAxes(isPresented), ...DRAWN[manner] };
    const beside = (share) => ({ width: width - main - 2, height: Math.round(side * share), font: DRAWN[manner].font - 2 });
    const losses = beside(hasData ? SHARES.losses : LOSS_SHARE);
    return { name: "wide", map, relief: map, losses, curves: CURVES[manner], ...withData(hasData && { ...beside(SHARES.data), width: width - main - 3 }, manner) };
  }
  if (width < MEDIUM) return { ...phoneSizes(width, windowHeight), ...withData(hasData && { width, height: DATA.phone, font: 12 }, "phone") };
  const sizes = mediumSizes(width, windowHeight, mode, manner);
  return hasData ? mediumWithData(sizes, width, mode, manner) : sizes;
}

/** The data between map and readout; where the relief is there, beside the strip of losses. */
function mediumWithData(sizes, width, mode, manner) {
  const { map, losses } = sizes;
  const font = DRAWN[manner].font - 2;
  if (mode !== "both") {
    const height = Math.max(LEAST_DATA, map.height - READOUT_UNDER_DATA);
    return { ...sizes, ...withData({ width: width - map.width - 2, height, font }, manner) };
  }
  const half = Math.floor(width / 2) - 1;
  return { ...sizes, losses: { ...losses, width: half }, ...withData({ width: half, height: STRIP.medium + CAPTION, font }, manner) };
}

/** Models are drawn a little finer than paths. */
function withData(area, manner) {
  if (!area) return {};
  const { line, casing } = DRAWN[manner].path;
  return { data: { ...area, line: 0.7 * line, casing: 0.7 * casing } };
}

/** Map and readout side by side, or map and relief; under them a strip of losses. */
function mediumSizes(width, windowHeight, mode, manner) {
  const lower = clamp(windowHeight - AROUND_THE_MAP[manner] - STRIP.medium - CAPTION, 340, LARGEST[manner]);
  const across = mode === "both" ? Math.floor(width / 2) - 1 : width - READOUT.medium;
  const map = { width: Math.min(across, lower + 8), height: Math.min(lower, across), ...withAxes(manner === "present"), ...DRAWN[manner] };
  return { name: "medium", map, relief: map, losses: { width: width - 2, height: STRIP.medium, font: 12 } };
}

/** From edge to edge, and every part under the other. */
function phoneSizes(width, windowHeight) {
  const down = Math.floor(Math.min(width, Math.max(260, windowHeight * 0.5)));
  const map = { width: Math.floor(width), height: down, space: NO_AXES, isBare: true, ...DRAWN.phone };
  return { name: "phone", map, relief: map, losses: { width, height: STRIP.phone, font: 12, isBare: true } };
}

const withAxes = (isPresented) => ({ space: isPresented ? LARGE_AXES : AXES });
