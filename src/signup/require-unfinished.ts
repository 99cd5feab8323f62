import { ProblemError } from "../problems/problem-error.ts";
import { sessionStatus, type SignupSession } from "./signup-session.ts";

/** The answer to a report that comes after the end of the session. */
export function hasEnded(session: SignupSession, now: Date): ProblemError {
  switch (sessionStatus(session, now)) {
    case "revoked":
      return new ProblemError("session_revoked");
    case "expired":
      return new ProblemError("session_expired");
    case "completed":
      return new ProblemError("session_ended");
    case "created":
    case "opened":
    case "cancelled":
    case "failed":
      // Released, or started elsewhere, while the report was on its way.
      return new ProblemError("browser_mismatch");
  }
}

/** Refuses what cannot be started or taken any more, each with its own code. */
export function requireUnfinished(session: SignupSession, now: Date): void {
  switch (sessionStatus(session, now)) {
    case "completed":
      throw new ProblemError("session_used");
    case "revoked":
      throw new ProblemError("session_revoked");
    case "expired":
      throw new ProblemError("session_expired");
    case "created":
    case "opened":
    case "cancelled":
    case "failed":
  }
}
