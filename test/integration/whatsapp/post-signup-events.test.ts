import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { browserEventsOf, type StoredSession } from "../../support/browser-events.ts";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession } from "../../support/signup.ts";

const EVENTS = "/whatsapp/signup/events";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const { started, stored, reported, timelineOf } = browserEventsOf(() => service);

describe("POST /whatsapp/signup/events refuses and keeps nothing:", () => {
  test.each([
    ["another site", { Origin: "https://evil.example" }],
    ["a page without an origin", { Origin: "null" }],
    ["a browser that says same-site", { "Sec-Fetch-Site": "same-site" }],
  ])("%s", async (_who, headers) => {
    const { visitor, payload } = await started();
    const before = await dump(service.database);
    const response = await visitor.agent
      .post(EVENTS)
      .set(headers)
      .send({ payload, event: "CANCEL" });
    expect(problemIn(response)).toBe("403 origin_not_allowed");
    expect(await dump(service.database)).toEqual(before);
  });

  test("a browser without a cookie, and another one", async () => {
    const { payload, signupUrl } = await started();
    const other = service.visitor();
    await other.open(signupUrl);
    const before = await dump(service.database);
    const bare = await supertest(service.url).post(EVENTS).send({ payload, event: "CANCEL" });
    expect(problemIn(bare)).toBe("403 browser_mismatch");
    expect(problemIn(await other.report(payload, "CANCEL"))).toBe("403 browser_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test("a browser that has only looked at the page", async () => {
    const session = await createSession(service, { userId: newUser(), phoneNumber: newNumber() });
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    expect(problemIn(await visitor.report(payload, "CANCEL"))).toBe("403 browser_mismatch");
  });

  test("an unknown payload", async () => {
    const { visitor } = await started();
    expect(problemIn(await visitor.report("unknown", "CANCEL"))).toBe("404 session_unknown");
  });

  test("a form", async () => {
    const { visitor, payload } = await started();
    const response = await visitor.agent.post(EVENTS).type("form").send({ payload, event: "x" });
    expect(issuesIn(response)).toBe("400 invalid_request: not_json");
  });

  test.each([
    [{}, "event invalid_type, payload invalid_type"],
    [{ payload: "x", event: "" }, "event invalid_format"],
    [{ payload: "x", event: "a b" }, "event invalid_format"],
    [{ payload: "x", event: "a".repeat(65) }, "event invalid_format"],
    [{ payload: "x", event: "a\n" }, "event invalid_format"],
    [{ payload: "x", event: ["CANCEL"] }, "event invalid_type"],
    [{ payload: { $ne: "" }, event: "CANCEL" }, "payload invalid_type"],
    [{ payload: "x", event: "CANCEL", data: [] }, "data invalid_type"],
    [{ payload: "x", event: "CANCEL", data: "text" }, "data invalid_type"],
    [{ payload: "x", event: "CANCEL", data: null }, "data invalid_type"],
    [{ payload: "x", event: "CANCEL", extra: 1 }, "unrecognized_keys"],
    [
      { payload: "x", event: "CANCEL", data: { ["k".repeat(65)]: 1 } },
      `data.${"k".repeat(65)} invalid_key`,
    ],
  ])("%j", async (body, issues) => {
    const { visitor } = await started();
    const response = await visitor.agent.post(EVENTS).set("Origin", service.url).send(body);
    expect(issuesIn(response)).toBe(`400 invalid_request: ${issues}`);
  });

  test("more than a popup ever says", async () => {
    const { visitor, payload } = await started();
    const response = await visitor.report(payload, "X", { text: "a".repeat(40_000) });
    expect(problemIn(response)).toBe("413 payload_too_large");
  });
});

describe("POST /whatsapp/signup/events", () => {
  test("keeps what the popup reported, for support", async () => {
    const { visitor, payload, sessionId, userId } = await started();
    const data = { current_step: "PHONE_NUMBER_SETUP", attempt: 2, final: false };
    const response = await visitor.report(payload, "STEP", data);
    expect([response.status, response.text]).toEqual([204, ""]);
    expect((await stored(sessionId)).status).toBe("opened");
    expect((await timelineOf({ sessionId, userId })).at(-1)).toEqual({
      at: expect.any(String),
      event: "STEP",
      source: "browser",
      data: { current_step: "PHONE_NUMBER_SETUP", attempt: "2", final: "false" },
    });
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "signup_event",
        level: "info",
        sessionId,
        userId,
        signupEvent: "STEP",
        currentStep: "PHONE_NUMBER_SETUP",
      }),
    );
  });

  test("repeats nothing in the log that is not the name of a step or a code", async () => {
    const { visitor, payload, sessionId } = await started();
    const number = "+5511987650001";
    const data = { current_step: number, error_code: `2388091 ${number}` };
    await visitor.report(payload, "CANCEL", data).expect(204);
    const line = service.log.find(
      (one) => one.event === "signup_event" && one.sessionId === sessionId,
    );
    expect(line).toMatchObject({ signupEvent: "CANCEL" });
    expect(JSON.stringify(line)).not.toContain(number.slice(1));
  });

  test.each([
    ["CANCEL", {}, "cancelled"],
    ["CANCEL", { current_step: "PERMISSIONS" }, "cancelled"],
    ["CANCEL", { error_code: "2655049" }, "failed"],
    ["CANCEL", { error_message: "in use" }, "failed"],
    ["ERROR", { error_code: "3441030" }, "failed"],
    ["PAGE_POPUP_CLOSED", {}, "cancelled"],
    ["PAGE_POPUP_BLOCKED", {}, "failed"],
    ["PAGE_SDK_MISSING", {}, "failed"],
    ["PAGE_NO_RESULT", {}, "failed"],
    ["PAGE_LEFT", {}, "cancelled"],
    ["PAGE_REFUSED", { error: "waba_not_authorised" }, "failed"],
    ["FINISH", { waba_id: "1" }, "opened"],
    ["SOMETHING_NEW", {}, "opened"],
  ])("%s with %j leaves the session %s", async (event, data, status) => {
    const { visitor, payload, sessionId } = await started();
    await visitor.report(payload, event, data).expect(204);
    expect(await stored(sessionId)).toMatchObject({ status });
  });

  test("lets the same browser start again after the end of an attempt, in the same time", async () => {
    const { visitor, payload, sessionId } = await started();
    const { expiresAt } = (await stored(sessionId)) as StoredSession & { expiresAt: Date };
    await visitor.report(payload, "CANCEL").expect(204);
    await visitor.start(payload).expect(200);
    const again = await stored(sessionId);
    expect(again).toMatchObject({ status: "opened", expiresAt });
    expect(again.timeline.map(({ event }) => event)).toEqual([
      "signup_session_created",
      "signup_opened",
      "signup_opened",
    ]);
    expect((await reported(sessionId)).map(({ event }) => event)).toEqual(["CANCEL"]);
  });

  test("is refused after the end, and then prolongs nothing", async () => {
    const plan = () => ({ userId: newUser(), phoneNumber: newNumber() });
    const completed = await completeSignup(service, plan());
    const before = await dump(service.database);
    const late = await completed.visitor.report(completed.payload, "CANCEL");
    expect(problemIn(late)).toBe("410 session_ended");
    expect(await dump(service.database)).toEqual(before);
    const revoked = await started();
    await service.http
      .delete(`/whatsapp/signup-sessions/${revoked.sessionId}`)
      .set("Authorization", await service.bearer(revoked.userId))
      .expect(204);
    const afterwards = await dump(service.database);
    expect(problemIn(await revoked.visitor.report(revoked.payload, "FINISH"))).toBe(
      "410 session_revoked",
    );
    expect(await dump(service.database)).toEqual(afterwards);
  });

  test("prolongs nothing before the end either", async () => {
    const { visitor, payload, sessionId } = await started();
    const { expiresAt, keptUntil } = await stored(sessionId);
    for (const event of ["STEP", "CANCEL", "STEP"]) await visitor.report(payload, event);
    expect(await stored(sessionId)).toMatchObject({ status: "cancelled", expiresAt, keptUntil });
  });

  test("leaves a line when it ends the session, and one only", async () => {
    const { visitor, payload, sessionId } = await started();
    await visitor.report(payload, "PAGE_POPUP_BLOCKED").expect(204);
    await visitor.report(payload, "ERROR", { error_code: "131" }).expect(204);
    const ended = service.log.filter(
      (line) => line.event === "signup_session_ended" && line.sessionId === sessionId,
    );
    expect(ended).toEqual([
      expect.objectContaining({ level: "info", status: "failed", cause: "PAGE_POPUP_BLOCKED" }),
    ]);
  });
});
