import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
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

describe("POST /whatsapp/signup-sessions/:id/release", () => {
  test("lets the link be started anew for as long as a link lives", async () => {
    const session = await started();
    const response = await release(session);
    expect([response.status, response.text]).toEqual([204, ""]);
    expect((await get(session)).body).toMatchObject({
      status: "created",
      expiresAt: session.expiresAt,
      timeline: [
        { event: "signup_session_created" },
        { event: "signup_opened" },
        { event: "released" },
      ],
    });
  });

  test("takes the session from the browser that had it", async () => {
    const { visitor, payload, ...session } = await started();
    await release(session);
    const values = { payload, WhatsAppBusinessAccountId: WABA };
    expect(problemIn(await visitor.postCallback(values))).toBe("403 browser_mismatch");
    expect(problemIn(await visitor.report(payload, "CANCEL"))).toBe("403 browser_mismatch");
    await visitor.start(payload).expect(200);
    expect((await visitor.postCallback(values)).status).toBe(200);
  });

  test("is harmless where no browser has it", async () => {
    const session = await newSession();
    expect((await release(session)).status).toBe(204);
    expect((await get(session)).body).toMatchObject({ status: "created" });
  });

  test("ends what the browser of a completed one may see and do", async () => {
    const { visitor, payload, sessionId, integrationId, userId } = await completed();
    const ofBrowser = {
      status: () => visitor.agent.get(`/whatsapp/signup/status?session=${sessionId}`),
      verification: () => post("verification", { session: sessionId, code: "123456" }),
      resend: () => post("verification/resend", { session: sessionId, method: "sms" }),
      "relayed-code": () => post("relayed-code", { payload }),
      events: () => visitor.report(payload, "CANCEL"),
      callback: () => visitor.postCallback({ payload, WhatsAppBusinessAccountId: WABA }),
    };
    const post = (name: string, body: object) =>
      visitor.agent.post(`/whatsapp/signup/${name}`).set("Origin", service.url).send(body);
    const resultPage = () => visitor.agent.get(`/whatsapp/signup/result?session=${sessionId}`);
    const linkPage = () => visitor.agent.get(`/whatsapp/signup?payload=${payload}`);
    expect((await ofBrowser.callback()).status).toBe(200);
    expect((await resultPage()).text).toContain(userId);
    expect((await linkPage()).text).toContain(`result?session=${sessionId}`);
    expect((await release({ sessionId, userId })).status).toBe(204);
    const before = await dump(service.database);
    for (const [name, call] of Object.entries(ofBrowser)) {
      expect([name, problemIn(await call())]).toEqual([name, "403 browser_mismatch"]);
    }
    expect((await resultPage()).text).not.toContain(userId);
    expect((await linkPage()).text).not.toContain(`result?session=${sessionId}`);
    expect(problemIn(await visitor.start(payload))).toBe("409 session_used");
    const redirected = await visitor.callback({ payload, WhatsAppBusinessAccountId: WABA });
    expect(redirected.headers.location).toMatch(/[?&]code=browser_mismatch/);
    expect(redirected.headers.location).not.toContain(sessionId);
    expect(await dump(service.database)).toEqual(before);
    expect((await get({ sessionId, userId })).body).toMatchObject({
      status: "completed",
      integrationId,
    });
    const asOwner = await visitor
      .postCallback({ payload, WhatsAppBusinessAccountId: WABA })
      .set("Authorization", await service.bearer(userId));
    expect(asOwner.body).toMatchObject({ success: true, integrationId });
  });

  test("ends a stream of the browser that is open", async () => {
    const session = await completed();
    const cookie = session.visitor.agent.jar
      .getCookies({ domain: "localhost", path: "/", secure: false, script: false })
      .toValueString();
    const response = await fetch(
      `${service.url}/whatsapp/signup/status?session=${session.sessionId}`,
      { headers: { Accept: "text/event-stream", Cookie: cookie } },
    );
    expect(response.status).toBe(200);
    await release(session);
    // Without the worker nothing settles: only the release can end it before its ten minutes.
    expect(await response.text()).not.toContain("event: end");
  });

  test("is harmless to repeat on a completed one", async () => {
    const session = await completed();
    expect((await release(session)).status).toBe(204);
    expect((await release(session)).status).toBe(204);
    expect((await get(session)).body).toMatchObject({ status: "completed" });
  });

  test("does not bring back a revoked one", async () => {
    const gone = await newSession();
    await revoke(gone);
    expect(problemIn(await release(gone))).toBe("410 session_revoked");
    expect((await get(gone)).body).toMatchObject({ status: "revoked" });
  });
});
