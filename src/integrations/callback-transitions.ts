import { FORGET_STATUS, historyPush, type IntegrationChange } from "./change.ts";
import type { SenderToRemove, Integration } from "./integration.ts";
import type { OlderDocument } from "./older-documents.ts";
import { addedMeta, dotted, newMeta, targetAfter, type TakenCallback } from "./taken-callback.ts";
import { deadlineOf, type Term } from "./transitions.ts";

/** A signup without one leaves the one of an earlier signup. */
function referenceOf({ reference }: TakenCallback) {
  return reference === undefined ? {} : { reference };
}

/** What each callback begins with, whatever was there before. */
function beginning(callback: TakenCallback, term: Term) {
  const { now } = term;
  return {
    registration: {
      ...(callback.displayName ? { displayName: callback.displayName } : {}),
      numberAssigned: callback.numberAssigned,
      step: "subaccount",
      attempts: 0,
      waitingFor: "twilio",
      waitingSince: now,
      deadlineAt: deadlineOf(term),
      updatedAt: now,
    },
    work: { queue: "registration", dueAt: now, outages: 0, polls: 0 },
  } as const;
}

/** What a first callback makes of a number. */
export function started(callback: TakenCallback, term: Term) {
  const { now } = term;
  const { registration, work } = beginning(callback, term);
  return {
    status: "pending" as const,
    ...referenceOf(callback),
    meta: newMeta(callback),
    registration: {
      generation: 1,
      ...registration,
      target: callback.target,
      formerSubaccounts: [],
      history: [{ at: now, event: "onboarding_callback_received", step: "subaccount" }],
    },
    work: { ...work, sendersToRemove: [] },
    updatedAt: now,
  };
}

/** An older document becomes ours; what we know nothing about stays on it. */
export function takenOver({ createdAt }: OlderDocument, callback: TakenCallback, term: Term) {
  return {
    $set: {
      ...started(callback, term),
      ...(createdAt instanceof Date ? {} : { createdAt: term.now }),
    },
  } satisfies IntegrationChange;
}

/** A working number confirmed by the same WABA stays as it is and learns what is new. */
export function confirmed(existing: Integration, callback: TakenCallback, now: Date) {
  return {
    $set: {
      ...referenceOf(callback),
      ...addedMeta(callback),
      "registration.target": targetAfter(existing, callback),
      ...(callback.displayName ? { "registration.displayName": callback.displayName } : {}),
      // A poll right after the signup tells its customer how the number is now.
      "work.dueAt": now,
      "registration.updatedAt": now,
      updatedAt: now,
    },
    $inc: { "registration.generation": 1 },
    $push: historyPush({ at: now, event: "onboarding_callback_received" }),
  } satisfies IntegrationChange;
}

/** A later callback: the registration begins anew, for the WABA of that callback. */
export function retargeted(existing: Integration, callback: TakenCallback, term: Term) {
  const { now } = term;
  const { registration, work } = beginning(callback, term);
  const sameWaba = existing.meta.wabaId === callback.wabaId;
  const { twilioSubaccountSid, senderId } = existing.meta;
  const left: SenderToRemove[] =
    !sameWaba && twilioSubaccountSid && senderId
      ? [{ subaccountSid: twilioSubaccountSid, senderId }]
      : [];
  return {
    $set: {
      status: "pending",
      ...referenceOf(callback),
      ...(sameWaba ? addedMeta(callback) : { meta: newMeta(callback) }),
      ...dotted("registration", registration),
      ...dotted("work", work),
      "registration.target": targetAfter(existing, callback),
      updatedAt: now,
    },
    $inc: { "registration.generation": 1 },
    $unset: {
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      ...FORGET_STATUS,
      "registration.conflict": 1,
      "work.handOverTo": 1,
      // What is known of codes and of Twilio's patience holds for the number all the same.
      "registration.verification.method": 1,
      ...(sameWaba
        ? {}
        : {
            "registration.verification.isCounted": 1,
            "registration.verification.submittedAt": 1,
            "registration.verification.seenAt": 1,
          }),
      "registration.disconnectedAt": 1,
    },
    $push: {
      ...historyPush({ at: now, event: "onboarding_callback_received", step: "subaccount" }),
      "work.sendersToRemove": { $each: left },
      "registration.formerSubaccounts": {
        $each:
          !sameWaba && twilioSubaccountSid
            ? [{ sid: twilioSubaccountSid, released: existing.status === "disconnected" }]
            : [],
      },
    },
  } satisfies IntegrationChange;
}
