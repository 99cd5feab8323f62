import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until the answer fits, the less often the longer it takes: what waits side by side would
 * otherwise keep the machine from what it waits for.
 * @throws with the last answer after `limitMs`
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const started = performance.now();
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    const passed = performance.now() - started;
    if (passed > limitMs) {
      throw new Error(`not within ${limitMs} ms; the last answer: ${JSON.stringify(answer)}`);
    }
    await sleep(Math.min(Math.max(20, passed / 5), 150));
  }
}
