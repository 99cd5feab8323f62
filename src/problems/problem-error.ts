import type { FailedCall } from "../provider-message.ts";
import type { ProblemActor, ProblemCode } from "./catalogue.ts";

/** One thing that is wrong with the input; `path` is dotted, empty for the whole input. */
export interface ProblemIssue {
  path: string;
  code: string;
  message: string;
}

/** The two numbers of a `phone_number_mismatch`, in E.164: shown to whoever may see both, never logged. */
export interface MismatchedNumbers {
  expected: string;
  given: string;
}

/** Fields of a line about a refusal; `reason` is of a closed list, since lines are counted by it. */
export type LoggedRefusal = Readonly<{ reason: string } & Record<string, unknown>>;

export interface ProblemErrorOptions {
  issues?: readonly ProblemIssue[];
  /** For the `Retry-After` header. */
  retryAfterSeconds?: number;
  /** Who has to act, where that differs from the catalogue's `actor` of this code. */
  actor?: ProblemActor;
  /** The database index that is in the way. */
  index?: string;
  numbers?: MismatchedNumbers;
  /** Twilio's or Meta's own code, as text. */
  providerCode?: string;
  /** The call to Twilio or Meta that failed, for the log and the operator alone. */
  failedCall?: FailedCall;
  /** What went wrong, for the log alone; it never leaves the service. */
  message?: string;
  /** What the line about the refusal says beside the code: for example `reason` and `owner`. */
  logged?: LoggedRefusal;
  cause?: unknown;
}

/** A failure with a code of the catalogue: the only kind of error that callers see the name of. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  declare readonly issues?: readonly ProblemIssue[];
  declare readonly retryAfterSeconds?: number;
  declare readonly actor?: ProblemActor;
  declare readonly index?: string;
  declare readonly numbers?: MismatchedNumbers;
  declare readonly providerCode?: string;
  declare readonly failedCall?: FailedCall;
  declare readonly logged?: LoggedRefusal;

  constructor(code: ProblemCode, options: ProblemErrorOptions = {}) {
    const { issues, retryAfterSeconds, actor, index, message, cause } = options;
    const { numbers, providerCode, failedCall, logged } = options;
    super(message ?? code, cause === undefined ? undefined : { cause });
    this.code = code;
    if (issues !== undefined) this.issues = issues;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
    if (actor !== undefined) this.actor = actor;
    if (index !== undefined) this.index = index;
    if (numbers !== undefined) this.numbers = numbers;
    if (providerCode !== undefined) this.providerCode = providerCode;
    if (failedCall !== undefined) this.failedCall = failedCall;
    if (logged !== undefined) this.logged = logged;
  }
}
