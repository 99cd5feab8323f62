import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type LogLine, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

/** docs/contract.md, section 5. */
const EVENTS = new Set([
  "service_started",
  "config_warning",
  "signup_session_created",
  "signup_opened",
  "signup_event",
  "signup_session_ended",
  "session_released",
  "session_revoked",
  "onboarding_callback_received",
  "onboarding_callback_rejected",
  "integration_upserted",
  "waba_verified",
  "subaccount_created",
  "subaccount_adopted",
  "subaccount_ignored",
  "number_moved",
  "sender_created",
  "sender_adopted",
  "sender_status_changed",
  "registration_retry_scheduled",
  "registration_failed",
  "integration_linked",
  "integration_disconnected",
  "retry_requested",
  "disconnect_requested",
  "operator_action",
  "ownership_conflict",
  "sender_removed",
  "sender_webhook_changed",
  "number_assigned",
  "token_rejected",
  "access_refused",
  "rate_limited",
  "twilio_request",
  "meta_request",
  "service_stopping",
  "service_stopped",
]);

let service: TestService;
const [userId, phoneNumber, wabaId] = [newUser(), newNumber(), newWaba()];
let signup: Awaited<ReturnType<typeof completeSignup>>;

beforeAll(async () => {
  service = await startTestService({ env: { TWILIO_PARTNER_SOLUTION_ID: "300000000000003" } });
  signup = await completeSignup(service, { userId, phoneNumber, wabaId });
  await untilStatus(service, signup.integrationId, "linked", userId);
  // The document is written before the line.
  await eventually(
    () => Promise.resolve(service.log),
    (log) => log.some(({ event }) => event === "integration_linked"),
  );
  await service.restart();
});
afterAll(() => service.close());

const lines = (event: string) => service.log.filter((line) => line.event === event);
const only = (event: string): LogLine => {
  const [line, ...others] = lines(event);
  if (!line || others.length > 0) throw new Error(`${others.length + 1} or 0 lines of ${event}`);
  return line;
};

describe("the log", () => {
  test("is one JSON object a line, with level as a word, message and time", () => {
    const text = service.logText();
    expect(text.endsWith("\n")).toBe(true);
    for (const line of text.trimEnd().split("\n")) {
      const parsed: unknown = JSON.parse(line);
      expect(parsed).toMatchObject({
        level: expect.stringMatching(/^(trace|debug|info|warn|error|fatal)$/),
        message: expect.stringMatching(/^\S.*$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(parsed).not.toHaveProperty("pid");
      expect(parsed).not.toHaveProperty("hostname");
      // Twice the same key is no valid line, and JSON.parse does not say so.
      const keys = [...line.matchAll(/[{,]"(level|time|message|event|requestId|sessionId)":/g)];
      expect(new Set(keys.map(([, key]) => key)).size).toBe(keys.length);
    }
  });

  test("names its events as the contract does", () => {
    const named = service.log.flatMap(({ event }) => (event === undefined ? [] : [event]));
    expect([...new Set(named)].filter((event) => !EVENTS.has(event))).toEqual([]);
  });

  test("tells the story of one onboarding in order", () => {
    const story = service.log
      .map(({ event }) => event)
      .filter((event) => event && !["twilio_request", "config_warning"].includes(event));
    expect(story).toEqual([
      "service_started",
      "signup_session_created",
      "signup_opened",
      "onboarding_callback_received",
      "integration_upserted",
      "subaccount_created",
      "sender_created",
      "sender_status_changed",
      "integration_linked",
      "service_stopping",
      "service_stopped",
      "service_started",
    ]);
  });

  test("bears the ids by which a signup is followed", () => {
    const { sessionId, integrationId } = signup;
    expect(only("signup_session_created")).toMatchObject({ sessionId, userId });
    expect(only("signup_opened")).toMatchObject({ sessionId, userId });
    expect(only("onboarding_callback_received")).toMatchObject({
      sessionId,
      userId,
      method: "POST",
      parameters: ["payload", "WhatsAppBusinessAccountId"],
    });
    const upserted = only("integration_upserted");
    expect(upserted).toMatchObject({
      sessionId,
      integrationId,
      userId,
      outcome: "created",
      phoneNumber: `${phoneNumber.slice(0, 5)}•••••${phoneNumber.slice(-4)}`,
    });
    expect(upserted.requestId).toBe(only("onboarding_callback_received").requestId);
    for (const event of ["subaccount_created", "sender_created", "integration_linked"]) {
      expect(only(event)).toMatchObject({ level: "info", integrationId, userId });
    }
  });

  test("gives the worker's lines the integration and no request of somebody", () => {
    const { integrationId } = signup;
    const requests = lines("twilio_request");
    expect(requests.length).toBeGreaterThan(2);
    for (const line of requests) {
      expect(line).toMatchObject({
        level: "info",
        integrationId,
        method: expect.stringMatching(/^(GET|POST)$/),
        status: expect.any(Number),
        durationMs: expect.any(Number),
        twilioRequestId: expect.stringMatching(/^RQ/),
      });
      expect(line.path).toMatch(/^\/[\w/.{}…-]+$/);
      expect(line).not.toHaveProperty("requestId");
    }
  });

  test("has one line for each answered request, without its query", () => {
    const answered = service.log.filter(({ message }) => message === "Request answered");
    expect(answered.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "/whatsapp/create-signup-session",
        "/whatsapp/signup",
        "/whatsapp/signup/start",
        "/whatsapp/onboarding-callback",
      ]),
    );
    for (const line of answered) {
      expect(Object.keys(line).toSorted()).toEqual(
        expect.arrayContaining(["durationMs", "level", "method", "path", "requestId", "status"]),
      );
      expect(line.level).toBe("debug");
      expect(JSON.stringify(line)).not.toContain("?");
    }
  });
});
