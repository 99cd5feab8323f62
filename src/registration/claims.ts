import { type QueryFilter, Types, type UpdateQuery } from "mongoose";
import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import {
  historyPush,
  OURS,
  PROVIDER,
  type HistoryEntry,
  type Integration,
  type Registration,
} from "../integrations/integration.ts";
import { randomToken } from "../tokens.ts";

/** The lease is gone or the target changed: somebody else goes on with this integration. */
export class FenceLostError extends Error {
  override readonly name = "FenceLostError";
}

export type IntegrationUpdate = UpdateQuery<Integration>;

export interface ClaimsDeps {
  model: IntegrationModel;
  clock: Clock;
  leaseMs: number;
  /** Names this process in the lease, for people who read the document. */
  owner: string;
}

/**
 * The right to work on one integration. Every write must match the lease's token and the
 * generation, and prolongs the lease; the document is always the one of the last write.
 */
export class Claim {
  readonly #deps: ClaimsDeps;
  readonly #token: string;
  readonly #generation: number;
  #integration: Integration;

  constructor(deps: ClaimsDeps, integration: Integration, token: string) {
    this.#deps = deps;
    this.#token = token;
    this.#generation = integration.registration.generation;
    this.#integration = integration;
  }

  get integration(): Integration {
    return this.#integration;
  }

  get registration(): Registration {
    return this.#integration.registration;
  }

  /** @throws FenceLostError when the write does not match; then nothing was written */
  async write(update: IntegrationUpdate, ...history: HistoryEntry[]): Promise<void> {
    const until = new Date(this.#deps.clock.now().getTime() + this.#deps.leaseMs);
    await this.#write(
      {
        ...update,
        $set: { ...update.$set, "registration.lease.until": until, "registration.dueAt": until },
      },
      history,
    );
  }

  /**
   * Prolongs the lease alone, for a step whose calls take long. It may come at any moment, so it
   * changes nothing that the claim knows, and says nothing of one that is gone.
   */
  async renew(): Promise<void> {
    const { model, clock, leaseMs } = this.#deps;
    const until = new Date(clock.now().getTime() + leaseMs);
    await model.updateOne(this.#condition() as never, {
      $set: { "registration.lease.until": until, "registration.dueAt": until },
    });
  }

  /** The last write: gives the lease back. `dueAt` undefined when nothing is to be done any more. */
  async release(
    dueAt: Date | undefined,
    update: IntegrationUpdate = {},
    ...history: HistoryEntry[]
  ): Promise<void> {
    await this.#write(
      {
        ...update,
        $set: { ...update.$set, ...(dueAt ? { "registration.dueAt": dueAt } : {}) },
        $unset: {
          ...update.$unset,
          "registration.lease": 1,
          ...(dueAt ? {} : { "registration.dueAt": 1 }),
        },
      },
      history,
    );
  }

  async #write(update: IntegrationUpdate, history: HistoryEntry[]): Promise<void> {
    const now = this.#deps.clock.now();
    const written = await this.#deps.model
      .findOneAndUpdate(
        this.#condition(),
        {
          ...update,
          $set: { ...update.$set, "registration.updatedAt": now, updatedAt: now },
          ...(history.length > 0 ? { $push: { ...update.$push, ...historyPush(...history) } } : {}),
        },
        { returnDocument: "after" },
      )
      .lean();
    if (!written) throw new FenceLostError("the claim no longer holds");
    this.#integration = written;
  }

  #condition(): QueryFilter<Integration> {
    return {
      _id: this.#integration._id,
      provider: PROVIDER,
      "registration.lease.token": this.#token,
      "registration.generation": this.#generation,
    };
  }
}

/** What is due in a queue: the first three fields of the index, the last of them a range. */
export function dueIn(queue: Registration["queue"], now: Date) {
  return {
    ...OURS,
    "registration.queue": queue,
    "registration.dueAt": { $lte: now },
  } as const;
}

/** The order of the index, so that the first entry is the one that is due longest. */
export const LONGEST_DUE = { "registration.dueAt": 1 } as const;

/** Gives out claims: each by one atomic update, so that one process at a time has it. */
export class Claims {
  readonly #deps: ClaimsDeps;

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  /**
   * Claims the integration of a queue that is due longest; undefined when none is. A claimed one is
   * due again when its lease ends, so the index on the due time alone finds the next.
   */
  async next(queue: Registration["queue"]): Promise<Claim | undefined> {
    return this.#claim(dueIn(queue, this.#deps.clock.now()));
  }

  /**
   * Claims this very integration for a request; undefined while a step is under way, and where it is
   * not in the state that the request is for.
   */
  async byId(id: string, state: Record<string, unknown> = {}): Promise<Claim | undefined> {
    const now = this.#deps.clock.now();
    return this.#claim({
      ...state,
      _id: new Types.ObjectId(id),
      ...OURS,
      "registration.lease.until": { $not: { $gt: now } },
    });
  }

  async #claim(condition: QueryFilter<Integration>): Promise<Claim | undefined> {
    const { model, clock, leaseMs, owner } = this.#deps;
    const token = randomToken();
    const until = new Date(clock.now().getTime() + leaseMs);
    const claimed = await model
      .findOneAndUpdate(
        condition,
        {
          $set: {
            "registration.lease.owner": owner,
            "registration.lease.token": token,
            "registration.lease.until": until,
            "registration.dueAt": until,
          },
          $currentDate: { "registration.lease.claimedAt": true },
        },
        { returnDocument: "after", sort: LONGEST_DUE },
      )
      .lean();
    return claimed ? new Claim(this.#deps, claimed, token) : undefined;
  }
}
