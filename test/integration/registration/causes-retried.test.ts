import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { lineOf, stored } from "./causes.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const newPlan = () => ({ userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() });

describe("while the service tries again by itself", () => {
  test("the error is retryable, whatever the catalogue says, and the log counts as the API does", async () => {
    const plan = newPlan();
    const refused = { kind: "refused", code: 63101, times: 3 } as const;
    service.simulator.twilio.setScenario(plan.phoneNumber, refused);
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 503,
      match: plan.wabaId,
    });
    const { integrationId } = await completeSignup(service, plan);
    const seen = await eventually(
      () => getIntegration(service, integrationId, plan.userId),
      ({ registration }) => registration.error?.code === "waba_not_shared",
    );
    expect(seen).toMatchObject({
      status: "pending",
      registration: {
        waitingFor: "customer",
        error: { actor: "customer", retryable: true, providerCode: "63101" },
      },
    });
    await untilStatus(service, integrationId, "linked", plan.userId);
    const tries = service.log.filter(
      (line) =>
        line.event === "registration_retry_scheduled" && line.integrationId === integrationId,
    );
    expect(tries.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4]);
    expect(tries[0]).toMatchObject({ operation: "create sender", providerStatus: 503 });
  });

  test("it says how the network failed", async () => {
    const plan = newPlan();
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "reset",
      match: plan.wabaId,
    });
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", plan.userId);
    const told = { operation: "create sender", network: "ECONNRESET" };
    for (const name of ["registration_retry_scheduled", "twilio_request"]) {
      expect(
        await lineOf(
          service,
          integrationId,
          ({ event, network }) => event === name && Boolean(network),
        ),
      ).toMatchObject(told);
    }
  });

  test("it says that nobody listens, or that nobody answers in time", async () => {
    const plan = newPlan();
    const mend = service.simulator.twilio.addFault({
      operation: "accounts.create",
      kind: "hang",
      ms: 3_000,
      times: Infinity,
    });
    const { integrationId } = await completeSignup(service, plan);
    const seen = await eventually(
      () => stored(service, plan.userId),
      ({ registration }) => registration.error !== undefined,
    );
    mend();
    expect(seen.registration.error).toMatchObject({
      code: "twilio_unavailable",
      retryable: true,
      operation: "create account",
      network: "timeout",
    });
    await untilStatus(service, integrationId, "linked", plan.userId);
  });

  test("past the deadline the last cause is still told", async () => {
    const plan = newPlan();
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 503,
      message: "Meta is down",
      match: plan.wabaId,
      times: 1_000,
    });
    const { integrationId } = await completeSignup(service, plan);
    await eventually(
      () => stored(service, plan.userId),
      ({ registration }) => registration.error?.providerMessage === "Meta is down",
    );
    await service.database.connection
      .collection("integrations")
      .updateOne(
        { userId: plan.userId },
        { $set: { "registration.deadlineAt": new Date(0), "work.dueAt": new Date(0) } },
      );
    const late = await untilStatus(service, integrationId, "error", plan.userId);
    expect(late.registration.error).toMatchObject({
      code: "registration_deadline_exceeded",
      retryable: false,
      awaited: "twilio",
    });
    expect((await stored(service, plan.userId)).registration.error).toMatchObject({
      operation: "create sender",
      providerStatus: 503,
      providerMessage: "Meta is down",
    });
    const failed = await lineOf(
      service,
      integrationId,
      ({ event }) => event === "registration_failed",
    );
    expect(failed).toMatchObject({ waitingFor: "operator", awaited: "twilio" });
  });
});

describe("a refused subaccount", () => {
  test.each([
    ["Invalid parameter", "twilio_request_refused"],
    ["FriendlyName of the subaccount exceeds the maximum length", "twilio_request_refused"],
    ["This request is not allowed", "twilio_request_refused"],
    ["You have reached the maximum number of subaccounts", "subaccount_limit_reached"],
    ["Subaccount limit exceeded", "subaccount_limit_reached"],
    ["Trial accounts can have only a single subaccount", "subaccount_limit_reached"],
  ])("for %j is %s", async (message, code) => {
    const plan = newPlan();
    service.simulator.twilio.addFault({
      operation: "accounts.create",
      kind: "error",
      status: 400,
      code: 20001,
      message,
    });
    const { integrationId } = await completeSignup(service, plan);
    const { registration } = await untilStatus(service, integrationId, "error", plan.userId);
    expect(registration.error).toMatchObject({ code, actor: "operator", providerCode: "20001" });
    expect((await stored(service, plan.userId)).registration.error).toMatchObject({
      operation: "create account",
      providerMessage: message,
    });
  });
});
