import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const CODE = "482913";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function codeDue() {
  const [userId, phoneNumber] = [newUser(), newNumber()];
  service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: CODE });
  const plan = { userId, phoneNumber, wabaId: newWaba(), session: { phoneNumberType: "byo" } };
  const { integrationId } = await completeSignup(service, plan);
  await eventually(
    () => getIntegration(service, integrationId, userId),
    ({ registration }) =>
      registration.step === "verification" && registration.waitingFor === "customer",
  );
  return { userId, id: integrationId };
}

async function post({ userId, id }: { userId: string; id: string }, path: string, body: object) {
  return service.http
    .post(`/whatsapp/integrations/${id}/${path}`)
    .set("Authorization", await service.bearer(userId))
    .set("Idempotency-Key", KEY)
    .send(body);
}

const KEY = randomUUID();
const asked = () =>
  service.simulator.twilio
    .requests()
    .filter(
      ({ operation, body }) =>
        operation === "senders.update" && JSON.stringify(body).includes("verification_method"),
    ).length;

describe("Idempotency-Key and one-time codes", () => {
  test("sends one code for two requests, also after a process died in between", async () => {
    const whose = await codeDue();
    const path = "verification/resend";
    expect((await post(whose, path, { method: "sms" })).status).toBe(202);
    expect((await post(whose, path, { method: "sms" })).status).toBe(202);
    expect(asked()).toBe(1);
    await service.database.connection
      .collection("idempotency_keys")
      .updateMany({}, { $set: { isDone: false } });
    expect((await post(whose, path, { method: "sms" })).status).toBe(202);
    expect(asked()).toBe(1);
    const other = await post(whose, path, { method: "voice" });
    expect(problemIn(other)).toBe("422 idempotency_key_reused");
  });

  test("is ignored where a code is handed over", async () => {
    const whose = await codeDue();
    expect((await post(whose, "verification", { code: "000000" })).status).toBe(202);
    await eventually(
      () => getIntegration(service, whose.id, whose.userId),
      ({ registration }) => registration.error?.code === "verification_code_wrong",
    );
    expect((await post(whose, "verification", { code: CODE })).status).toBe(202);
    await untilStatus(service, whose.id, "linked", whose.userId);
  });
});
