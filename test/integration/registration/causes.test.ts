import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { lineOf, stored } from "./causes.ts";

const FIELD = { pointer: "/profile/name", detail: "must not be empty" };
const SAID = "Validation failed for +5511987654321 of ana@padaria.com, token EAAGm0PX4ZCpsBAxx";
const CLEANED = "Validation failed for +5511•••••4321 of [e-mail], token […]";
const RAW = /padaria\.com|EAAGm0|5511987654321/;

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const newPlan = () => ({ userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() });

describe("a refusal by Twilio", () => {
  test.each([
    ["details of the older shape", { details: { fields: [FIELD] } }],
    ["errors of the newer shape", { details: [FIELD], isProblem: true }],
  ])("is kept with operation, status, code, message and field: %s", async (_shape, body) => {
    const plan = newPlan();
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 400,
      code: 63100,
      message: SAID,
      match: plan.wabaId,
      ...body,
    });
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "error", plan.userId);
    const { registration } = await stored(service, plan.userId);
    const told = {
      operation: "create sender",
      providerStatus: 400,
      providerCode: "63100",
      providerMessage: expect.stringContaining(CLEANED),
    };
    expect(registration.error).toMatchObject({ code: "twilio_request_refused", ...told });
    expect(registration.error?.providerMessage).toContain("/profile/name: must not be empty");
    expect(registration.history.at(-1)).toMatchObject({ event: "registration_failed", ...told });
    const failed = await lineOf(
      service,
      integrationId,
      ({ event }) => event === "registration_failed",
    );
    expect(failed).toMatchObject({ level: "error", code: "twilio_request_refused", ...told });
    expect(failed).not.toHaveProperty("awaited");
    const request = await lineOf(
      service,
      integrationId,
      ({ event, status }) => event === "twilio_request" && status === 400,
    );
    const { providerStatus: _status, ...ofTheCall } = told;
    expect(request).toMatchObject({
      method: "POST",
      path: "/v2/Channels/Senders",
      twilioRequestId: expect.stringMatching(/^RQ/),
      ...ofTheCall,
    });
    expect(service.logText() + JSON.stringify(registration.error)).not.toMatch(RAW);
  });

  test("is shown to the owner with its code alone", async () => {
    const plan = newPlan();
    service.simulator.twilio.setScenario(plan.phoneNumber, {
      kind: "refused",
      code: 63103,
      message: "Canary words of Twilio",
      details: ["canary.field"],
    });
    const { integrationId, visitor, sessionId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "error", plan.userId);
    const bearer = await service.bearer(plan.userId);
    const shown = [
      await service.http
        .get(`/whatsapp/integrations/${integrationId}`)
        .set("Authorization", bearer),
      await service.http.get("/whatsapp/integrations").set("Authorization", bearer),
      await service.http.get(`/whatsapp/signup-sessions/${sessionId}`).set("Authorization", bearer),
      await visitor.agent
        .get(`/whatsapp/signup/status?session=${sessionId}`)
        .set("Accept", "application/json"),
    ].map(({ text }) => text);
    expect(shown[0]).toContain("63103");
    for (const text of shown) expect(text).not.toMatch(/canary|operation|providerMessage/i);
    expect(JSON.stringify(await stored(service, plan.userId))).toContain("Canary words of Twilio");
  });

  test("of an OFFLINE sender is kept in its words, and the owner reads its code alone", async () => {
    const plan = newPlan();
    service.simulator.twilio.setScenario(plan.phoneNumber, {
      kind: "offline",
      code: 63111,
      message: SAID,
    });
    const { integrationId } = await completeSignup(service, plan);
    const body = await untilStatus(service, integrationId, "error", plan.userId);
    const { registration } = await stored(service, plan.userId);
    expect(registration.error).toMatchObject({ providerCode: "63111", providerMessage: CLEANED });
    expect(registration.sender?.offlineReasons).toEqual([{ code: "63111", message: CLEANED }]);
    expect(body.registration).toMatchObject({ offlineReasons: [{ code: "63111" }] });
    expect(JSON.stringify(body)).not.toContain("Validation failed");
    expect(service.logText()).not.toMatch(RAW);
  });

  test("of a one-time code does not repeat the code", async () => {
    const plan = newPlan();
    service.simulator.twilio.setScenario(plan.phoneNumber, { kind: "code", code: "482913" });
    const { integrationId } = await completeSignup(service, {
      ...plan,
      session: { phoneNumberType: "byo" },
    });
    await eventually(
      () => getIntegration(service, integrationId, plan.userId),
      ({ registration }) => registration.waitingFor === "customer",
    );
    const { meta } = await stored(service, plan.userId);
    service.simulator.twilio.addFault({
      operation: "senders.update",
      kind: "error",
      status: 400,
      code: 63113,
      message: "The code 739-154 (739154) is not valid",
      match: meta.senderId ?? "",
    });
    const authorization = await service.bearer(plan.userId);
    // A look under way makes it `busy`, which hands nothing over.
    await eventually(
      () =>
        service.http
          .post(`/whatsapp/integrations/${integrationId}/verification`)
          .set("Authorization", authorization)
          .send({ code: "739154" }),
      ({ status }) => status === 202,
    );
    const { registration } = await stored(service, plan.userId);
    expect(registration.history).toContainEqual(
      expect.objectContaining({
        event: "registration_failed",
        operation: "update sender",
        providerCode: "63113",
        providerMessage: "The code […] ([…]) is not valid",
      }),
    );
    expect(service.logText()).not.toMatch(/739-?154/);
  });
});
