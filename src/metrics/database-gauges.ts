import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import {
  QUEUES,
  WAITED_FOR,
  type Integration,
  type Queue,
  type WaitingFor,
} from "../integrations/integration.ts";
import { dueIn } from "../integrations/integration-queries.ts";
import { longestDueAt, waitingIn, waitingLongest } from "../integrations/operator-queries.ts";
import type { Meters } from "./definitions.ts";

/** Of each query, and of all together: a scrape waits for no slow database. */
const QUERY_LIMIT_MS = 1_000;
const READ_LIMIT_MS = 2_000;
/** Counted no further, so that the cost of a scrape stays the same. */
const COUNTED_MAX = 10_000;

/** Puts down what was read. */
type Show = (meters: Meters) => void;

const STATUSES = ["pending", "error"] as const;

/**
 * What the database knows, read when it is asked for: each by one index, so that every process may
 * be scraped. All processes show the same.
 */
export class DatabaseGauges {
  readonly #model: IntegrationModel;
  readonly #clock: Clock;

  constructor(model: IntegrationModel, clock: Clock) {
    this.#model = model;
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
    for (const gauge of [meters.waiting, meters.oldestWaiting, meters.lag]) gauge.reset();
    meters.databaseUp.set(readings ? 1 : 0);
    for (const show of readings ?? []) show(meters);
  }

  #read(): Promise<Show[]> {
    return Promise.all([
      ...STATUSES.flatMap((status) =>
        WAITED_FOR.map((waitingFor) => this.#readWaiting(status, waitingFor)),
      ),
      ...QUEUES.map((queue) => this.#readLag(queue)),
    ]);
  }

  async #readWaiting(status: (typeof STATUSES)[number], waitingFor: WaitingFor): Promise<Show> {
    const condition = waitingIn(status, waitingFor);
    const [count, oldest] = await Promise.all([
      this.#model.countDocuments(condition, { limit: COUNTED_MAX, maxTimeMS: QUERY_LIMIT_MS }),
      waitingLongest(this.#model, condition)
        .maxTimeMS(QUERY_LIMIT_MS)
        .lean<Pick<Integration, "registration">>(),
    ]);
    const labels = { status, waiting_for: waitingFor };
    const seconds = this.#secondsSince(oldest?.registration.waitingSince);
    return ({ waiting, oldestWaiting }) => {
      waiting.set(labels, count);
      oldestWaiting.set(labels, seconds);
    };
  }

  /** A claimed one is due again when its lease ends, so what is past is what nobody has taken. */
  async #readLag(queue: Queue): Promise<Show> {
    const longest = await longestDueAt(this.#model, dueIn(queue, this.#clock.now()))
      .maxTimeMS(QUERY_LIMIT_MS)
      .lean<Pick<Integration, "work">>();
    const seconds = this.#secondsSince(longest?.work.dueAt);
    return ({ lag }) => lag.set({ queue }, seconds);
  }

  #secondsSince(at: unknown): number {
    if (!(at instanceof Date)) return 0;
    return Math.max(0, (this.#clock.now().getTime() - at.getTime()) / 1000);
  }
}
