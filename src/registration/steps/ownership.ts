import type { IntegrationChange } from "../../integrations/change.ts";
import type { HistoryEntry } from "../../integrations/integration.ts";
import { ConflictMetError, RegistrationFailure } from "../failure.ts";
import type { StepContext } from "../step-context.ts";

/**
 * The last write about a number that Twilio calls ONLINE: takes or confirms its holds and gives the
 * claim back. Holds that a lost claim leaves behind count for nothing once the integration leaves.
 * @throws ConflictMetError where somebody else holds the line or the WABA by now; what came to an
 * error before stays one, with RegistrationFailure
 */
export async function finishAsOwner(
  { claim, deps }: StepContext,
  dueAt: Date,
  change: IntegrationChange,
  ...history: HistoryEntry[]
): Promise<void> {
  // Whoever was frozen until its claim was gone takes no hold any more.
  await claim.write({});
  const obstacle = await deps.holds.acquire(claim.integration);
  if (!obstacle) return claim.release(dueAt, change, ...history);
  if (claim.integration.status !== "error") throw new ConflictMetError(obstacle, "online");
  throw new RegistrationFailure(`${obstacle.about}_linked_elsewhere`, {
    actor: "operator",
    keepsSender: true,
  });
}

/** @throws ConflictMetError where another owner holds the line or the WABA */
export async function requireFree({ claim, deps }: StepContext): Promise<void> {
  const obstacle = await deps.holds.inTheWay(claim.integration);
  if (obstacle) throw new ConflictMetError(obstacle, "hold");
}
