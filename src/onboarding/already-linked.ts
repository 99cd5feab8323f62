import type { Integration } from "../integrations/integration.ts";
import { ProblemError } from "../problems/problem-error.ts";

/** What an earlier service connected is the operator's to bring in. */
export function linkedInOlderDocument(): ProblemError {
  return new ProblemError("number_already_linked", { actor: "operator" });
}

/**
 * Whether a callback for `wabaId` may not touch this integration: it works under another WABA, and
 * only Meta's word that the number is in the new one may replace it.
 */
export function isLinkedElsewhere(
  existing: Integration | undefined,
  wabaId: string,
  numberShown: boolean,
): boolean {
  return (
    existing !== undefined && keeps(existing) && existing.meta.wabaId !== wabaId && !numberShown
  );
}

/** Linked, or between the two looks that decide whether it still works. */
export function keeps({ status, work }: Integration): boolean {
  return status === "linked" || (status === "pending" && work.queue === "check");
}
