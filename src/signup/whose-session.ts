import { ProblemError } from "../problems/problem-error.ts";
import { sessionLogContext } from "./session-log.ts";
import type { SignupSession } from "./signup-session.ts";

/** Who speaks for a session: the browser that started it, or a token of its owner. */
export type SessionCaller = { browserHash: string } | { userId: string };

/**
 * Whether the session is this browser's as it stands now. One that no browser has started, or that
 * its owner has released, belongs to none, also to none without a cookie.
 */
export function isOwnBrowser(browserHash: string | undefined, session: SignupSession): boolean {
  return browserHash !== undefined && session.browserHash === browserHash;
}

/**
 * Refuses every browser but the session's own: what one may see and do ends with the release.
 * @throws ProblemError `browser_mismatch`
 */
export function requireOwnBrowser(
  browserHash: string | undefined,
  session: SignupSession,
): asserts browserHash is string {
  if (isOwnBrowser(browserHash, session)) return;
  throw new ProblemError("browser_mismatch", { logged: refused(browserHash, session) });
}

/**
 * Refuses a browser that wants to start a session which another one has.
 * @throws ProblemError `session_in_use`
 */
export function requireStartableIn(browserHash: string, session: SignupSession): void {
  if (session.browserHash === undefined || isOwnBrowser(browserHash, session)) return;
  throw new ProblemError("session_in_use", { logged: refused(browserHash, session) });
}

/**
 * Refuses whoever does not speak for the session as it stands now.
 * @throws ProblemError `session_unknown` for another owner, `browser_mismatch`
 */
export function requireSpeaker(
  caller: SessionCaller | undefined,
  session: SignupSession,
): asserts caller is SessionCaller {
  if (caller === undefined || !("userId" in caller)) {
    requireOwnBrowser(caller?.browserHash, session);
    return;
  }
  if (session.userId === caller.userId) return;
  // The line belongs to the signup's story, so that it has the ids of its other lines.
  const about = { ...sessionLogContext(session), owner: session.userId };
  throw new ProblemError("session_unknown", {
    logged: { reason: "other_owner", ...about, userId: caller.userId },
  });
}

function refused(
  browserHash: string | undefined,
  { browserHash: bound, ...session }: SignupSession,
) {
  const reason = bound === undefined ? "no_browser_has_it" : "other_browser";
  return {
    reason: browserHash === undefined ? "no_cookie" : reason,
    owner: session.userId,
    sessionId: session._id,
  };
}
