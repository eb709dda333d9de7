// What Streamlit calls: `showCurves` and `showOutlier`, each for an element of its own.

import { Curves } from "./curves.js";
import { Outlier } from "./outlier.js";

const pictures = new Map();
const calls = new WeakMap(); // how often each place has been called: of calls that overlap only the last may clean up

/** Makes a picture at its first call and updates it at every further one; returns the clean-up. */
function show(Picture, { data, parentElement, setTriggerValue }, tools) {
  const call = (calls.get(parentElement) ?? 0) + 1;
  calls.set(parentElement, call);
  let picture = pictures.get(parentElement);
  if (!picture) {
    picture = new Picture(parentElement, tools);
    pictures.set(parentElement, picture);
  }
  picture.receive(tools.unpack(data), setTriggerValue);
  return () => {
    if (calls.get(parentElement) !== call) return;
    picture.destroy();
    pictures.delete(parentElement);
  };
}

/** `tools` are what message.js, numbers.js and questions.js export. */
export const showCurves = (component, tools) => show(Curves, component, tools);
export const showOutlier = (component, tools) => show(Outlier, component, tools);
