import { addLogContext, type LogContext } from "../logger.ts";
import type { SignupSession } from "./signup-session.ts";

/** The ids that every line about a session bears; the number from the moment it is known. */
export function sessionLogContext(session: SignupSession): LogContext {
  const phoneNumber = session.callback?.phoneNumber ?? session.phoneNumber;
  return {
    sessionId: session._id,
    userId: session.userId,
    ...(session.integrationId ? { integrationId: session.integrationId } : {}),
    ...(phoneNumber ? { phoneNumber } : {}),
  };
}

/** Every further line of this piece of work is about this session. @returns the session */
export function logAs<T extends SignupSession>(session: T): T {
  addLogContext(sessionLogContext(session));
  return session;
}
