import type { Model, UpdateQuery } from "mongoose";
import type { Clock } from "../clock.ts";
import { updateAndRead, type ConditionOnOne } from "../database/update-and-read.ts";
import { randomToken } from "../tokens.ts";

/** What a lease is in a document. */
export interface LeaseFields {
  /** Names the process, for people who read the document. */
  owner?: string;
  token: string;
  /** By the clock of the process. */
  until: Date;
  /** By the database's clock, with which intents are compared. */
  claimedAt: Date;
}

/** Where the lease stands in documents of a kind, and when they are due, if work is found by that. */
export interface LeasePlace<T> {
  lease: string;
  dueAt?: string;
  /**
   * What else must be as it was at the claim for each write: what a document is worked on for. A
   * change of it takes the document from whoever holds it.
   */
  fence?: (document: T) => Record<string, unknown>;
}

export interface LeasesDeps<T> {
  model: Model<T>;
  place: LeasePlace<T>;
  clock: Clock;
  leaseMs: number;
  owner?: string;
}

/** Another process has the lease, or the fence has changed: somebody else goes on with the document. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

type Condition = Record<string, unknown>;

/** Holds for documents that nobody works on. */
export function unheld<T>({ lease }: LeasePlace<T>, now: Date): Record<string, unknown> {
  return { [`${lease}.until`]: { $not: { $gt: now } } };
}

/** Gives out the documents of one collection: each to one process at a time, by one atomic update. */
export class Leases<T> {
  readonly #deps: LeasesDeps<T>;

  constructor(deps: LeasesDeps<T>) {
    this.#deps = deps;
  }

  /** The document, if the condition holds; it is due again when the lease ends. */
  async claim(condition: ConditionOnOne): Promise<Leased<T> | undefined> {
    const { model, place, clock, leaseMs, owner } = this.#deps;
    const token = randomToken();
    const document = await updateAndRead(model, condition, {
      $set: {
        ...(owner === undefined ? {} : { [`${place.lease}.owner`]: owner }),
        [`${place.lease}.token`]: token,
        ...prolonged(place, new Date(clock.now().getTime() + leaseMs)),
      },
      $currentDate: { [`${place.lease}.claimedAt`]: true },
    } as UpdateQuery<T>);
    // Read by a call of its own, it may be another process's already.
    if (document === undefined || leaseIn(document, place.lease)?.token !== token) return undefined;
    return new Leased(this.#deps, condition._id, token, document);
  }

  /** The same for a document that nobody works on, whether or not it is due. */
  async claimFree(condition: ConditionOnOne): Promise<Leased<T> | undefined> {
    return this.claim({ ...condition, ...this.free() });
  }

  /** Holds for documents that nobody works on. */
  free(): Condition {
    return unheld(this.#deps.place, this.#deps.clock.now());
  }
}

/**
 * The right to work on one document. Every write must match the lease's token and the fence, and
 * prolongs the lease; `document` is always the one of the last write.
 */
export class Leased<T> {
  readonly #deps: LeasesDeps<T>;
  readonly #id: unknown;
  readonly #token: string;
  readonly #fence: Condition;
  #document: T;

  /** Made by `Leases`. */
  constructor(deps: LeasesDeps<T>, id: unknown, token: string, document: T) {
    this.#deps = deps;
    this.#id = id;
    this.#token = token;
    this.#fence = deps.place.fence?.(document) ?? {};
    this.#document = document;
  }

  get document(): T {
    return this.#document;
  }

  /** When it was claimed, by the database's clock. */
  get claimedAt(): Date {
    return leaseIn(this.#document, this.#deps.place.lease)?.claimedAt ?? new Date(0);
  }

  /** @throws LeaseLostError when the lease or the fence does not hold; then nothing was written */
  async write(update: UpdateQuery<T>): Promise<void> {
    if (!(await this.tryWrite(update))) throw new LeaseLostError("the lease no longer holds");
  }

  /** The same under one more condition; false where it, the lease or the fence does not hold. */
  async tryWrite(update: UpdateQuery<T>, when: Condition = {}): Promise<boolean> {
    return this.#write(joined(update, { $set: prolonged(this.#deps.place, this.#until()) }), when);
  }

  /**
   * Prolongs the lease alone, for work whose calls take long. It may come at any moment, also
   * between the two calls of a write, so it reads nothing and says nothing of a lease that is gone.
   */
  async renew(): Promise<void> {
    const { model, place } = this.#deps;
    const $set = prolonged(place, this.#until());
    await model.updateOne(this.#condition() as never, { $set });
  }

  /**
   * The last write: gives the lease back. `dueAt` undefined when nothing is to be done any more.
   * False where the lease, the fence or the condition does not hold; then nothing was written.
   */
  async release(
    dueAt: Date | undefined,
    update: UpdateQuery<T> = {},
    when: Condition = {},
  ): Promise<boolean> {
    return this.#write(joined(update, this.#givenBack(dueAt)), when);
  }

  /** Gives the lease back as the document is, so that another process goes on at once. */
  async handBack(): Promise<void> {
    const back = this.#givenBack(this.#deps.clock.now());
    await this.#deps.model.updateOne(this.#condition() as never, back);
  }

  /** Removes the document; false where the lease, the fence or the condition does not hold. */
  async remove(when: Condition = {}): Promise<boolean> {
    const condition = { ...this.#condition(), ...when };
    const { deletedCount } = await this.#deps.model.deleteOne(condition as never);
    return deletedCount === 1;
  }

  async #write(update: UpdateQuery<T>, when: Condition): Promise<boolean> {
    const { model, place } = this.#deps;
    const found = await updateAndRead(model, { ...this.#condition(), ...when }, update);
    if (found === undefined) return false;
    // Read by a call of its own, it may already be what this lease is not for.
    const fence = place.fence?.(found) ?? {};
    if (Object.entries(this.#fence).some(([path, value]) => fence[path] !== value)) return false;
    this.#document = found;
    return true;
  }

  #condition(): ConditionOnOne {
    const { lease } = this.#deps.place;
    return { ...this.#fence, _id: this.#id, [`${lease}.token`]: this.#token };
  }

  #givenBack(dueAt: Date | undefined): UpdateQuery<T> {
    const { lease, dueAt: path } = this.#deps.place;
    if (path === undefined) return { $unset: { [lease]: 1 } } as UpdateQuery<T>;
    return (
      dueAt
        ? { $set: { [path]: dueAt }, $unset: { [lease]: 1 } }
        : { $unset: { [lease]: 1, [path]: 1 } }
    ) as UpdateQuery<T>;
  }

  #until(): Date {
    return new Date(this.#deps.clock.now().getTime() + this.#deps.leaseMs);
  }
}

/** Due again when the lease ends, so that a process that died loses it. */
function prolonged<T>({ lease, dueAt }: LeasePlace<T>, until: Date): Record<string, Date> {
  return { [`${lease}.until`]: until, ...(dueAt === undefined ? {} : { [dueAt]: until }) };
}

/** Both updates as one; of two values for one path the second's. */
function joined<T>(one: UpdateQuery<T>, other: UpdateQuery<T>): UpdateQuery<T> {
  const operators = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...operators].map((name) => [name, { ...one[name], ...other[name] }]),
  ) as UpdateQuery<T>;
}

function leaseIn(document: unknown, path: string): LeaseFields | undefined {
  return path
    .split(".")
    .reduce<unknown>((part, key) => (part as Condition | undefined)?.[key], document) as
    LeaseFields | undefined;
}
