import type { SenderToRemove, Intent } from "../../integrations/integration.ts";
import { creationSettled, SETTLED } from "../../integrations/intent-transitions.ts";
import {
  removed,
  SUBACCOUNT_MISSING,
  SUBACCOUNT_SHOWN,
} from "../../integrations/sender-transitions.ts";
import type { SubaccountCredentials } from "../../twilio/senders-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import {
  credentialsFor,
  isOfNumber,
  pollLater,
  sendIntended,
  sinceMs,
  type StepResult,
  type StepContext,
} from "../step-context.ts";
import { stillThere } from "./sender.ts";

/**
 * The credentials for what has to be removed or looked for there; else how long until the subaccount
 * counts as gone, 0 when it does: one poll that does not find it leaves nothing behind.
 */
export async function credentialsOrGone(
  context: StepContext,
  subaccountSid: string,
): Promise<SubaccountCredentials | number> {
  const { claim, deps } = context;
  const credentials = await credentialsFor(context, subaccountSid);
  const since = claim.work.subaccountMissingSince;
  const { settleMs } = deps.settings;
  if (!credentials && since) return Math.max(0, settleMs - sinceMs(context, since));
  if (!credentials) await claim.write(SUBACCOUNT_MISSING);
  else if (since) await claim.write(SUBACCOUNT_SHOWN);
  return credentials ?? Math.max(1, settleMs);
}

/** Deletes a sender and tells whether Twilio confirms that it is gone. */
export async function removeSender(
  context: StepContext,
  credentials: SubaccountCredentials,
  senderId: string,
): Promise<boolean> {
  const { accountSid: subaccountSid } = credentials;
  await sendIntended(context, { kind: "delete_sender", subaccountSid, senderId }, (timeoutMs) =>
    context.deps.senders.delete(credentials, senderId, timeoutMs),
  );
  const { claim, deps, log } = context;
  await claim.write(SETTLED);
  if ((await deps.senders.fetch(credentials, senderId)) !== undefined) return false;
  const { externalId: phoneNumber, meta } = claim.integration;
  log.info(
    { event: "sender_removed", senderId, subaccountSid, phoneNumber, wabaId: meta.wabaId },
    "The sender is removed from Twilio",
  );
  return true;
}

/**
 * Removes the senders that must not stay, before anything else is done for the integration. The
 * recorded one is never among them.
 */
export async function clearSendersToRemove(context: StepContext): Promise<StepResult | undefined> {
  for (const unwanted of context.claim.work.sendersToRemove) {
    const outcome = await remove(context, unwanted);
    if (outcome === "still_there") return pollLater(context, "twilio");
    if (outcome === "gone") await context.claim.write(removed(unwanted));
  }
  return undefined;
}

/**
 * `refused`: Twilio does not let it be removed now. That holds up a registration, whose error then
 * says so; beside it, the sender stays put down for the next poll.
 */
async function remove(
  context: StepContext,
  unwanted: SenderToRemove,
): Promise<"gone" | "still_there" | "refused"> {
  const { claim, log } = context;
  if (unwanted.senderId === claim.integration.meta.senderId) return "gone";
  const removes = (credentials: SubaccountCredentials) =>
    removeSender(context, credentials, unwanted.senderId);
  try {
    const there = await credentialsOrGone(context, unwanted.subaccountSid);
    const gone = there === 0 || (typeof there !== "number" && (await removes(there)));
    return gone ? "gone" : "still_there";
  } catch (error) {
    const isRefusal = error instanceof TwilioError && error.kind === "final";
    if (!isRefusal || claim.integration.status === "pending") throw error;
    log.error({ err: error, ...unwanted }, "Twilio does not let a sender be removed");
    return "refused";
  }
}

/**
 * Settles a create whose outcome is unknown, by listing: what it made is recorded together with the
 * intent's end, so that nothing which comes in between can lose it. What a create for an earlier
 * target made is put down for removal.
 * @returns how long until it can be settled; 0 when it is
 */
export async function settleCreation(context: StepContext, intent: Intent): Promise<number> {
  const { integration, work } = context.claim;
  const { subaccountSid, wabaId } = intent;
  const there = await credentialsOrGone(context, subaccountSid);
  if (typeof there === "number" && there > 0) return there;
  const credentials = typeof there === "number" ? undefined : there;
  const listed = credentials ? await context.deps.senders.list(credentials) : [];
  const known = new Set(work.sendersToRemove.map(({ senderId }) => senderId));
  const shown = listed.filter((sender) => isOfNumber(context, sender) && !known.has(sender.sid));
  const made = credentials ? await stillThere(context, credentials, shown) : [];
  const recorded =
    integration.meta.senderId ??
    made.findLast((sender) => (sender.wabaId ?? wabaId) === wabaId)?.sid;
  await context.claim.write(
    creationSettled(integration, intent, {
      recorded,
      made: made.map(({ sid }) => ({ subaccountSid, senderId: sid })),
    }),
  );
  return 0;
}
