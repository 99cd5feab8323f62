import { PROVIDER, type HistoryEntry } from "../../integrations/integration.ts";
import type { IntegrationUpdate } from "../claims.ts";
import { RegistrationFailure } from "../failure.ts";
import type { Work } from "../work.ts";

/** Due longest: the winner's tries wait for the loser's look, however many looks are due. */
const BEFORE_ALL = new Date(0);

/**
 * Where Meta's proof outweighs what others hold, they lose it, and their integrations are looked at
 * at once: the look finds the loss and removes their senders. Safe to repeat, so a process that dies
 * in between loses nothing.
 */
export async function outweighHolders({ claim, deps }: Work): Promise<void> {
  const { userId, externalId, meta, registration } = claim.integration;
  const showsNumber = registration.target.numberShown;
  if (meta.wabaProof !== "meta" && !showsNumber) return;
  // Whoever was frozen until its claim was gone has no say over others any more.
  await claim.write({});
  await deps.holds.outweigh(claim.integration);
  const held = await deps.holds.held(claim.integration);
  const losers = [
    ...(held.waba ? [{ "meta.wabaId": meta.wabaId, since: held.waba }] : []),
    ...(held.number && showsNumber ? [{ externalId, since: held.number }] : []),
  ];
  for (const { since, ...loser } of losers)
    await deps.integrations.updateMany(
      {
        ...loser,
        provider: PROVIDER,
        userId: { $ne: userId },
        status: { $ne: "disconnected" },
        "meta.senderId": { $exists: true },
        // A look that began after the loss sees it; one from before it may not, and is ended.
        "registration.lease.claimedAt": { $not: { $gt: since } },
      },
      { $set: { "registration.dueAt": BEFORE_ALL }, $inc: { "registration.generation": 1 } },
    );
}

/**
 * The last write about a number that Twilio calls ONLINE: takes or confirms its holds and gives the
 * claim back. Holds that a lost claim leaves behind count for nothing once the integration leaves.
 * @throws RegistrationFailure `number_linked_elsewhere`, `waba_linked_elsewhere`
 */
export async function releaseHolding(
  { claim, deps }: Work,
  dueAt: Date,
  update: IntegrationUpdate,
  ...history: HistoryEntry[]
): Promise<void> {
  const lost = await deps.holds.acquire(claim.integration);
  if (lost) throw new RegistrationFailure(`${lost}_linked_elsewhere`);
  await claim.release(dueAt, update, ...history);
}

/** @throws RegistrationFailure where somebody else holds the number or the WABA by now */
export async function requireNotLost({ claim, deps }: Work): Promise<void> {
  const lost = await deps.holds.lost(claim.integration);
  if (lost) throw new RegistrationFailure(`${lost}_linked_elsewhere`);
}
