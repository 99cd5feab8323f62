import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { LeaseLostError, Leases, type Leased } from "../durable/lease.ts";
import { retrying } from "../retrying.ts";
import { sha256 } from "../tokens.ts";
import type { SubaccountModel, SubaccountRecord } from "./subaccount-model.ts";

/** An owner's subaccounts that are looked through; each is a call to Twilio. */
const OWNED_LOOKED_AT = 20;

/** Far above what Meta lets in in a week. */
const RECENT_LOOKED_AT = 5_000;

/** A friendly name that this kind of service gives; its pair cannot be read from it. */
const DETERMINISTIC_NAME = /^wa-[a-z0-9-]{1,20}-[0-9a-f]{40}$/;

function pairKey(userId: string, wabaId: string): string {
  return sha256(`${userId}\0${wabaId}`).slice(0, 40);
}

/** The name by which a subaccount of the pair is found again at Twilio, at most 64 characters. */
export function subaccountName(installationId: string, userId: string, wabaId: string): string {
  return `wa-${installationId}-${pairKey(userId, wabaId)}`;
}

export function isDeterministicName(name: string): boolean {
  return DETERMINISTIC_NAME.test(name);
}

/** A lease on a pair's record while its subaccount is looked for or made. */
export type HeldSubaccount = Leased<SubaccountRecord>;

const WITHOUT_SID = { sid: null };

/** Keeps which subaccount belongs to which owner and WABA. */
export class SubaccountStore {
  readonly #model: SubaccountModel;
  readonly #clock: Clock;
  readonly #leases: Leases<SubaccountRecord>;

  constructor(model: SubaccountModel, clock: Clock, leaseMs: number) {
    this.#model = model;
    this.#clock = clock;
    this.#leases = new Leases({ model, place: { lease: "lease" }, clock, leaseMs });
  }

  /** The pair's record, made empty where there is none. */
  async ensure(userId: string, wabaId: string): Promise<SubaccountRecord> {
    const now = this.#clock.now();
    const _id = pairKey(userId, wabaId);
    return retrying(
      async () => {
        const found = await this.#model.findById(_id).lean();
        if (found) return found;
        try {
          await this.#model.create({ _id, userId, wabaId, createdAt: now, updatedAt: now });
        } catch (error) {
          // A race with another process may be told as a duplicate of either of the two own indexes.
          if (!isDuplicateKey(error, "_id") && !(await this.#model.exists({ _id }))) throw error;
        }
        return undefined;
      },
      () => new Error(`the record of the pair ${_id} is neither there nor can it be made`),
    );
  }

  async isRecordedElsewhere(sid: string, record: SubaccountRecord): Promise<boolean> {
    const found = await this.#model.findOne({ sid }, { _id: 1 }).lean();
    return found !== null && found._id !== record._id;
  }

  /** The owner's accounts, those used last first. */
  async sidsOf(userId: string): Promise<string[]> {
    return this.#sids({ userId }, OWNED_LOOKED_AT);
  }

  /** Every account on record, of all owners. */
  async allSids(): Promise<string[]> {
    return this.#sids({}, 0);
  }

  /** When each WABA that nobody had brought before was first brought; counted to 5,000 records. */
  async firstSeenSince(since: Date): Promise<Date[]> {
    const recent = await this.#model
      .find({ createdAt: { $gte: since } }, { wabaId: 1, createdAt: 1 })
      .sort({ createdAt: 1 })
      .limit(RECENT_LOOKED_AT)
      .lean();
    const first = new Map<string, Date>();
    for (const { wabaId, createdAt } of recent) {
      if (!first.has(wabaId)) first.set(wabaId, createdAt);
    }
    const older = await this.#model.distinct("wabaId", {
      wabaId: { $in: [...first.keys()] },
      createdAt: { $lt: since },
    });
    for (const wabaId of older) first.delete(wabaId);
    return [...first.values()];
  }

  async #sids(whose: { userId?: string }, limit: number): Promise<string[]> {
    const records = await this.#model
      .find({ ...whose, sid: { $type: "string" } }, { sid: 1 })
      .sort({ updatedAt: -1 })
      .limit(limit)
      .lean();
    return records.flatMap(({ sid }) => (sid ? [sid] : []));
  }

  /** Undefined while another process holds it or when a SID has been recorded meanwhile. */
  async hold({ _id }: SubaccountRecord): Promise<HeldSubaccount | undefined> {
    return this.#leases.claimFree({ _id, ...WITHOUT_SID });
  }

  async release(held: HeldSubaccount): Promise<void> {
    await held.release(undefined);
  }

  /** Notes that an account is about to be created. @throws LeaseLostError when the lease is gone */
  async recordIntent(held: HeldSubaccount, id: string): Promise<void> {
    const intent = { $set: { "intent.id": id }, $currentDate: { "intent.at": true } } as const;
    if (!(await held.tryWrite(intent, WITHOUT_SID))) throw new LeaseLostError("another's by now");
  }

  /** The create is known not to have had an effect, or its time is over and a listing showed none. */
  async dropIntent(held: HeldSubaccount): Promise<void> {
    await held.tryWrite({ $unset: { intent: 1 } });
  }

  /** False when the lease is gone or the SID is another pair's: then it is not recorded. */
  async record(held: HeldSubaccount, sid: string): Promise<boolean> {
    try {
      return await held.tryWrite(
        { $set: { sid, updatedAt: this.#clock.now() }, $unset: { intent: 1 } },
        WITHOUT_SID,
      );
    } catch (error) {
      if (isDuplicateKey(error, "sid")) return false;
      throw error;
    }
  }

  /** Notes whether Twilio knows the recorded account. */
  async noteMissing({ _id, sid }: SubaccountRecord, isMissing: boolean): Promise<void> {
    await this.#model.updateOne(
      { _id, sid: sid ?? null, missingSince: isMissing ? null : { $ne: null } },
      isMissing ? { $currentDate: { missingSince: true } } : { $unset: { missingSince: 1 } },
    );
  }

  /** An account that is closed or gone is forgotten, so that a new one is made. */
  async forget(record: SubaccountRecord): Promise<void> {
    await this.#model.updateOne(
      { _id: record._id, ...(record.sid ? { sid: record.sid } : {}) },
      { $unset: { sid: 1, missingSince: 1 }, $set: { updatedAt: this.#clock.now() } },
    );
  }

  /** Whether the account is on record for any pair. */
  async isRecordedForAnyone(sid: string): Promise<boolean> {
    return (await this.#model.exists({ sid })) !== null;
  }

  /** The account on record for the pair. */
  async sidOf(userId: string, wabaId: string): Promise<string | undefined> {
    return (await this.#model.findById(pairKey(userId, wabaId), { sid: 1 }).lean())?.sid;
  }

  /** Records an account that was the pair's before this service. False where another one is. */
  async recordKnown(userId: string, wabaId: string, sid: string): Promise<boolean> {
    const { _id } = await this.ensure(userId, wabaId);
    const updatedAt = this.#clock.now();
    const unused = { _id, sid: null, "lease.until": { $not: { $gt: updatedAt } } };
    await this.#model.updateOne(unused, { $set: { sid, updatedAt } });
    return (await this.sidOf(userId, wabaId)) === sid;
  }

  /** Deletes the pair's record while it names this account; at Twilio nothing changes. */
  async deleteKnown(userId: string, wabaId: string, sid: string): Promise<void> {
    await this.#model.deleteOne({ _id: pairKey(userId, wabaId), sid });
  }
}
