// Which of the page's stages is meant, where there are several.

const STAGES = ".rv-stage";

const isShown = (root) => root.getClientRects().length > 0;

function isInSight(root) {
  const { top, bottom } = root.getBoundingClientRect();
  return isShown(root) && bottom > 0 && top < window.innerHeight;
}

/** Of stages in the page's order: the one that is presented, else the one with the focus, else the first that is seen. */
export function currentOf(roots, focused = document.activeElement) {
  const kinds = [(root) => root.dataset.present, (root) => root.contains(focused), isInSight, isShown];
  return kinds.map((is) => roots.find(is)).find(Boolean);
}

/** Whether what is pressed beside all stages is meant for this one. */
export const isCurrent = (root) => currentOf([...document.querySelectorAll(STAGES)]) === root;
