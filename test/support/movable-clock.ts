import type { Clock } from "../../src/clock.ts";

/** A clock that stands still until a test moves it. */
export class MovableClock implements Clock {
  #ms: number;
  #monotonicMs = 0;

  constructor(start = new Date()) {
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
