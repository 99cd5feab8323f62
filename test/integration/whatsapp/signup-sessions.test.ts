import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { sessionsOf } from "../../support/sessions.ts";
import { WABA } from "../../support/signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const { newSession, started, completed, get, revoke, release } = sessionsOf(() => service);

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe.each([
  ["GET", get],
  ["DELETE", revoke],
  ["POST release", release],
])("%s of a session", (_method, call) => {
  test("that is another owner's, or nobody's, is 404 and changes nothing", async () => {
    const { sessionId } = await started();
    const before = await dump(service.database);
    const stranger = await call({ sessionId, userId: newUser() });
    expect(problemIn(stranger)).toBe("404 session_unknown");
    for (const id of ["wss_unknown", "0123456789abcdef01234567", "%24ne", "a".repeat(500)]) {
      const nobody = await call({ sessionId: id, userId: newUser() });
      expect(problemIn(nobody)).toBe("404 session_unknown");
    }
    expect(await dump(service.database)).toEqual(before);
  });

  test("is no way in for a payload", async () => {
    const { payload, userId } = await started();
    expect(problemIn(await call({ sessionId: payload, userId }))).toBe("404 session_unknown");
  });
});

describe("GET /whatsapp/signup-sessions/:id", () => {
  test("shows a new session", async () => {
    const session = await newSession();
    const response = await get(session);
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      sessionId: session.sessionId,
      status: "created",
      createdAt: AT,
      phoneNumber: session.phoneNumber,
      expiresAt: session.expiresAt,
      timeline: [{ at: AT, event: "signup_session_created" }],
    });
  });

  test("shows how a session went on, with the integration at its end", async () => {
    const session = await started();
    const opened = (await get(session)).body as { status: string; expiresAt: string };
    expect(opened.status).toBe("opened");
    const left = new Date(opened.expiresAt).getTime() - Date.now();
    expect(left).toBeGreaterThan(59 * 60_000);
    expect(left).toBeLessThanOrEqual(60 * 60_000);
    await session.visitor.report(session.payload, "CANCEL", { current_step: "PERMISSIONS" });
    expect((await get(session)).body).toMatchObject({ status: "cancelled" });
    await session.visitor.start(session.payload);
    await session.visitor.report(session.payload, "ERROR");
    expect((await get(session)).body).toMatchObject({ status: "failed" });
    await session.visitor.start(session.payload);
    const accepted = await session.visitor.postCallback({
      payload: session.payload,
      WhatsAppBusinessAccountId: WABA,
    });
    const { integrationId } = accepted.body as { integrationId: string };
    const response = await get(session);
    expect(response.body).toEqual({
      sessionId: session.sessionId,
      status: "completed",
      createdAt: AT,
      phoneNumber: session.phoneNumber,
      expiresAt: opened.expiresAt,
      integrationId,
      statusUrl: `${service.url}/whatsapp/signup/result?session=${session.sessionId}`,
      timeline: [
        { at: AT, event: "signup_session_created" },
        { at: AT, event: "signup_opened" },
        { at: AT, event: "CANCEL", source: "browser", data: { current_step: "PERMISSIONS" } },
        { at: AT, event: "signup_opened" },
        { at: AT, event: "ERROR", source: "browser" },
        { at: AT, event: "signup_opened" },
        { at: AT, event: "onboarding_callback_received" },
      ],
    });
    for (const secret of [session.payload, "browserHash", "payloadHash"]) {
      expect(response.text).not.toContain(secret);
    }
  });

  test("gives HEAD the same answer without its body", async () => {
    const { sessionId, userId } = await newSession();
    const response = await service.http
      .head(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await service.bearer(userId));
    expect([response.status, response.text]).toEqual([200, undefined]);
  });
});

describe("DELETE /whatsapp/signup-sessions/:id", () => {
  test("ends a session for good and is harmless to repeat", async () => {
    const session = await newSession();
    const response = await revoke(session);
    expect([response.status, response.text]).toEqual([204, ""]);
    expect((await get(session)).body).toMatchObject({ status: "revoked" });
    const before = await dump(service.database);
    expect((await revoke(session)).status).toBe(204);
    expect(await dump(service.database)).toEqual(before);
  });

  test("ends it for the browser that is at it", async () => {
    const session = await started();
    await revoke(session);
    const { visitor, payload } = session;
    expect(problemIn(await visitor.start(payload))).toBe("410 session_revoked");
    const values = { payload, WhatsAppBusinessAccountId: WABA };
    expect(problemIn(await visitor.postCallback(values))).toBe("410 session_revoked");
    const failed = await visitor.postCallback({ payload, error: "access_denied" });
    expect(problemIn(failed)).toBe("410 session_revoked");
    expect((await get(session)).body).toMatchObject({ status: "revoked" });
    const integrations = service.database.connection.collection("integrations");
    expect(await integrations.countDocuments({ userId: session.userId })).toBe(0);
  });

  test("ends a cancelled one too", async () => {
    const session = await started();
    await session.visitor.report(session.payload, "CANCEL");
    expect((await revoke(session)).status).toBe(204);
    expect((await get(session)).body).toMatchObject({ status: "revoked" });
  });

  test("comes too late for a completed one", async () => {
    const session = await completed();
    const before = await dump(service.database);
    expect(problemIn(await revoke(session))).toBe("409 session_used");
    expect(await dump(service.database)).toEqual(before);
  });

  test("and a callback at the same moment: one of them wins", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const session = await started();
        const values = { payload: session.payload, WhatsAppBusinessAccountId: WABA };
        const [deleted, accepted] = await Promise.all([
          revoke(session),
          session.visitor.postCallback(values),
        ]);
        const { status } = (await get(session)).body as { status: string };
        return `${deleted.status} ${accepted.status} ${status}`;
      }),
    );
    for (const outcome of outcomes) {
      expect(["204 410 revoked", "409 200 completed"]).toContain(outcome);
    }
  });
});
