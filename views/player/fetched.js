// What the stage fetches: it may fail, be late or come twice. Nobody waits for it longer than a moment.

const PAUSES_MS = [500, 1500, 4500, 13500]; // before it is fetched again
const LATE_MS = 5000; // then the stage goes on without it
const LOST_MS = 30000; // then it is fetched again, though it may still come

export class Fetched {
  /** `what` names it in a note. `get(count)` fetches it and resolves to it; `count` attempts were made before. */
  constructor(what, get) {
    Object.assign(this, { what, get });
    this.listeners = new Set();
    this.attempts = 0;
    this.isTrying = false;
    this.trouble = ""; // a sentence, while it is missing for longer than it should be
    /** Resolves once it is there, or is known to be missing or late. */
    this.settled = new Promise((resolve) => {
      this.settle = () => {
        this.isSettled = true;
        resolve();
      };
    });
  }

  /** Has it fetched unless it is there or on its way, and after the last attempt has failed once more from the beginning. */
  want() {
    if (this.value !== undefined || this.isTrying) return;
    this.isTrying = true;
    setTimeout(() => this.miss(), LATE_MS);
    this.attempt([...PAUSES_MS]);
  }

  attempt([pause, ...pauses]) {
    if (this.value !== undefined) return;
    let isOver = false;
    const fail = (error) => {
      if (isOver) return;
      isOver = true;
      console.warn(`${this.what}:`, error);
      if (pause === undefined) this.isTrying = false;
      else setTimeout(() => this.attempt(pauses), pause);
      this.miss();
    };
    setTimeout(() => fail("no answer"), LOST_MS);
    this.get(this.attempts++).then((value) => {
      isOver = true;
      this.take(value);
    }, fail);
  }

  take(value) {
    if (this.value !== undefined) return; // it has come twice
    this.value = value;
    this.isTrying = false;
    this.tell("");
  }

  miss() {
    if (this.value !== undefined) return;
    this.tell(`Not loaded yet: ${this.what}. ${this.isTrying ? "Still trying." : "The next scene tries again."}`);
  }

  tell(trouble) {
    this.trouble = trouble;
    for (const listener of this.listeners) listener();
    this.settle();
  }

  /** Calls `listener()` when it has come and when there is trouble; returns what stops that. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** An address for an attempt: browsers remember of a module's address that it failed. */
export const again = (address, count) => (count ? `${address}?again=${count}` : address);

/** Modules of this folder: their exports in one object. */
export function fetchedModules(what, ...names) {
  const load = (name, count) => import(new URL(again(`./${name}`, count), import.meta.url).href);
  return new Fetched(what, async (count) => Object.assign({}, ...(await Promise.all(names.map((name) => load(name, count))))));
}

/** An element of the document's head that loads a file when it is put there; `valueOf()` is what there is then. */
export function fetchedByElement(what, make, valueOf) {
  return new Fetched(what, (count) => new Promise((resolve, reject) => {
    const element = make(count);
    element.onload = () => (valueOf() ? resolve(valueOf()) : element.onerror());
    element.onerror = () => {
      element.remove();
      reject(new Error("it did not load"));
    };
    document.head.append(element);
  }));
}
