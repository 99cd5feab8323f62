import type { HistoryEntry, Integration } from "../../integrations/integration.ts";
import { usualDurationSeconds } from "../../integrations/usual-duration.ts";
import type { Locale } from "../../problems/locales.ts";
import type { Health } from "../../integrations/health.ts";
import { describeError } from "./describe-error.ts";

/** An integration as its owner sees it (docs/contract.md section 3); inner workings stay inside. */
export function integrationView(integration: Integration, locale: Locale) {
  const { _id, provider, externalId, status, reference, meta, health } = integration;
  return {
    id: String(_id),
    provider,
    externalId,
    status,
    ...(reference === undefined ? {} : { reference }),
    meta,
    registration: registrationView(integration, locale),
    ...(health ? { health: healthView(health) } : {}),
    createdAt: integration.createdAt.toISOString(),
    updatedAt: integration.updatedAt.toISOString(),
  };
}

function registrationView(integration: Integration, locale: Locale) {
  const { registration, work, status } = integration;
  const { step, senderStatus, attempts, error } = registration;
  const { offlineReasons } = registration.sender ?? {};
  return {
    step,
    senderStatus: senderStatus ?? null,
    attempts: attempts + work.outages,
    nextAttemptAt: registration.nextAttemptAt?.toISOString() ?? null,
    waitingFor: registration.waitingFor ?? null,
    waitingSince: registration.waitingSince?.toISOString() ?? null,
    usualDurationSeconds:
      status === "pending" ? (usualDurationSeconds(registration) ?? null) : null,
    error: error
      ? {
          ...describeError(integration, error, locale),
          ...(error.providerCode ? { providerCode: error.providerCode } : {}),
          ...(error.awaited ? { awaited: error.awaited } : {}),
        }
      : null,
    // The owner sees Twilio's codes, not its words.
    ...(offlineReasons ? { offlineReasons: offlineReasons.map(({ code }) => ({ code })) } : {}),
    history: registration.history.map(historyView),
    updatedAt: registration.updatedAt.toISOString(),
  };
}

function healthView({ checkedAt, ...shown }: Health) {
  return { ...shown, checkedAt: checkedAt.toISOString() };
}

/** Only the operator reads Twilio's own words about a call. */
function historyView(entry: HistoryEntry) {
  const { at, event, step, senderStatus, code, providerCode, reason } = entry;
  return {
    at,
    event,
    ...(step ? { step } : {}),
    ...(senderStatus ? { senderStatus } : {}),
    ...(code ? { code } : {}),
    ...(providerCode ? { providerCode } : {}),
    // An owner that loses a number by the operator's decision reads the operator's reason.
    ...(reason ? { reason } : {}),
  };
}
