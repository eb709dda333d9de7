// What the stage asks Python: one question at a time, and after its answer what came meanwhile, of each kind the newest.

const PATIENCE_MS = 1500; // what has been asked since need not wait longer
const AGAIN_MS = [4000, 8000, 16000]; // and where nothing has, it is asked again
const LATE = "No answer yet. Asking again.";
const NONE = "No answer came: what is shown is as it was.";

export class Questions {
  /** `onTrouble()` hears when an answer is overdue, when it has come after all, and when nobody waits for it any more. */
  constructor(onTrouble = () => {}) {
    this.onTrouble = onTrouble;
    this.next = new Map(); // by kind
    this.asked = null; // what waits for its answer
    this.number = 0;
    this.isHeld = false;
    this.trouble = ""; // a sentence
  }

  /** Sends `value` as the trigger `name`, now or when the last question is answered; `send` is Streamlit's. */
  ask(name, value) {
    const kind = [name, ...Object.keys(value)].join();
    this.next.set(kind, { kind, name, value });
    if (!this.asked || this.asked.isOverdue) this.sendNext();
  }

  sendNext() {
    clearTimeout(this.timer);
    this.asked = null;
    if (this.isHeld || this.next.size === 0) return;
    [this.asked] = this.next.values();
    this.next.delete(this.asked.kind);
    this.asked.number ??= this.number = Math.max(Date.now(), this.number + 1); // by which Python knows it again
    this.put(AGAIN_MS);
  }

  put([again, ...later]) {
    const { name, value, number } = this.asked;
    this.timer = setTimeout(() => {
      this.asked.isOverdue = true;
      if (this.next.size) this.sendNext();
      else this.timer = setTimeout(() => this.despair(later), again - PATIENCE_MS);
    }, PATIENCE_MS);
    this.send(name, { ...value, number });
  }

  despair(later) {
    if (later.length) this.put(later);
    else this.sendNext();
    this.tell(later.length ? LATE : NONE);
  }

  tell(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.onTrouble();
  }

  get isIdle() {
    return !this.asked && this.next.size === 0;
  }

  /** An answer has come: to the question of that number, or to whichever waits. */
  answered(number = this.asked?.number) {
    if (number !== this.asked?.number) return;
    this.tell("");
    this.sendNext();
  }

  /** While the connection is lost nothing is sent; what was asked without an answer is asked again when it is back. */
  hold(isHeld) {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    const { asked } = this;
    if (isHeld && asked && !this.next.has(asked.kind)) this.next = new Map([[asked.kind, asked], ...this.next]);
    this.sendNext();
  }

  stop() {
    clearTimeout(this.timer);
    this.next.clear();
  }
}
