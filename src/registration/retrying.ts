import type { IntegrationModel } from "../integrations/integration-model.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import { historyPush, type Integration } from "../integrations/integration.ts";
import { OURS } from "../integrations/ours.ts";
import { senderState } from "./sender-status.ts";

export interface RetryRequest {
  now: Date;
  /** How long the registration has from now on. */
  deadlineMs: number;
  displayName?: string;
  method?: "sms" | "voice";
  /** The operator's words, for the history. */
  reason?: string;
}

/** A step is under way; what comes of it says whether there is anything to start again. */
export function isAtWork(integration: Integration, now: Date): boolean {
  return integration.status === "pending" && isHeld(integration, now);
}

/** Some process or request works on it. */
export function isHeld({ registration: { lease } }: Integration, now: Date): boolean {
  return lease !== undefined && lease.until > now;
}

/** In `error`, and in `pending` while it only waits for its next look. */
export function mayRetry({ status, registration }: Integration, now: Date): boolean {
  if (status === "error") return true;
  const { nextAttemptAt } = registration;
  return status === "pending" && nextAttemptAt !== undefined && nextAttemptAt > now;
}

/** Starts a registration again where it stopped; undefined when it changed since it was read. */
export async function retryRegistration(
  model: IntegrationModel,
  integration: Integration,
  request: RetryRequest,
): Promise<Integration | undefined> {
  const { registration, meta } = integration;
  return updateAndRead(
    model,
    {
      _id: integration._id,
      ...OURS,
      status: integration.status,
      "registration.step": registration.step,
      "registration.generation": registration.generation,
      "meta.senderId": meta.senderId ?? null,
      "registration.lease.until": { $not: { $gt: request.now } },
    },
    retryUpdate(integration, request),
  );
}

function retryUpdate(
  integration: Integration,
  { now, deadlineMs, displayName, method, reason }: RetryRequest,
) {
  const { registration, meta } = integration;
  // Whether it is still OFFLINE is for the look to say: a sender that works is never removed.
  const remade =
    integration.status === "error" && senderState(registration.senderStatus ?? "") === "offline";
  return {
    $set: {
      status: "pending" as const,
      "registration.step": stepToRetry(integration),
      ...(remade && meta.senderId ? { "registration.remakes": meta.senderId } : {}),
      "registration.queue": "registration" as const,
      "registration.dueAt": now,
      "registration.attempts": 0,
      "registration.outages": 0,
      "registration.looks": 0,
      "registration.waitingFor": "twilio" as const,
      "registration.waitingSince": now,
      "registration.deadlineAt": new Date(now.getTime() + deadlineMs),
      ...(displayName ? { "registration.displayName": displayName } : {}),
      ...(method
        ? {
            "registration.verification.method": method,
            "registration.verification.requestedAt": now,
            "registration.verification.isCounted": true,
          }
        : {}),
      "registration.updatedAt": now,
      updatedAt: now,
    },
    $unset: {
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      // A lease that has run out may still be believed in, by a process that was frozen.
      "registration.lease": 1,
      "registration.offlineSince": 1,
      "registration.reasonsSince": 1,
      "registration.conflict": 1,
    },
    $push: historyPush({ at: now, event: "retry_requested", ...(reason ? { reason } : {}) }),
  };
}

/** A registration whose sender had trouble is looked at; one without a sender goes back. */
function stepToRetry({ registration, meta }: Integration) {
  const { step, senderStatus } = registration;
  if (step === "disconnecting") return step;
  if (meta.senderId === undefined) {
    return step === "number" || step === "sender" ? step : ("subaccount" as const);
  }
  if (senderState(senderStatus ?? "") === "awaits_code") return "verification" as const;
  return step === "done" ? ("online" as const) : step;
}
