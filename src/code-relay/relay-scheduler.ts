import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { isDatabaseOutage } from "../database/outage.ts";
import { withLogContext, type LogContext, type Logger } from "../logger.ts";
import type { NumberRelay } from "./number-relay.ts";
import type { HeldRelay, NumberRelayStore } from "./number-relay-store.ts";
import type { RelayProcessor } from "./relay-processor.ts";

/** Relays that are processed at the same time by one sweep. */
const LANES = 4;
/** Relays that one lane processes in one sweep; the next sweep goes on. */
const RELAYS_PER_LANE = 200;
/** What is due again at once is looked at again no sooner. */
const LEAST_WAIT_MS = 100;
/** What is due sooner than the next sweep has a timer. */
const TIMER_WITHIN_MS = 10_000;

/** Decides when relays are looked at. What is due stands in the database; this only wakes up. */
export class RelayScheduler {
  readonly #store: NumberRelayStore;
  readonly #processor: RelayProcessor;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #sweeping = false;
  #stopped = false;

  constructor(deps: {
    store: NumberRelayStore;
    processor: RelayProcessor;
    clock: Clock;
    logger: Logger;
  }) {
    this.#store = deps.store;
    this.#processor = deps.processor;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** Does `work` beside what goes on, and the relay of the number right after it. */
  inBackground(work: () => Promise<string | undefined>): void {
    this.#track(async () => {
      const phoneNumber = await work();
      if (phoneNumber !== undefined) await this.#process(await this.#store.claim(phoneNumber));
    });
  }

  /** Processes all that are due, whoever left them; the worker calls it again and again. */
  async sweep(): Promise<void> {
    if (this.#sweeping || this.#stopped) return;
    this.#sweeping = true;
    try {
      await Promise.all(Array.from({ length: LANES }, () => this.#drain()));
      this.#wakeAt(await this.#store.nextDueAt());
    } finally {
      this.#sweeping = false;
    }
  }

  /** Takes nothing new and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  async #drain(): Promise<void> {
    const processed = new Set<string>();
    for (let relays = 0; relays < RELAYS_PER_LANE && !this.#stopped; relays += 1) {
      const held = await this.#store.claimDue();
      if (!held) return;
      const { _id } = held.relay;
      if (processed.has(_id)) await sleep(LEAST_WAIT_MS);
      processed.add(_id);
      await this.#process(held);
    }
  }

  async #process(held: HeldRelay | undefined): Promise<void> {
    if (!held) return;
    const dueAt = await withLogContext(logContextOf(held.relay), () =>
      this.#processor.process(held),
    );
    this.#wakeAt(dueAt);
  }

  #wakeAt(dueAt: Date | undefined): void {
    if (this.#stopped || !dueAt) return;
    const ms = Math.max(LEAST_WAIT_MS, dueAt.getTime() - this.#clock.now().getTime());
    if (ms > TIMER_WITHIN_MS || dueAt.getTime() >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = dueAt.getTime();
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#track(() => this.sweep());
    }, ms).unref();
  }

  #track(work: () => Promise<void>): void {
    if (this.#stopped) return;
    const tracked = work()
      .catch((error: unknown) => {
        const level = isDatabaseOutage(error) ? "warn" : "error";
        this.#logger[level]({ err: error }, "The relay of a number was not looked after");
      })
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}

/** Lines about a number's relay belong to each signup that is in it. */
function logContextOf({ _id: phoneNumber, sessions }: NumberRelay): LogContext {
  const ids = Object.keys(sessions);
  const owners = new Set(Object.values(sessions).map(({ userId }) => userId));
  const [userId] = owners;
  return {
    phoneNumber,
    ...(ids.length > 0 ? { sessionId: ids.join(",") } : {}),
    ...(userId !== undefined && owners.size === 1 ? { userId } : {}),
  };
}
