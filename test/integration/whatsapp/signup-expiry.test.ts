import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, WABA } from "../../support/signup.ts";

const START = new Date("2090-05-01T10:00:00.000Z");
const MINUTE_MS = 60_000;
const LINK_MS = 30 * MINUTE_MS;
const SESSION_MS = 10 * MINUTE_MS;
/** The tokens of these tests outlive the moved clock. */
const claims = { exp: 4_000_000_000 };
const clock = new MovableClock(START);

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    clock,
    env: {
      WORKER_ENABLED: "false",
      SIGNUP_LINK_TTL_MINUTES: "30",
      SIGNUP_SESSION_TTL_MINUTES: "10",
    },
  });
});
beforeEach(() => clock.set(START));
afterAll(() => service.close());

async function newSession() {
  const userId = newUser();
  const session = await createSession(service, { userId, phoneNumber: newNumber(), claims });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  const { pathname, search } = new URL(session.signupUrl);
  const values = { payload, WhatsAppBusinessAccountId: WABA };
  return { ...session, userId, visitor, payload, values, page: `${pathname}${search}` };
}

async function started() {
  const session = await newSession();
  await session.visitor.start(session.payload).expect(200);
  return session;
}

async function statusOf({ sessionId, userId }: { sessionId: string; userId: string }) {
  const response = await service.http
    .get(`/whatsapp/signup-sessions/${sessionId}`)
    .set("Authorization", await service.bearer(userId, claims));
  const { status, expiresAt } = response.body as { status: string; expiresAt: string };
  return { status, expiresAt };
}

const after = (ms: number) => new Date(START.getTime() + ms).toISOString();

describe("a link that nobody has started", () => {
  test("can be started 1 ms before its limit, and then has a session's time", async () => {
    const session = await newSession();
    expect(await statusOf(session)).toEqual({ status: "created", expiresAt: after(LINK_MS) });
    clock.advance(LINK_MS - 1);
    await supertest(service.url).get(session.page).expect(200);
    await session.visitor.start(session.payload).expect(200);
    expect(await statusOf(session)).toEqual({
      status: "opened",
      expiresAt: after(LINK_MS - 1 + SESSION_MS),
    });
  });

  test.each([0, 1])("cannot be started %i ms after its limit", async (late) => {
    const session = await newSession();
    clock.advance(LINK_MS + late);
    const before = await dump(service.database);
    await supertest(service.url).get(session.page).expect(410);
    expect(problemIn(await session.visitor.start(session.payload))).toBe("410 session_expired");
    expect(await statusOf(session)).toEqual({ status: "expired", expiresAt: after(LINK_MS) });
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    [-1, 200],
    [0, 410],
    [1, 410],
  ])("can be completed by its owner %i ms from its limit: %i", async (offset, status) => {
    const session = await newSession();
    clock.advance(LINK_MS + offset);
    const response = await service.http
      .post("/whatsapp/onboarding-callback")
      .set("Accept", "application/json")
      .set("Authorization", await service.bearer(session.userId, claims))
      .send(session.values);
    expect(response.status).toBe(status);
  });
});

describe("a started session", () => {
  test("shows the limit in force, which repeated starts do not move", async () => {
    const session = await started();
    expect(await statusOf(session)).toEqual({ status: "opened", expiresAt: after(SESSION_MS) });
    clock.advance(SESSION_MS - 1);
    await session.visitor.start(session.payload).expect(200);
    await session.visitor.report(session.payload, "CANCEL").expect(204);
    await session.visitor.start(session.payload).expect(200);
    expect(await statusOf(session)).toEqual({ status: "opened", expiresAt: after(SESSION_MS) });
  });

  test("takes a callback 1 ms before its limit", async () => {
    const session = await started();
    clock.advance(SESSION_MS - 1);
    expect((await session.visitor.postCallback(session.values)).status).toBe(200);
    expect(await statusOf(session)).toMatchObject({ status: "completed" });
  });

  test.each([0, 1])("takes nothing %i ms after its limit", async (late) => {
    const session = await started();
    clock.advance(SESSION_MS + late);
    const { visitor, values, payload, sessionId } = session;
    const before = await dump(service.database);
    expect(problemIn(await visitor.postCallback(values))).toBe("410 session_expired");
    const failed = await visitor.postCallback({ payload, error: "access_denied" });
    expect(problemIn(failed)).toBe("410 session_expired");
    expect(problemIn(await visitor.start(payload))).toBe("410 session_expired");
    const redirected = await visitor.callback(values);
    expect(redirected.status).toBe(303);
    const { searchParams } = new URL(redirected.headers.location ?? "");
    expect(searchParams.get("code")).toBe("session_expired");
    expect(searchParams.get("sessionId")).toBe(sessionId);
    expect(await dump(service.database)).toEqual(before);
    expect(await statusOf(session)).toMatchObject({ status: "expired" });
  });

  test("can still be repeated when it was completed in time", async () => {
    const session = await started();
    const first = await session.visitor.postCallback(session.values);
    clock.advance(1_000 * SESSION_MS);
    const again = await session.visitor.postCallback(session.values);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(await statusOf(session)).toMatchObject({ status: "completed" });
  });

  test("can be revoked, and released to the link's limit, after its own", async () => {
    const session = await started();
    clock.advance(SESSION_MS);
    const authorization = await service.bearer(session.userId, claims);
    await service.http
      .post(`/whatsapp/signup-sessions/${session.sessionId}/release`)
      .set("Authorization", authorization)
      .expect(204);
    expect(await statusOf(session)).toEqual({ status: "created", expiresAt: after(LINK_MS) });
    await session.visitor.start(session.payload).expect(200);
    clock.advance(SESSION_MS);
    await service.http
      .delete(`/whatsapp/signup-sessions/${session.sessionId}`)
      .set("Authorization", authorization)
      .expect(204);
    expect(await statusOf(session)).toMatchObject({ status: "revoked" });
  });
});
