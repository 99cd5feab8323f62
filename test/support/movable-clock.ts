import type { Clock } from "../../src/clock.ts";

/** A clock that stands still until a test moves it. */
export class MovableClock implements Clock {
  #ms: number;
  #monotonicMs = 0;

  /** @throws Error for a past start: the database would remove at once what has a time to live */
  constructor(start = new Date()) {
    if (start.getTime() < Date.now() - 60_000) throw new Error(`${start.toISOString()} is past`);
    this.#ms = start.getTime();
  }

  now(): Date {
    return new Date(this.#ms);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  advance(ms: number): void {
    this.#ms += ms;
    this.#monotonicMs += ms;
  }

  /** Sets the wall clock, also backwards as real ones are. */
  set(time: Date): void {
    this.#ms = time.getTime();
  }
}
