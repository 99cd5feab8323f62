import type { DiscardedSender } from "../../integrations/integration.ts";
import type { SubaccountCredentials } from "../../twilio/senders-client.ts";
import { credentialsFor, sendChange, senderIdOf, type Next, type Work } from "../work.ts";

/** Deletes a sender and tells whether Twilio confirms that it is gone. */
export async function removeSender(
  work: Work,
  credentials: SubaccountCredentials,
  senderId: string,
): Promise<boolean> {
  const { accountSid: subaccountSid } = credentials;
  await sendChange(work, { kind: "delete_sender", subaccountSid, senderId }, (timeoutMs) =>
    work.deps.senders.delete(credentials, senderId, timeoutMs),
  );
  await work.claim.write({ $unset: { "registration.intent": 1 } });
  return (await work.deps.senders.fetch(credentials, senderId)) === undefined;
}

/**
 * Removes the senders that must not stay, before anything else is done for the integration. The
 * recorded one is never among them.
 */
export async function removeDiscards(work: Work): Promise<Next | undefined> {
  for (const discard of work.claim.registration.discards) {
    const gone = await isGone(work, discard);
    if (!gone) return { kind: "wait", ms: work.deps.settings.pollIntervalMs, waitingFor: "twilio" };
    await work.claim.write({
      $pull: { "registration.discards": { senderId: discard.senderId } },
    });
  }
  return undefined;
}

async function isGone(work: Work, discard: DiscardedSender): Promise<boolean> {
  if (discard.senderId === work.claim.integration.meta.senderId) return true;
  const credentials = await credentialsFor(work, discard.subaccountSid);
  return !credentials || removeSender(work, credentials, discard.senderId);
}

/**
 * A create for an earlier target whose outcome is unknown may have left a sender in that target's
 * subaccount: what the list shows there is put down for removal.
 */
export async function discardLeftBehind(
  work: Work,
  intent: { subaccountSid: string },
): Promise<void> {
  const credentials = await credentialsFor(work, intent.subaccountSid);
  const senders = credentials ? await work.deps.senders.list(credentials) : [];
  const left = senders
    .filter((sender) => sender.senderId === senderIdOf(work))
    .map(({ sid }) => ({ subaccountSid: intent.subaccountSid, senderId: sid }));
  await work.claim.write({
    $unset: { "registration.intent": 1 },
    ...(left.length > 0 ? { $addToSet: { "registration.discards": { $each: left } } } : {}),
  });
}
