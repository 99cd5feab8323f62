import type { Registration } from "../integrations/integration.ts";
import type { Logger } from "../logger.ts";
import type { Claims } from "./claims.ts";
import type { RegistrationService } from "./registration-service.ts";

export interface WorkerSettings {
  /** How often due work is looked for when nobody wakes the worker. */
  pollIntervalMs: number;
  maxIntervalMs: number;
  concurrency: number;
  /** How often taken sessions without an integration are looked for. */
  sweepIntervalMs: number;
}

export interface WorkerDeps {
  claims: Claims;
  registration: RegistrationService;
  /** Completes what a killed callback left undone. */
  sweep: () => Promise<unknown>;
  settings: WorkerSettings;
  logger: Logger;
}

/** Outages of so many claims in a row are Twilio's, not one registration's. */
const OUTAGES_TO_SLOW_DOWN = 3;

/**
 * Claims what is due and advances it. The work is the database's; timers and `wake` only decide
 * when to look, so any number of workers, in any process, may run, and each may be killed.
 */
export class RegistrationWorker {
  readonly #deps: WorkerDeps;
  readonly #running = new Set<Promise<void>>();
  #timers: NodeJS.Timeout[] = [];
  #stopped = true;
  #outages = 0;
  #pausedUntilMs = 0;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { pollIntervalMs, sweepIntervalMs } = this.#deps.settings;
    this.#stopped = false;
    this.#timers = [
      setInterval(() => this.wake(), pollIntervalMs),
      setInterval(() => this.#track(this.#sweep()), sweepIntervalMs),
    ];
    this.#track(this.#sweep());
    this.wake();
  }

  /** Looks for due work now, as far as there is room. */
  wake(): void {
    if (this.#stopped || performance.now() < this.#pausedUntilMs) return;
    const { concurrency } = this.#deps.settings;
    if (this.#running.size < concurrency) this.#track(this.#drain("registration"));
    if (this.#running.size < concurrency) this.#track(this.#drain("check"));
  }

  /** Takes nothing new and waits for the claims under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running);
  }

  /** Claims until nothing of the queue is due; each claim found starts another look beside it. */
  async #drain(queue: Registration["queue"]): Promise<void> {
    while (!this.#stopped && performance.now() >= this.#pausedUntilMs) {
      const claim = await this.#deps.claims.next(queue);
      if (!claim) return;
      if (queue === "registration") this.wake();
      const { outage } = await this.#deps.registration.advance(claim);
      if (outage) this.#slowDown(outage.retryAfterMs);
      else this.#outages = 0;
    }
  }

  /** Eases off when Twilio answers nobody, instead of asking for each registration in turn. */
  #slowDown(retryAfterMs: number): void {
    const { pollIntervalMs, maxIntervalMs } = this.#deps.settings;
    this.#outages += 1;
    if (this.#outages < OUTAGES_TO_SLOW_DOWN) return;
    const grown = pollIntervalMs * 2 ** Math.min(this.#outages - OUTAGES_TO_SLOW_DOWN, 20);
    this.#pausedUntilMs =
      performance.now() + Math.min(maxIntervalMs, Math.max(grown, retryAfterMs));
  }

  async #sweep(): Promise<void> {
    await this.#deps.sweep();
    this.wake();
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#deps.logger.error({ err: error }, "The worker failed"))
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
