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
      env: { LINKED_CHECK_INTERVAL_MS: "200", OFFLINE_GRACE_MS: "1500" },
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
    return {
      ...plan,
      id,
      senderId: meta.senderId ?? "",
      account: meta.twilioSubaccountSid ?? "",
    };
  }

  /** Another owner with a number of its own, to whom a test gives a hold. */
  async function stranger(digits: string) {
    const { userId, id, wabaId } = await linked(digits);
    return { userId, integrationId: id, wabaId };
  }

  test("one look that says OFFLINE leaves it pending, blames nobody, and ONLINE links it again", async () => {
    const { userId, id, senderId } = await linked("01");
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    const doubted = await eventually(
      () => getIntegration(service, id, userId),
      ({ status }) => status !== "linked",
    );
    expect(doubted).toMatchObject({
      status: "pending",
      registration: { senderStatus: "OFFLINE", waitingFor: "twilio", error: null },
    });
    // Another WABA may not take the number meanwhile.
    const other = { userId, phoneNumber: planOf("01").phoneNumber, wabaId: "772000000000099" };
    await expect(completeSignup(service, other)).rejects.toThrow("number_already_linked");
    service.simulator.twilio.setSender(senderId, { status: "ONLINE" });
    const { registration } = await untilStatus(service, id, "linked", userId);
    expect(registration.history.map(({ event }) => event)).not.toContain("registration_failed");
  });

  test.each([
    ["a 404 of the sender", "20", ["senders.fetch", "senders.list"], 404, 20404],
    ["401", "21", ["senders.*"], 401, 20003],
    ["403", "22", ["senders.*"], 403, 20403],
  ] as const)(
    "%s for one look changes nothing",
    async (_what, digits, operations, status, code) => {
      const { userId, id, account } = await linked(digits);
      const faults = () =>
        service.simulator.twilio.requests().filter((request) => request.fault !== null).length;
      const before = faults();
      for (const operation of operations) {
        service.simulator.twilio.addFault({
          operation,
          kind: "error",
          status,
          code,
          match: account,
        });
      }
      const seen = new Set<string>();
      const look = async () => {
        const found = await getIntegration(service, id, userId);
        seen.add(found.status);
        return found;
      };
      await eventually(look, () => faults() === before + operations.length);
      const looks = service.simulator.twilio.requests().length;
      await eventually(look, () => service.simulator.twilio.requests().length > looks + 4);
      expect([...seen]).toEqual(["linked"]);
    },
  );

  test("a closed subaccount counts at the second look, after the settling time", async () => {
    const { userId, id, account } = await linked("23");
    service.simulator.twilio.setAccountStatus(account, "closed");
    const doubted = await eventually(
      () => documents().findOne({ userId }),
      (document) => document?.registration.sender?.missingSince !== undefined,
    );
    expect(doubted?.status).toBe("linked");
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration.error?.code).toBe("sender_vanished");
    const failed = registration.history.find(({ event }) => event === "registration_failed");
    const since = doubted?.registration.sender?.missingSince?.getTime() ?? 0;
    expect(Date.parse(failed?.at ?? "") - since).toBeGreaterThanOrEqual(250);
  });

  test("what the service does not try again by itself is not called retryable, whatever it is", async () => {
    const { userId, id, senderId } = await linked("27");
    service.simulator.twilio.setSender(senderId, {
      status: "OFFLINE",
      offlineReasons: [{ code: "63114", message: "too many codes", more_info: "" }],
    });
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration).toMatchObject({
      nextAttemptAt: null,
      error: { code: "too_many_codes", retryable: false, providerCode: "63114" },
    });
  });

  test("OFFLINE with a reason counts at the second look, without one only after the grace", async () => {
    const reasoned = await linked("24");
    const silent = await linked("25");
    service.simulator.twilio.setSender(reasoned.senderId, {
      status: "OFFLINE",
      offlineReasons: [{ code: "63112", message: "disabled", more_info: "" }],
    });
    service.simulator.twilio.setSender(silent.senderId, { status: "OFFLINE" });
    const timesOf = async ({ userId, id }: { userId: string; id: string }) => {
      const { registration } = await untilStatus(service, id, "error", userId);
      const at = (event: string) =>
        Date.parse(registration.history.findLast((entry) => entry.event === event)?.at ?? "");
      return {
        code: registration.error?.code,
        lastedMs: at("registration_failed") - at("sender_status_changed"),
      };
    };
    const [first, second] = [await timesOf(reasoned), await timesOf(silent)];
    expect([first.code, second.code]).toEqual(["waba_disabled", "sender_offline"]);
    expect(first.lastedMs).toBeGreaterThanOrEqual(250);
    expect(second.lastedMs).toBeGreaterThanOrEqual(1_400);
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

  test("a number that works again and is linked for somebody else by now stays in error", async () => {
    const { userId, id, senderId, phoneNumber } = await linked("05");
    const other = await stranger("15");
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await untilStatus(service, id, "error", userId);
    await numberHolds().updateOne({ _id: phoneNumber }, { $set: other });
    service.simulator.twilio.setSender(senderId, { status: "ONLINE" });
    const { registration } = await eventually(
      () => getIntegration(service, id, userId),
      ({ registration: { error } }) => error?.code === "number_linked_elsewhere",
    );
    expect(registration.error?.actor).toBe("operator");
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([senderId]);
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
