import { ProblemError } from "../problems/problem-error.ts";

/** A limit that was reached: its name in the log, and the owner, address or line that reached it. */
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

/** The one place where a 429 comes from; the answer's log line names the limit and who reached it. */
export function rateLimited(reached: ReachedLimit, retryAfterSeconds: number): ProblemError {
  const logged = { reason: reached.limit, ...reached };
  return new ProblemError("rate_limited", { retryAfterSeconds, logged });
}
