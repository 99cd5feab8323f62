import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { problemText } from "../../../src/problems/render.ts";
import { newNumber } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";
import { CALLBACK, integrations, startedSession, target } from "./callback.ts";

const DASHBOARD = `${FRONTEND_URL}/dashboard/integrations/connect/whatsapp`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function integrationIdOf(userId: string): Promise<string> {
  const integration = await integrations(service).findOne({ userId });
  return String(integration?._id);
}

describe("an accepted callback", () => {
  test("sends a browser to the configured success page", async () => {
    const { visitor, values, sessionId, userId, phoneNumber } = await startedSession(service);
    const response = await visitor.callback(values);
    const integrationId = await integrationIdOf(userId);
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe(
      `${DASHBOARD}/success?status=pending&integrationId=${integrationId}&sessionId=${sessionId}&phone=${encodeURIComponent(phoneNumber)}`,
    );
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers["referrer-policy"]).toBe("no-referrer");
    expect(response.text).not.toContain(values.payload);
  });

  test("answers a program with the same as JSON", async () => {
    const { visitor, values, sessionId, userId, phoneNumber } = await startedSession(service);
    const response = await visitor.postCallback(values);
    const integrationId = await integrationIdOf(userId);
    expect(response.status).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.body).toEqual({
      success: true,
      status: "pending",
      sessionId,
      integrationId,
      redirectUrl: `${DASHBOARD}/success?status=pending&integrationId=${integrationId}&sessionId=${sessionId}&phone=${encodeURIComponent(phoneNumber)}`,
    });
  });

  test.each([
    ["text/html,application/xhtml+xml,application/json;q=0.5", 303],
    ["*/*", 303],
    ["application/json, */*;q=0.1", 200],
    ["Application/JSON", 200],
    ["", 303],
  ])("with Accept: %j is %i", async (accept, status) => {
    const { visitor, values } = await startedSession(service);
    const response = await visitor.callback(values).set("Accept", accept);
    expect(response.status).toBe(status);
  });

  test("keeps the other parameters of returnUrl and replaces those of the same name", async () => {
    const returnUrl = `${FRONTEND_URL}/done?tenant=7&status=evil&phone=%2B1&phone=2&integrationId=x&sessionId=y&q=a%26b#tab`;
    const { visitor, values, sessionId, userId, phoneNumber } = await startedSession(service, {
      session: { returnUrl },
    });
    const { headers } = await visitor.callback(values);
    const url = new URL(headers.location ?? "");
    expect([...url.searchParams]).toEqual([
      ["tenant", "7"],
      ["status", "pending"],
      ["phone", phoneNumber],
      ["integrationId", await integrationIdOf(userId)],
      ["sessionId", sessionId],
      ["q", "a&b"],
    ]);
    expect([url.origin, url.pathname, url.hash]).toEqual([FRONTEND_URL, "/done", "#tab"]);
  });
});

describe("a refused callback", () => {
  test.each(["es", "pt", "en"] as const)("tells the browser why, in %s", async (locale) => {
    const failureUrl = `${FRONTEND_URL}/failed?tenant=7&code=x&msg=y#tab`;
    const { visitor, values, sessionId } = await startedSession(service, {
      session: { locale, failureUrl },
    });
    const response = await visitor
      .callback({ ...values, TwilioNumber: newNumber() })
      .set("Accept-Language", "fr");
    expect(response.status).toBe(303);
    expect(target(response.headers.location)).toEqual({
      to: `${FRONTEND_URL}/failed`,
      parameters: {
        tenant: "7",
        code: "phone_number_mismatch",
        msg: problemText("phone_number_mismatch", locale).detail,
        sessionId,
      },
    });
    expect(new URL(response.headers.location ?? "").hash).toBe("#tab");
  });

  test("tells a program in the session's language, with the problem", async () => {
    const { visitor, values } = await startedSession(service, { session: { locale: "pt" } });
    const response = await visitor
      .postCallback({ ...values, TwilioNumber: newNumber() })
      .set("Accept-Language", "en");
    expect(problemIn(response, "pt")).toBe("409 phone_number_mismatch");
  });

  test("of an unknown session goes to the configured page in the browser's language", async () => {
    const visitor = service.visitor();
    const response = await visitor.callback({ payload: "unknown" }).set("Accept-Language", "en");
    expect(target(response.headers.location)).toEqual({
      to: `${DASHBOARD}/error`,
      parameters: {
        code: "session_unknown",
        msg: problemText("session_unknown", "en").detail,
      },
    });
  });

  test("with a value given twice still finds the session's own page", async () => {
    const failureUrl = `${FRONTEND_URL}/failed`;
    const { visitor, values, sessionId } = await startedSession(service, {
      session: { failureUrl },
    });
    const query = `${new URLSearchParams(values).toString()}&FacebookBusinessId=1&FacebookBusinessId=2`;
    const response = await visitor.agent.get(`${CALLBACK}?${query}`).redirects(0);
    expect(target(response.headers.location)).toMatchObject({
      to: failureUrl,
      parameters: { code: "invalid_request", sessionId },
    });
  });

  test("never sends the browser where the request says", async () => {
    const visitor = service.visitor();
    const evil = "https://evil.example/";
    const response = await visitor.callback({
      payload: "unknown",
      returnUrl: evil,
      failureUrl: evil,
      redirect_uri: evil,
    });
    expect(response.headers.location).not.toContain("evil");
  });

  test("is logged with its code, without the values", async () => {
    const { visitor, values, sessionId, userId, phoneNumber } = await startedSession(service);
    const response = await visitor.postCallback({ ...values, SubaccountSid: "canary-value" });
    expect(problemIn(response)).toBe("400 invalid_request");
    expect(service.log.findLast(({ event }) => event === "onboarding_callback_rejected")).toEqual({
      level: "warn",
      time: expect.any(String),
      event: "onboarding_callback_rejected",
      message: expect.any(String),
      requestId: response.headers["x-request-id"],
      sessionId,
      userId,
      phoneNumber: `${phoneNumber.slice(0, 5)}•••••${phoneNumber.slice(-4)}`,
      code: "invalid_request",
      issues: [{ path: "SubaccountSid", code: "invalid_format" }],
    });
    expect(service.logText()).not.toContain("canary-value");
  });
});

describe("where no frontend is configured", () => {
  beforeAll(() => service.restart({ FRONTEND_URL: "" }));

  test("success and failure end on the service's own page", async () => {
    const { visitor, values, payload, sessionId } = await startedSession(service);
    const failed = await visitor.callback({ payload, error: "access_denied" });
    expect(target(failed.headers.location)).toEqual({
      to: `${service.url}/whatsapp/signup/result`,
      parameters: {
        session: sessionId,
        code: "signup_cancelled",
        msg: expect.any(String),
        sessionId,
      },
    });
    await visitor.start(payload);
    const accepted = await visitor.callback(values);
    expect(target(accepted.headers.location)).toMatchObject({
      to: `${service.url}/whatsapp/signup/result`,
      parameters: { session: sessionId, status: "pending", sessionId },
    });
    const unknown = await visitor.callback({ payload: "unknown" });
    expect(target(unknown.headers.location)).toMatchObject({
      to: `${service.url}/whatsapp/signup/result`,
      parameters: { code: "session_unknown" },
    });
  });
});
