import type { RegistrationError } from "../integrations/integration.ts";
import type { MetBy } from "../integrations/ownership.ts";
import { PROBLEMS, type ProblemActor, type ProblemCode } from "../problems/catalogue.ts";
import { failedCall, type FailedCall } from "../provider-message.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { Obstacle } from "../ownership/records.ts";

/** Another owner has what this registration needs: it waits until that one was looked at. */
export class ConflictMetError extends Error {
  override readonly name = "ConflictMetError";
  readonly obstacle: Obstacle;
  readonly metBy: MetBy;

  constructor(obstacle: Obstacle, metBy: MetBy) {
    super(`the ${obstacle.about} is another owner's`);
    this.obstacle = obstacle;
    this.metBy = metBy;
  }
}

/** A registration that cannot go on until somebody acts; the code says who and what. */
export class RegistrationFailure extends Error {
  override readonly name = "RegistrationFailure";
  readonly code: ProblemCode;
  readonly providerCode?: string;
  /** The table of Twilio's codes decides, as after a call that was refused with this code. */
  readonly isTwilios: boolean;
  /** What Twilio said, where it said something. */
  readonly failedCall: FailedCall;
  /** It passes by itself then. */
  readonly retryAfterMs?: number;
  /** Who has to act, where it is not who the catalogue says. */
  readonly actor?: ProblemActor;
  /** The number is somebody else's, and yet its sender stays, because it works. */
  readonly keepsSender: boolean;

  constructor(
    code: ProblemCode,
    options: {
      providerCode?: string;
      providerMessage?: string;
      isTwilios?: boolean;
      retryAfterMs?: number;
      actor?: ProblemActor;
      keepsSender?: boolean;
      cause?: unknown;
    } = {},
  ) {
    const { cause, providerMessage } = options;
    super(providerMessage === undefined ? code : `${code}: ${providerMessage}`, { cause });
    this.code = code;
    this.failedCall =
      cause instanceof TwilioError ? cause.failedCall : failedCall({ providerMessage });
    this.isTwilios = options.isTwilios ?? false;
    this.keepsSender = options.keepsSender ?? false;
    if (options.actor !== undefined) this.actor = options.actor;
    if (options.providerCode !== undefined) this.providerCode = options.providerCode;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** Twilio's codes as problems of our catalogue (docs/domain.md 2.3, 3.6). */
const PROBLEM_OF: Readonly<Record<number, ProblemCode>> = {
  10001: "twilio_account_inactive",
  20003: "twilio_credentials_rejected",
  20403: "twilio_account_inactive",
  20404: "twilio_resource_missing",
  20429: "twilio_rate_limited",
  63018: "twilio_rate_limited",
  63020: "invitation_not_accepted",
  63059: "number_moved_to_other_waba",
  63060: "display_name_rejected",
  63100: "twilio_request_refused",
  63101: "waba_not_shared",
  63102: "subaccount_has_other_waba",
  63103: "credit_line_conflict",
  63104: "waba_number_limit",
  63105: "sender_action_unsupported",
  63106: "sender_number_refused",
  63107: "sender_number_refused",
  63108: "sender_number_refused",
  63109: "sender_migrated",
  63110: "number_already_on_whatsapp",
  63111: "waba_access_lost",
  63112: "waba_disabled",
  63113: "number_not_verifiable",
  63114: "too_many_codes",
  63116: "code_not_received",
  63124: "display_name_rejected",
  63128: "display_name_change_in_progress",
};

/** The problem that a code of Twilio stands for; undefined for one that no page describes. */
export function problemOfTwilioCode(code: number | string): ProblemCode | undefined {
  return PROBLEM_OF[Number(code)];
}

/** The problem of a failed call, by its code, else by its HTTP status. */
export function problemOfTwilioError(error: TwilioError): ProblemCode {
  const known = error.code === undefined ? undefined : problemOfTwilioCode(error.code);
  if (known) return known;
  if (error.isRateLimit) return "twilio_rate_limited";
  if (error.kind === "retryable") return "twilio_unavailable";
  if (error.status === 401) return "twilio_credentials_rejected";
  if (error.status === 403) return "twilio_account_inactive";
  if (error.status === 404) return "twilio_resource_missing";
  return "twilio_request_refused";
}

/** What is stored on the integration; actor and retryable come from the catalogue. */
export function registrationError(
  code: ProblemCode,
  providerCode?: string,
  call?: FailedCall,
): RegistrationError {
  const { actor, retryable } = PROBLEMS[code];
  return { code, actor, retryable, ...providerPart({ ...call, providerCode }) };
}

/** What a log line and an entry of the history say of a failure at Twilio. */
export function providerPart(
  failed: FailedCall & { providerCode?: string | undefined },
): FailedCall & { providerCode?: string } {
  const { providerCode } = failed;
  return { ...(providerCode ? { providerCode } : {}), ...failedCall(failed) };
}
