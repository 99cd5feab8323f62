import { setTimeout as sleep } from "node:timers/promises";
import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { ProblemError } from "../problems/problem-error.ts";

/** What has been used of a limit in its present window. */
export interface RateLimit {
  /** The limit's name and the owner or line that is counted. */
  _id: string;
  count: number;
  endsAt: Date;
}

export type RateLimitModel = Model<RateLimit>;

/** The model on the service's one connection. */
export function rateLimitModel(connection: Connection): RateLimitModel {
  const schema = new Schema<RateLimit>(
    {
      _id: { type: String, required: true },
      count: { type: Number, required: true },
      endsAt: { type: Date, required: true },
    },
    { collection: "rate_limits", versionKey: false, strict: "throw" },
  );
  schema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });
  return connection.model<RateLimit>("RateLimit", schema);
}

/** The counter of an owner or line under a limit. */
export function counterId(limit: string, key: string): string {
  return `${limit}:${key}`;
}

/** This use included. */
export interface Used {
  count: number;
  endsInMs: number;
}

/** A counter whose window begins or ends at that moment is tried again. */
const TRIES = 20;
const PAUSE_MS = 10;

/**
 * Counts uses in windows that begin with the first one, shared by all processes. What the database
 * cannot count is an error, as any other that it has.
 */
export class SharedCounter {
  readonly #model: RateLimitModel;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #windowMs: number;

  /** @param name what tells its keys from those of other limits */
  constructor(model: RateLimitModel, clock: Clock, name: string, windowMs: number) {
    this.#model = model;
    this.#clock = clock;
    this.#name = name;
    this.#windowMs = windowMs;
  }

  /** @throws ProblemError `busy` when others keep beginning the same window */
  async use(key: string): Promise<Used> {
    const _id = counterId(this.#name, key);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = this.#clock.now();
      const used = (await this.#goOn(_id, now)) ?? (await this.#begin(_id, now));
      if (used) return { count: used.count, endsInMs: used.endsAt.getTime() - now.getTime() };
      await sleep(PAUSE_MS * Math.random());
    }
    throw new ProblemError("busy", { retryAfterSeconds: 2 });
  }

  async #goOn(_id: string, now: Date): Promise<RateLimit | undefined> {
    const counted = await this.#model
      .findOneAndUpdate(
        { _id, endsAt: { $gt: now } },
        { $inc: { count: 1 } },
        { returnDocument: "after" },
      )
      .lean();
    return counted ?? undefined;
  }

  /** Undefined when another request has begun it. */
  async #begin(_id: string, now: Date): Promise<RateLimit | undefined> {
    const fresh = { count: 1, endsAt: new Date(now.getTime() + this.#windowMs) };
    const { matchedCount } = await this.#model.updateOne(
      { _id, endsAt: { $lte: now } },
      { $set: fresh },
    );
    if (matchedCount === 1) return { _id, ...fresh };
    try {
      await this.#model.create({ _id, ...fresh });
      return { _id, ...fresh };
    } catch (error) {
      if (isDuplicateKey(error, "_id")) return undefined;
      throw error;
    }
  }
}
