import type { ProblemCode } from "../problems/catalogue.ts";
import { FORGET_SENDER, UNTROUBLED, type IntegrationChange } from "./change.ts";
import type { SenderToRemove, Integration, RegistrationError, WaitingFor } from "./integration.ts";

/** Who has to act; what only the caller can mend nobody waits for, so the operator looks at it. */
export function actorOf(error: RegistrationError): WaitingFor {
  return error.actor === "caller" ? "operator" : error.actor;
}

/**
 * Waits and tries show while a registration is under way. One that came to its end keeps showing
 * what it came to, whatever is looked at or cleared up behind it.
 */
export function isUnderWay({ status }: Integration): boolean {
  return status === "pending";
}

function waiting({ registration }: Integration, waitingFor: WaitingFor, now: Date) {
  const isNew = registration.waitingFor !== waitingFor;
  return {
    "registration.waitingFor": waitingFor,
    ...(isNew ? { "registration.waitingSince": now } : {}),
  } as const;
}

/** A step waits; a try that went well clears the error of the one before. */
export function waited(
  integration: Integration,
  wait: { waitingFor: WaitingFor; keepsError: boolean; dueAt: Date; now: Date },
): IntegrationChange {
  const underWay = isUnderWay(integration);
  return {
    $set: {
      ...(underWay ? waiting(integration, wait.waitingFor, wait.now) : {}),
      ...(underWay ? { "registration.nextAttemptAt": wait.dueAt } : {}),
      ...(wait.keepsError ? {} : UNTROUBLED),
    },
    ...(underWay && !wait.keepsError ? { $unset: { "registration.error": 1 } } : {}),
  };
}

/** A try failed, and the service tries again by itself: of the customer it awaits a code at most. */
export function retryScheduled(
  integration: Integration,
  retry: { error: RegistrationError; countsAsAttempt: boolean; dueAt: Date; now: Date },
): IntegrationChange {
  const actor = actorOf(retry.error);
  const isIdle = actor === "customer" && integration.registration.step !== "verification";
  return {
    $set: isUnderWay(integration)
      ? {
          ...waiting(integration, isIdle ? "twilio" : actor, retry.now),
          "registration.error": { ...retry.error, retryable: true },
          "registration.nextAttemptAt": retry.dueAt,
        }
      : {},
    $inc: retry.countsAsAttempt ? { "registration.attempts": 1 } : { "work.outages": 1 },
  };
}

/** How a registration ends that needs a person. */
export interface Failure {
  error: RegistrationError;
  /** What it wanted is another owner's: its own sender has to go. */
  isLost: boolean;
  now: Date;
}

/** What a failure leaves at Twilio: a sender to remove, or one to be watched. */
export function leftBy(
  { meta, registration }: Integration,
  { isLost }: Pick<Failure, "isLost">,
): { toRemove: SenderToRemove[]; isWatched: boolean } {
  const { senderId, twilioSubaccountSid: subaccountSid } = meta;
  return {
    toRemove: isLost && senderId && subaccountSid ? [{ senderId, subaccountSid }] : [],
    isWatched: senderId !== undefined && !isLost && registration.step !== "disconnecting",
  };
}

/** Nothing happens without a person. */
export function failed(integration: Integration, failure: Failure): IntegrationChange {
  const { error, isLost, now } = failure;
  const { registration } = integration;
  const { toRemove, isWatched } = leftBy(integration, failure);
  const answer = answerOf(integration, error.code, isLost);
  return {
    $set: {
      status: "error",
      ...waiting(integration, actorOf(error), now),
      "registration.error": error,
      "work.queue": isWatched ? "check" : "registration",
      ...(isWatched && registration.step !== "done" ? { "work.polls": 0 } : {}),
      ...(answer ? { "work.examination.verdict": answer } : {}),
    },
    ...(answer ? { $currentDate: { "work.examination.decidedAt": true } } : {}),
    $unset: {
      "registration.nextAttemptAt": 1,
      "registration.conflict": 1,
      ...(isLost ? FORGET_SENDER : {}),
    },
    ...(toRemove.length > 0 ? { $addToSet: { "work.sendersToRemove": { $each: toRemove } } } : {}),
  };
}

/** What this end tells the claimants that asked for polls, in the same write. */
function answerOf({ work: { examination } }: Integration, code: ProblemCode, isLost: boolean) {
  if (!examination || examination.decidedAt) return undefined;
  if (code === "sender_vanished") return "gone";
  return isLost ? "gave_way" : undefined;
}
