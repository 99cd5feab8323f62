import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const CODE = "482913";

describe("the one-time code", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  async function untilCodeIsDue(userId: string, phoneNumber: string, wabaId: string) {
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: CODE });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId,
      session: { phoneNumberType: "byo" },
    });
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ registration }) =>
        registration.step === "verification" && registration.waitingFor === "customer",
    );
    return integrationId;
  }

  async function send(userId: string, path: string, body: object) {
    return service.http
      .post(`/whatsapp/integrations/${path}`)
      .set("Authorization", await service.bearer(userId))
      .send(body);
  }

  test("is asked of the customer, handed to Twilio and leads to linked", async () => {
    const id = await untilCodeIsDue("code-ok", "+5511930000001", "730000000000001");
    const answer = await send("code-ok", `${id}/verification`, {
      code: "\u2068482\u2011913\u2069",
    });
    expect(answer.status).toBe(202);
    const { registration } = await untilStatus(service, id, "linked", "code-ok");
    expect(registration.error).toBeNull();
    expect(service.logText()).not.toContain(CODE);
    const documents = await service.database.connection.collection("integrations").find().toArray();
    expect(JSON.stringify(documents)).not.toContain(CODE);
  });

  test("that is wrong is told, counted, and a right one still works", async () => {
    const id = await untilCodeIsDue("code-wrong", "+5511930000002", "730000000000002");
    expect((await send("code-wrong", `${id}/verification`, { code: "000000" })).status).toBe(202);
    const told = await eventually(
      () => getIntegration(service, id, "code-wrong"),
      ({ registration }) => registration.error !== null,
    );
    expect(told).toMatchObject({
      status: "pending",
      registration: {
        step: "verification",
        waitingFor: "customer",
        error: { code: "verification_code_wrong", actor: "customer" },
      },
    });
    expect((await send("code-wrong", `${id}/verification`, { code: "482-913" })).status).toBe(202);
    await untilStatus(service, id, "linked", "code-wrong");
  });

  test("can be sent again by voice, not twice within the cool-down", async () => {
    const id = await untilCodeIsDue("code-again", "+5511930000003", "730000000000003");
    const again = await send("code-again", `${id}/verification/resend`, { method: "voice" });
    expect(again.status).toBe(202);
    const updates = service.simulator.twilio
      .requests()
      .filter(({ operation }) => operation === "senders.update");
    expect(updates.at(-1)?.body).toEqual({ configuration: { verification_method: "voice" } });
    const tooSoon = await send("code-again", `${id}/verification/resend`, { method: "sms" });
    expect(tooSoon.status).toBe(429);
    expect(tooSoon.headers["retry-after"]).toMatch(/^\d+$/);
  });

  test("is refused where none is due, by another owner, and in a wrong form", async () => {
    const id = await untilCodeIsDue("code-not", "+5511930000004", "730000000000004");
    expect((await send("code-not", `${id}/verification`, { code: "abc" })).body).toMatchObject({
      code: "invalid_request",
    });
    expect((await send("somebody", `${id}/verification`, { code: CODE })).status).toBe(404);
    await send("code-not", `${id}/verification`, { code: CODE });
    await untilStatus(service, id, "linked", "code-not");
    expect((await send("code-not", `${id}/verification`, { code: CODE })).body).toMatchObject({
      code: "not_in_state",
      status: 409,
    });
  });

  test("that Twilio could not read by itself leads to the way by voice", async () => {
    const [userId, phoneNumber] = ["code-lost", "+5511930000005"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "automatic_code_lost" });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "730000000000005",
    });
    const failed = await untilStatus(service, integrationId, "error", userId);
    expect(failed.registration.error).toMatchObject({
      code: "code_not_received",
      providerCode: "63116",
    });
    const again = await send(userId, `${integrationId}/verification/resend`, { method: "voice" });
    expect(again.status).toBe(202);
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ registration }) => registration.step === "verification",
    );
    await send(userId, `${integrationId}/verification`, { code: "123456" });
    await untilStatus(service, integrationId, "linked", userId);
  });
});
