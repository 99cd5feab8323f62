import { PROVIDER } from "../../integrations/integration.ts";
import type { Work } from "../work.ts";

/**
 * Where Meta's proof outweighs what others hold, they lose it, and their integrations are looked at
 * at once: the look finds the loss and removes their senders.
 */
export async function outweighHolders({ claim, deps }: Work): Promise<void> {
  for (const displaced of await deps.holds.outweigh(claim.integration))
    await deps.integrations.updateMany(
      { ...displaced, provider: PROVIDER, status: "linked" },
      { $set: { "registration.dueAt": deps.clock.now() } },
    );
}
