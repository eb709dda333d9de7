// What screen readers are told, at most once a second.

const EVERY_MS = 1000;

export class Speech {
  /** `say()` writes the present words. */
  constructor(say) {
    this.say = say;
  }

  speak(isUrgent = false) {
    const now = performance.now();
    clearTimeout(this.later);
    if (!isUrgent && now - (this.spokenAt ?? -Infinity) < EVERY_MS) {
      this.later = setTimeout(() => this.speak(), EVERY_MS);
      return;
    }
    this.spokenAt = now;
    this.say();
  }

  stop() {
    clearTimeout(this.later);
  }
}
