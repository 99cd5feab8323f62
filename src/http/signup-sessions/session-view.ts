import type { BrowserEvent } from "../../signup/browser-events.ts";
import { sessionStatus, type SignupSession } from "../../signup/signup-session.ts";

/** A session as its owner sees it (docs/contract.md section 3). */
export function sessionView(session: SignupSession, now: Date) {
  const { reference, phoneNumber, integrationId } = session;
  return {
    sessionId: session._id,
    status: sessionStatus(session, now),
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    ...(reference === undefined ? {} : { reference }),
    ...(phoneNumber ? { phoneNumber } : {}),
    ...(integrationId ? { integrationId } : {}),
  };
}

/** The service's own entries, and the browser's marked as its word, in the order of their times. */
export function timelineView({ timeline, browserEvents }: SignupSession) {
  const { first = [], newest = [] } = browserEvents ?? {};
  const reported = [...first, ...newest].map(browserEntry);
  return [...timeline, ...reported].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

function browserEntry({ at, event, data }: BrowserEvent) {
  const entry = { at, event, source: "browser" as const };
  if (data.length === 0) return entry;
  return { ...entry, data: Object.fromEntries(data.map(({ name, value }) => [name, value])) };
}
