import { INTEGRATION_FIELDS } from "../integrations/exported-fields.ts";

/** What an owner is given of a collection, and what of it not and why; a test holds both complete. */
export interface ExportedFields {
  /** Names of fields, in dots where only a part of one is given. */
  given: readonly string[];
  withheld: Readonly<Record<string, string>>;
}

const PASSES = "lets its bearer act, or is compared with what does";
const OWN_AFFAIR = "the service's own bookkeeping, nothing about a person";

/** By collection. A field that is in neither list fails a test, so a new one cannot slip in or out. */
export const EXPORTED = {
  integrations: INTEGRATION_FIELDS,
  signup_sessions: {
    given: [
      "_id",
      "userId",
      "reference",
      "accountName",
      "assignedNumbers",
      "phoneNumber",
      "line",
      "phoneNumberTyped",
      "phoneNumberType",
      "displayName",
      "displayNameTyped",
      "locale",
      "localeChosen",
      "returnUrl",
      "failureUrl",
      "integrationId",
      "externalId",
      "status",
      "createdAt",
      "linkExpiresAt",
      "expiresAt",
      "openedAt",
      "callback",
      "proof",
      "proofFailures",
      "takenAt",
      "awaitsIntegrationSince",
      "timeline",
      "browserEvents",
      "endAwaited",
      "keptUntil",
    ],
    withheld: { payloadHashes: PASSES, browserHash: PASSES, hold: PASSES },
  },
  line_spellings: { given: ["userId", "externalId"], withheld: { _id: "a hash of the other two" } },
  number_holds: {
    given: ["_id", "userId", "integrationId", "wabaId", "at"],
    withheld: { rev: OWN_AFFAIR },
  },
  waba_holds: { given: ["_id", "userId", "at"], withheld: { rev: OWN_AFFAIR } },
  number_assignments: { given: ["_id", "userId", "foundIn", "assignedAt"], withheld: {} },
  twilio_subaccounts: {
    given: ["userId", "wabaId", "sid", "missingSince", "createdAt", "updatedAt"],
    withheld: { _id: "a hash of the first two", lease: PASSES, intent: OWN_AFFAIR },
  },
  legacy_imports: {
    given: [
      "_id",
      "userId",
      "phoneNumber",
      "wabaId",
      "former",
      "removed",
      "importedAt",
      "keptUntil",
    ],
    withheld: { madeSubaccount: OWN_AFFAIR },
  },
} as const satisfies Record<string, ExportedFields>;

/** Collections of which an owner is given something else than documents, or nothing, and why. */
export const NOT_BY_FIELDS = {
  line_codes: "of each line's record the owner's own entries",
  number_relays: "of each number's record the owner's own signups, without codes and keys",
  erasures: "by the owner's hash: reason and times",
  operator_sessions: "of operators, nothing about an owner",
  idempotency_keys: "hashes of requests, for a day; nothing can be read from them",
  rate_limits: "how many requests the last minute had",
} as const;
