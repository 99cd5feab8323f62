import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("a registration that fails", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "250" } });
  });
  afterAll(() => service.close());

  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);

  test("keeps the onboarding with code, actor and action, and is never linked", async () => {
    const [userId, phoneNumber] = ["refused", "+5511990000001"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63103 });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000001",
    });
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration).toMatchObject({
      step: "sender",
      waitingFor: "customer",
      nextAttemptAt: null,
      error: {
        code: "credit_line_conflict",
        providerCode: "63103",
        actor: "customer",
        retryable: false,
      },
    });
    const failed = await eventually(
      () =>
        Promise.resolve(
          service.log.filter(
            (line) => line.event === "registration_failed" && line.integrationId === integrationId,
          ),
        ),
      (lines) => lines.length > 0,
    );
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ level: "warn", code: "credit_line_conflict" });
  });

  test("63101 right after the signup is tried again until the share has arrived", async () => {
    const [userId, phoneNumber] = ["share", "+5511990000002"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63101, times: 3 });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000002",
    });
    await untilStatus(service, integrationId, "linked", userId);
    const tries = service.log.filter(
      (line) =>
        line.event === "registration_retry_scheduled" && line.integrationId === integrationId,
    );
    expect(tries.map(({ attempts }) => attempts)).toEqual([1, 2, 3]);
  });

  test("an outage leaves it pending with the error visible, and it goes on afterwards", async () => {
    const [userId, phoneNumber] = ["outage", "+5511990000003"];
    const mend = service.simulator.twilio.addFault({
      operation: "accounts.*",
      kind: "error",
      times: Infinity,
    });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000003",
    });
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ status, registration }) =>
        status === "pending" &&
        registration.error?.code === "twilio_unavailable" &&
        registration.waitingFor === "twilio" &&
        registration.nextAttemptAt !== null,
    );
    mend();
    const { registration } = await untilStatus(service, integrationId, "linked", userId);
    expect(registration.error).toBeNull();
  });

  test("past its deadline it is an error that says so, and a retry gives it time again", async () => {
    const [userId, phoneNumber] = ["deadline", "+5511990000004"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000004",
    });
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ registration }) => registration.senderStatus === "CREATING",
    );
    await service.database.connection
      .collection("integrations")
      .updateOne({ userId }, { $set: { "registration.deadlineAt": new Date(0) } });
    const late = await untilStatus(service, integrationId, "error", userId);
    expect(late.registration.error).toMatchObject({
      code: "registration_deadline_exceeded",
      actor: "operator",
    });
    await service.http
      .post(`/whatsapp/integrations/${integrationId}/retry`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    const again = await getIntegration(service, integrationId, userId);
    expect(again.status).toBe("pending");
    expect(living(phoneNumber)).toHaveLength(1);
  });

  test("an effect that is listed later than promised makes a second one, and a look repairs it", async () => {
    const [userId, phoneNumber] = ["late", "+5511990000005"];
    const fault = { operation: "senders.create", match: phoneNumber.slice(1) } as const;
    service.simulator.twilio.addFault({ ...fault, kind: "late_listing", ms: 2_000 });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000005",
    });
    // As if the process had died right after the call: what it was told is not in the document.
    await eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 1,
    );
    await service.database.connection.collection("integrations").updateOne(
      { userId },
      {
        $unset: { "meta.senderId": 1, "work.lease": 1 },
        $set: { "registration.step": "sender", "work.dueAt": new Date() },
      },
    );
    await eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 2,
    );
    await eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 1,
    );
    const linked = await untilStatus(service, integrationId, "linked", userId);
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([linked.meta.senderId]);
  });

  test("retry applies in error and in a pending wait, not when linked or for another owner", async () => {
    const [userId, phoneNumber] = ["retries", "+5511990000006"];
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "791000000000006",
    });
    await untilStatus(service, integrationId, "linked", userId);
    const retry = async (owner: string, body: object = {}) =>
      service.http
        .post(`/whatsapp/integrations/${integrationId}/retry`)
        .set("Authorization", await service.bearer(owner))
        .send(body);
    expect((await retry(userId)).body).toMatchObject({ status: 409, code: "not_in_state" });
    expect((await retry("somebody")).body).toMatchObject({ code: "integration_unknown" });
    expect((await retry(userId, { step: "done" })).body).toMatchObject({ code: "invalid_request" });
  });
});
