import { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import type { ConditionOnOne } from "../database/update-and-read.ts";
import { LeaseLostError, Leases, type Leased } from "../durable/lease.ts";
import type { IntegrationChange } from "../integrations/change.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { dueIn, longestDue } from "../integrations/integration-queries.ts";
import type {
  HistoryEntry,
  Integration,
  Queue,
  Registration,
  WorkerState,
} from "../integrations/integration.ts";
import { WORK_LEASE, written } from "../integrations/lease.ts";
import { isOurs, OURS } from "../integrations/ours.ts";
import { retrying } from "../retrying.ts";

export interface ClaimsDeps {
  model: IntegrationModel;
  clock: Clock;
  leaseMs: number;
  /** Names this process in the lease, for people who read the document. */
  owner: string;
}

/** The right to work on one integration, for the target that it had when it was claimed. */
export class Claim {
  readonly #leased: Leased<Integration>;
  readonly #clock: Clock;

  constructor(leased: Leased<Integration>, clock: Clock) {
    this.#leased = leased;
    this.#clock = clock;
  }

  get integration(): Integration {
    return this.#leased.document;
  }

  get registration(): Registration {
    return this.integration.registration;
  }

  get work(): WorkerState {
    return this.integration.work;
  }

  /** By the database's clock. */
  get claimedAt(): Date {
    return this.#leased.claimedAt;
  }

  /** @throws LeaseLostError when the write does not match; then nothing was written */
  async write(change: IntegrationChange, ...history: HistoryEntry[]): Promise<void> {
    await this.#leased.write(written(this.#clock.now(), change, history));
  }

  /** Prolongs the lease alone, for a step whose calls take long. */
  async renew(): Promise<void> {
    await this.#leased.renew();
  }

  /**
   * The last write: gives the lease back. `dueAt` undefined when nothing is to be done any more.
   * @throws LeaseLostError when the write does not match; then nothing was written
   */
  async release(
    dueAt: Date | undefined,
    change: IntegrationChange = {},
    ...history: HistoryEntry[]
  ): Promise<void> {
    const update = written(this.#clock.now(), change, history);
    if (!(await this.#leased.release(dueAt, update))) {
      throw new LeaseLostError("the claim no longer holds");
    }
  }

  /** Gives the lease back as it is, so that another process goes on at once. */
  async handBack(): Promise<void> {
    await this.#leased.handBack();
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
  readonly #leases: Leases<Integration>;
  readonly #turns: Record<Queue, Promise<unknown>> = {
    registration: Promise.resolve(),
    check: Promise.resolve(),
  };

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
    this.#leases = new Leases({ ...deps, place: WORK_LEASE });
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
    const condition = { ...state, _id: new Types.ObjectId(id), ...OURS };
    return this.#claim({ ...condition, ...this.#leases.free() });
  }

  async #claim(condition: ConditionOnOne): Promise<Claim | undefined> {
    const leased = await this.#leases.claim(condition);
    return leased && new Claim(leased, this.#deps.clock);
  }
}
