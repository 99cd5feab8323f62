import type { RegistrationError } from "../integrations/integration.ts";
import type { MetBy } from "../integrations/ownership.ts";
import { PROBLEMS, type ProblemActor, type ProblemCode } from "../problems/catalogue.ts";
import { failedCall, type FailedCall } from "../provider-message.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { Obstacle } from "../ownership/records.ts";
import type { TwilioMeaning } from "./twilio-codes.ts";

/** Another owner has what this registration needs: it waits until that one was polled. */
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
  /** The row of twilio-codes.ts that decides, as after a call that was refused with this code. */
  readonly byTwilioCode?: TwilioMeaning;
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
      byTwilioCode?: TwilioMeaning;
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
    this.keepsSender = options.keepsSender ?? false;
    if (options.byTwilioCode !== undefined) this.byTwilioCode = options.byTwilioCode;
    if (options.actor !== undefined) this.actor = options.actor;
    if (options.providerCode !== undefined) this.providerCode = options.providerCode;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
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
