import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { quotaUse, warnOfQuota, type QuotaUse } from "./quota.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** Pages and the worker's sweep ask often, and the number moves slowly. */
const KEPT_MS = 60_000;
/** A warning is repeated, so that it is not only in the log of a month ago. */
const REPEATED_MS = 24 * 60 * 60_000;

export interface QuotasDeps {
  subaccounts: { firstSeenSince: (since: Date) => Promise<Date[]> };
  lineCodes: {
    requestsOf: (phoneNumber: string) => Promise<QuotaUse>;
    linesNearLimit: () => Promise<number>;
  };
  /** New WABAs that Twilio and Meta allow in a rolling seven days. */
  weeklyLimit: number;
  clock: Clock;
  logger: Logger;
}

/**
 * What Twilio and Meta will not let happen more often, and how often it happened. Nobody is held back
 * by it: the limits are theirs, may have been raised, and what they refuse they say themselves.
 */
export class Quotas {
  readonly #deps: QuotasDeps;
  #read: { atMs: number; use: Promise<QuotaUse> } | undefined;
  #warned: { atMs: number; state: QuotaUse["state"] } | undefined;

  constructor(deps: QuotasDeps) {
    this.#deps = deps;
  }

  /** WABAs that were first seen in the last seven days; at most a minute old. */
  async onboardings(): Promise<QuotaUse> {
    const atMs = this.#deps.clock.monotonicMs();
    if (!this.#read || atMs - this.#read.atMs >= KEPT_MS) {
      const read = { atMs, use: this.#countOnboardings() };
      this.#read = read;
      read.use.catch(() => {
        if (this.#read === read) this.#read = undefined;
      });
    }
    return this.#read.use;
  }

  /** What was asked of Meta for this line in the last 72 hours. */
  async lineRequests(phoneNumber: string): Promise<QuotaUse> {
    return this.#deps.lineCodes.requestsOf(phoneNumber);
  }

  /** Lines whose 72 hours are nearly or wholly used up. */
  async linesNearLimit(): Promise<number> {
    return this.#deps.lineCodes.linesNearLimit();
  }

  /** Tells the log when the week's onboardings become scarce, and again each day while they are. */
  async watch(): Promise<void> {
    const use = await this.onboardings();
    const atMs = this.#deps.clock.monotonicMs();
    const isTold = this.#warned?.state === use.state && atMs - this.#warned.atMs < REPEATED_MS;
    if (isTold) return;
    this.#warned = { atMs, state: use.state };
    warnOfQuota(this.#deps.logger, "onboardings_per_week", use);
  }

  async #countOnboardings(): Promise<QuotaUse> {
    const { subaccounts, weeklyLimit, clock } = this.#deps;
    const now = clock.now();
    const since = new Date(now.getTime() - WEEK_MS);
    const firstSeen = await subaccounts.firstSeenSince(since);
    return quotaUse(firstSeen, { limit: weeklyLimit, windowMs: WEEK_MS }, now);
  }
}
