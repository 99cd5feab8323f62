import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

/** An integration that does not exist: whose it is does not matter here. */
describe("linked says what Twilio says, for the one who holds the number", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: { LINKED_CHECK_INTERVAL_MS: "200", OFFLINE_GRACE_MS: "600" },
    });
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const numberHolds = () => service.database.connection.collection<{ _id: string }>("number_holds");
  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);
  const untilNoneLives = (phoneNumber: string) =>
    eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 0,
    );

  function planOf(digits: string) {
    return {
      userId: `truth-${digits}`,
      phoneNumber: `+55119720000${digits}`,
      wabaId: `7720000000000${digits}`,
    };
  }

  async function linked(digits: string) {
    const plan = planOf(digits);
    const { integrationId: id } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    return { ...plan, id, senderId: meta.senderId ?? "" };
  }

  /** Another owner with a number of its own, to whom a test gives a hold. */
  async function stranger(digits: string) {
    const { userId, id, wabaId } = await linked(digits);
    return { userId, integrationId: id, wabaId };
  }

  test("OFFLINE within the grace leaves it linked", async () => {
    const { userId, id, senderId } = await linked("01");
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.senderStatus === "OFFLINE",
    );
    service.simulator.twilio.setSender(senderId, { status: "ONLINE" });
    const { status, registration } = await eventually(
      () => getIntegration(service, id, userId),
      (seen) => seen.registration.senderStatus === "ONLINE",
    );
    expect(status).toBe("linked");
    expect(registration.history.map(({ event }) => event)).not.toContain("registration_failed");
  });

  test.each([
    ["under way again", "02", "TWILIO_REVIEW", "online", "twilio"],
    ["waiting for a code", "03", "PENDING_VERIFICATION", "verification", "customer"],
  ])("a sender that is %s is pending", async (_what, digits, senderStatus, step, waitingFor) => {
    const { userId, id, senderId } = await linked(digits);
    service.simulator.twilio.setSender(senderId, { status: senderStatus });
    await eventually(
      () => getIntegration(service, id, userId),
      ({ status, registration }) =>
        status === "pending" &&
        registration.senderStatus === senderStatus &&
        registration.step === step &&
        registration.waitingFor === waitingFor,
    );
    service.simulator.twilio.setSender(senderId, { status: "ONLINE" });
    await untilStatus(service, id, "linked", userId);
    expect(living(planOf(digits).phoneNumber).map(({ sid }) => sid)).toEqual([senderId]);
  });

  test("ONLINE does not link a number that is held for somebody else", async () => {
    const { userId, phoneNumber, wabaId } = planOf("04");
    const other = await stranger("14");
    const hold = {
      _id: phoneNumber,
      ...other,
      takenAt: new Date(),
      at: new Date(),
    };
    await numberHolds().insertOne(hold);
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error?.code).toBe("number_linked_elsewhere");
    expect(registration.history.map(({ event }) => event)).not.toContain("integration_linked");
    await untilNoneLives(phoneNumber);
    const { connection } = service.database;
    expect(await connection.collection<Hold>("waba_holds").findOne({ _id: wabaId })).toBeNull();
    expect(await numberHolds().findOne({ _id: phoneNumber })).toMatchObject(other);
  });

  test("a number that does not work and is linked for somebody else meanwhile is lost", async () => {
    const { userId, id, senderId, phoneNumber } = await linked("05");
    const other = await stranger("15");
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await untilStatus(service, id, "error", userId);
    await numberHolds().updateOne({ _id: phoneNumber }, { $set: other });
    await eventually(
      () => getIntegration(service, id, userId),
      ({ status, registration }) =>
        status === "error" && registration.error?.code === "number_linked_elsewhere",
    );
    await untilNoneLives(phoneNumber);
    expect(await numberHolds().findOne({ _id: phoneNumber })).toMatchObject(other);
  });

  test("what was found to be gone lets go of the number and the WABA", async () => {
    const { userId, id, senderId, phoneNumber, wabaId } = await linked("06");
    service.simulator.twilio.removeSender(senderId);
    await untilStatus(service, id, "error", userId);
    const { connection } = service.database;
    expect(await numberHolds().findOne({ _id: phoneNumber })).toBeNull();
    expect(await connection.collection<Hold>("waba_holds").findOne({ _id: wabaId })).toBeNull();
  });

  test("a retry of what was linked before is looked at as a registration, not as a check", async () => {
    const { userId, id, senderId, phoneNumber } = await linked("07");
    service.simulator.twilio.removeSender(senderId);
    await untilStatus(service, id, "error", userId);
    await service.http
      .post(`/whatsapp/integrations/${id}/retry`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    const again = await untilStatus(service, id, "linked", userId);
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([again.meta.senderId]);
  });

  test("a document that is pending is worked on, whichever queue it stands in", async () => {
    const { userId, id } = await linked("08");
    await documents().updateOne(
      { userId },
      { $set: { status: "pending", "registration.step": "online" } },
    );
    await untilStatus(service, id, "linked", userId);
  });
});

interface Hold {
  _id: string;
}
