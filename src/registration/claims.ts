import { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import { updateAndRead, type ConditionOnOne } from "../database/update-and-read.ts";
import { together, type IntegrationChange } from "../integrations/change.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { dueIn, longestDue } from "../integrations/integration-queries.ts";
import type {
  HistoryEntry,
  Integration,
  Queue,
  Registration,
  WorkerState,
} from "../integrations/integration.ts";
import {
  givenBack,
  heldBy,
  heldByNobody,
  leased,
  prolonged,
  written,
} from "../integrations/lease.ts";
import { isOurs, OURS } from "../integrations/ours.ts";
import { retrying } from "../retrying.ts";
import { randomToken } from "../tokens.ts";

/** The lease is gone or the target changed: somebody else goes on with this integration. */
export class FenceLostError extends Error {
  override readonly name = "FenceLostError";
}

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

  get work(): WorkerState {
    return this.#integration.work;
  }

  /** @throws FenceLostError when the write does not match; then nothing was written */
  async write(change: IntegrationChange, ...history: HistoryEntry[]): Promise<void> {
    await this.#write(together(change, prolonged(this.#until())), history);
  }

  /**
   * Prolongs the lease alone, for a step whose calls take long. It may come at any moment, also
   * between the two calls of a write, so it reads nothing and says nothing of a claim that is gone.
   */
  async renew(): Promise<void> {
    await this.#deps.model.updateOne(this.#condition(), prolonged(this.#until()));
  }

  /** The last write: gives the lease back. `dueAt` undefined when nothing is to be done any more. */
  async release(
    dueAt: Date | undefined,
    change: IntegrationChange = {},
    ...history: HistoryEntry[]
  ): Promise<void> {
    await this.#write(together(change, givenBack(dueAt)), history);
  }

  /** Gives the lease back as it is, so that another process goes on at once. */
  async handBack(): Promise<void> {
    await this.#deps.model.updateOne(this.#condition(), givenBack(this.#deps.clock.now()));
  }

  async #write(change: IntegrationChange, history: HistoryEntry[]): Promise<void> {
    const { model, clock } = this.#deps;
    const found = await updateAndRead(
      model,
      this.#condition(),
      written(clock.now(), change, history),
    );
    // Read by a call of its own, it may already be of a newer target, which this claim is not for.
    if (found?.registration.generation !== this.#generation) {
      throw new FenceLostError("the claim no longer holds");
    }
    this.#integration = found;
  }

  #condition() {
    return heldBy(this.#token, this.#integration);
  }

  #until(): Date {
    return new Date(this.#deps.clock.now().getTime() + this.#deps.leaseMs);
  }
}

/** The one of ours that is due longest: a document of others with these very fields is not in its way. */
async function longestDueOfOurs(model: IntegrationModel, due: ReturnType<typeof dueIn>) {
  const first = await longestDue(model, due);
  return first === null || isOurs(first) ? first : longestDue(model, { ...due, ...OURS });
}

/** Gives out claims: each by one atomic update, so that one process at a time has it. */
export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #turns: Record<Queue, Promise<unknown>> = {
    registration: Promise.resolve(),
    check: Promise.resolve(),
  };

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  /**
   * Claims the integration of a queue that is due longest; undefined when none is. A claimed one is
   * due again when its lease ends, so the index on the due time alone finds the next; the atomic
   * update then decides who gets it.
   */
  async next(queue: Queue): Promise<Claim | undefined> {
    // One after the other: together they would all go for the same one, and all but one in vain.
    const turn = this.#turns[queue].then(() => this.#next(queue));
    this.#turns[queue] = turn.catch(() => undefined);
    return turn;
  }

  async #next(queue: Queue): Promise<Claim | undefined> {
    const { claim } = await retrying(
      async () => {
        const due = dueIn(queue, this.#deps.clock.now());
        const longest = await longestDueOfOurs(this.#deps.model, due);
        if (!longest) return { claim: undefined };
        const claimed = await this.#claim({ ...due, ...OURS, _id: longest._id });
        return claimed && { claim: claimed };
      },
      () => new Error("what is due was claimed by others each time, or cannot be claimed"),
      // Others that are faster leave less to do: it is tried for longer than they take.
      { tries: 30, firstPauseMs: 2, maxPauseMs: 100 },
    );
    return claim;
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
      ...heldByNobody(now),
    });
  }

  async #claim(condition: ConditionOnOne): Promise<Claim | undefined> {
    const { model, clock, leaseMs, owner } = this.#deps;
    const token = randomToken();
    const until = new Date(clock.now().getTime() + leaseMs);
    const claimed = await updateAndRead(model, condition, leased({ owner, token, until }));
    // Between the two calls of it, somebody else may have claimed it anew.
    return claimed?.work.lease?.token === token ? new Claim(this.#deps, claimed, token) : undefined;
  }
}
