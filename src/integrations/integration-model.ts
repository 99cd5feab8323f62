import { Schema, type Connection, type Model } from "mongoose";
import { PHONE_NUMBER_TYPES } from "../config/types.ts";
import { INTEGRATION_STATUSES, STEPS, type Integration } from "./integration.ts";

const text = { type: String };
const required = { type: String, required: true };
const date = { type: Date };
const part = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });

const registrationSchema = part({
  generation: { type: Number, required: true },
  target: part({
    wabaId: required,
    sessionId: required,
    takenAt: { type: Date, required: true },
    sessionCreatedAt: { type: Date, required: true },
    numberShown: { type: Boolean, required: true },
    givenSubaccountSid: text,
  }),
  displayName: text,
  numberAssigned: { type: Boolean, required: true },
  step: { type: String, enum: STEPS, required: true },
  senderStatus: text,
  offlineReasons: { type: [part({ code: text, message: text })], default: undefined },
  offlineSince: date,
  missingSince: date,
  remakes: text,
  attempts: { type: Number, required: true },
  outages: { type: Number, required: true },
  looks: { type: Number, required: true },
  nextAttemptAt: date,
  waitingFor: text,
  waitingSince: date,
  error: part({
    code: required,
    actor: required,
    retryable: Boolean,
    providerCode: text,
    awaited: text,
  }),
  deadlineAt: { type: Date, required: true },
  disconnectedAt: date,
  queue: { type: String, enum: ["registration", "check"], required: true },
  dueAt: date,
  lease: part({ owner: required, token: required, until: date, claimedAt: date }),
  intent: part({
    id: required,
    kind: required,
    at: date,
    subaccountSid: required,
    wabaId: required,
    senderId: text,
  }),
  discards: [part({ subaccountSid: required, senderId: required })],
  formerSubaccounts: [part({ sid: required, released: { type: Boolean, required: true } })],
  verification: part({
    method: text,
    requestedAt: date,
    submittedAt: date,
    wrongCodes: { type: Number, default: 0 },
    blockedUntil: date,
  }),
  history: [part({ at: date, event: required, step: text, senderStatus: text, code: text })],
  updatedAt: { type: Date, required: true },
});

/** Other providers' documents may share the collection, so every index and filter names ours. */
function integrationSchema(): Schema<Integration> {
  const schema = new Schema<Integration>(
    {
      userId: required,
      provider: required,
      externalId: required,
      status: { type: String, enum: INTEGRATION_STATUSES, required: true },
      meta: part({
        wabaId: required,
        twilioSubaccountSid: text,
        facebookBusinessId: text,
        senderId: text,
        registeredVia: required,
        phoneNumberType: { type: String, enum: PHONE_NUMBER_TYPES, required: true },
        wabaProof: { type: String, enum: ["meta", "twilio"], required: true },
        phoneNumberId: text,
      }),
      registration: registrationSchema,
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
    },
    { collection: "integrations", versionKey: false, strict: "throw" },
  );
  schema.index({ userId: 1, provider: 1, externalId: 1 }, { unique: true });
  schema.index({ userId: 1, provider: 1, createdAt: -1, _id: -1 });
  schema.index({ provider: 1, externalId: 1 });
  schema.index({ provider: 1, "meta.wabaId": 1 });
  schema.index({ provider: 1, "registration.queue": 1, "registration.dueAt": 1 });
  return schema;
}

export type IntegrationModel = Model<Integration>;

/** The model on the service's one connection. */
export function integrationModel(connection: Connection): IntegrationModel {
  return connection.model<Integration>("Integration", integrationSchema());
}
