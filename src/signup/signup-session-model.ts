import { Schema, type Connection, type Model } from "mongoose";
import { PHONE_NUMBER_TYPES } from "../config/schema.ts";
import { LOCALES } from "../problems/locales.ts";
import { STORED_SESSION_STATUSES, type SignupSession } from "./signup-session.ts";

const text = { type: String };
const required = { type: String, required: true };
const requiredDate = { type: Date, required: true };
const part = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });

const browserEvent = part({
  at: requiredDate,
  event: required,
  data: [part({ name: text, value: text })],
});

const proofFailure = part({
  at: requiredDate,
  code: required,
  providerCode: text,
  operation: text,
  providerStatus: Number,
  providerMessage: text,
  network: text,
});

function signupSessionSchema(): Schema<SignupSession> {
  const schema = new Schema<SignupSession>(
    {
      _id: required,
      userId: required,
      reference: text,
      accountName: text,
      assignedNumbers: [String],
      phoneNumber: text,
      line: text,
      phoneNumberTyped: Boolean,
      phoneNumberType: { type: String, enum: PHONE_NUMBER_TYPES, required: true },
      displayName: text,
      displayNameTyped: Boolean,
      locale: { type: String, enum: LOCALES, required: true },
      localeChosen: Boolean,
      returnUrl: required,
      failureUrl: required,
      integrationId: text,
      externalId: text,
      payloadHashes: { type: [String], required: true },
      status: { type: String, enum: STORED_SESSION_STATUSES, required: true },
      createdAt: requiredDate,
      linkExpiresAt: requiredDate,
      expiresAt: requiredDate,
      browserHash: text,
      openedAt: Date,
      callback: part({
        phoneNumber: required,
        wabaId: required,
        facebookBusinessId: text,
        subaccountSid: text,
        phoneNumberId: text,
        displayName: text,
      }),
      proof: part({ by: required, numberShown: Boolean, numberAtMeta: text }),
      proofFailures: { type: [proofFailure], default: undefined },
      takenAt: Date,
      awaitsIntegrationSince: Date,
      hold: part({ token: required, until: requiredDate }),
      timeline: [part({ at: requiredDate, event: required, data: Schema.Types.Mixed })],
      browserEvents: part({
        first: { type: [browserEvent], default: undefined },
        newest: { type: [browserEvent], default: undefined },
        count: Number,
      }),
      endAwaited: Date,
      keptUntil: requiredDate,
    },
    { collection: "signup_sessions", versionKey: false, strict: "throw" },
  );
  return withIndexes(schema);
}

function withIndexes(schema: Schema<SignupSession>): Schema<SignupSession> {
  schema.index({ payloadHashes: 1 });
  schema.index({ awaitsIntegrationSince: 1 }, { sparse: true });
  schema.index({ endAwaited: 1 }, { sparse: true });
  schema.index({ userId: 1, createdAt: -1, _id: -1 });
  schema.index(
    { userId: 1, reference: 1, createdAt: -1, _id: -1 },
    { partialFilterExpression: { reference: { $type: "string" } } },
  );
  schema.index({ line: 1, createdAt: -1 });
  schema.index({ keptUntil: 1 }, { expireAfterSeconds: 0 });
  return schema;
}

export type SignupSessionModel = Model<SignupSession>;

/** The model on the service's one connection. */
export function signupSessionModel(connection: Connection): SignupSessionModel {
  return connection.model<SignupSession>("SignupSession", signupSessionSchema());
}
