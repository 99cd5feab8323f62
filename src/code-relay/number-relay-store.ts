import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { Leases, type Leased, type LeasePlace } from "../durable/lease.ts";
import { retrying } from "../retrying.ts";
import type { KeptCode, NotedRecording, NumberRelay, RelaySession } from "./number-relay.ts";
import type { NumberRelayModel } from "./number-relay-model.ts";

const PLACE: LeasePlace<NumberRelay> = { lease: "lease", dueAt: "dueAt" };

/** A stranger's message may come between Meta's, so the customer sees more than the newest. */
const CODES_KEPT = 3;

/**
 * The right to change one number at Twilio. `revision` is what was looked at, and what is decided from
 * it holds only while nothing has come since.
 */
export class HeldRelay {
  readonly leased: Leased<NumberRelay>;
  revision: number;

  constructor(leased: Leased<NumberRelay>) {
    this.leased = leased;
    this.revision = leased.document.revision;
  }

  /** As of the last write. */
  get relay(): NumberRelay {
    return this.leased.document;
  }

  /** Holds while nothing has come since it was looked at. */
  get unchanged(): { revision: number } {
    return { revision: this.revision };
  }
}

/** Keeps the relays. Each change is one atomic conditional update. */
export class NumberRelayStore {
  readonly #model: NumberRelayModel;
  readonly #clock: Clock;
  readonly #leases: Leases<NumberRelay>;

  constructor(model: NumberRelayModel, clock: Clock, leaseMs: number) {
    this.#model = model;
    this.#clock = clock;
    this.#leases = new Leases({ model, place: PLACE, clock, leaseMs });
  }

  async find(phoneNumber: string): Promise<NumberRelay | undefined> {
    return (await this.#model.findById(phoneNumber).lean()) ?? undefined;
  }

  /**
   * Puts a session in; the relay is made where there is none. The same browser's, again, keeps the
   * code that has come; another browser's takes the place of what was in.
   */
  async join(phoneNumber: string, sessionId: string, session: RelaySession): Promise<void> {
    const now = this.#clock.now();
    const path = `sessions.${sessionId}`;
    const { publicKey, locale, until } = session;
    const join = async () => {
      const { matchedCount } = await this.#model.updateOne(
        { _id: phoneNumber, [`${path}.publicKey`]: publicKey },
        {
          $set: { [`${path}.locale`]: locale, [`${path}.until`]: until, dueAt: now },
          $inc: { revision: 1 },
        },
      );
      if (matchedCount === 1) return true;
      try {
        await this.#model.updateOne(
          { _id: phoneNumber, [`${path}.publicKey`]: { $ne: publicKey } },
          {
            $set: { [path]: session, dueAt: now },
            $inc: { revision: 1 },
            $setOnInsert: { attempts: 0, createdAt: now },
          },
          { upsert: true },
        );
        return true;
      } catch (error) {
        // Somebody else has made the relay meanwhile, or put this very session in.
        if (!isDuplicateKey(error, "_id")) throw error;
        return undefined;
      }
    };
    await retrying(join, () => new Error("the relay of a number is changed all the time"));
  }

  /** Something may be over: somebody has to look. False when the session is not in. */
  async raise(phoneNumber: string, sessionId: string): Promise<boolean> {
    const { matchedCount } = await this.#model.updateOne(
      { _id: phoneNumber, [`sessions.${sessionId}`]: { $exists: true } },
      { $set: { dueAt: this.#clock.now() }, $inc: { revision: 1 } },
    );
    return matchedCount === 1;
  }

  /**
   * Keeps a code among the last of a session that is still bound to the key that it was sealed to;
   * one that is told of again is kept already.
   */
  async keepCode(
    phoneNumber: string,
    sessionId: string,
    publicKey: string,
    code: KeptCode,
  ): Promise<boolean> {
    const path = `sessions.${sessionId}`;
    const session = { _id: phoneNumber, [`${path}.publicKey`]: publicKey };
    const { matchedCount } = await this.#model.updateOne(
      { ...session, [`${path}.codes.id`]: { $ne: code.id } },
      {
        $push: { [`${path}.codes`]: { $each: [code], $slice: -CODES_KEPT } },
        $min: { dueAt: code.until },
        $inc: { revision: 1 },
      },
    );
    return matchedCount === 1 || (await this.#model.exists(session)) !== null;
  }

  /** Notes a recording that is to be deleted; of a number without a relay none is made. */
  async keepRecording(phoneNumber: string, sid: string, recording: NotedRecording): Promise<void> {
    await this.#model.updateOne(
      { _id: phoneNumber },
      {
        $set: { [`recordings.${sid}`]: recording },
        $min: { dueAt: recording.until },
        $inc: { revision: 1 },
      },
    );
  }

  async forgetRecording(phoneNumber: string, sid: string): Promise<void> {
    await this.#model.updateOne({ _id: phoneNumber }, { $unset: { [`recordings.${sid}`]: 1 } });
  }

  /** The number was seen in this account, to which it has been moved. */
  async recordAccount(phoneNumber: string, accountSid: string): Promise<void> {
    await this.#model.updateOne({ _id: phoneNumber }, { $set: { accountSid } });
  }

  /** Claims the relay that is due longest; undefined when none is. */
  async claimDue(): Promise<HeldRelay | undefined> {
    const { held } = await retrying(
      async () => {
        const now = this.#clock.now();
        const longest = await this.#model
          .findOne({ dueAt: { $lte: now }, ...this.#leases.free() }, { _id: 1 })
          .sort({ dueAt: 1 })
          .lean();
        if (!longest) return { held: undefined };
        const claimed = await this.claim(longest._id);
        return claimed && { held: claimed };
      },
      () => new Error("the relays that are due were claimed by others each time"),
    );
    return held;
  }

  /** Claims the relay of this number; undefined when there is none or somebody has it. */
  async claim(phoneNumber: string): Promise<HeldRelay | undefined> {
    const leased = await this.#leases.claimFree({ _id: phoneNumber });
    return leased && new HeldRelay(leased);
  }

  /**
   * Removes sessions, and codes whose time is over of others, under the lease. False when a session
   * or a code came meanwhile.
   */
  async takeOut(held: HeldRelay, ended: string[], withOldCodes: string[] = []): Promise<boolean> {
    const old = { until: { $lte: this.#clock.now() } };
    return held.leased.tryWrite(
      {
        ...(ended.length > 0
          ? { $unset: Object.fromEntries(ended.map((id) => [`sessions.${id}`, 1])) }
          : {}),
        ...(withOldCodes.length > 0
          ? { $pull: Object.fromEntries(withOldCodes.map((id) => [`sessions.${id}.codes`, old])) }
          : {}),
      },
      held.unchanged,
    );
  }

  /** When the next one is due; undefined when there is none. */
  async nextDueAt(): Promise<Date | undefined> {
    return (await this.#model.findOne({}, { dueAt: 1 }).sort({ dueAt: 1 }).lean())?.dueAt;
  }
}
