/** Where the time comes from; the emulator adds to it what control calls have moved. */
export interface Clock {
  now(): Date;
}

/** The emulator's own clock: the base clock plus what was added by hand. */
export class EmulatorClock implements Clock {
  readonly #base: Clock;
  readonly #saved: (offsetMs: number) => void;
  #offsetMs = 0;

  constructor(base: Clock, offsetMs: number, saved: (offsetMs: number) => void) {
    this.#base = base;
    this.#offsetMs = offsetMs;
    this.#saved = saved;
  }

  now(): Date {
    return new Date(this.#base.now().getTime() + this.#offsetMs);
  }

  advance(seconds: number): void {
    this.setOffset(this.#offsetMs + seconds * 1000);
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#saved(offsetMs);
  }
}
