import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { QUEUES, type Queue } from "../integrations/integration.ts";
import { dueSince, waitingFor, waitingSince } from "../integrations/integration-queries.ts";
import type { Quotas } from "../limits/quotas.ts";
import type { Meters } from "./definitions.ts";

/** Of all queries together: a scrape waits for no slow database. */
const READ_LIMIT_MS = 2_000;
/** Counted no further, so that the cost of a scrape stays the same. */
const COUNTED_MAX = 10_000;

/** Puts down what was read. */
type Show = (meters: Meters) => void;

const STATUSES = ["pending", "error"] as const;
const AWAITED = ["customer", "operator", "twilio", "meta"] as const;

function fromDatabase(meters: Meters) {
  const { waiting, oldestWaiting, lag, onboardings, onboardingsLimit, linesNearLimit } = meters;
  return [waiting, oldestWaiting, lag, onboardings, onboardingsLimit, linesNearLimit];
}

/**
 * What the database knows, read when it is asked for: each by one index, so that every process may
 * be scraped. All processes show the same.
 */
export class DatabaseGauges {
  readonly #model: IntegrationModel;
  readonly #quotas: Pick<Quotas, "onboardings" | "linesNearLimit">;
  readonly #clock: Clock;

  constructor(model: IntegrationModel, quotas: Quotas, clock: Clock) {
    this.#model = model;
    this.#quotas = quotas;
    this.#clock = clock;
  }

  /**
   * Never rejects, and takes no longer than a slow query may: where they cannot be read the gauges are
   * empty and `database_up` is 0.
   */
  async refresh(meters: Meters): Promise<void> {
    const timer = new AbortController();
    const tooLate = sleep(READ_LIMIT_MS, undefined, { signal: timer.signal });
    const readings = await Promise.race([this.#read(), tooLate]).catch(() => undefined);
    timer.abort();
    tooLate.catch(() => undefined);
    for (const gauge of fromDatabase(meters)) gauge.reset();
    meters.databaseUp.set(readings ? 1 : 0);
    for (const show of readings ?? []) show(meters);
  }

  #read(): Promise<Show[]> {
    return Promise.all([
      ...STATUSES.flatMap((status) => AWAITED.map((awaited) => this.#readWaiting(status, awaited))),
      ...QUEUES.map((queue) => this.#readLag(queue)),
      this.#readQuotas(),
    ]);
  }

  async #readWaiting(
    status: (typeof STATUSES)[number],
    awaited: (typeof AWAITED)[number],
  ): Promise<Show> {
    const condition = waitingFor(status, awaited);
    const limits = { limit: COUNTED_MAX, maxTimeMS: READ_LIMIT_MS };
    const [count, since] = await Promise.all([
      this.#model.countDocuments(condition, limits),
      waitingSince(this.#model, condition),
    ]);
    const labels = { status, waiting_for: awaited };
    const seconds = this.#secondsSince(since);
    return ({ waiting, oldestWaiting }) => {
      waiting.set(labels, count);
      oldestWaiting.set(labels, seconds);
    };
  }

  async #readLag(queue: Queue): Promise<Show> {
    const seconds = this.#secondsSince(await dueSince(this.#model, queue, this.#clock.now()));
    return ({ lag }) => lag.set({ queue }, seconds);
  }

  async #readQuotas(): Promise<Show> {
    const [{ used, limit }, lines] = await Promise.all([
      this.#quotas.onboardings(),
      this.#quotas.linesNearLimit(),
    ]);
    return ({ onboardings, onboardingsLimit, linesNearLimit }) => {
      onboardings.set(used);
      onboardingsLimit.set(limit);
      linesNearLimit.set(lines);
    };
  }

  #secondsSince(at: unknown): number {
    if (!(at instanceof Date)) return 0;
    return Math.max(0, (this.#clock.now().getTime() - at.getTime()) / 1000);
  }
}
