import { retried, type RetryRequest } from "../integrations/transitions.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { Integration } from "../integrations/integration.ts";
import { unchangedAndFree } from "../integrations/integration-queries.ts";
import { isHeld } from "../integrations/lease.ts";

/** A step is under way; what comes of it says whether there is anything to start again. */
export function isAtWork(integration: Integration, now: Date): boolean {
  return integration.status === "pending" && isHeld(integration, now);
}

/** In `error`, and in `pending` while it only waits for its next poll. */
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
  return updateAndRead(
    model,
    unchangedAndFree(integration, request.now),
    retried(integration, request),
  );
}
