import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { isDatabaseOutage } from "../database/outage.ts";

const TRIES = 4;
const PAUSE_MS = 200;
/** A database that is gone, not a connection that broke, is not waited for. */
const WITHIN_MS = 3_000;

/**
 * Does `work` again where the database was away in the middle of it: what was written may be stored
 * although its answer was lost, so it has to begin by looking and be safe to repeat.
 */
export async function throughOutages<T>(work: () => Promise<T>, clock: Clock): Promise<T> {
  const startedMs = clock.monotonicMs();
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const isLast = tried === TRIES || clock.monotonicMs() - startedMs > WITHIN_MS;
      if (isLast || !isDatabaseOutage(error)) throw error;
      await sleep(PAUSE_MS * tried);
    }
  }
}
