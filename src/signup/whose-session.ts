import { ProblemError } from "../problems/problem-error.ts";
import { sessionLogContext } from "./session-log.ts";
import type { SignupSession } from "./signup-session.ts";

/** Who acts on a session: the browser that started it, or a token of its owner. */
export type SessionCaller = { browserHash: string } | { userId: string };

/** A caller before the check; a browser without our cookie has no hash. */
type PossibleCaller = SessionCaller | { browserHash: string | undefined };

/**
 * Whether the session belongs to this browser now. A session that no browser has started, or that
 * its owner has released, belongs to no browser, also not to one without a cookie.
 */
export function isOwnBrowser(browserHash: string | undefined, session: SignupSession): boolean {
  return browserHash !== undefined && session.browserHash === browserHash;
}

/**
 * Refuses every caller but the session's own browser and, with a token, its owner. A browser's right
 * ends with the release. With `"start"` any browser may act on a session that no browser has.
 * @throws ProblemError `session_unknown` for another owner; for another browser `browser_mismatch`,
 *   with `"start"` `session_in_use`
 */
export function requireCaller(
  caller: PossibleCaller,
  session: SignupSession,
  action: "continue" | "start" = "continue",
): asserts caller is SessionCaller {
  if ("userId" in caller) {
    if (session.userId === caller.userId) return;
    // The line carries the ids of the session, so that it is found with the signup's other lines.
    const about = { ...sessionLogContext(session), owner: session.userId };
    throw new ProblemError("session_unknown", {
      logged: { reason: "other_owner", ...about, userId: caller.userId },
    });
  }
  const isUnbound = session.browserHash === undefined;
  if (isOwnBrowser(caller.browserHash, session) || (action === "start" && isUnbound)) return;
  const reason = isUnbound ? "no_browser_has_it" : "other_browser";
  throw new ProblemError(action === "start" ? "session_in_use" : "browser_mismatch", {
    logged: {
      reason: caller.browserHash === undefined ? "no_cookie" : reason,
      owner: session.userId,
      sessionId: session._id,
    },
  });
}
