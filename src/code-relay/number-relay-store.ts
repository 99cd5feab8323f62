import type { UpdateQuery } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import { retrying } from "../retrying.ts";
import { randomToken } from "../tokens.ts";
import type { KeptCode, NotedRecording, NumberRelay, RelaySession } from "./number-relay.ts";
import type { NumberRelayModel } from "./number-relay-model.ts";

type Update = UpdateQuery<NumberRelay>;

/** A stranger's message may come between Meta's, so the customer sees more than the newest. */
const CODES_KEPT = 3;

/** Somebody else has the lease meanwhile and goes on. */
export class RelayLeaseLostError extends Error {
  override readonly name = "RelayLeaseLostError";
}

/**
 * The right to change one number at Twilio. `relay` is as of the last write; `revision` is what was
 * looked at, and what is decided from it holds only while nothing has come since.
 */
export interface HeldRelay {
  relay: NumberRelay;
  revision: number;
  readonly token: string;
}

/** Keeps the relays. Each change is one atomic conditional update. */
export class NumberRelayStore {
  readonly #model: NumberRelayModel;
  readonly #clock: Clock;
  readonly #leaseMs: number;

  constructor(model: NumberRelayModel, clock: Clock, leaseMs: number) {
    this.#model = model;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
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
          .findOne({ dueAt: { $lte: now }, "lease.until": { $not: { $gt: now } } }, { _id: 1 })
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
    const now = this.#clock.now();
    const token = randomToken();
    const until = new Date(now.getTime() + this.#leaseMs);
    const relay = await updateAndRead(
      this.#model,
      { _id: phoneNumber, "lease.until": { $not: { $gt: now } } },
      {
        $set: { "lease.token": token, "lease.until": until, dueAt: until },
        $currentDate: { "lease.claimedAt": true },
      },
    );
    return relay?.lease?.token === token ? { relay, revision: relay.revision, token } : undefined;
  }

  /**
   * Removes sessions, and codes whose time is over of others, under the lease. False when a session
   * or a code came meanwhile.
   */
  async takeOut(held: HeldRelay, ended: string[], withOldCodes: string[] = []): Promise<boolean> {
    const old = { until: { $lte: this.#clock.now() } };
    const relay = await updateAndRead(
      this.#model,
      { _id: held.relay._id, "lease.token": held.token, revision: held.revision },
      {
        ...(ended.length > 0
          ? { $unset: Object.fromEntries(ended.map((id) => [`sessions.${id}`, 1])) }
          : {}),
        ...(withOldCodes.length > 0
          ? { $pull: Object.fromEntries(withOldCodes.map((id) => [`sessions.${id}.codes`, old])) }
          : {}),
      },
    );
    if (relay) held.relay = relay;
    return relay !== undefined;
  }

  /** Writes under the lease and prolongs it. @throws RelayLeaseLostError; then nothing is written */
  async write(held: HeldRelay, update: Update): Promise<void> {
    const until = new Date(this.#clock.now().getTime() + this.#leaseMs);
    const relay = await updateAndRead(
      this.#model,
      { _id: held.relay._id, "lease.token": held.token },
      { ...update, $set: { ...update.$set, "lease.until": until, dueAt: until } },
    );
    if (!relay) throw new RelayLeaseLostError("the lease of a relay no longer holds");
    held.relay = relay;
  }

  /** Gives the lease back. False when something came meanwhile. */
  async release(held: HeldRelay, dueAt: Date): Promise<boolean> {
    const { matchedCount } = await this.#model.updateOne(
      { _id: held.relay._id, "lease.token": held.token, revision: held.revision },
      { $unset: { lease: 1 }, $set: { dueAt } },
    );
    return matchedCount === 1;
  }

  /** The end of a relay. False when something came meanwhile. */
  async remove(held: HeldRelay): Promise<boolean> {
    const { deletedCount } = await this.#model.deleteOne({
      _id: held.relay._id,
      "lease.token": held.token,
      revision: held.revision,
    });
    return deletedCount === 1;
  }

  /** When the next one is due; undefined when there is none. */
  async nextDueAt(): Promise<Date | undefined> {
    return (await this.#model.findOne({}, { dueAt: 1 }).sort({ dueAt: 1 }).lean())?.dueAt;
  }
}
