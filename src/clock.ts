/** Time as the services see it, passed in so that tests can move it. */
export interface Clock {
  /** Wall-clock time: what is stored and compared with stored times. */
  now(): Date;
  /** Milliseconds that only ever grow; they also count while the process is stopped. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
