import { Schema, type Connection, type Model } from "mongoose";
import { PHONE_NUMBER_TYPES } from "../config/schema.ts";
import { INTEGRATION_STATUSES, QUEUES, STEPS, type Integration } from "./integration.ts";
import { PROVIDER } from "./ours.ts";

const text = { type: String };
const required = { type: String, required: true };
const date = { type: Date };
const part = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });
/** Of a call that failed, for the operator. */
const failedCall = {
  operation: text,
  providerStatus: Number,
  providerMessage: text,
  network: text,
};

const registrationSchema = part({
  generation: { type: Number, required: true },
  target: part({
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
  sender: part({
    offlineReasons: { type: [part({ code: text, message: text })], default: undefined },
    offlineSince: date,
    reasonsSince: date,
    otherWabaSince: date,
    missingSince: date,
    replaceIfOffline: text,
  }),
  onlineSender: text,
  attempts: { type: Number, required: true },
  nextAttemptAt: date,
  waitingFor: text,
  waitingSince: date,
  error: part({
    code: required,
    actor: required,
    retryable: Boolean,
    providerCode: text,
    awaited: text,
    ...failedCall,
  }),
  deadlineAt: { type: Date, required: true },
  disconnectedAt: date,
  conflict: part({
    about: required,
    holderId: required,
    holderUserId: required,
    metBy: required,
    since: date,
  }),
  formerSubaccounts: [part({ sid: required, released: { type: Boolean, required: true } })],
  verification: part({
    method: text,
    requestedAt: date,
    isCounted: Boolean,
    submittedAt: date,
    seenAt: date,
    blockedUntil: date,
  }),
  history: [
    part({
      at: date,
      event: required,
      step: text,
      senderStatus: text,
      code: text,
      reason: text,
      providerCode: text,
      ...failedCall,
    }),
  ],
  updatedAt: { type: Date, required: true },
});

const workSchema = part({
  queue: { type: String, enum: QUEUES, required: true },
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
  outages: { type: Number, required: true },
  polls: { type: Number, required: true },
  sendersToRemove: [part({ subaccountSid: required, senderId: required })],
  subaccountMissingSince: date,
  examination: part({
    id: required,
    claimantId: required,
    shown: Boolean,
    askedAt: date,
    finding: text,
    polledAt: date,
    polls: { type: [part({ at: date, finding: text })], default: undefined },
    verdict: text,
    decidedAt: date,
  }),
  webhook: part({
    senderId: required,
    wanted: required,
    outcome: text,
    againAt: date,
    refusal: text,
    providerCode: text,
  }),
  handOverTo: text,
});

/**
 * Other services' documents and older ones of this provider may share the collection: what is unique
 * is limited to this provider's with a key, and that of lines, which only we know, to ours.
 */
function integrationSchema(): Schema<Integration> {
  const schema = new Schema<Integration>(
    {
      userId: required,
      provider: required,
      externalId: required,
      status: { type: String, enum: INTEGRATION_STATUSES, required: true },
      reference: text,
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
      health: part({
        displayNameStatus: text,
        qualityRating: text,
        messagingLimit: text,
        checkedAt: date,
      }),
      registration: registrationSchema,
      work: workSchema,
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
    },
    { collection: "integrations", versionKey: false, strict: "throw" },
  );
  schema.index(
    { userId: 1, provider: 1, externalId: 1 },
    {
      name: "whatsapp_owner_number",
      unique: true,
      partialFilterExpression: {
        provider: PROVIDER,
        userId: { $type: "string" },
        externalId: { $type: "string" },
      },
    },
  );
  schema.index({ userId: 1, provider: 1, createdAt: -1, _id: -1 });
  schema.index({ provider: 1, externalId: 1 });
  schema.index({ provider: 1, "meta.wabaId": 1 });
  schema.index({ provider: 1, "work.queue": 1, "work.dueAt": 1 });
  schema.index({
    provider: 1,
    status: 1,
    "registration.waitingFor": 1,
    "registration.waitingSince": 1,
  });
  return schema;
}

export type IntegrationModel = Model<Integration>;

/** The model on the service's one connection. */
export function integrationModel(connection: Connection): IntegrationModel {
  return connection.model<Integration>("Integration", integrationSchema());
}
