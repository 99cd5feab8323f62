import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer fits; the test fails with the last answer after `limitMs`. */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  limitMs = 20_000,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > until)
      throw new Error(`not within ${limitMs} ms; the last answer: ${JSON.stringify(answer)}`);
    await sleep(20);
  }
}
