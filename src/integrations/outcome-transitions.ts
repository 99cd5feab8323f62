import type { ProblemCode } from "../problems/catalogue.ts";
import { FORGET_SENDER, UNTROUBLED, type IntegrationChange } from "./change.ts";
import type {
  DiscardedSender,
  Integration,
  Registration,
  RegistrationError,
  WaitingFor,
} from "./integration.ts";

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

/** A try failed, and the service tries again by itself. */
export function retryScheduled(
  integration: Integration,
  retry: { error: RegistrationError; countsAsAttempt: boolean; dueAt: Date; now: Date },
): IntegrationChange {
  return {
    $set: isUnderWay(integration)
      ? {
          ...waiting(integration, actorOf(retry.error), retry.now),
          "registration.error": { ...retry.error, retryable: true },
          "registration.nextAttemptAt": retry.dueAt,
        }
      : {},
    $inc: retry.countsAsAttempt ? { "registration.attempts": 1 } : { "registration.outages": 1 },
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
): { toRemove: DiscardedSender[]; isWatched: boolean } {
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
  const answer = answerOf(registration, error.code, isLost);
  return {
    $set: {
      status: "error",
      ...waiting(integration, actorOf(error), now),
      "registration.error": error,
      "registration.queue": isWatched ? "check" : "registration",
      ...(isWatched && registration.step !== "done" ? { "registration.looks": 0 } : {}),
      ...(answer ? { "registration.examination.verdict": answer } : {}),
    },
    ...(answer ? { $currentDate: { "registration.examination.decidedAt": true } } : {}),
    $unset: {
      "registration.nextAttemptAt": 1,
      "registration.conflict": 1,
      ...(isLost ? FORGET_SENDER : {}),
    },
    ...(toRemove.length > 0 ? { $addToSet: { "registration.discards": { $each: toRemove } } } : {}),
  };
}

/** What this end tells those who asked for looks, in the same write. */
function answerOf({ examination }: Registration, code: ProblemCode, isLost: boolean) {
  if (!examination || examination.decidedAt) return undefined;
  if (code === "sender_vanished") return "gone";
  return isLost ? "gave_way" : undefined;
}
