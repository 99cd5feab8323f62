import { FORGET_DOUBTS, FORGET_SENDER, together, type IntegrationChange } from "./change.ts";
import type { SenderToRemove, Integration, WebhookTry } from "./integration.ts";
import { stepOf } from "./sender-status.ts";
import { progressed } from "./transitions.ts";

/** The pair's subaccount is known; what was done in another one before is left there, and removed. */
export function subaccountFound(
  integration: Integration,
  sid: string,
  now: Date,
): IntegrationChange {
  const { twilioSubaccountSid: former, senderId } = integration.meta;
  const replaced = former !== undefined && former !== sid;
  return together(
    { $set: { "meta.twilioSubaccountSid": sid } },
    replaced
      ? {
          $unset: FORGET_SENDER,
          $push: { "registration.formerSubaccounts": { $each: [{ sid: former, released: true }] } },
        }
      : {},
    // What is left of it there would be the number's second.
    replaced && senderId ? toBeRemoved([{ subaccountSid: former, senderId }]) : {},
    progressed(integration, "number", "twilio", now),
  );
}

/** Twilio does not know the subaccount any more, or none was recorded: it is looked for anew. */
export function subaccountUnknown(integration: Integration, now: Date) {
  return progressed(integration, "subaccount", "twilio", now);
}

/** The number is in the subaccount, or not at Twilio. */
export function numberInPlace(integration: Integration, now: Date) {
  return progressed(integration, "sender", "twilio", now);
}

/** The recorded sender is not listed, which may only mean not yet: polls wait until it must be. */
export function senderNotListed(integration: Integration, now: Date) {
  return progressed(integration, "online", "twilio", now);
}

/** Twilio took the sender, or had it before: what comes next is what its status asks for. */
export function senderRecorded(
  integration: Integration,
  sender: { sid: string; status: string },
  event: "sender_created" | "sender_adopted",
  now: Date,
): IntegrationChange {
  const step = stepOf(sender.status);
  const waitingFor = step === "verification" ? "customer" : "twilio";
  return together(
    {
      $set: { "meta.senderId": sender.sid, "registration.senderStatus": sender.status },
      $unset: {
        ...FORGET_DOUBTS,
        "registration.verification.isCounted": 1,
        // What was done with an earlier sender's codes is not this one's.
        ...(event === "sender_created"
          ? {
              "registration.verification.submittedAt": 1,
              "registration.verification.seenAt": 1,
            }
          : {}),
      },
    },
    progressed(integration, step, waitingFor, now),
  );
}

/** The number has another sender than the recorded one. */
export function senderAdopted(sid: string) {
  return { $set: { "meta.senderId": sid } } satisfies IntegrationChange;
}

/** Twilio does not have the recorded sender any more: it is made anew. */
export function senderGone(integration: Integration, now: Date): IntegrationChange {
  return together({ $unset: FORGET_SENDER }, progressed(integration, "sender", "twilio", now));
}

/** The recorded sender is removed, and another made in its place. */
export function senderReplaced(integration: Integration, senderId: string, now: Date) {
  const subaccountSid = integration.meta.twilioSubaccountSid ?? "";
  return together(toBeRemoved([{ subaccountSid, senderId }]), senderGone(integration, now));
}

/** Should the sender still be OFFLINE at the next try, another is made in its place. */
export function replacementWanted(senderId: string) {
  return { $set: { "registration.sender.replaceIfOffline": senderId } } satisfies IntegrationChange;
}

/** Senders that must not stay are put down for removal. */
export function toBeRemoved(senders: SenderToRemove[]) {
  return {
    $addToSet: { "work.sendersToRemove": { $each: senders } },
  } satisfies IntegrationChange;
}

/** A sender that was to be removed is gone. */
export function removed({ senderId }: SenderToRemove) {
  return {
    $pull: { "work.sendersToRemove": { senderId } },
    $unset: { "work.subaccountMissingSince": 1 },
  } satisfies IntegrationChange;
}

/** Twilio does not show the subaccount of what has to be removed or looked for. */
export const SUBACCOUNT_MISSING = {
  $currentDate: { "work.subaccountMissingSince": true },
} as const satisfies IntegrationChange;

/** It shows it again. */
export const SUBACCOUNT_SHOWN = {
  $unset: { "work.subaccountMissingSince": 1 },
} as const satisfies IntegrationChange;

/** The sender is to have another webhook, or Twilio answered to that. */
export function webhookTried(attempt: WebhookTry) {
  return { $set: { "work.webhook": attempt } } satisfies IntegrationChange;
}

/** The sender shows the webhook that it is to have. */
export const WEBHOOK_IN_LINE = {
  $unset: { "work.webhook": 1 },
} as const satisfies IntegrationChange;
