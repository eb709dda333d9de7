// What the stage asks Python: one question at a time, and after its answer what came meanwhile, of each kind the newest.

const ANSWER_WITHIN_MS = 1500;

export class Questions {
  constructor() {
    this.next = new Map(); // by kind: [name, value]
  }

  /** Sends `value` as the trigger `name`, now or when the last question is answered; `send` is Streamlit's. */
  ask(name, value) {
    this.next.set([name, ...Object.keys(value)].join(), [name, value]);
    if (!this.isWaiting) this.sendNext();
  }

  sendNext() {
    if (this.next.size === 0) return;
    const [[kind, [name, value]]] = this.next;
    this.next.delete(kind);
    this.isWaiting = true;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.answered(), ANSWER_WITHIN_MS);
    this.send(name, value);
  }

  get isIdle() {
    return !this.isWaiting && this.next.size === 0;
  }

  answered() {
    clearTimeout(this.patience);
    this.isWaiting = false;
    this.sendNext();
  }

  stop() {
    clearTimeout(this.patience);
    this.next.clear();
  }
}
