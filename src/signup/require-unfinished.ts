import { ProblemError } from "../problems/problem-error.ts";
import { sessionStatus, type SignupSession } from "./signup-session.ts";

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
