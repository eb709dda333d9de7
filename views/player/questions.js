// What the stage asks Python: one question at a time, and after its answer the newest that came meanwhile.

const ANSWER_WITHIN_MS = 1500;

export class Questions {
  /** Sends `value` as the trigger `name`, now or when the last question is answered; `send` is Streamlit's. */
  ask(name, value) {
    this.next = [name, value];
    if (!this.isWaiting) this.sendNext();
  }

  sendNext() {
    if (!this.next) return;
    const [name, value] = this.next;
    this.next = null;
    this.isWaiting = true;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.answered(), ANSWER_WITHIN_MS);
    this.send(name, value);
  }

  get isIdle() {
    return !this.isWaiting && !this.next;
  }

  answered() {
    clearTimeout(this.patience);
    this.isWaiting = false;
    this.sendNext();
  }

  stop() {
    clearTimeout(this.patience);
    this.next = null;
  }
}
