import type { TwilioError } from "../twilio/twilio-error.ts";
import type { RegistrationError } from "../integrations/integration.ts";
import { problemOfTwilioError, RegistrationFailure, registrationError } from "./failure.ts";

/** What happens after a failed try of a step. */
export interface Verdict {
  action: "retry" | "fail";
  error: RegistrationError;
  /** For `retry`. */
  delayMs: number;
  /** Outages and rate limits are not the registration's fault and use up none of its attempts. */
  countsAsAttempt: boolean;
  /** The whole worker should slow down. */
  isOutage: boolean;
}

export interface RetrySituation {
  attempts: number;
  outages: number;
  /** Since the customer finished the popup. */
  sinceTakenMs: number;
  /** Meta showed the number in the WABA, so where else it is registered may be about to end. */
  numberShown: boolean;
  /** Refused credentials were out of date in this process, see `rereadAccounts`. */
  credentialsStale: boolean;
  /** A random number from 0 to 1. */
  random: number;
}

export interface RetrySettings {
  pollIntervalMs: number;
  maxIntervalMs: number;
}

/**
 * How long after the popup a WABA may not yet be visible to Twilio, or a number that it shows still
 * be registered where it was; and how often that is tried.
 */
const SHARE_ARRIVES_WITHIN_MS = 10 * 60_000;
const SHARE_TRIES = 5;
/** Meta speaks of about twelve hours after too many codes. */
const TOO_MANY_CODES_MS = 12 * 60 * 60_000;
/** Each process may have an old token in memory; more tries than this no change explains. */
const STALE_CREDENTIAL_TRIES = 10;

/** Full jitter: a random part of an interval that doubles with each try. */
export function backoffMs(
  attempts: number,
  random: number,
  { pollIntervalMs, maxIntervalMs }: RetrySettings,
): number {
  const ceiling = Math.min(maxIntervalMs, pollIntervalMs * 2 ** Math.min(attempts, 30));
  return Math.round(ceiling * random);
}

/** Waits between looks at a sender grow by half each, within ten per cent of jitter. */
export function lookDelayMs(
  looks: number,
  random: number,
  { pollIntervalMs, maxIntervalMs }: RetrySettings,
): number {
  const grown = Math.min(maxIntervalMs, pollIntervalMs * 1.5 ** Math.min(looks, 60));
  return Math.round(grown * (0.9 + 0.2 * random));
}

/** Sorts a failed try: try again by itself, or wait for a person. */
export function judge(
  error: TwilioError | RegistrationFailure,
  situation: RetrySituation,
  settings: RetrySettings,
): Verdict {
  const backoff = backoffMs(situation.attempts + situation.outages, situation.random, settings);
  if (error instanceof RegistrationFailure) {
    const known = registrationError(error.code, error.providerCode, error.failedCall);
    const problem = error.actor ? { ...known, actor: error.actor } : known;
    if (error.retryAfterMs !== undefined) return verdict("retry", problem, error.retryAfterMs);
    return error.isTwilios
      ? byCode(problem, backoff, situation, settings)
      : verdict("fail", problem);
  }
  const code = error.code?.toString();
  const problem = registrationError(problemOfTwilioError(error), code, error.failedCall);
  const delayMs = Math.max(backoff, error.retryAfterMs ?? 0);
  return error.kind === "retryable"
    ? { ...verdict("retry", problem, delayMs), countsAsAttempt: false, isOutage: true }
    : byCode(problem, delayMs, situation, settings);
}

/** Final, retry or wait: the one table, for refused calls and for the reasons of an OFFLINE sender. */
function byCode(
  problem: RegistrationError,
  backoff: number,
  situation: RetrySituation,
  settings: RetrySettings,
): Verdict {
  const { code } = problem;
  switch (code) {
    case "waba_not_shared":
    case "number_already_on_whatsapp": {
      const awaited =
        (code === "waba_not_shared" || situation.numberShown) &&
        situation.attempts < SHARE_TRIES &&
        situation.sinceTakenMs < SHARE_ARRIVES_WITHIN_MS;
      return verdict(awaited ? "retry" : "fail", problem, backoff + settings.pollIntervalMs);
    }
    case "two_step_verification_on": {
      // A sender that was deleted a moment ago may still count at Meta.
      const awaited = situation.attempts < SHARE_TRIES;
      return verdict(awaited ? "retry" : "fail", problem, backoff + settings.pollIntervalMs);
    }
    case "twilio_credentials_rejected":
    case "twilio_account_inactive": {
      const again = situation.credentialsStale && situation.attempts < STALE_CREDENTIAL_TRIES;
      return verdict(again ? "retry" : "fail", problem, backoff);
    }
    case "display_name_change_in_progress":
      return verdict("retry", problem, Math.max(backoff, settings.maxIntervalMs));
    case "too_many_codes":
      return verdict("retry", problem, Math.max(TOO_MANY_CODES_MS, backoff));
    default:
      return verdict("fail", problem);
  }
}

function verdict(action: "retry" | "fail", error: RegistrationError, delayMs = 0): Verdict {
  return { action, error, delayMs, countsAsAttempt: true, isOutage: false };
}
