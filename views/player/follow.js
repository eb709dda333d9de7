// What stands around stage and panel follows a change of the scene once there is calm: not at every key of a slider.

const CALM_MS = 250;
const FOLLOWERS = ".st-key-below"; // said to be busy while it tells of another scene than the stage shows

let ask; // sends the trigger of the element that is made anew with what is told
let timer;

/**
 * `data` holds either `now`, which names what ought to be told, with `isBehind` if Python has not made the rest of the
 * page for it; or `told`: the rest of the page has been made, for the newest that there is.
 */
export function follow({ data, setTriggerValue }) {
  clearTimeout(timer);
  if ("told" in data) ask = setTriggerValue;
  else if (data.isBehind) timer = setTimeout(() => ask?.("behind", data.now), CALM_MS);
  document.querySelector(FOLLOWERS)?.setAttribute("aria-busy", String(Boolean(data.isBehind)));
}
