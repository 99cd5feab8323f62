import type { Clock } from "../clock.ts";
import { lineOf } from "../phone-number.ts";
import { sessionStatus } from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { isOwnBrowser } from "../signup/whose-session.ts";
import type { NumberRelay, RelaySession } from "./number-relay.ts";

/**
 * The relay's sessions that still go on in the browser that started them. The signup's own document
 * decides: a session is out the moment it ends there, whether or not the relay has heard of it.
 */
export async function activeSessions(
  relay: NumberRelay,
  sessions: SignupSessionStore,
  clock: Clock,
): Promise<[sessionId: string, entry: RelaySession][]> {
  const now = clock.now();
  const entries = Object.entries(relay.sessions);
  const found = await Promise.all(entries.map(([id]) => sessions.findById(id)));
  return entries.filter(([, entry], at) => {
    const session = found[at];
    return (
      session !== undefined &&
      sessionStatus(session, now) === "opened" &&
      lineOf(session.phoneNumber ?? "") === relay._id &&
      isOwnBrowser(entry.browserHash, session)
    );
  });
}
