import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { sha256 } from "../tokens.ts";

/** That an owner's data is to be deleted, and later that it was. */
export interface Erasure {
  /** SHA-256 of the owner: enough to answer whether it was erased, and all that then names it. */
  _id: string;
  /** The owner, while something of it is left. */
  userId?: string;
  reason: string;
  requestedAt: Date;
  /** Since when no look has found anything of the owner's. */
  clearSince?: Date;
  /** Subaccounts at Twilio that were the owner's, which stay there. */
  subaccounts: string[];
  completedAt?: Date;
  /** Set with `completedAt`. */
  keptUntil?: Date;
}

/** One that is under way. */
export type OpenErasure = Erasure & { userId: string };

/** How long it is known that somebody was erased, counted from the end of it. */
export const ERASURE_KEPT_MS = 365 * 24 * 60 * 60_000;

export type ErasureModel = Model<Erasure>;

/** The model on the service's one connection. */
export function erasureModel(connection: Connection): ErasureModel {
  const schema = new Schema<Erasure>(
    {
      _id: { type: String, required: true },
      userId: { type: String },
      reason: { type: String, required: true },
      requestedAt: { type: Date, required: true },
      clearSince: { type: Date },
      subaccounts: { type: [String], required: true },
      completedAt: { type: Date },
      keptUntil: { type: Date },
    },
    { collection: "erasures", versionKey: false, strict: "throw" },
  );
  schema.index({ userId: 1 }, { sparse: true });
  schema.index({ keptUntil: 1 }, { expireAfterSeconds: 0 });
  return connection.model<Erasure>("Erasure", schema);
}

/** Keeps which owners are being erased. Each change is one atomic conditional update. */
export class ErasureStore {
  readonly #model: ErasureModel;
  readonly #clock: Clock;

  constructor(model: ErasureModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  async find(userId: string): Promise<Erasure | undefined> {
    return (await this.#model.findById(sha256(userId)).lean()) ?? undefined;
  }

  async isOpen(userId: string): Promise<boolean> {
    const open = { _id: sha256(userId), userId: { $exists: true } };
    return (await this.#model.exists(open)) !== null;
  }

  /** All that are under way, the oldest first. */
  async open(): Promise<OpenErasure[]> {
    const found = await this.#model
      .find({ userId: { $exists: true } })
      .sort({ requestedAt: 1 })
      .lean();
    return found.flatMap(({ userId, ...erasure }) => (userId ? [{ ...erasure, userId }] : []));
  }

  /** Begins one; one that is under way stays as it is. */
  async begin(userId: string, reason: string): Promise<void> {
    const _id = sha256(userId);
    const requestedAt = this.#clock.now();
    try {
      await this.#model.updateOne(
        { _id, userId: { $exists: false } },
        {
          $set: { userId, reason, requestedAt },
          $unset: { clearSince: 1, completedAt: 1, keptUntil: 1 },
          $setOnInsert: { subaccounts: [] },
        },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error, "_id")) throw error;
    }
  }

  /** Notes what stays at Twilio, before the record of it is deleted. */
  async noteSubaccounts({ _id }: Erasure, sids: readonly string[]): Promise<void> {
    if (sids.length === 0) return;
    await this.#model.updateOne({ _id }, { $addToSet: { subaccounts: { $each: sids } } });
  }

  /** Something was found: the time without a finding begins anew, from now or from a later look. */
  async found({ _id, userId }: OpenErasure, clearSince: Date | undefined): Promise<void> {
    await this.#model.updateOne(
      { _id, userId },
      clearSince ? { $set: { clearSince } } : { $unset: { clearSince: 1 } },
    );
  }

  /** The end, unless something was found since `clearSince`. The owner is named no more. */
  async complete({ _id, userId, clearSince }: OpenErasure): Promise<boolean> {
    if (!clearSince) return false;
    const completedAt = this.#clock.now();
    const { matchedCount } = await this.#model.updateOne(
      { _id, userId, clearSince },
      {
        $set: { completedAt, keptUntil: new Date(completedAt.getTime() + ERASURE_KEPT_MS) },
        $unset: { userId: 1, clearSince: 1 },
      },
    );
    return matchedCount === 1;
  }
}
