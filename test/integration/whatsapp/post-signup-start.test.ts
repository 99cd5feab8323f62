import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { sha256 } from "../../../src/tokens.ts";
import { dump, dumpText } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, type SignupPlan } from "../../support/signup.ts";

const START = "/whatsapp/signup/start";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

/** A link that a browser has opened. */
async function opened(plan: SignupPlan = {}) {
  const userId = newUser();
  const session = await createSession(service, { userId, phoneNumber: newNumber(), ...plan });
  const visitor = service.visitor();
  return { ...session, userId, visitor, payload: await visitor.open(session.signupUrl) };
}

const sessionOf = (id: string) =>
  service.database.connection.collection<{ _id: string }>("signup_sessions").findOne({ _id: id });

describe("POST /whatsapp/signup/start refuses and changes nothing:", () => {
  test.each([
    ["another site", { Origin: "https://evil.example" }],
    ["a page without an origin", { Origin: "null" }],
    ["the frontend, which has its own way", { Origin: "http://localhost:4999" }],
    ["a browser that says cross-site", { "Sec-Fetch-Site": "cross-site" }],
  ])("%s", async (_who, headers) => {
    const { visitor, payload } = await opened();
    const before = await dump(service.database);
    const response = await visitor.agent.post(START).set(headers).send({ payload, confirm: true });
    expect(problemIn(response)).toBe("403 origin_not_allowed");
    expect(await dump(service.database)).toEqual(before);
  });

  test("a browser without the page's cookie", async () => {
    const { payload } = await opened();
    const before = await dump(service.database);
    const response = await supertest(service.url)
      .post(START)
      .set("Origin", service.url)
      .send({ payload, confirm: true });
    expect(problemIn(response)).toBe("403 browser_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    ["application/x-www-form-urlencoded", "payload=x&confirm=true"],
    ["text/plain", '{"payload":"x","confirm":true}'],
    ["multipart/form-data; boundary=b", "--b--"],
  ])("a form of the type %s", async (type, body) => {
    const { visitor } = await opened();
    const response = await visitor.agent
      .post(START)
      .set("Origin", service.url)
      .set("Content-Type", type)
      .send(body);
    expect(issuesIn(response)).toBe("400 invalid_request: not_json");
  });

  test.each([
    [{}, "confirm invalid_value, payload invalid_type"],
    [{ payload: "x" }, "confirm invalid_value"],
    [{ payload: "x", confirm: false }, "confirm invalid_value"],
    [{ payload: "x", confirm: "true" }, "confirm invalid_value"],
    [{ payload: "", confirm: true }, "payload too_small"],
    [{ payload: "x".repeat(257), confirm: true }, "payload too_big"],
    [{ payload: ["x"], confirm: true }, "payload invalid_type"],
    [{ payload: { $ne: "" }, confirm: true }, "payload invalid_type"],
    [{ payload: "x", confirm: true, returnUrl: "x" }, "unrecognized_keys"],
    [{ payload: "x", confirm: true, phoneNumber: "123" }, "phoneNumber custom"],
    [{ payload: "x", confirm: true, phoneNumber: { $gt: "" } }, "phoneNumber invalid_type"],
    [{ payload: "x", confirm: true, displayName: " " }, "displayName too_small"],
    [{ payload: "x", confirm: true, displayName: "a".repeat(256) }, "displayName too_big"],
    [{ payload: "x", confirm: true, displayName: "\u200B\u2060" }, "displayName custom"],
    [{ payload: "x", confirm: true, displayName: "\u202ESol" }, "displayName custom"],
    [{ payload: "x", confirm: true, locale: "no tag" }, "locale custom"],
  ])("%j", async (body, issues) => {
    const { visitor } = await opened();
    const before = await dump(service.database);
    const response = await visitor.agent.post(START).set("Origin", service.url).send(body);
    expect(issuesIn(response)).toBe(`400 invalid_request: ${issues}`);
    expect(await dump(service.database)).toEqual(before);
  });

  test("an unknown payload", async () => {
    const { visitor } = await opened();
    expect(problemIn(await visitor.start("unknown"))).toBe("404 session_unknown");
  });

  test("a used one", async () => {
    const { visitor, payload } = await completeSignup(service, {
      userId: newUser(),
      phoneNumber: newNumber(),
    });
    const before = await dump(service.database);
    expect(problemIn(await visitor.start(payload))).toBe("409 session_used");
    expect(await dump(service.database)).toEqual(before);
  });

  test("a revoked one", async () => {
    const { visitor, payload, sessionId, userId } = await opened();
    await service.http
      .delete(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await service.bearer(userId));
    expect(problemIn(await visitor.start(payload))).toBe("410 session_revoked");
  });

  test("another browser, until the owner releases the session", async () => {
    const { visitor, payload, sessionId, userId, signupUrl } = await opened();
    await visitor.start(payload).expect(200);
    const other = service.visitor();
    await other.open(signupUrl);
    const before = await dump(service.database);
    expect(problemIn(await other.start(payload))).toBe("409 session_in_use");
    expect(await dump(service.database)).toEqual(before);
    await service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    await other.start(payload).expect(200);
    expect(problemIn(await visitor.start(payload))).toBe("409 session_in_use");
  });
});

describe("POST /whatsapp/signup/start", () => {
  test("binds the session to the browser and gives the launch data", async () => {
    const { visitor, payload, sessionId, userId } = await opened();
    const response = await visitor.start(payload);
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      success: true,
      launch: {
        mode: "meta",
        appId: "100000000000001",
        configId: "200000000000002",
        graphVersion: "v25.0",
        sdkUrl: `${service.simulator.metaUrl}/sdk.js`,
        extras: { setup: { solutionID: "300000000000003" }, version: "v4" },
      },
    });
    expect(await sessionOf(sessionId)).toMatchObject({
      status: "opened",
      browserHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      timeline: [{ event: "signup_session_created" }, { event: "signup_opened" }],
    });
    expect(service.log).toContainEqual(
      expect.objectContaining({ event: "signup_opened", level: "info", sessionId, userId }),
    );
  });

  test("keeps the cookie's hash and not the cookie", async () => {
    const { signupUrl, sessionId } = await opened();
    const { pathname, search, searchParams } = new URL(signupUrl);
    const page = await supertest(service.url).get(`${pathname}${search}`);
    const [, value = ""] = /=([\w-]{43});/.exec(page.get("Set-Cookie")?.[0] ?? "") ?? [];
    await supertest(service.url)
      .post(START)
      .set("Cookie", `whatsapp_signup=${value}`)
      .send({ payload: searchParams.get("payload"), confirm: true })
      .expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ browserHash: sha256(value) });
    expect(await dumpText(service.database)).not.toContain(value);
  });

  test("is harmless to repeat", async () => {
    const { visitor, payload, sessionId } = await opened();
    const first = await visitor.start(payload);
    const before = await sessionOf(sessionId);
    const second = await visitor.start(payload);
    expect(second.body).toEqual(first.body);
    expect(await sessionOf(sessionId)).toEqual({ ...before, keptUntil: expect.any(Date) });
    expect(
      service.log.filter((line) => line.event === "signup_opened" && line.sessionId === sessionId),
    ).toHaveLength(1);
  });

  test("lets one of many browsers win", async () => {
    const { payload, signupUrl, sessionId } = await opened();
    const visitors = Array.from({ length: 12 }, () => service.visitor());
    await Promise.all(visitors.map((visitor) => visitor.open(signupUrl)));
    const answers = await Promise.all(visitors.map((visitor) => visitor.start(payload)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map((response) => problemIn(response))).toEqual(
      Array.from({ length: 11 }, () => "409 session_in_use"),
    );
    const timeline = ((await sessionOf(sessionId)) as { timeline?: unknown[] } | null)?.timeline;
    expect(timeline).toHaveLength(2);
  });

  test("keeps the session's number: the same one again is fine, another is not", async () => {
    const phoneNumber = newNumber();
    const { visitor, payload, sessionId } = await opened({ phoneNumber });
    const given = newNumber();
    const other = await visitor.start(payload, { phoneNumber: given });
    expect(problemIn(other)).toBe("409 phone_number_mismatch");
    expect(other.body).toMatchObject({ numbers: { expected: phoneNumber, given } });
    expect(service.logText()).not.toContain(given);
    expect(await sessionOf(sessionId)).toMatchObject({ status: "created" });
    await visitor.start(payload, { phoneNumber }).expect(200);
    expect(await sessionOf(sessionId)).not.toHaveProperty("phoneNumberTyped");
  });

  test("keeps the session's name", async () => {
    const { visitor, payload, sessionId } = await opened({ session: { displayName: "Sol" } });
    await visitor.start(payload, { displayName: "Luna" }).expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ displayName: "Sol" });
  });

  test("answers in the caller's language", async () => {
    const { visitor } = await opened();
    const response = await visitor.start("unknown").set("Accept-Language", "pt-BR");
    expect(problemIn(response, "pt")).toBe("404 session_unknown");
  });
});
