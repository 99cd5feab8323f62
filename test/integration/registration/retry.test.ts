import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("POST /whatsapp/integrations/:id/retry after a sender was OFFLINE", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  /** A number that a look found OFFLINE; the next look is an hour away. */
  async function foundOffline(digits: string) {
    const plan = {
      userId: `retries-${digits}`,
      phoneNumber: `+55119620000${digits}`,
      wabaId: `7620000000000${digits}`,
    };
    const { integrationId: id } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    await service.database.connection.collection<Integration>("integrations").updateOne(
      { userId: plan.userId },
      {
        $set: {
          status: "error",
          "registration.senderStatus": "OFFLINE",
          "registration.sender.offlineSince": new Date(0),
          "registration.error": { code: "sender_offline", actor: "customer", retryable: false },
        },
      },
    );
    return { ...plan, id, senderId: meta.senderId ?? "" };
  }

  const senders = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId }) => senderId.endsWith(phoneNumber));

  async function retry(userId: string, id: string) {
    await service.http
      .post(`/whatsapp/integrations/${id}/retry`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
  }

  test("keeps one that works again by now", async () => {
    const { userId, id, phoneNumber, senderId } = await foundOffline("01");
    await retry(userId, id);
    const { meta } = await untilStatus(service, id, "linked", userId);
    expect(meta.senderId).toBe(senderId);
    expect(senders(phoneNumber).map(({ sid, deleted }) => ({ sid, deleted }))).toEqual([
      { sid: senderId, deleted: false },
    ]);
  });

  test("deletes one that is still OFFLINE, without its grace, and makes it anew", async () => {
    const { userId, id, phoneNumber, senderId } = await foundOffline("02");
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await retry(userId, id);
    const { meta } = await untilStatus(service, id, "linked", userId);
    expect(meta.senderId).not.toBe(senderId);
    expect(
      senders(phoneNumber)
        .filter(({ deleted }) => !deleted)
        .map(({ sid }) => sid),
    ).toEqual([meta.senderId]);
    const order = service.simulator.twilio
      .requests()
      .filter(({ body, path }) =>
        `${path} ${JSON.stringify(body)}`.match(`${senderId}|${phoneNumber.slice(1)}`),
      )
      .map(({ operation }) => operation);
    expect(order.lastIndexOf("senders.create")).toBeGreaterThan(order.indexOf("senders.delete"));
  });

  test("is made anew by itself where the WABA had only not arrived at Twilio yet", async () => {
    const plan = { userId: "arrives", phoneNumber: "+551196200009", wabaId: "762000000000009" };
    const phoneNumber = `${plan.phoneNumber}1`;
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63101 });
    const { integrationId: id } = await completeSignup(service, { ...plan, phoneNumber });
    await eventually(
      () => Promise.resolve(senders(phoneNumber)),
      (created) => created.length > 0,
    );
    // The first sender's course is decided, and each later one is a code that is counted.
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    expect(senders(phoneNumber).filter(({ deleted }) => !deleted)).toMatchObject([
      { sid: meta.senderId },
    ]);
    const tries = service.log.filter(
      ({ event, integrationId }) =>
        event === "registration_retry_scheduled" && integrationId === id,
    );
    expect(tries).toMatchObject([{ code: "waba_not_shared", providerCode: "63101" }]);
  });

  test("an outage while the code is awaited leaves no error behind", async () => {
    const [userId, phoneNumber] = ["awaits-code", "+5511962000003"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: "482913" });
    const { integrationId: id } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "762000000000003",
      session: { phoneNumberType: "byo" },
    });
    const look = () => getIntegration(service, id, userId);
    await eventually(look, ({ registration }) => registration.step === "verification");
    const mend = service.simulator.twilio.addFault({
      operation: "senders.fetch",
      kind: "error",
      times: Infinity,
    });
    await eventually(look, ({ registration }) => registration.error?.code === "twilio_unavailable");
    mend();
    const { registration } = await eventually(look, (found) => !found.registration.error);
    expect(registration).toMatchObject({
      step: "verification",
      waitingFor: "customer",
      attempts: 0,
    });
  });
});

describe("calls that take long", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: { REGISTRATION_LEASE_MS: "700", TWILIO_TIMEOUT_MS: "600" },
    });
  });
  afterAll(() => service.close());

  test("do not lose the lease that they need together", async () => {
    const [userId, phoneNumber] = ["slow", "+5511962000004"];
    service.simulator.twilio.seedNumber({ phoneNumber });
    for (const operation of ["accounts.*", "numbers.*", "senders.*"] as const) {
      service.simulator.twilio.addFault({ operation, kind: "slow", ms: 400, times: 1_000 });
    }
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "762000000000004",
      claims: { phone_numbers: [phoneNumber] },
    });
    await untilStatus(service, integrationId, "linked", userId);
    const asked = service.simulator.twilio.requests();
    for (const once of ["accounts.create", "senders.create"]) {
      expect(asked.filter(({ operation }) => operation === once)).toHaveLength(1);
    }
    const moves = asked.filter(({ body }) => JSON.stringify(body)?.includes("AccountSid"));
    expect(moves).toHaveLength(1);
  });
});
