import { setTimeout as sleep } from "node:timers/promises";
import { isDatabaseOutage } from "../database/outage.ts";
import type { Queue } from "../integrations/integration.ts";
import type { Logger } from "../logger.ts";
import type { Claim, Claims } from "./claims.ts";
import type { ClaimResult, RegistrationService } from "./registration-service.ts";

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
  metrics: WorkerMetrics;
  logger: Logger;
}

/** Told of what the worker does. */
export interface WorkerMetrics {
  claimEnded(queue: Queue, outcome: "advanced" | "idle" | "outage"): void;
  /** It takes nothing for so long. */
  workerPaused(ms: number): void;
}

/** What an operator may ask of the worker. */
export interface WorkerState {
  isStopped: boolean;
  isPaused: boolean;
  /** Claims that this process has. */
  underWay: number;
}

/** Outages of so many registrations, and of none a success, are Twilio's and not one of theirs. */
const OUTAGES_TO_SLOW_DOWN = 3;
/** Between two polls of linked numbers: at most 600 a minute from one process. */
const CHECK_GAP_MS = 100;

/**
 * Claims what is due and advances it. The work is the database's; timers and `wake` only decide
 * when to look, so any number of workers, in any process, may run, and each may be killed.
 */
export class RegistrationWorker {
  readonly #deps: WorkerDeps;
  readonly #running = new Set<Promise<void>>();
  readonly #claimed = new Set<Claim>();
  /** Claims that the database is asked for. */
  readonly #claiming = new Set<Promise<unknown>>();
  #abandoned = false;
  #registering = 0;
  /** Woken while there was no room: whoever finds nothing due looks once more. */
  #wanted = false;
  #checking = false;
  #timers: NodeJS.Timeout[] = [];
  #stopped = true;
  /** Whose last tries met an outage, since the last success or pause of all. */
  readonly #failing = new Set<string>();
  #pauses = 0;
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
    if (this.#isPaused()) return;
    if (this.#registering < this.#deps.settings.concurrency) this.#track(this.#register());
    else this.#wanted = true;
    if (!this.#checking) this.#track(this.#check());
  }

  /** Takes nothing new and waits for the claims under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running);
  }

  /**
   * Takes nothing new and gives back what is under way, without waiting for its end: for a process
   * that goes down. What it has begun at Twilio, the next claim settles.
   */
  async abandon(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#abandoned = true;
    const claimed = [...this.#claimed].map((claim) => claim.handBack());
    await Promise.allSettled([...claimed, ...this.#claiming]);
  }

  get state(): WorkerState {
    return {
      isStopped: this.#stopped,
      isPaused: !this.#stopped && this.#isPaused(),
      underWay: this.#claimed.size,
    };
  }

  /** Registers until nothing is due; each claim found starts another look beside it. */
  async #register(): Promise<void> {
    this.#registering += 1;
    try {
      while (!this.#isPaused()) {
        this.#wanted = false;
        const claim = await this.#next("registration");
        if (claim) await this.#registerOne(claim);
        else if (!this.#wanted) return;
      }
    } finally {
      this.#registering -= 1;
    }
  }

  async #next(queue: Queue): Promise<Claim | undefined> {
    const claiming = this.#deps.claims.next(queue).then(async (claim) => {
      if (!this.#abandoned) return claim;
      await claim?.handBack();
      return undefined;
    });
    this.#claiming.add(claiming);
    return claiming.finally(() => this.#claiming.delete(claiming));
  }

  async #registerOne(claim: Claim): Promise<void> {
    this.wake();
    const { dueInMs } = await this.#advance(claim, "registration");
    // What is due later than that is found by the interval soon enough.
    if (dueInMs !== undefined && dueInMs <= this.#deps.settings.maxIntervalMs) {
      setTimeout(() => this.wake(), dueInMs).unref();
    }
  }

  /** Linked numbers are polled one after the other, beside the registrations and unhurriedly. */
  async #check(): Promise<void> {
    this.#checking = true;
    try {
      while (!this.#isPaused()) {
        const claim = await this.#next("check");
        if (!claim) return;
        await this.#advance(claim, "check");
        await sleep(CHECK_GAP_MS);
      }
    } finally {
      this.#checking = false;
    }
  }

  async #advance(claim: Claim, queue: Queue): Promise<ClaimResult> {
    this.#claimed.add(claim);
    const advanced = await this.#deps.registration
      .advance(claim)
      .finally(() => this.#claimed.delete(claim));
    const outcome = advanced.outage ? "outage" : advanced.isIdle ? "idle" : "advanced";
    this.#deps.metrics.claimEnded(queue, outcome);
    if (advanced.outage) {
      this.#slowDown(String(claim.integration._id), advanced.outage.retryAfterMs);
    } else if (!advanced.isIdle) {
      this.#failing.clear();
      this.#pauses = 0;
    }
    return advanced;
  }

  /**
   * Eases off when Twilio answers nobody, instead of asking for each registration in turn. The
   * pauses grow; what was under way when one began does not make it longer.
   */
  #slowDown(integrationId: string, retryAfterMs: number): void {
    const { pollIntervalMs, maxIntervalMs } = this.#deps.settings;
    if (this.#isPaused()) return;
    this.#failing.add(integrationId);
    if (this.#failing.size < OUTAGES_TO_SLOW_DOWN) return;
    this.#failing.clear();
    const grown = pollIntervalMs * 2 ** Math.min(this.#pauses, 20);
    this.#pauses += 1;
    const pauseMs = Math.min(maxIntervalMs, Math.max(grown, retryAfterMs));
    this.#pausedUntilMs = performance.now() + pauseMs;
    this.#deps.metrics.workerPaused(pauseMs);
  }

  #isPaused(): boolean {
    return this.#stopped || performance.now() < this.#pausedUntilMs;
  }

  async #sweep(): Promise<void> {
    await this.#deps.sweep();
    this.wake();
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        const { logger } = this.#deps;
        // Whether the database is there, /ready says; the next look comes by itself.
        if (isDatabaseOutage(error)) logger.warn({ err: error }, "The database is away");
        else logger.error({ err: error }, "The worker failed");
      })
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
