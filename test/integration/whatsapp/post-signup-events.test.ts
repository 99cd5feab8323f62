import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump, dumpText } from "../../support/dump.ts";
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

/** A session that a browser has started. */
async function started() {
  const userId = newUser();
  const session = await createSession(service, { userId, phoneNumber: newNumber() });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  return { ...session, userId, visitor, payload };
}

interface Stored {
  status: string;
  timeline: { at: Date; event: string; data?: Record<string, string> }[];
}

async function stored(id: string): Promise<Stored> {
  const sessions = service.database.connection.collection<{ _id: string } & Stored>(
    "signup_sessions",
  );
  const session = await sessions.findOne({ _id: id });
  if (!session) throw new Error(`no session ${id}`);
  return session;
}

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
    const { status, timeline } = await stored(sessionId);
    expect(status).toBe("opened");
    expect(timeline.at(-1)).toEqual({
      at: expect.any(Date),
      event: "STEP",
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
    ["PAGE_SDK_MISSING", {}, "cancelled"],
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
    const { expiresAt } = (await stored(sessionId)) as Stored & { expiresAt: Date };
    await visitor.report(payload, "CANCEL").expect(204);
    await visitor.start(payload).expect(200);
    const again = await stored(sessionId);
    expect(again).toMatchObject({ status: "opened", expiresAt });
    expect(again.timeline.map(({ event }) => event)).toEqual([
      "signup_session_created",
      "signup_opened",
      "CANCEL",
      "signup_opened",
    ]);
  });

  test("never ends a completed session", async () => {
    const { visitor, payload, sessionId } = await completeSignup(service, {
      userId: newUser(),
      phoneNumber: newNumber(),
    });
    await visitor.report(payload, "CANCEL").expect(204);
    const { status, timeline } = await stored(sessionId);
    expect(status).toBe("completed");
    expect(timeline.at(-1)).toMatchObject({ event: "CANCEL" });
  });

  test("keeps no secret, nothing nested, and no name that means something to a database", async () => {
    const { visitor, payload, sessionId } = await started();
    const secrets = Object.fromEntries(
      ["code", "access_token", "authCode", "client_secret", "Authorization", "authResponse"].map(
        (name) => [name, "canary"],
      ),
    );
    const report = {
      ...secrets,
      error_code: "131",
      nested: { code: "canary" },
      list: ["canary"],
      nothing: null,
      "$where.x": "1",
      "": "2",
      long: "a".repeat(600),
    };
    await visitor.report(payload, "X", report).expect(204);
    expect((await stored(sessionId)).timeline.at(-1)?.data).toEqual({
      error_code: "131",
      _where_x: "1",
      "": "2",
      long: "a".repeat(500),
    });
    expect(await dumpText(service.database)).not.toContain("canary");
  });

  test("keeps no more than twenty values", async () => {
    const { visitor, payload, sessionId } = await started();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    await visitor.report(payload, "X", many).expect(204);
    expect(Object.keys((await stored(sessionId)).timeline.at(-1)?.data ?? {})).toHaveLength(20);
  });

  test("keeps the newest hundred entries", async () => {
    const { visitor, payload, sessionId } = await started();
    for (let i = 0; i < 101; i += 1) await visitor.report(payload, `E${i}`).expect(204);
    const { timeline } = await stored(sessionId);
    expect(timeline).toHaveLength(100);
    expect(timeline.at(-1)).toMatchObject({ event: "E100" });
  });

  test("survives keys that would change what an object is", async () => {
    const { visitor, payload, sessionId } = await started();
    const body = `{"payload":"${payload}","event":"X","data":{"__proto__":"1","constructor":"2"}}`;
    await visitor.agent
      .post(EVENTS)
      .set("Origin", service.url)
      .set("Content-Type", "application/json")
      .send(body)
      .expect(204);
    expect((await stored(sessionId)).timeline.at(-1)?.data).toEqual({ constructor: "2" });
  });
});
