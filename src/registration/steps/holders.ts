import { PROVIDER, type HistoryEntry } from "../../integrations/integration.ts";
import { FenceLostError, type IntegrationUpdate } from "../claims.ts";
import { RegistrationFailure } from "../failure.ts";
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

/**
 * The last write about a number that Twilio calls ONLINE: takes or confirms its holds and gives the
 * claim back. Where the claim is gone because the number was disconnected meanwhile, nobody else
 * would end the holds.
 * @throws RegistrationFailure `number_linked_elsewhere`, `waba_linked_elsewhere`
 */
export async function releaseHolding(
  { claim, deps }: Work,
  dueAt: Date,
  update: IntegrationUpdate,
  ...history: HistoryEntry[]
): Promise<void> {
  const { integration } = claim;
  const lost = await deps.holds.acquire(integration);
  if (lost) throw new RegistrationFailure(`${lost}_linked_elsewhere`);
  try {
    await claim.release(dueAt, update, ...history);
  } catch (error) {
    if (error instanceof FenceLostError) {
      const now = await deps.integrations.findOne({ _id: integration._id }).lean();
      const disconnects = now?.registration.step === "disconnecting";
      if (disconnects || now?.status === "disconnected") await deps.holds.end(integration);
    }
    throw error;
  }
}
