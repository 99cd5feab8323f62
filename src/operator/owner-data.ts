import type { Clock } from "../clock.ts";
import type { NumberRelayModel } from "../code-relay/number-relay-model.ts";
import type { Integration } from "../integrations/integration.ts";
import { removable } from "../integrations/operator-queries.ts";
import { OURS } from "../integrations/ours.ts";
import { OLDER } from "../integrations/older-documents.ts";
import { counterId } from "../limits/shared-counter.ts";
import type { Models } from "../models.ts";
import { UNFINISHED, type SignupSession } from "../signup/signup-session.ts";
import { randomId, sha256 } from "../tokens.ts";

/** The limits that count by owner. */
const OWNER_LIMITS = ["owner", "owner_sessions"];
/** Owners of the same line change its record at the same time; the next look goes on. */
const UNLINK_TRIES = 5;

/** All that the service stores about one owner, wherever it is: the one list of these places. */
export class OwnerData {
  readonly #models: Models;
  readonly #relays: NumberRelayModel;
  readonly #clock: Clock;

  constructor(models: Models, relays: NumberRelayModel, clock: Clock) {
    this.#models = models;
    this.#relays = relays;
    this.#clock = clock;
  }

  /** Whether anything is stored that an erasure deletes and that does not go by itself in a day. */
  async isAnyStored(userId: string): Promise<boolean> {
    const whose = { userId };
    const found = await Promise.all([
      this.#models.integrations.exists({ ...whose, ...OURS }),
      ...this.#owned().map((model) => model.exists(whose)),
    ]);
    return found.some((one) => one !== null);
  }

  integrations(userId: string): Promise<Integration[]> {
    return this.#models.integrations.find({ userId, ...OURS }).lean();
  }

  /** Signups that could still be brought to an end. */
  unfinishedSessions(userId: string): Promise<Pick<SignupSession, "_id">[]> {
    return this.#models.sessions.find({ userId, status: { $in: UNFINISHED } }, { _id: 1 }).lean();
  }

  async subaccountSids(userId: string): Promise<string[]> {
    const records = await this.#models.subaccounts.find({ userId }, { sid: 1 }).lean();
    return records.flatMap(({ sid }) => (sid ? [sid] : []));
  }

  /** Lines that the operator assigned to the owner. */
  async assignedLines(userId: string): Promise<string[]> {
    const found = await this.#models.assignments.find({ userId }, { _id: 1 }).lean();
    return found.map(({ _id }) => _id);
  }

  /** Documents of an earlier service. */
  countOlder(userId: string): Promise<number> {
    return this.#models.integrations.countDocuments({ userId, ...OLDER });
  }

  /** Whether codes of one of the owner's signups are still relayed. */
  async isRelayed(userId: string): Promise<boolean> {
    for await (const { sessions = {} } of this.#relays.find({}, { sessions: 1 }).lean().cursor()) {
      if (Object.values(sessions).some((session) => session.userId === userId)) return true;
    }
    return false;
  }

  /**
   * Deletes all of it, in any number of calls; integrations only where nothing is left at Twilio.
   * @param settledAt what changed later than then may still bring an effect at Twilio to light
   * @returns how many documents went that do not come and go with each request
   */
  async delete(userId: string, settledAt: Date): Promise<number> {
    const { integrations, idempotencyKeys, rateLimits } = this.#models;
    let deleted = 0;
    for (const model of this.#owned()) {
      deleted += (await model.deleteMany({ userId })).deletedCount;
    }
    const gone = removable(userId, settledAt, this.#clock.now());
    deleted += (await integrations.deleteMany(gone)).deletedCount;
    await idempotencyKeys.deleteMany({ ownerHash: sha256(userId) });
    const counters = OWNER_LIMITS.map((limit) => counterId(limit, userId));
    await rateLimits.deleteMany({ _id: { $in: counters } });
    await this.#unlinkCodes(userId);
    return deleted;
  }

  /** Collections whose documents name one owner each and are the owner's alone. */
  #owned() {
    const { sessions, spellings, holds, subaccounts, legacyImports } = this.#models;
    return [
      sessions,
      spellings,
      holds.numberHolds,
      holds.wabaHolds,
      subaccounts,
      legacyImports,
    ] as readonly OwnedModel[];
  }

  /**
   * What was done with a line's codes protects whoever has the number, so it stays counted until its
   * day is over; that it was this owner is forgotten.
   */
  async #unlinkCodes(userId: string): Promise<void> {
    const { lineCodes } = this.#models;
    for (let tries = 0; tries < UNLINK_TRIES; tries += 1) {
      const found = await lineCodes.find({ "uses.userId": userId }).lean();
      if (found.length === 0) return;
      const nobody = randomId("erased");
      for (const { _id, rev, uses } of found) {
        const unlinked = uses.map((use) =>
          Object.assign(use, use.userId === userId ? { userId: nobody } : {}),
        );
        await lineCodes.updateOne({ _id, rev }, { $set: { uses: unlinked }, $inc: { rev: 1 } });
      }
    }
  }
}

/** What is asked of each of those collections. */
interface OwnedModel {
  exists(whose: { userId: string }): PromiseLike<unknown>;
  deleteMany(whose: { userId: string }): PromiseLike<{ deletedCount: number }>;
}
