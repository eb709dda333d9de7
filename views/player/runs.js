// Where a run is at a step, or after so many evaluations, samples or epochs: pure, so that node can test it.

/** The loss at a step: of a run that stopped by itself its last one, of a run that overflowed NaN from then on. */
export function lossAt(run, step) {
  return step <= run.last || run.stops ? run.losses[Math.min(step, run.last)] : NaN;
}

/** How far a run is along the axis of the loss curve at a step: its cost there, or the step itself. */
export function countAt(run, step) {
  const taken = Math.min(step, run.last);
  return run.costs ? run.costs[taken] : taken;
}

/** How far along its axis a count stands, from 0 to 1. Where the axis has a `begin`, it is logarithmic from there on. */
export function shareOf(count, { begin, reach }) {
  if (!begin) return count / reach;
  return Math.log(Math.max(count, begin) / begin) / Math.log(Math.max(reach / begin, 1 + 1e-9));
}

/** The count at a share of its axis: of epochs in hundredths, of all else a whole number. */
export function countAtShare(share, { per, begin, reach }) {
  const count = begin ? begin * (reach / begin) ** share : share * reach;
  const grain = per === "epoch" ? 100 : 1;
  return Math.min(reach, Math.round(count * grain) / grain);
}

/** The last step to which a run has come when it has spent so much. */
export function stepAfter(run, cost) {
  let [low, high] = [0, run.last];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (run.costs[middle] <= cost) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The loss of a run when it has spent so much; NaN for one that has overflowed by then. */
export function lossAfter(run, cost) {
  const isOver = run.outcome === "diverged" && cost > run.costs[run.last];
  return isOver ? NaN : run.losses[stepAfter(run, cost)];
}

/** The run by which a place on an axis of costs is a step: of those that go on longest the one that spends most. */
export function guideOf(runs) {
  const further = (a, b) => b.last - a.last || b.costs[b.last] - a.costs[a.last];
  return [...runs].sort(further)[0];
}
