import { together, type IntegrationChange } from "./change.ts";
import type { RegistrationError } from "./integration.ts";
import { SETTLED } from "./intent-transitions.ts";

/** The code that the next sender brings is counted. */
export const CODE_COUNTED = {
  $set: { "registration.verification.isCounted": true },
} as const satisfies IntegrationChange;

/** That sender was refused, and no code sent. */
export const CODE_NOT_SENT = {
  $unset: { "registration.verification.isCounted": 1 },
} as const satisfies IntegrationChange;

/** A code is about to be handed over: from now on its outcome is unknown. */
export const CODE_HANDED_OVER = {
  $currentDate: { "registration.verification.submittedAt": true },
  $unset: { "registration.verification.seenAt": 1 },
} as const satisfies IntegrationChange;

/** A code that Twilio did not get, or refused at once, has no outcome to be waited for. */
export const CODE_NOT_TAKEN = {
  $unset: { "registration.verification.seenAt": 1, "registration.verification.submittedAt": 1 },
} as const satisfies IntegrationChange;

/** When Twilio took the call, and when the next poll is. */
interface AnsweredAt {
  dueAt: Date;
  now: Date;
}

/** Twilio took the call about a code, and is waited for. */
function answered({ dueAt, now }: AnsweredAt) {
  return together(SETTLED, {
    $set: {
      "registration.waitingFor": "twilio",
      "registration.waitingSince": now,
      "registration.nextAttemptAt": dueAt,
      "work.polls": 0,
    },
    $unset: { "registration.error": 1 },
  });
}

/** Twilio has the code. */
export function codeSubmitted(at: AnsweredAt): IntegrationChange {
  return together(answered(at), {
    $currentDate: { "registration.verification.submittedAt": true },
  });
}

/** Twilio was asked for a new code. */
export function codeRequested(
  { method, requestedAt }: { method: "sms" | "voice"; requestedAt: Date },
  at: AnsweredAt,
): IntegrationChange {
  return together(answered(at), {
    $set: {
      "registration.verification.method": method,
      "registration.verification.requestedAt": requestedAt,
    },
  });
}

/**
 * Twilio said no to a code or to a request for one.
 * @param blockedUntil when it takes the next, where that takes long
 */
export function codeRefused(
  error: RegistrationError,
  blockedUntil: Date | undefined,
): IntegrationChange {
  return {
    $set: {
      "registration.error": error,
      ...(blockedUntil ? { "registration.verification.blockedUntil": blockedUntil } : {}),
    },
  };
}

/** A poll showed for the first time that Twilio is done with the code. */
export const OUTCOME_SEEN = {
  $currentDate: { "registration.verification.seenAt": true },
} as const satisfies IntegrationChange;

/** It is being checked after all. */
export const OUTCOME_NOT_SEEN = {
  $unset: { "registration.verification.seenAt": 1 },
} as const satisfies IntegrationChange;

/** The code was wrong, or nothing was heard of it: the customer gives another. */
export function codeWrong(error: RegistrationError, now: Date) {
  return {
    $set: {
      "registration.error": error,
      "registration.waitingFor": "customer",
      "registration.waitingSince": now,
    },
    ...CODE_NOT_TAKEN,
  } satisfies IntegrationChange;
}
