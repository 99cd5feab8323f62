import type { Logger } from "../logger.ts";
import { ProblemError } from "../problems/problem-error.ts";

/** Every limit by its name in the log, and whose it was. */
export interface ReachedLimit {
  limit:
    | "address"
    | "failed_authentication"
    | "owner"
    | "owner_sessions"
    | "line"
    | "resend"
    | "streams";
  userId?: string;
  address?: string;
  /** Masked by the logger. */
  phoneNumber?: string;
  sessionId?: string;
}

/** The one place where a 429 comes from: leaves a log line and gives the problem to throw. */
export function rateLimited(
  logger: Logger,
  reached: ReachedLimit,
  retryAfterSeconds: number,
): ProblemError {
  logger.warn({ event: "rate_limited", ...reached }, "A limit was reached");
  return new ProblemError("rate_limited", { retryAfterSeconds });
}
