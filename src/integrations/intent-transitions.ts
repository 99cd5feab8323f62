import type { IntegrationChange } from "./change.ts";
import type { SenderToRemove, Integration, Intent } from "./integration.ts";

/** A call that changes something at Twilio is about to be sent. */
export function intended(
  { meta }: Integration,
  { id, kind, subaccountSid, senderId }: Pick<Intent, "id" | "kind" | "subaccountSid" | "senderId">,
) {
  return {
    $set: {
      "work.intent.id": id,
      "work.intent.kind": kind,
      "work.intent.subaccountSid": subaccountSid,
      "work.intent.wabaId": meta.wabaId,
      ...(senderId ? { "work.intent.senderId": senderId } : {}),
    },
    $currentDate: { "work.intent.at": true },
  } satisfies IntegrationChange;
}

/** The outcome of the call is known, or it was not sent. */
export const SETTLED = {
  $unset: { "work.intent": 1 },
} as const satisfies IntegrationChange;

/**
 * A listing told what a create of unknown outcome made: for the present target one is recorded, what
 * was made for an earlier one is to be removed.
 * @param recorded the sender to record; undefined when there is none
 */
export function creationSettled(
  integration: Integration,
  { subaccountSid, wabaId }: Intent,
  { recorded, made }: { recorded: string | undefined; made: SenderToRemove[] },
): IntegrationChange {
  const isCurrent =
    subaccountSid === integration.meta.twilioSubaccountSid && wabaId === integration.meta.wabaId;
  return {
    $unset: { "work.intent": 1, "work.subaccountMissingSince": 1 },
    ...(isCurrent && recorded ? { $set: { "meta.senderId": recorded } } : {}),
    ...(isCurrent ? {} : { $addToSet: { "work.sendersToRemove": { $each: made } } }),
  };
}

/**
 * A sender that was created under a claim that is lost, and that nobody recorded, is to be removed.
 * @param now when the worker takes it up
 */
export function createdUnrecorded(created: SenderToRemove, now: Date) {
  return {
    $addToSet: { "work.sendersToRemove": created },
    $set: { "work.dueAt": now },
    // So that a claim under way, which does not know of it, cannot put it off.
    $inc: { "registration.generation": 1 },
  } satisfies IntegrationChange;
}
