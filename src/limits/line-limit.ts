import type { Clock } from "../clock.ts";
import { lineOf } from "../phone-number.ts";
import { rateLimited } from "./rate-limited.ts";
import { SharedCounter, type RateLimitModel } from "./shared-counter.ts";

/** Starts of signups and requests about codes for one line in a minute, of all owners together. */
export const USES_PER_LINE = 300;
const WINDOW_MS = 60_000;

/** How often a signup of one line may be started, and a code of it be handed over or asked for. */
export class LineLimit {
  readonly #counter: SharedCounter;

  constructor(model: RateLimitModel, clock: Clock) {
    this.#counter = new SharedCounter(model, clock, "line", WINDOW_MS);
  }

  /** @param phoneNumber canonical E.164. @throws ProblemError `rate_limited` */
  async use(phoneNumber: string): Promise<void> {
    const { count, endsInMs } = await this.#counter.use(lineOf(phoneNumber));
    if (count > USES_PER_LINE) {
      throw rateLimited({ limit: "line", phoneNumber }, Math.ceil(endsInMs / 1000));
    }
  }
}
