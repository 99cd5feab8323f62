import { together, UNTROUBLED, type IntegrationChange } from "./change.ts";
import type { Integration, Registration } from "./integration.ts";
import { senderState } from "./sender-status.ts";
import { deadlineOf, progressed, type Term } from "./transitions.ts";

/** What Twilio shows of a sender. */
export interface ShownSender {
  sid: string;
  status: string;
  offlineReasons: { code: string; message: string }[];
}

/** Twilio's word for "the code that was handed over is being checked". */
export const VERIFYING = "VERIFYING";

/** One more poll without news, so the next one comes later. */
export const POLLED = { $inc: { "work.polls": 1 } } as const satisfies IntegrationChange;

/** A check of what ended, which found nothing to do. */
export const CHECKED = { $set: UNTROUBLED } as const satisfies IntegrationChange;

/** What a poll can find that counts only when the next one, after the settling time, agrees. */
export type Doubt = "missingSince" | "otherWabaSince";

/** Since when a poll found the sender missing, or under another WABA. */
export function doubtSince({ registration }: Integration, doubt: Doubt): Date | undefined {
  return registration.sender?.[doubt];
}

/** A first poll found the sender missing or under another WABA; one of the two at a time. */
export function doubted(doubt: Doubt): IntegrationChange {
  return doubt === "missingSince"
    ? {
        $currentDate: { "registration.sender.missingSince": true },
        $unset: { "registration.sender.otherWabaSince": 1 },
      }
    : {
        $currentDate: { "registration.sender.otherWabaSince": true },
        $unset: { "registration.sender.missingSince": 1 },
      };
}

/** The sender is there, under the right WABA; undefined where nobody doubted it. */
export function undoubted({ registration }: Integration): IntegrationChange | undefined {
  if (!(registration.sender?.missingSince ?? registration.sender?.otherWabaSince)) return undefined;
  return {
    $unset: { "registration.sender.missingSince": 1, "registration.sender.otherWabaSince": 1 },
  };
}

/**
 * What a poll shows of the sender: status and reasons as Twilio gives them, unknown ones too, and since
 * when it is OFFLINE.
 * @param follows what the status means for the registration, if that is news: one write with it
 * @returns the change, undefined for none; `isNews` when status or reasons are others than before
 */
export function shown(
  { registration }: Integration,
  sender: ShownSender,
  follows?: IntegrationChange,
): { isNews: boolean; change: IntegrationChange | undefined } {
  const { senderStatus, sender: { offlineSince, offlineReasons } = {} } = registration;
  const isOffline = senderState(sender.status) === "offline";
  const isKnown = sender.status === senderStatus && isOffline === (offlineSince !== undefined);
  const isNews = !isKnown || !sameReasons(offlineReasons ?? [], sender.offlineReasons);
  // From now on it is one that worked, which nobody else's claim takes down, linked or not.
  const isFirstOnline =
    senderState(sender.status) === "online" && registration.onlineSender !== sender.sid;
  const isWritten = isNews || isFirstOnline || follows !== undefined;
  return {
    isNews,
    change: isWritten ? together(follows ?? {}, statusOf(registration, sender)) : undefined,
  };
}

function statusOf(registration: Registration, sender: ShownSender): IntegrationChange {
  const isOffline = senderState(sender.status) === "offline";
  const hasReasons = sender.offlineReasons.length > 0;
  const begins = {
    ...(isOffline && !registration.sender?.offlineSince
      ? { "registration.sender.offlineSince": true as const }
      : {}),
    ...(isOffline && hasReasons && !registration.sender?.reasonsSince
      ? { "registration.sender.reasonsSince": true as const }
      : {}),
  };
  return {
    $set: {
      "registration.senderStatus": sender.status,
      ...(senderState(sender.status) === "online"
        ? { "registration.onlineSender": sender.sid }
        : {}),
      ...(hasReasons ? { "registration.sender.offlineReasons": sender.offlineReasons } : {}),
    },
    ...(Object.keys(begins).length > 0 ? { $currentDate: begins } : {}),
    $unset: {
      ...(hasReasons ? {} : { "registration.sender.offlineReasons": 1 }),
      ...(isOffline && hasReasons ? {} : { "registration.sender.reasonsSince": 1 }),
      ...(isOffline
        ? {}
        : { "registration.sender.offlineSince": 1, "registration.sender.replaceIfOffline": 1 }),
    },
  };
}

function sameReasons(
  known: ShownSender["offlineReasons"],
  given: ShownSender["offlineReasons"],
): boolean {
  const codes = (reasons: ShownSender["offlineReasons"]) => reasons.map(({ code }) => code).join();
  return codes(known) === codes(given);
}

/**
 * While registering, the step follows the status: a code is taken from the moment that Twilio's
 * question shows. Undefined where it stays.
 */
export function stepFollowed(integration: Integration, senderStatus: string, now: Date) {
  const { step } = integration.registration;
  const state = senderState(senderStatus);
  if (state === "awaits_code" && step !== "verification") {
    return progressed(integration, "verification", "customer", now);
  }
  // While a code is being checked, the next one is only too early.
  if (state === "under_way" && senderStatus !== VERIFYING && step === "verification") {
    return progressed(integration, "online", "twilio", now);
  }
  return undefined;
}

/**
 * What Twilio's status makes of an integration that was linked, as one write with it; undefined for
 * nothing.
 */
export function notLinkedAnyMore(
  integration: Integration,
  senderStatus: string,
  term: Term,
): IntegrationChange | undefined {
  const state = senderState(senderStatus);
  const { status } = integration;
  if (state === "online" || status === "error") return undefined;
  // OFFLINE once: not `linked`, since Twilio says so; not yet an error either, and still looked at.
  if (state === "offline" && status !== "linked") return undefined;
  return together(
    state === "awaits_code"
      ? progressed(integration, "verification", "customer", term.now)
      : progressed(integration, "online", "twilio", term.now),
    {
      $set: {
        status: "pending",
        // No longer usable, yet not OFFLINE: the registration is under way again and watched as such.
        ...(state === "offline" ? {} : { "work.queue": "registration" }),
        "registration.deadlineAt": deadlineOf(term),
      },
    },
  );
}
