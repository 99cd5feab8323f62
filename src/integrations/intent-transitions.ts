import type { IntegrationChange } from "./change.ts";
import type { DiscardedSender, Integration, Intent } from "./integration.ts";

/** A call that changes something at Twilio is about to be sent. */
export function intended(
  { registration }: Integration,
  { id, kind, subaccountSid, senderId }: Pick<Intent, "id" | "kind" | "subaccountSid" | "senderId">,
) {
  return {
    $set: {
      "registration.intent.id": id,
      "registration.intent.kind": kind,
      "registration.intent.subaccountSid": subaccountSid,
      "registration.intent.wabaId": registration.target.wabaId,
      ...(senderId ? { "registration.intent.senderId": senderId } : {}),
    },
    $currentDate: { "registration.intent.at": true },
  } satisfies IntegrationChange;
}

/** The outcome of the call is known, or it was not sent. */
export const SETTLED = {
  $unset: { "registration.intent": 1 },
} as const satisfies IntegrationChange;

/**
 * A listing told what a create of unknown outcome made: for the present target one is recorded, what
 * was made for an earlier one is to be removed.
 * @param recorded the sender to record; undefined when there is none
 */
export function creationSettled(
  integration: Integration,
  { subaccountSid, wabaId }: Intent,
  { recorded, made }: { recorded: string | undefined; made: DiscardedSender[] },
): IntegrationChange {
  const isCurrent =
    subaccountSid === integration.meta.twilioSubaccountSid &&
    wabaId === integration.registration.target.wabaId;
  return {
    $unset: { "registration.intent": 1, "registration.goneSince": 1 },
    ...(isCurrent && recorded ? { $set: { "meta.senderId": recorded } } : {}),
    ...(isCurrent ? {} : { $addToSet: { "registration.discards": { $each: made } } }),
  };
}

/**
 * A sender that was created under a claim that is lost, and that nobody recorded, is to be removed.
 * @param now when the worker takes it up
 */
export function createdUnrecorded(created: DiscardedSender, now: Date) {
  return {
    $addToSet: { "registration.discards": created },
    $set: { "registration.dueAt": now },
    // So that a claim under way, which does not know of it, cannot put it off.
    $inc: { "registration.generation": 1 },
  } satisfies IntegrationChange;
}
