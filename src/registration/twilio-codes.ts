import type { Contested } from "../integrations/ownership.ts";
import type { ProblemCode } from "../problems/catalogue.ts";
import type { TwilioError } from "../twilio/twilio-error.ts";

/** When the worker repeats a refused step by itself; every condition that is given must hold. */
export interface RetryRule {
  /** Failed tries of the step, after which a person has to act. */
  readonly tries?: number;
  /** Since the customer finished the popup, in milliseconds. */
  readonly withinMs?: number;
  /** `numberShown`: Meta showed the number in the WABA. `credentialsStale`: ours were out of date. */
  readonly onlyWhere?: "numberShown" | "credentialsStale";
  /**
   * `backoff` doubles with each try; `backoff_and_interval` is one poll interval more;
   * `longest_interval` is at least REGISTRATION_MAX_INTERVAL_MS.
   */
  readonly wait: "backoff" | "backoff_and_interval" | "longest_interval";
  /** An outage or a rate limit is not the registration's fault and uses up no try. */
  readonly countsAsTry: boolean;
}

/** All that a code of Twilio's decides. docs/errors.md is made of it: `npm run docs`. */
export interface TwilioMeaning {
  readonly problem: ProblemCode;
  /** A call refused with it while registering; without a rule a person has to act. */
  readonly retry?: RetryRule;
  /** Within this neither the step nor a one-time code is tried again, in milliseconds. */
  readonly pauseMs?: number;
  /**
   * The reason of a new sender that is OFFLINE: `wait` repeats the poll by the rule of `retry`,
   * `replace` makes a new sender then, since one with that reason does not recover. Else a person
   * has to act. A sender that was ONLINE is never remade.
   */
  readonly whenOffline?: "wait" | "replace";
  /** The refusal of a one-time code with it; else `problem`. */
  readonly answerToCode?: ProblemCode;
  /** What another owner in our own records may have, who is asked before it is believed. */
  readonly contested?: Contested;
  /** The meaning where an integration of ours had the number before. */
  readonly onceOurs?: TwilioMeaning;
}

const OUTAGE: RetryRule = { wait: "backoff", countsAsTry: false };
/** Each process may have an old token in memory; more tries than these no change explains. */
const FRESH_CREDENTIALS: RetryRule = {
  tries: 10,
  onlyWhere: "credentialsStale",
  wait: "backoff",
  countsAsTry: true,
};
/** A sender that was deleted a moment ago may still count at Meta. */
const SOON_RELEASED: RetryRule = { tries: 5, wait: "backoff_and_interval", countsAsTry: true };
/** Right after the popup Twilio may not see the WABA yet: inference (docs/domain.md section 7). */
const JUST_SHARED: RetryRule = { ...SOON_RELEASED, withinMs: 10 * 60_000 };

/**
 * Twilio's codes by number: 1xxxx and 2xxxx of any call (docs/domain.md 2.3), 63xxx of senders
 * (docs/domain.md 3.6, which says for each how sure it is). What no page describes is not here.
 */
export const TWILIO_CODES: Readonly<Record<number, TwilioMeaning>> = {
  10001: { problem: "twilio_account_inactive", retry: FRESH_CREDENTIALS },
  20003: { problem: "twilio_credentials_rejected", retry: FRESH_CREDENTIALS },
  20403: { problem: "twilio_account_inactive", retry: FRESH_CREDENTIALS },
  20404: { problem: "twilio_resource_missing" },
  // Whatever HTTP status these two come with: twilio/twilio-error.ts sorts them so.
  20429: { problem: "twilio_rate_limited", retry: OUTAGE },
  63018: { problem: "twilio_rate_limited", retry: OUTAGE },
  63020: { problem: "invitation_not_accepted" },
  63059: { problem: "number_moved_to_other_waba" },
  63060: { problem: "display_name_rejected" },
  // No page names the code of a wrong one-time code, so this and 63113 stand for it.
  63100: { problem: "twilio_request_refused", answerToCode: "verification_code_wrong" },
  63101: {
    problem: "waba_not_shared",
    retry: JUST_SHARED,
    whenOffline: "replace",
    contested: "waba",
  },
  63102: { problem: "subaccount_has_other_waba" },
  63103: { problem: "credit_line_conflict" },
  63104: { problem: "waba_number_limit" },
  63105: { problem: "sender_action_unsupported" },
  63106: { problem: "sender_number_refused" },
  63107: { problem: "sender_number_refused" },
  63108: { problem: "sender_number_refused" },
  63109: { problem: "sender_migrated" },
  // Where Meta shows the number in the customer's WABA, its old registration may be about to end.
  63110: {
    problem: "number_already_on_whatsapp",
    retry: { ...JUST_SHARED, onlyWhere: "numberShown" },
    whenOffline: "replace",
    contested: "number",
    onceOurs: {
      problem: "two_step_verification_on",
      retry: SOON_RELEASED,
      whenOffline: "replace",
    },
  },
  63111: { problem: "waba_access_lost" },
  63112: { problem: "waba_disabled" },
  63113: { problem: "number_not_verifiable", answerToCode: "verification_code_wrong" },
  // Twelve hours are Meta's "about", read on its error page (docs/domain.md section 7).
  63114: {
    problem: "too_many_codes",
    retry: { wait: "backoff", countsAsTry: true },
    pauseMs: 12 * 60 * 60_000,
    whenOffline: "replace",
  },
  63116: { problem: "code_not_received" },
  63124: { problem: "display_name_rejected" },
  63128: {
    problem: "display_name_change_in_progress",
    retry: { wait: "longest_interval", countsAsTry: true },
    whenOffline: "wait",
  },
};

/** What an answer means by its HTTP status, where it has no code or one that is not above. */
export const TWILIO_STATUSES = {
  429: { problem: "twilio_rate_limited", retry: OUTAGE },
  "5xx": { problem: "twilio_unavailable", retry: OUTAGE },
  401: { problem: "twilio_credentials_rejected", retry: FRESH_CREDENTIALS },
  403: { problem: "twilio_account_inactive", retry: FRESH_CREDENTIALS },
  404: { problem: "twilio_resource_missing" },
  "4xx": { problem: "twilio_request_refused", answerToCode: "verification_code_wrong" },
} as const satisfies Record<string, TwilioMeaning>;

/** The meaning of a code, as number or text; undefined for one that no page describes. */
export function meaningOfCode(code: number | string): TwilioMeaning | undefined {
  return TWILIO_CODES[Number(code)];
}

/** The meaning of a failed call: by its code, else by its HTTP status. */
export function meaningOf(error: TwilioError): TwilioMeaning {
  const known = error.code === undefined ? undefined : meaningOfCode(error.code);
  if (known) return known;
  if (error.isRateLimit) return TWILIO_STATUSES[429];
  if (error.kind === "retryable") return TWILIO_STATUSES["5xx"];
  switch (error.status) {
    case 401:
    case 403:
    case 404:
      return TWILIO_STATUSES[error.status];
    default:
      return TWILIO_STATUSES["4xx"];
  }
}

/** Whether it speaks of an account or its token, which may have changed since they were read. */
export function isAboutAccount({ retry }: TwilioMeaning): boolean {
  return retry?.onlyWhere === "credentialsStale";
}
