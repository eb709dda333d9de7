// What stands around stage and panel follows a change of the scene once there is calm: not at every key of a slider.

const CALM_MS = 250;
const FOLLOWERS = ".st-key-below"; // said to be busy while it tells of another scene than the stage shows

let now; // names what ought to be told
let told; // names what is told
let ask; // sends the trigger of the element that is made anew with what is told
let timer;

/**
 * `data` holds either `now`, with `isBehind` if Python has not made the rest of the page for it, or `told`, which is
 * what Python has made it for.
 */
export function follow({ data, setTriggerValue }) {
  if ("told" in data) [told, ask] = [data.told, setTriggerValue];
  else {
    now = data.now;
    clearTimeout(timer);
    if (data.isBehind && now !== told) timer = setTimeout(() => ask?.("behind", now), CALM_MS);
  }
  document.querySelector(FOLLOWERS)?.setAttribute("aria-busy", String(now !== told));
}
