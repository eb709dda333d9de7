// What Streamlit calls: `receiveTerrain`, `receiveAnatomy`, `receiveAnswer` and `showStage`, each for an element of its own.

import { again, fetchedByElement } from "./fetched.js";
import { unpack } from "./message.js";
import { Stage } from "./stage.js";

const MOST_TERRAINS = 4;
const terrains = new Map();
const stages = new Map();
const calls = new WeakMap(); // how often each place has been called: of calls that overlap only the last may clean up

const style = fetchedByElement(
  "the look of the stage",
  (count) => Object.assign(document.createElement("link"), { rel: "stylesheet", href: again(new URL("./player.css", import.meta.url).href, count) }),
  () => true,
);
style.want();

let plotly;

/** Plotly.js, fetched once, from this server. */
function plotlyAt(address) {
  plotly ??= fetchedByElement(
    "axes, contour lines and 3-D",
    (count) => Object.assign(document.createElement("script"), { src: again(address, count) }),
    () => window.Plotly,
  );
  plotly.want();
  return plotly;
}

/** Keeps a terrain for the stages that draw paths on it. */
export function receiveTerrain({ data }, plotlyAddress) {
  plotlyAt(plotlyAddress);
  const terrain = unpack(data);
  if (!terrains.has(terrain.id)) terrains.set(terrain.id, { ...terrain, images: addressesOf(terrain.images) });
  const isNeeded = (id) => [...stages.values()].some((stage) => stage.message.terrain === id);
  for (const id of [...terrains.keys()].slice(0, -MOST_TERRAINS)) if (!isNeeded(id)) forget(id);
  for (const stage of stages.values()) if (stage.message.terrain === terrain.id) stage.enqueue(() => stage.show());
}

function forget(id) {
  Object.values(terrains.get(id).images).forEach((address) => URL.revokeObjectURL(address));
  terrains.delete(id);
}

/** Of each theme's image, its bytes as an address for an <img>. */
function addressesOf(images) {
  const address = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
  return Object.fromEntries(Object.entries(images).map(([theme, bytes]) => [theme, address(bytes)]));
}

/** The stage of a name, if it is there. */
const stageOf = (name) => [...stages.values()].find((stage) => stage.message.name === name);

/** Gives what is inside the steps of a run to its stage. */
export function receiveAnatomy({ data }) {
  const anatomy = unpack(data);
  stageOf(anatomy.stage)?.anatomy.receive(anatomy);
}

/** Tells a stage that Python has answered a question, whether or not that has changed anything. */
export function receiveAnswer({ data }) {
  const stage = stageOf(data.stage);
  stage?.enqueue(() => stage.questions.answered(data.number));
}

/** Makes the stage at its first call and updates it at every further one; returns the clean-up. */
export async function showStage({ data, parentElement, setTriggerValue }, plotlyAddress) {
  const call = (calls.get(parentElement) ?? 0) + 1;
  calls.set(parentElement, call);
  const message = unpack(data);
  const plotly = plotlyAt(plotlyAddress); // not waited for: ground and paths need no Plotly
  style.want();
  await style.settled;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement, { plotly, style }, terrains);
    stages.set(parentElement, stage);
  }
  stage.receive(message, setTriggerValue);
  return () => {
    if (calls.get(parentElement) !== call) return;
    stage.destroy();
    stages.delete(parentElement);
  };
}
