import { Schema, type Connection, type Model } from "mongoose";
import { LOCALES } from "../problems/locales.ts";
import { CHANNELS } from "../twilio/hosted-numbers.ts";
import type { NumberRelay } from "./number-relay.ts";

export type NumberRelayModel = Model<NumberRelay>;

const required = { type: String, required: true };
const requiredDate = { type: Date, required: true };
const part = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });

/** The model on the service's one connection. */
export function numberRelayModel(connection: Connection): NumberRelayModel {
  const former = part({
    url: String,
    method: String,
    applicationSid: String,
    ourUrl: String,
    putBackAt: Date,
  });
  const session = part({
    userId: required,
    channel: { type: String, enum: CHANNELS, required: true },
    locale: { type: String, enum: LOCALES, required: true },
    browserHash: required,
    publicKey: required,
    until: requiredDate,
    joined: { type: Boolean, required: true },
    codes: {
      type: [part({ id: required, sealed: required, until: requiredDate })],
      default: undefined,
    },
  });
  const schema = new Schema<NumberRelay>(
    {
      _id: required,
      sessions: { type: Map, of: session },
      revision: Number,
      accountSid: String,
      former: part({ sms: former, voice: former }),
      recordings: { type: Map, of: part({ accountSid: required, until: requiredDate }) },
      attempts: Number,
      dueAt: requiredDate,
      lease: part({ token: required, until: requiredDate, claimedAt: Date }),
      intent: part({ at: Date, putsBack: Boolean }),
      createdAt: requiredDate,
    },
    { collection: "number_relays", versionKey: false, strict: "throw" },
  );
  schema.index({ dueAt: 1 });
  return connection.model<NumberRelay>("NumberRelay", schema);
}
