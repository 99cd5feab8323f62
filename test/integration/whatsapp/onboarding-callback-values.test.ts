import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { newNumber } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";
import { WABA } from "../../support/signup.ts";
import { CALLBACK, startedSession, target } from "./callback.ts";

const SUBACCOUNT = `AC${"0a".repeat(16)}`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const withoutNumber = () =>
  startedSession(service, { session: { phoneNumber: undefined, displayName: undefined } });

describe("the onboarding callback refuses and takes nothing:", () => {
  test.each([
    [{ WhatsAppBusinessAccountId: "" }, "WhatsAppBusinessAccountId invalid_type"],
    [{ WhatsAppBusinessAccountId: null }, "WhatsAppBusinessAccountId invalid_type"],
    [{ WhatsAppBusinessAccountId: "12 34567" }, "WhatsAppBusinessAccountId invalid_format"],
    [{ WhatsAppBusinessAccountId: 111_222_333 }, "WhatsAppBusinessAccountId invalid_type"],
    [{ WhatsAppBusinessAccountId: [WABA] }, "WhatsAppBusinessAccountId repeated"],
    [{ WhatsAppBusinessAccountId: { $gt: "" } }, "WhatsAppBusinessAccountId invalid_type"],
    [{ FacebookBusinessId: "abc" }, "FacebookBusinessId invalid_format"],
    [{ FacebookBusinessId: ["1", "2"] }, "FacebookBusinessId repeated"],
    [{ SubaccountSid: "AC123" }, "SubaccountSid invalid_format"],
    [{ TwilioNumber: "12345" }, "TwilioNumber custom"],
    [{ TwilioNumber: "0".repeat(2_049) }, "TwilioNumber too_big"],
    [{ TwilioNumber: { number: "+55" } }, "TwilioNumber invalid_type"],
    [{ phoneNumberId: "id" }, "phoneNumberId invalid_format"],
    [{ displayName: "a".repeat(256) }, "displayName too_big"],
    [{ displayName: "\u200B" }, "displayName custom"],
    [{ displayName: "Sol\u0007" }, "displayName custom"],
    [{ code: ["a", "b"] }, "code repeated"],
    [{ error: { code: 1 } }, "error invalid_type"],
  ])("POST with %j", async (over, issues) => {
    const { visitor, values } = await startedSession(service);
    const before = await dump(service.database);
    const response = await visitor.postCallback({ ...values, ...over });
    expect(issuesIn(response)).toBe(`400 invalid_request: ${issues}`);
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    "payload",
    "TwilioNumber",
    "WhatsAppBusinessAccountId",
    "FacebookBusinessId",
    "SubaccountSid",
  ])("%s given twice in a query, in a form, and in query and body", async (name) => {
    const { visitor, values, phoneNumber } = await startedSession(service);
    const all: Record<string, string> = {
      ...values,
      TwilioNumber: phoneNumber,
      FacebookBusinessId: "98765",
      SubaccountSid: SUBACCOUNT,
    };
    const query = new URLSearchParams(all);
    query.append(name, all[name] ?? "");
    const before = await dump(service.database);
    const json = { Accept: "application/json" };
    const answers = [
      await visitor.agent.get(`${CALLBACK}?${query.toString()}`).set(json),
      await visitor.agent.post(CALLBACK).set(json).type("form").send(query.toString()),
      await visitor.postCallback(all).query({ [name]: all[name] }),
      await visitor.agent
        .post(CALLBACK)
        .set(json)
        .query({ [name]: "" })
        .type("form")
        .send(all),
    ];
    for (const response of answers) {
      expect(issuesIn(response)).toMatch(new RegExp(`^400 invalid_request: .*${name} repeated`));
    }
    expect(await dump(service.database)).toEqual(before);
  });

  test("no payload, without asking who calls", async () => {
    const { visitor } = await startedSession(service);
    const given = { WhatsAppBusinessAccountId: WABA };
    const expected = "400 invalid_request: payload missing";
    expect(issuesIn(await visitor.postCallback(given))).toBe(expected);
    expect(issuesIn(await visitor.postCallback({ ...given, payload: "" }))).toBe(expected);
    const nobody = supertest(service.url).post(CALLBACK).set("Accept", "application/json");
    expect(issuesIn(await nobody.send(given))).toBe(expected);
  });

  test("no number where the session has none", async () => {
    const { visitor, values } = await withoutNumber();
    const before = await dump(service.database);
    const response = await visitor.postCallback(values);
    expect(issuesIn(response)).toBe("400 invalid_request: TwilioNumber missing");
    expect(await dump(service.database)).toEqual(before);
  });

  test("another number than the session's", async () => {
    const { visitor, values } = await startedSession(service);
    const before = await dump(service.database);
    const response = await visitor.postCallback({ ...values, TwilioNumber: newNumber() });
    expect(problemIn(response)).toBe("409 phone_number_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    ["half a body", '{"payload":', "application/json", "400 invalid_request: unreadable_body"],
    ["a list", "[]", "application/json", "400 invalid_request: invalid_type, payload missing"],
    ["a text", "x", "text/plain", "400 invalid_request: payload missing"],
  ])("%s", async (_what, body, type, expected) => {
    const { visitor } = await startedSession(service);
    const request = visitor.agent.post(CALLBACK).set("Accept", "application/json");
    expect(issuesIn(await request.set("Content-Type", type).send(body))).toBe(expected);
  });

  test("a body that is too large, and a form of too many fields", async () => {
    const { visitor, values } = await startedSession(service);
    const large = await visitor.postCallback({ ...values, code: "a".repeat(40_000) });
    expect(problemIn(large)).toBe("413 payload_too_large");
    const many = Array.from({ length: 1_100 }, (_, i) => `a${i}=1`).join("&");
    const request = visitor.agent.post(CALLBACK).set("Accept", "application/json");
    const form = await request.type("form").send(many);
    expect(problemIn(form)).toBe("413 payload_too_large");
  });

  test("HEAD", async () => {
    const { visitor, values } = await startedSession(service);
    const before = await dump(service.database);
    const response = await visitor.agent.head(CALLBACK).query(values);
    expect([response.status, response.headers.allow]).toEqual([405, "GET, POST"]);
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    { "Sec-Purpose": "prefetch" },
    { "Sec-Purpose": "prefetch;prerender" },
    { "Sec-Purpose": "prefetch;anonymous-client-ip" },
    { Purpose: "prefetch" },
  ])("a browser that looks ahead: %j", async (headers) => {
    const { visitor, values } = await startedSession(service);
    const before = await dump(service.database);
    const response = await visitor.callback(values).set(headers);
    expect(problemIn(response)).toBe("503 prefetch_refused");
    expect(await dump(service.database)).toEqual(before);
    expect(problemIn(await visitor.postCallback(values).set(headers))).toBe("503 prefetch_refused");
    expect(await dump(service.database)).toEqual(before);
    expect((await visitor.callback(values)).status).toBe(303);
  });
});

describe("a body that cannot be read", () => {
  test.each([
    ["application/json", "{"],
    ["application/x-www-form-urlencoded", `payload=x&${"a=1&".repeat(1_100)}`],
  ])("sends a browser on whose %s cannot be read, and is logged", async (type, body) => {
    const { visitor, values, sessionId } = await startedSession(service);
    const response = await visitor.agent
      .post(`${CALLBACK}?payload=${values.payload}`)
      .set("Accept", "text/html")
      .set("Content-Type", type)
      .redirects(0)
      .send(body);
    expect(response.status).toBe(303);
    const { to, parameters } = target(response.headers.location);
    expect(to).toBe(`${FRONTEND_URL}/dashboard/integrations/connect/whatsapp/error`);
    expect(parameters).toMatchObject({ sessionId });
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "onboarding_callback_rejected",
        code: parameters.code,
        sessionId,
      }),
    );
    await visitor.postCallback(values).expect(200);
  });
});
