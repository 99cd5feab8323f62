import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { OWN, REFUSALS, REFUSALS_ENV, refusalsOf } from "../../support/refusals.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup } from "../../support/signup.ts";

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

describe("every other refusal", () => {
  test("leaves one line with its code, and no input", async () => {
    const userId = newUser();
    const authorization = await bearer(userId);
    const { sessionId, integrationId, visitor, payload } = await completeSignup(service, {
      userId,
      phoneNumber: newNumber(),
      claims: OWN,
    });
    const revoked = await session(true);
    await service.http
      .delete(`/whatsapp/signup-sessions/${revoked.sessionId}`)
      .set("Authorization", await bearer(revoked.userId))
      .expect(204);
    const create = () =>
      service.http.post("/whatsapp/create-signup-session").set({ authorization });
    const verify = `${INTEGRATIONS}/${integrationId}/verification`;
    const calls: [string, object, () => ReturnType<typeof create>][] = [
      [
        "400 invalid_request",
        { issues: [{ path: "phoneNumber", code: "custom" }] },
        () => create().send({ phoneNumber: "canary-7654321" }),
      ],
      [
        "400 return_url_not_allowed",
        {
          origin: "https://evil.example",
          expected: [new URL(service.env.FRONTEND_URL ?? "").origin],
        },
        () => create().send({ returnUrl: "https://evil.example/canary-path" }),
      ],
      [
        "409 not_in_state",
        { integrationId, userId },
        () => service.http.post(verify).set({ authorization }).send({ code: "123456" }),
      ],
      [
        "409 session_used",
        { sessionId },
        () => service.http.delete(`/whatsapp/signup-sessions/${sessionId}`).set({ authorization }),
      ],
      ["410 session_ended", { sessionId }, () => visitor.report(payload, "CANCEL")],
      [
        "410 session_revoked",
        { sessionId: revoked.sessionId },
        () => revoked.visitor.start(revoked.payload),
      ],
      ["413 payload_too_large", {}, () => create().send({ displayName: "x".repeat(40_000) })],
      ["405 method_not_allowed", {}, () => service.http.put(INTEGRATIONS)],
    ];
    for (const [answer, more, call] of calls) {
      const id = nextRequestId();
      const response = await call().set("X-Request-Id", id);
      const { code } = response.body as { code: string };
      expect(`${response.status} ${code}`).toBe(answer);
      expect(linesOf(id, ...REFUSALS)).toEqual([
        expect.objectContaining({ event: "access_refused", level: "info", code, ...more }),
      ]);
    }
    expect(service.logText()).not.toMatch(/canary/);
  });

  test("leaves none for a path that nobody knows", async () => {
    const id = nextRequestId();
    await service.http.get("/wp-login.php").set("X-Request-Id", id).expect(404);
    await service.http.get("/whatsapp/%E0%A4%A").set("X-Request-Id", id).expect(404);
    expect(linesOf(id, ...REFUSALS)).toEqual([]);
  });

  test("of a callback for no session is bounded, and hides none for a known one", async () => {
    const id = nextRequestId();
    const callback = (payload: string) =>
      service.http
        .get("/whatsapp/onboarding-callback")
        .query({ payload })
        .set({ Accept: "application/json", "X-Request-Id": id });
    for (let calls = 0; calls < 40; calls += 1) await callback("nobodys").expect(404);
    const received = () => linesOf(id, "onboarding_callback_received");
    expect(received()).toHaveLength(30);
    const { payload, sessionId } = await session(true);
    const strangers = received().length;
    await callback(payload).expect(403);
    expect(received().slice(strangers)).toEqual([expect.objectContaining({ sessionId })]);
  });
});
