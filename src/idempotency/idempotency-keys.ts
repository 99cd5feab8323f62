import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { retrying } from "../retrying.ts";
import { randomToken, sha256 } from "../tokens.ts";
import type { IdempotencyKey, IdempotencyKeyModel } from "./idempotency-key-model.ts";

const KEPT_MS = 24 * 60 * 60_000;
/** Longer than any request takes; after it the request's process is taken for dead. */
const LEASE_MS = 60_000;

/** A request that bears a key. */
export interface KeyedRequest {
  userId: string;
  key: string;
  /** Method, path and body, which have to be the same in every repeat. */
  request: string;
  /** Makes the id for what the request makes. */
  newResultId: () => string;
}

/** What is known of earlier requests with the same key. */
export interface Attempt {
  /** The id for what the request makes. */
  resultId: string;
  /**
   * `none`: this is the first one. `perhaps`: an earlier one began and its end is unknown. `done`: an
   * earlier one succeeded, and nothing may be done again.
   */
  before: "none" | "perhaps" | "done";
  /** When the key was first sent. */
  since: Date;
}

/**
 * Lets a request with a key take effect once in 24 hours, whichever process gets the repeats and
 * whichever dies. Answers are not stored: a repeat is answered from what the first one left.
 */
export class IdempotencyKeys {
  readonly #model: IdempotencyKeyModel;
  readonly #clock: Clock;

  constructor(model: IdempotencyKeyModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  /**
   * @throws ProblemError `idempotency_key_reused` for another request, `idempotency_key_in_use` while
   * an earlier one is at work; and what `act` throws, after which the key is as if it was never sent
   */
  async once<T>(request: KeyedRequest, act: (attempt: Attempt) => Promise<T>): Promise<T> {
    const token = randomToken();
    const attempt = await retrying(() => this.#begin(request, token), inUse);
    if (attempt.before === "done") return act(attempt);
    const mine = { _id: idOf(request), "lease.token": token };
    try {
      const result = await act(attempt);
      await this.#model.updateOne(mine, { $set: { isDone: true }, $unset: { lease: 1 } });
      return result;
    } catch (error) {
      await this.#giveUp(mine, error);
      throw error;
    }
  }

  /** A refusal did nothing, so its key is free; after any other error the outcome is unknown. */
  async #giveUp(mine: Record<string, unknown>, error: unknown): Promise<void> {
    try {
      if (error instanceof ProblemError) await this.#model.deleteOne(mine);
      else await this.#model.updateOne(mine, { $unset: { lease: 1 } });
    } catch {
      // The lease runs out by itself, and the first error says more than this one.
    }
  }

  /** Undefined when another request was faster. */
  async #begin(request: KeyedRequest, token: string): Promise<Attempt | undefined> {
    const now = this.#clock.now();
    const lease = { token, until: new Date(now.getTime() + LEASE_MS) };
    const found = await this.#model.findById(idOf(request)).lean();
    if (!found) return this.#beginFirst(request, lease, now);
    if (found.expiresAt <= now) {
      await this.#model.deleteOne({ _id: found._id, expiresAt: found.expiresAt });
      return undefined;
    }
    const { resultId, since } = found;
    if (found.requestHash !== sha256(request.request)) {
      throw new ProblemError("idempotency_key_reused");
    }
    if (found.isDone) return { resultId, since, before: "done" };
    if (found.lease && found.lease.until > now) throw inUse();
    const taken = await this.#model.updateOne(
      { _id: found._id, isDone: false, "lease.token": found.lease?.token ?? null },
      { $set: { lease } },
    );
    return taken.matchedCount === 1 ? { resultId, since, before: "perhaps" } : undefined;
  }

  async #beginFirst(
    request: KeyedRequest,
    lease: IdempotencyKey["lease"] & object,
    now: Date,
  ): Promise<Attempt | undefined> {
    const resultId = request.newResultId();
    try {
      await this.#model.create({
        _id: idOf(request),
        ownerHash: sha256(request.userId),
        requestHash: sha256(request.request),
        resultId,
        since: now,
        isDone: false,
        lease,
        expiresAt: new Date(now.getTime() + KEPT_MS),
      });
    } catch (error) {
      if (isDuplicateKey(error, "_id")) return undefined;
      throw error;
    }
    return { resultId, since: now, before: "none" };
  }
}

function idOf({ userId, key }: KeyedRequest): string {
  return sha256(`${userId}\0${key}`);
}

function inUse(): ProblemError {
  return new ProblemError("idempotency_key_in_use", { retryAfterSeconds: 2 });
}
