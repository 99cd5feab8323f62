import { retried, type RetryRequest } from "../integrations/transitions.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { Integration } from "../integrations/integration.ts";
import { OURS } from "../integrations/ours.ts";

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
    retried(integration, request),
  );
}
