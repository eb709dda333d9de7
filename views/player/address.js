// The address bar always holds the scene and the view, without a history entry for every change.

const WRITE_AFTER_MS = 400;

/** The link that Python has formatted, with the step, the mode and the lights as they are now. */
export function queryOf(link, { step, mode, isLit = true }) {
  const now = link.replace(/&step=[^&]*/, `&step=${step}`).replace(/&view=[^&]*/, `&view=${mode}`);
  return `?${now}${isLit ? "" : "&lights=off"}`;
}

export class Address {
  /** Notes what the address should say; it is written a little later, once for many notes. */
  note(link, now) {
    this.query = queryOf(link, now);
    this.timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  write() {
    this.stop();
    if (!this.query || this.query === window.location.search) return;
    window.history.replaceState(window.history.state, "", window.location.pathname + this.query + window.location.hash);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
