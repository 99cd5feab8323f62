import { setTimeout as sleep } from "node:timers/promises";

/** How long something is tried that others may be in the way of. */
export interface RetryingOptions {
  /** Tries in all. */
  tries?: number;
  /** The longest first pause, milliseconds; each further one may be twice as long. */
  firstPauseMs?: number;
  maxPauseMs?: number;
}

/**
 * Tries until there is a result, with pauses that grow and differ, so that those who met do not meet
 * again: with the defaults about two seconds in all.
 * @param attempt undefined where somebody else was faster and it has to be looked at anew
 * @param tooOften makes the error when the tries are used up
 */
export async function retrying<T>(
  attempt: () => Promise<T | undefined>,
  tooOften: () => Error,
  { tries = 12, firstPauseMs = 10, maxPauseMs = 500 }: RetryingOptions = {},
): Promise<T> {
  for (let tried = 1; tried <= tries; tried += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
    const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** (tried - 1));
    if (tried < tries) await sleep((longest * (1 + Math.random())) / 2);
  }
  throw tooOften();
}
