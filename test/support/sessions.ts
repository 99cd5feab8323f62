import { newNumber, newUser } from "./numbers.ts";
import type { TestService } from "./service.ts";
import { completeSignup, createSession } from "./signup.ts";

type Of = { sessionId: string; userId: string };

/** Sessions of new owners, and what an owner asks about one. */
export function sessionsOf(service: () => TestService) {
  const path = (id: string) => `/whatsapp/signup-sessions/${id}`;

  async function newSession() {
    const userId = newUser();
    const phoneNumber = newNumber();
    const session = await createSession(service(), { userId, phoneNumber });
    return { ...session, userId, phoneNumber };
  }

  /** A session that a browser has started. */
  async function started() {
    const session = await newSession();
    const visitor = service().visitor();
    const payload = await visitor.open(session.signupUrl);
    await visitor.start(payload).expect(200);
    return { ...session, visitor, payload };
  }

  async function completed() {
    const userId = newUser();
    return { userId, ...(await completeSignup(service(), { userId, phoneNumber: newNumber() })) };
  }

  const get = async ({ sessionId, userId }: Of) =>
    service()
      .http.get(path(sessionId))
      .set("Authorization", await service().bearer(userId));
  const revoke = async ({ sessionId, userId }: Of) =>
    service()
      .http.delete(path(sessionId))
      .set("Authorization", await service().bearer(userId));
  const release = async ({ sessionId, userId }: Of) =>
    service()
      .http.post(`${path(sessionId)}/release`)
      .set("Authorization", await service().bearer(userId));

  return { newSession, started, completed, get, revoke, release };
}
