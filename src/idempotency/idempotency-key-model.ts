import { Schema, type Connection, type Model } from "mongoose";

/** One key that an owner has sent with a request. No answer is kept. */
export interface IdempotencyKey {
  /** SHA-256 of owner and key. */
  _id: string;
  /** SHA-256 of the owner, by which its keys are found when it is erased. */
  ownerHash: string;
  /** SHA-256 of method, path and body: the same key with another request is a mistake. */
  requestHash: string;
  /** The id for what the request makes, the same in every repeat. */
  resultId: string;
  /** When the key was first sent. */
  since: Date;
  isDone: boolean;
  /** Which request is at work, and until when it is believed to be. */
  lease?: { token: string; until: Date };
  expiresAt: Date;
}

export type IdempotencyKeyModel = Model<IdempotencyKey>;

/** The model on the service's one connection. */
export function idempotencyKeyModel(connection: Connection): IdempotencyKeyModel {
  const required = { type: String, required: true };
  const requiredDate = { type: Date, required: true };
  const lease = new Schema({ token: required, until: requiredDate }, { _id: false });
  const schema = new Schema<IdempotencyKey>(
    {
      _id: required,
      // Keys of an earlier version have none; they are gone a day after that.
      ownerHash: { type: String },
      requestHash: required,
      resultId: required,
      since: requiredDate,
      isDone: { type: Boolean, required: true },
      lease,
      expiresAt: requiredDate,
    },
    { collection: "idempotency_keys", versionKey: false, strict: "throw" },
  );
  schema.index({ ownerHash: 1 });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return connection.model<IdempotencyKey>("IdempotencyKey", schema);
}
