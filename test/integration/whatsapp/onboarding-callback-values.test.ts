import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { newNumber } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { WABA } from "../../support/signup.ts";
import { CALLBACK, integrations, startedSession, storedSession } from "./callback.ts";

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
    for (const response of answers)
      expect(issuesIn(response)).toMatch(new RegExp(`^400 invalid_request: .*${name} repeated`));
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
    const form = await visitor.agent.post(CALLBACK).type("form").send(many);
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
    expect((await visitor.callback(values)).status).toBe(303);
  });
});

describe("the onboarding callback takes", () => {
  const complete = (phoneNumber: string) => ({
    TwilioNumber: phoneNumber,
    FacebookBusinessId: "98765432101234567890",
    SubaccountSid: SUBACCOUNT,
  });

  test("the values of a GET, and of a POST as JSON and as a form, alike", async () => {
    const ways = [
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .callback({ ...session.values, ...complete(session.phoneNumber) })
          .expect(303);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .postCallback({ ...session.values, ...complete(session.phoneNumber) })
          .expect(200);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor.agent
          .post(CALLBACK)
          .type("form")
          .redirects(0)
          .send({ ...session.values, ...complete(session.phoneNumber) })
          .expect(303);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .postCallback(complete(session.phoneNumber))
          .query(session.values)
          .expect(200);
        return session;
      },
    ];
    for (const way of ways) {
      const { sessionId, phoneNumber } = await way();
      expect((await storedSession(service, sessionId)).callback).toEqual({
        phoneNumber,
        wabaId: WABA,
        facebookBusinessId: "98765432101234567890",
        subaccountSid: SUBACCOUNT,
        displayName: "Panadería Sol",
      });
    }
  });

  test("what is required and nothing made up for the rest", async () => {
    const { visitor, values, sessionId, userId } = await startedSession(service);
    const empty = { FacebookBusinessId: "", SubaccountSid: "", TwilioNumber: "", displayName: "" };
    await visitor.postCallback({ ...values, ...empty }).expect(200);
    const { callback } = await storedSession(service, sessionId);
    expect(callback).not.toHaveProperty("facebookBusinessId");
    expect(callback).not.toHaveProperty("subaccountSid");
    const [integration] = await integrations(service).find({ userId }).toArray();
    expect(integration?.meta).not.toHaveProperty("facebookBusinessId");
    expect(integration?.meta).not.toHaveProperty("twilioSubaccountSid");
  });

  test("displayName, phoneNumberId and code from a POST alone", async () => {
    const session = await startedSession(service);
    const extra = { displayName: "Luna", phoneNumberId: "12345", code: "AQ" };
    await session.visitor.callback({ ...session.values, ...extra }).expect(303);
    const { callback } = await storedSession(service, session.sessionId);
    expect(callback).toMatchObject({ displayName: "Panadería Sol" });
    expect(callback).not.toHaveProperty("phoneNumberId");
    const posted = await startedSession(service);
    await posted.visitor.postCallback({ ...posted.values, ...extra }).expect(200);
    expect((await storedSession(service, posted.sessionId)).callback).toMatchObject({
      displayName: "Luna",
      phoneNumberId: "12345",
    });
  });

  test.each([
    [(number: string) => `whatsapp:${number}`],
    [(number: string) => number.replace("+", " ")],
    [(number: string) => `whatsapp:${number.replace("+", " ")}`],
    [(number: string) => number.replace(/(\d{4})$/, "-$1")],
  ])("the number as %s writes it", async (write) => {
    const phoneNumber = newNumber();
    const { visitor, values, sessionId } = await withoutNumber();
    await visitor.callback({ ...values, TwilioNumber: write(phoneNumber) }).expect(303);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({ phoneNumber });
  });

  test("an unescaped plus in a query, which arrives as a space", async () => {
    const phoneNumber = newNumber();
    const { visitor, values, sessionId } = await withoutNumber();
    const query = `payload=${values.payload}&WhatsAppBusinessAccountId=${WABA}&TwilioNumber=${phoneNumber}`;
    await visitor.agent.get(`${CALLBACK}?${query}`).redirects(0).expect(303);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({ phoneNumber });
  });

  test("Mexico's old form for the new one", async () => {
    const { visitor, values, sessionId } = await startedSession(service, {
      phoneNumber: "+525512345678",
    });
    await visitor.postCallback({ ...values, TwilioNumber: "+5215512345678" }).expect(200);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({
      phoneNumber: "+525512345678",
    });
  });

  test("parameters that it does not know, and leaves them alone", async () => {
    const { visitor, values, sessionId } = await startedSession(service);
    await visitor
      .postCallback({ ...values, status: "linked", integrationId: ["x"], $set: { a: 1 } })
      .expect(200);
    const { callback } = await storedSession(service, sessionId);
    expect(Object.keys(callback ?? {}).toSorted()).toEqual([
      "displayName",
      "phoneNumber",
      "wabaId",
    ]);
  });
});
