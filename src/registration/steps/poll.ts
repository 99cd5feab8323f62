import type { IntegrationChange } from "../../integrations/change.ts";
import {
  doubted,
  doubtSince,
  shown,
  undoubted,
  type Doubt,
} from "../../integrations/poll-transitions.ts";
import { senderAdopted } from "../../integrations/sender-transitions.ts";
import type { Sender } from "../../twilio/senders-client.ts";
import { RegistrationFailure } from "../failure.ts";
import { meaningOfCode } from "../twilio-codes.ts";
import { credentialsFor, sinceMs, type StepContext } from "../step-context.ts";
import { markSurplusForRemoval, findSenders } from "./sender.ts";

/** What one poll shows. `surplus`: there are more of them, which have to be removed first. */
export type Seen =
  | { kind: "sender"; sender: Sender }
  | { kind: "surplus"; sender: Sender }
  | { kind: "other_waba"; sender: Sender }
  | { kind: "missing" };

/**
 * The number's sender as Twilio shows it now. The recorded one is asked for by its SID; the
 * subaccount is listed where that does not find it, and where others beside it would matter.
 */
export async function pollSender(
  context: StepContext,
  { amongAll = false }: { amongAll?: boolean } = {},
): Promise<Seen> {
  const { claim, deps } = context;
  const { twilioSubaccountSid, senderId } = claim.integration.meta;
  const credentials = twilioSubaccountSid && (await credentialsFor(context, twilioSubaccountSid));
  if (!credentials) return { kind: "missing" };
  if (senderId && !amongAll) {
    const recorded = await deps.senders.fetch(credentials, senderId);
    if (recorded) return seenAs(context, recorded);
  }
  const { kept, surplus, underOtherWaba } = await findSenders(context, credentials);
  if (!kept) return underOtherWaba ? seenAs(context, underOtherWaba) : { kind: "missing" };
  if (kept.sid !== senderId) await adopt(context, kept);
  if (surplus.length === 0) return { kind: "sender", sender: kept };
  await markSurplusForRemoval(context, credentials.accountSid, surplus);
  return { kind: "surplus", sender: kept };
}

function seenAs({ claim }: StepContext, sender: Sender): Seen {
  const { wabaId } = claim.integration.meta;
  return { kind: (sender.wabaId ?? wabaId) === wabaId ? "sender" : "other_waba", sender };
}

async function adopt({ claim, deps, log }: StepContext, sender: Sender): Promise<void> {
  const entry = { at: deps.clock.now(), event: "sender_adopted", senderStatus: sender.status };
  await claim.write(senderAdopted(sender.sid), entry);
  log.info(
    { event: "sender_adopted", senderId: sender.sid, senderStatus: sender.status },
    "The number has another sender than the recorded one",
  );
}

/**
 * Keeps status and reasons as Twilio gives them, unknown ones too, and since when it is OFFLINE.
 * @param follows what the status means for the registration, if that is news: one write with it
 */
export async function noteStatus(
  { claim, deps, log }: StepContext,
  sender: Sender,
  follows?: IntegrationChange,
): Promise<void> {
  const { senderStatus } = claim.registration;
  const found = undoubted(claim.integration);
  if (found) await claim.write(found);
  const { isNews, change } = shown(claim.integration, sender, follows);
  if (!change) return;
  const now = deps.clock.now();
  const entry = { at: now, event: "sender_status_changed", senderStatus: sender.status };
  await claim.write(change, ...(isNews ? [entry] : []));
  if (!isNews) return;
  log.info(
    {
      event: "sender_status_changed",
      senderId: sender.sid,
      from: senderStatus ?? null,
      senderStatus: sender.status,
      ...(sender.offlineReasons.length > 0 ? { offlineReasons: sender.offlineReasons } : {}),
    },
    "The sender's status changed",
  );
}

/** Notes the finding when it is new. @returns how long until a poll may confirm it; 0 by now */
export async function untilConfirmedMs(context: StepContext, doubt: Doubt): Promise<number> {
  const { claim, deps } = context;
  const since = doubtSince(claim.integration, doubt);
  const { settleMs } = deps.settings;
  if (since) return Math.max(0, settleMs - sinceMs(context, since));
  await claim.write(doubted(doubt));
  return Math.max(1, settleMs);
}

/**
 * How long an OFFLINE must still last before it counts; 0 when it does. A fresh sender may read
 * OFFLINE for several minutes (docs/domain.md 5.9); one that has a reason needs a second poll
 * alone.
 */
export function untilOfflineCountsMs(context: StepContext): number {
  const { offlineSince, reasonsSince } = context.claim.registration.sender ?? {};
  const { offlineGraceMs, settleMs } = context.deps.settings;
  if (!offlineSince) return offlineGraceMs;
  const byGrace = offlineGraceMs - sinceMs(context, offlineSince);
  const byReason = reasonsSince ? settleMs - sinceMs(context, reasonsSince) : byGrace;
  return Math.max(0, Math.min(byGrace, byReason));
}

/** @param whileRegistering then the table of codes decides whether the reason is waited out */
export function offlineFailure(
  { offlineReasons }: Sender,
  whileRegistering = false,
): RegistrationFailure {
  const [reason] = offlineReasons;
  if (!reason) return new RegistrationFailure("sender_offline");
  const meaning = meaningOfCode(reason.code);
  return new RegistrationFailure(meaning?.problem ?? "sender_offline", {
    providerCode: reason.code,
    providerMessage: reason.message,
    ...(whileRegistering && meaning ? { byTwilioCode: meaning } : {}),
  });
}
