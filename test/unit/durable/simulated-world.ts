import type { Scheduler } from "fast-check";
import type { Model } from "mongoose";
import type { Clock } from "../../../src/clock.ts";

/** What the protocol is used for here: one thing that is made outside, once. */
export interface Job {
  _id: string;
  dueAt?: Date;
  lease?: { token: string; until: Date; claimedAt: Date };
  intent?: { at: Date };
  /** Of the thing that was made. */
  sid?: string;
}

/** How the outside treats one call. */
export interface Fate {
  /** `lost`: done, and nobody hears of it. `late`: done after the caller has given up waiting. */
  kind: "done" | "lost" | "late" | "refused";
  /** Parts of the longest time, from 0 to 1. */
  takes: number;
  unseenFor: number;
}

type Part = Record<string, unknown>;

/** The call was refused: nothing came of it. */
export class RefusedError extends Error {}

/** Time, one document of a database and a service without idempotency keys, as a test wants them. */
export class World {
  /** The true time, which is the database's too. */
  nowMs = Date.parse("2090-01-01T00:00:00Z");
  readonly job: Job = { _id: "job", dueAt: new Date(this.nowMs) };
  readonly made: { sid: string; seenFromMs: number }[] = [];
  readonly #scheduler: Scheduler;
  readonly #fates: Iterator<Fate>;
  readonly #settleMs: number;

  constructor(scheduler: Scheduler, fates: Iterator<Fate>, settleMs: number) {
    this.#scheduler = scheduler;
    this.#fates = fates;
    this.#settleMs = settleMs;
  }

  /** A process whose clock is wrong by so much, until it is killed. */
  process(skewMs: number): Process {
    return new Process(this, this.#scheduler, skewMs);
  }

  /** Takes effect within the limit, or never; the thing is listed some time later. */
  make(limitMs: number): { sid: string; answered: boolean } {
    const { value: fate } = this.#fates.next() as { value: Fate };
    if (fate.kind === "refused") throw new RefusedError("refused");
    const sid = `thing-${this.made.length + 1}`;
    const doneMs = this.nowMs + fate.takes * limitMs;
    this.made.push({ sid, seenFromMs: doneMs + fate.unseenFor * this.#settleMs });
    return { sid, answered: fate.kind === "done" };
  }

  list(): string[] {
    return this.made.filter(({ seenFromMs }) => seenFromMs <= this.nowMs).map(({ sid }) => sid);
  }
}

/** What a process has: its own clock, and calls that take as long as the scheduler likes. */
export class Process {
  readonly clock: Clock;
  readonly model: Model<Job>;
  readonly #world: World;
  readonly #scheduler: Scheduler;
  #killed = false;

  constructor(world: World, scheduler: Scheduler, skewMs: number) {
    this.#world = world;
    this.#scheduler = scheduler;
    this.clock = {
      now: () => new Date(world.nowMs + skewMs),
      monotonicMs: () => world.nowMs,
    };
    const { job } = world;
    this.model = {
      updateOne: (condition: Part, update: Record<string, Part>) =>
        this.call(() => {
          if (!matches(job, condition)) return { matchedCount: 0 };
          change(job as unknown as Part, update, new Date(world.nowMs));
          return { matchedCount: 1 };
        }),
      findById: () => ({ lean: () => this.call(() => structuredClone(job)) }),
    } as unknown as Model<Job>;
  }

  kill(): void {
    this.#killed = true;
  }

  /** Asked for at one time, done at a later one, and answered at one later still. */
  async call<T>(act: () => T): Promise<T> {
    await this.#turn();
    const answer = act();
    await this.#turn();
    return answer;
  }

  /** Makes the thing; rejects where no answer came in time. */
  async make(limitMs: number): Promise<string> {
    const { sid, answered } = this.#world.make(limitMs);
    await this.#turn();
    if (!answered) throw new Error("no answer");
    return sid;
  }

  async #turn(): Promise<void> {
    if (!this.#killed) await this.#scheduler.schedule(Promise.resolve());
    if (this.#killed) await new Promise(() => undefined);
  }
}

function at(document: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((part, key) => (part as Part | undefined)?.[key], document);
}

function matches(document: unknown, condition: Part): boolean {
  return Object.entries(condition).every(([path, wanted]) => {
    const value = at(document, path);
    if (wanted === null) return value === undefined;
    if (typeof wanted !== "object") return value === wanted;
    const { $lte, $not } = wanted as { $lte?: Date; $not?: { $gt: Date } };
    if ($lte) return value instanceof Date && value <= $lte;
    if ($not) return !(value instanceof Date && value > $not.$gt);
    throw new Error(`not simulated: ${JSON.stringify(wanted)}`);
  });
}

function change(document: Part, update: Record<string, Part>, now: Date): void {
  const { $set = {}, $unset = {}, $currentDate = {}, ...others } = update;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`not simulated: ${unknown}`);
  for (const path of Object.keys($currentDate)) put(document, path, now);
  for (const [path, value] of Object.entries($set)) put(document, path, value);
  for (const path of Object.keys($unset)) put(document, path, undefined);
}

function put(document: Part, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let part = document;
  for (const key of keys) part = (part[key] ??= {}) as Part;
  if (value === undefined) delete part[last];
  else part[last] = value;
}
