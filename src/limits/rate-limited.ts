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

/** The one place where a 429 comes from; the answer's log line says which limit, and whose. */
export function rateLimited(reached: ReachedLimit, retryAfterSeconds: number): ProblemError {
  const logged = { reason: reached.limit, ...reached };
  return new ProblemError("rate_limited", { retryAfterSeconds, logged });
}
