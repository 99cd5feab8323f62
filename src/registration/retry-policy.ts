import type { TwilioError } from "../twilio/twilio-error.ts";
import type { RegistrationError } from "../integrations/integration.ts";
import { RegistrationFailure, registrationError } from "./failure.ts";
import { meaningOf, type RetryRule, type TwilioMeaning } from "./twilio-codes.ts";

/** What happens after a failed try of a step. */
export interface RetryDecision {
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

/** Full jitter: a random part of an interval that doubles with each try. */
export function backoffMs(
  attempts: number,
  random: number,
  { pollIntervalMs, maxIntervalMs }: RetrySettings,
): number {
  const ceiling = Math.min(maxIntervalMs, pollIntervalMs * 2 ** Math.min(attempts, 30));
  return Math.round(ceiling * random);
}

/** Waits between polls of a sender grow by half each, within ten per cent of jitter. */
export function pollDelayMs(
  polls: number,
  random: number,
  { pollIntervalMs, maxIntervalMs }: RetrySettings,
): number {
  const grown = Math.min(maxIntervalMs, pollIntervalMs * 1.5 ** Math.min(polls, 60));
  return Math.round(grown * (0.9 + 0.2 * random));
}

/** Sorts a failed try: try again by itself, or wait for a person. */
export function decideRetry(
  error: TwilioError | RegistrationFailure,
  situation: RetrySituation,
  settings: RetrySettings,
): RetryDecision {
  const backoff = backoffMs(situation.attempts + situation.outages, situation.random, settings);
  if (error instanceof RegistrationFailure) {
    const known = registrationError(error.code, error.providerCode, error.failedCall);
    const problem = error.actor ? { ...known, actor: error.actor } : known;
    if (error.retryAfterMs !== undefined) return decision("retry", problem, error.retryAfterMs);
    const { byTwilioCode } = error;
    return byTwilioCode?.whenOffline
      ? byMeaning(byTwilioCode, problem, backoff, situation, settings)
      : decision("fail", problem);
  }
  const meaning = meaningOf(error);
  const problem = registrationError(meaning.problem, error.code?.toString(), error.failedCall);
  const delayMs = Math.max(backoff, error.retryAfterMs ?? 0);
  return error.kind === "retryable"
    ? { ...decision("retry", problem, delayMs), countsAsAttempt: false, isOutage: true }
    : byMeaning(meaning, problem, delayMs, situation, settings);
}

/** As the table of codes says, for refused calls and for the reasons of an OFFLINE sender. */
function byMeaning(
  { retry, pauseMs = 0 }: TwilioMeaning,
  problem: RegistrationError,
  backoff: number,
  situation: RetrySituation,
  settings: RetrySettings,
): RetryDecision {
  if (!retry || !applies(retry, situation)) return decision("fail", problem);
  return decision("retry", problem, Math.max(pauseMs, waitMs(retry, backoff, settings)));
}

function applies(
  { onlyWhere, tries = Infinity, withinMs = Infinity }: RetryRule,
  situation: RetrySituation,
): boolean {
  if (onlyWhere && !situation[onlyWhere]) return false;
  return situation.attempts < tries && situation.sinceTakenMs < withinMs;
}

function waitMs({ wait }: RetryRule, backoff: number, settings: RetrySettings): number {
  switch (wait) {
    case "backoff":
      return backoff;
    case "backoff_and_interval":
      return backoff + settings.pollIntervalMs;
    case "longest_interval":
      return Math.max(backoff, settings.maxIntervalMs);
  }
}

function decision(
  action: RetryDecision["action"],
  error: RegistrationError,
  delayMs = 0,
): RetryDecision {
  return { action, error, delayMs, countsAsAttempt: true, isOutage: false };
}
