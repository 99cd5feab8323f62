import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { CLAIMS, keyedRequestsOf } from "../../support/keyed-requests.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, WABA } from "../../support/signup.ts";

let service: TestService;
const clock = new MovableClock(new Date("2090-05-01T10:00:00.000Z"));

beforeAll(async () => {
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const { integrations, post, asIfKilled } = keyedRequestsOf(() => service, clock);

describe("Idempotency-Key at POST …/release", () => {
  test("leaves the browser that has started the session since then", async () => {
    const userId = newUser();
    const plan = { userId, phoneNumber: newNumber(), claims: CLAIMS };
    const { sessionId, signupUrl } = await createSession(service, plan);
    const path = `/whatsapp/signup-sessions/${sessionId}/release`;
    const key = randomUUID();
    expect((await post(userId, path, key)).status).toBe(204);
    const visitor = service.visitor();
    const payload = await visitor.open(signupUrl);
    await visitor.start(payload).expect(200);
    expect((await post(userId, path, key)).status).toBe(204);
    const values = { payload, WhatsAppBusinessAccountId: WABA };
    await visitor.postCallback(values).expect(200);
  });
});

describe("Idempotency-Key at POST …/retry", () => {
  /** A registration that ended in error. */
  async function failed() {
    const userId = newUser();
    const plan = { userId, phoneNumber: newNumber(), claims: CLAIMS };
    const { integrationId } = await completeSignup(service, plan);
    const error = { code: "display_name_rejected", actor: "customer", retryable: false };
    await integrations().updateOne(
      { userId },
      { $set: { status: "error", "registration.error": error } },
    );
    return { userId, path: `/whatsapp/integrations/${integrationId}/retry` };
  }

  async function retriesOf(userId: string) {
    const found = await integrations().findOne({ userId });
    const { history } = (found as unknown as Integration).registration;
    return history.filter(({ event }) => event === "retry_requested").length;
  }

  test("answers a repeat from the state, where a request without one is refused", async () => {
    const { userId, path } = await failed();
    const key = randomUUID();
    const body = { displayName: "Café Luna" };
    const first = await post(userId, path, key, body);
    const second = await post(userId, path, key, body);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.body).toMatchObject({ status: "pending" });
    expect(await retriesOf(userId)).toBe(1);
    expect(problemIn(await post(userId, path, undefined, body))).toBe("409 not_in_state");
  });

  test("does not start again what a process started that died before its answer", async () => {
    const { userId, path } = await failed();
    const key = randomUUID();
    expect((await post(userId, path, key)).status).toBe(202);
    await asIfKilled();
    clock.advance(60_000);
    const again = await post(userId, path, key);
    expect([again.status, (again.body as { status: string }).status]).toEqual([202, "pending"]);
    expect(await retriesOf(userId)).toBe(1);
  });

  test("starts what a process did not that died before", async () => {
    const { userId, path } = await failed();
    const key = randomUUID();
    expect((await post(userId, path, key)).status).toBe(202);
    await asIfKilled();
    await integrations().updateOne({ userId }, {
      $set: { status: "error" },
      $pull: { "registration.history": { event: "retry_requested" } },
    } as never);
    clock.advance(60_000);
    expect((await post(userId, path, key)).body).toMatchObject({ status: "pending" });
    expect(await retriesOf(userId)).toBe(1);
  });
});
