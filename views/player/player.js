// What Streamlit calls: `receiveTerrain`, `receiveAnatomy`, `showStage` and `follow`, each for an element of its own.

export { follow } from "./follow.js";
import { unpack } from "./message.js";
import { Stage } from "./stage.js";

const MOST_TERRAINS = 4;
const terrains = new Map();
const stages = new Map();
const calls = new WeakMap(); // how often each place has been called: of calls that overlap only the last may clean up

const style = Object.assign(document.createElement("link"), {
  rel: "stylesheet",
  href: new URL("./player.css", import.meta.url).href,
});
const styled = new Promise((resolve) => (style.onload = style.onerror = resolve));
document.head.append(style);

let plotly;

/** Plotly.js, fetched once, from this server. */
function loadPlotly(address) {
  plotly ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly.js did not load"));
    document.head.append(script);
  });
  return plotly;
}

/** Keeps a terrain for the stages that draw paths on it. */
export function receiveTerrain({ data }, plotlyAddress) {
  loadPlotly(plotlyAddress);
  const terrain = unpack(data);
  if (!terrains.has(terrain.id)) terrains.set(terrain.id, { ...terrain, images: addressesOf(terrain.images) });
  while (terrains.size > MOST_TERRAINS) forget(terrains.keys().next().value);
  for (const stage of stages.values()) stage.enqueue(() => stage.show());
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

/** Gives what is inside the steps of a run to the stages. */
export function receiveAnatomy({ data }) {
  const anatomy = unpack(data);
  for (const stage of stages.values()) stage.anatomy.receive(anatomy);
}

/** Makes the stage at its first call and updates it at every further one; returns the clean-up. */
export async function showStage({ data, parentElement, setTriggerValue }, plotlyAddress) {
  const call = (calls.get(parentElement) ?? 0) + 1;
  calls.set(parentElement, call);
  const message = unpack(data);
  const plotly = loadPlotly(plotlyAddress); // not waited for: ground and paths need no Plotly
  await styled;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement, plotly, terrains);
    stages.set(parentElement, stage);
  }
  stage.receive(message, setTriggerValue);
  return () => {
    if (calls.get(parentElement) !== call) return;
    stage.destroy();
    stages.delete(parentElement);
  };
}
