import type { LeaseFields } from "../durable/lease.ts";
import { Schema, type Connection, type Model } from "mongoose";

/** The one subaccount of an owner and a WABA, shared by all their integrations. */
export interface SubaccountRecord {
  /** First 40 hex digits of SHA-256(userId NUL wabaId): unique for the pair. */
  _id: string;
  userId: string;
  wabaId: string;
  sid?: string;
  /** Since when Twilio has not known the subaccount; by the database's clock. */
  missingSince?: Date;
  lease?: LeaseFields;
  /** A create whose outcome is unknown; `at` by the database's clock. */
  intent?: { id: string; at: Date };
  createdAt: Date;
  updatedAt: Date;
}

export type SubaccountModel = Model<SubaccountRecord>;

/** The model on the service's one connection. */
export function subaccountModel(connection: Connection): SubaccountModel {
  const required = { type: String, required: true };
  const part = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });
  const schema = new Schema<SubaccountRecord>(
    {
      _id: required,
      userId: required,
      wabaId: required,
      sid: String,
      missingSince: Date,
      lease: part({ token: String, until: Date, claimedAt: Date }),
      intent: part({ id: String, at: Date }),
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
    },
    { collection: "twilio_subaccounts", versionKey: false, strict: "throw" },
  );
  schema.index({ sid: 1 }, { unique: true, partialFilterExpression: { sid: { $type: "string" } } });
  schema.index({ userId: 1, wabaId: 1 }, { unique: true });
  schema.index({ createdAt: 1 });
  schema.index({ wabaId: 1, createdAt: 1 });
  return connection.model<SubaccountRecord>("TwilioSubaccount", schema);
}
