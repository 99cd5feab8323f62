import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import twilio from "twilio";
import { maskPhoneNumber } from "../../../src/phone-number.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { OWN, REFUSALS, REFUSALS_ENV, refusalsOf } from "../../support/refusals.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, WABA } from "../../support/signup.ts";

const INTEGRATIONS = "/whatsapp/integrations";
const clock = new MovableClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    clock,
    env: REFUSALS_ENV,
  });
});
afterAll(() => service.close());

const { bearer, nextRequestId, linesOf, session } = refusalsOf(() => service, clock);

describe("a request that is kept out", () => {
  test.each([
    ["https://wrong.example", "https://wrong.example"],
    ["https://user:secret@wrong.example/path?token=x", "https://wrong.example"],
    ["null", "null"],
  ])("for its origin names it and the expected one: %s", async (origin, shown) => {
    const { visitor, payload } = await session();
    const id = nextRequestId();
    await visitor.agent
      .post("/whatsapp/signup/start")
      .set({ Origin: origin, "X-Request-Id": id })
      .send({ payload, confirm: true })
      .expect(403);
    expect(linesOf(id, ...REFUSALS)).toEqual([
      expect.objectContaining({
        event: "access_refused",
        level: "warn",
        code: "origin_not_allowed",
        reason: "other_origin",
        what: "POST /whatsapp/signup/start",
        origin: shown,
        expected: service.url,
      }),
    ]);
    expect(service.logText()).not.toContain("user:secret");
  });

  test("from another owner says whose the integration is, and the caller hears nothing of it", async () => {
    const userId = newUser();
    const plan = { userId, phoneNumber: newNumber(), claims: OWN };
    const { integrationId, sessionId } = await completeSignup(service, plan);
    const stranger = newUser();
    const authorization = await bearer(stranger);
    for (const [method, path] of [
      ["get", `${INTEGRATIONS}/${integrationId}`],
      ["delete", `${INTEGRATIONS}/${integrationId}`],
      ["post", `${INTEGRATIONS}/${integrationId}/retry`],
    ] as const) {
      const id = nextRequestId();
      const answer = await service.http[method](path)
        .set({ authorization, "X-Request-Id": id })
        .expect(404);
      expect(answer.text).not.toContain(userId);
      expect(linesOf(id, ...REFUSALS)).toEqual([
        expect.objectContaining({
          event: "access_refused",
          level: "warn",
          code: "integration_unknown",
          reason: "other_owner",
          what: expect.stringContaining("/whatsapp/integrations/:id"),
          owner: userId,
          userId: stranger,
          integrationId,
          sessionId,
          phoneNumber: maskPhoneNumber(plan.phoneNumber),
        }),
      ]);
    }
    const id = nextRequestId();
    await service.http
      .get(`${INTEGRATIONS}/0123456789abcdef01234567`)
      .set({ authorization, "X-Request-Id": id })
      .expect(404);
    const [line] = linesOf(id, ...REFUSALS);
    expect(line).toMatchObject({ reason: "integration_unknown", userId: stranger });
    expect(line).not.toHaveProperty("owner");
  });

  test("from another owner says whose the session is, at its endpoints and at the callback", async () => {
    const { sessionId, payload, userId, phoneNumber } = await session();
    const stranger = newUser();
    const authorization = await bearer(stranger);
    const path = `/whatsapp/signup-sessions/${sessionId}`;
    const calls = [
      () => service.http.get(path),
      () => service.http.delete(path),
      () => service.http.post(`${path}/release`),
      () =>
        service.http
          .post("/whatsapp/onboarding-callback")
          .send({ payload, WhatsAppBusinessAccountId: WABA }),
    ];
    for (const call of calls) {
      const id = nextRequestId();
      const headers = { authorization, "X-Request-Id": id, Accept: "application/json" };
      const answer = await call().set(headers);
      expect([answer.status, answer.text.includes(userId)]).toEqual([404, false]);
      expect(linesOf(id, ...REFUSALS)).toEqual([
        expect.objectContaining({
          code: "session_unknown",
          reason: "other_owner",
          owner: userId,
          userId: stranger,
          sessionId,
          phoneNumber: maskPhoneNumber(phoneNumber),
        }),
      ]);
    }
  });

  test("from another browser says whose session it is and why", async () => {
    const { signupUrl, payload, sessionId, userId, visitor } = await session(true);
    const other = service.visitor();
    await other.open(signupUrl);
    const bare = service.visitor();
    const calls: [string, string, () => ReturnType<typeof other.start>][] = [
      ["session_in_use", "other_browser", () => other.start(payload)],
      ["browser_mismatch", "other_browser", () => other.report(payload, "CANCEL")],
      ["browser_mismatch", "no_cookie", () => bare.report(payload, "CANCEL")],
      [
        "browser_mismatch",
        "other_browser",
        () => other.postCallback({ payload, WhatsAppBusinessAccountId: WABA }),
      ],
    ];
    for (const [code, reason, call] of calls) {
      const id = nextRequestId();
      await call().set("X-Request-Id", id);
      expect(linesOf(id, ...REFUSALS)).toEqual([
        expect.objectContaining({
          event: "access_refused",
          code,
          reason,
          owner: userId,
          sessionId,
        }),
      ]);
    }
    const id = nextRequestId();
    await bare.start(payload).set("X-Request-Id", id).expect(403);
    expect(linesOf(id, ...REFUSALS)).toMatchObject([{ reason: "no_cookie" }]);
    await visitor.start(payload).expect(200);
  });

  test("for a webhook's signature names account and masked number", async () => {
    const fields = { AccountSid: PARENT_SID, To: "+5511955550000", Body: "x" };
    const path = "/webhooks/twilio/sms";
    const signature = twilio.getExpectedTwilioSignature("wrong", `${service.url}${path}`, fields);
    for (const [reason, headers] of [
      ["signature", { "X-Twilio-Signature": signature }],
      ["incomplete", {}],
    ] as const) {
      const id = nextRequestId();
      await service.http
        .post(path)
        .type("form")
        .set({ ...headers, "X-Request-Id": id })
        .send(fields)
        .expect(403);
      expect(linesOf(id, ...REFUSALS)).toEqual([
        expect.objectContaining({
          code: "webhook_signature_invalid",
          reason,
          accountSid: PARENT_SID,
          phoneNumber: "+5511•••••0000",
        }),
      ]);
    }
  });
});
