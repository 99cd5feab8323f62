import type { TestService } from "./service.ts";
import { sessionsOf } from "./sessions.ts";

interface BrowserEvent {
  at: Date;
  event: string;
  data: { name: string; value: string }[];
}

/** As much of a stored session as the tests look at. */
export interface StoredSession {
  status: string;
  expiresAt: Date;
  keptUntil: Date;
  timeline: { at: Date; event: string }[];
  browserEvents?: { first?: BrowserEvent[]; newest?: BrowserEvent[]; count: number };
}

/** Started sessions, and what is kept of the events that their browsers report. */
export function browserEventsOf(service: () => TestService) {
  const { started, get } = sessionsOf(service);

  async function stored(id: string): Promise<StoredSession> {
    const sessions = service().database.connection.collection<{ _id: string } & StoredSession>(
      "signup_sessions",
    );
    const session = await sessions.findOne({ _id: id });
    if (!session) throw new Error(`no session ${id}`);
    return session;
  }

  async function reported(id: string): Promise<BrowserEvent[]> {
    const { first = [], newest = [] } = (await stored(id)).browserEvents ?? {};
    return [...first, ...newest];
  }

  async function timelineOf(session: { sessionId: string; userId: string }) {
    const { body } = await get(session);
    return (body as { timeline: Record<string, unknown>[] }).timeline;
  }

  return { started, stored, reported, timelineOf };
}
