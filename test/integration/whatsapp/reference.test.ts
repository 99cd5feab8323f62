import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession } from "../../support/signup.ts";

/** What callers use: ids of their own, which may hold anything. */
const REFERENCE = "order-7 & ñ/=?#";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function get(path: string, userId: string) {
  const response = await service.http
    .get(`/whatsapp/${path}`)
    .set("Authorization", await service.bearer(userId));
  return response.body as { reference?: string };
}

const inUrl = (url: string | undefined) => new URL(url ?? "").searchParams.get("reference");

describe("the caller's reference", () => {
  test("comes back in the redirect, its repeat, the session and the integration", async () => {
    const userId = newUser();
    const plan = { userId, phoneNumber: newNumber(), session: { reference: REFERENCE } };
    const done = await completeSignup(service, plan);
    expect(inUrl(done.redirectUrl)).toBe(REFERENCE);
    const values = { payload: done.payload, WhatsAppBusinessAccountId: "111222333444555" };
    const repeated = (await done.visitor.postCallback(values)).body as { redirectUrl: string };
    expect(repeated.redirectUrl).toBe(done.redirectUrl);
    expect(await get(`signup-sessions/${done.sessionId}`, userId)).toMatchObject({
      reference: REFERENCE,
    });
    expect(await get(`integrations/${done.integrationId}`, userId)).toMatchObject({
      reference: REFERENCE,
    });
    const stored = await service.database.connection
      .collection("integrations")
      .findOne({ userId, externalId: plan.phoneNumber });
    expect(stored?.reference).toBe(REFERENCE);
  });

  test("comes back in the redirect after a failure", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber(), session: { reference: REFERENCE } };
    const { signupUrl } = await createSession(service, plan);
    const visitor = service.visitor();
    const payload = await visitor.open(signupUrl);
    await visitor.start(payload).expect(200);
    const failed = await visitor.callback({ payload, error: "access_denied" });
    expect(failed.status).toBe(303);
    expect(inUrl(failed.headers.location)).toBe(REFERENCE);
  });

  test("is nowhere where none was given", async () => {
    const userId = newUser();
    const done = await completeSignup(service, { userId, phoneNumber: newNumber() });
    expect(inUrl(done.redirectUrl)).toBeNull();
    for (const path of [
      `signup-sessions/${done.sessionId}`,
      `integrations/${done.integrationId}`,
    ]) {
      expect(await get(path, userId)).not.toHaveProperty("reference");
    }
  });

  test("of a later signup replaces the earlier one, and a signup without one leaves it", async () => {
    const userId = newUser();
    const phoneNumber = newNumber();
    const signUp = (session: Record<string, unknown>) =>
      completeSignup(service, { userId, phoneNumber, session });
    const { integrationId } = await signUp({ reference: "first" });
    await signUp({ reference: "second" });
    await signUp({});
    const integration = await get(`integrations/${integrationId}`, userId);
    expect(integration.reference).toBe("second");
  });

  test.each([
    ["", "too_small"],
    ["x".repeat(256), "too_big"],
    ["two\nlines", "custom"],
    [7, "invalid_type"],
  ])("may not be %j", async (reference, code) => {
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(newUser()))
      .send({ reference });
    expect(issuesIn(response)).toBe(`400 invalid_request: reference ${code}`);
  });

  test("may have 255 characters", async () => {
    const reference = "x".repeat(255);
    const userId = newUser();
    const { sessionId } = await createSession(service, { userId, session: { reference } });
    expect((await get(`signup-sessions/${sessionId}`, userId)).reference).toBe(reference);
  });
});
