// What a stage needs from outside and may have to do without for a while.

export class Supplies {
  /** `onNews(draw)` hears that one has come, with what draws with it, or without it that one is missing. */
  constructor(onNews) {
    this.onNews = onNews;
    this.all = [];
  }

  /** Adds something that is fetched, see fetched.js: `draw()` is for when it comes, `isNeeded()` tells whether it is now. */
  add(fetched, draw, isNeeded = () => true) {
    const stop = fetched.listen(() => this.onNews(fetched.value && isNeeded() ? draw : undefined));
    this.all.push({ fetched, isNeeded, stop });
  }

  get needed() {
    return this.all.filter(({ isNeeded }) => isNeeded()).map(({ fetched }) => fetched);
  }

  /** Sentences about what is missing. */
  get troubles() {
    return this.needed.map(({ trouble }) => trouble).filter(Boolean);
  }

  /** Has all that is needed fetched. Returns the promise of its being there or known to be missing, null if that is so. */
  want() {
    this.needed.forEach((fetched) => fetched.want());
    const open = this.needed.filter((fetched) => !fetched.isSettled);
    return open.length ? Promise.all(open.map((fetched) => fetched.settled)) : null;
  }

  stop() {
    this.all.forEach(({ stop }) => stop());
  }
}
