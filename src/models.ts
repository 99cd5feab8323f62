import type { Connection } from "mongoose";
import { idempotencyKeyModel } from "./idempotency/idempotency-key-model.ts";
import { integrationModel } from "./integrations/integration-model.ts";
import { OURS_IN_INDEXES } from "./integrations/ours.ts";
import { rateLimitModel } from "./limits/shared-counter.ts";
import { lineSpellingModel } from "./onboarding/line-spellings.ts";
import { holdModels } from "./ownership/hold-store.ts";
import { lineCodesModel } from "./registration/line-codes.ts";
import { numberAssignmentModel } from "./ownership/number-assignments.ts";
import { erasureModel } from "./operator/erasure-store.ts";
import { legacyImportModel } from "./operator/legacy-import-model.ts";
import { operatorSessionModel } from "./operator/operator-sessions.ts";
import { subaccountModel } from "./subaccounts/subaccount-model.ts";
import { signupSessionModel } from "./signup/signup-session-model.ts";

/** Every collection of the service but the relay's. */
export type Models = ReturnType<typeof buildModels>;

/** Those of them that have indexes, and which documents of a shared one are ours. */
export function indexedOf(models: Models) {
  const { sessions, integrations, subaccounts, holds, assignments, lineCodes, rateLimits } = models;
  const { collection, schema } = integrations;
  return [
    sessions,
    { collection, schema, ours: OURS_IN_INDEXES },
    subaccounts,
    holds.numberHolds,
    holds.wabaHolds,
    assignments,
    lineCodes,
    rateLimits,
    models.idempotencyKeys,
    models.erasures,
    models.legacyImports,
    models.operatorSessions,
  ];
}

/** The models on the service's one connection. */
export function buildModels(connection: Connection) {
  return {
    sessions: signupSessionModel(connection),
    integrations: integrationModel(connection),
    spellings: lineSpellingModel(connection),
    subaccounts: subaccountModel(connection),
    assignments: numberAssignmentModel(connection),
    holds: holdModels(connection),
    lineCodes: lineCodesModel(connection),
    rateLimits: rateLimitModel(connection),
    idempotencyKeys: idempotencyKeyModel(connection),
    erasures: erasureModel(connection),
    legacyImports: legacyImportModel(connection),
    operatorSessions: operatorSessionModel(connection),
  };
}
