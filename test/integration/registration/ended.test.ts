import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("what a registration came to stays visible", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
  });
  afterAll(() => service.close());

  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);
  const untilNoneLives = (phoneNumber: string) =>
    eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 0,
    );
  const documents = () => service.database.connection.collection<Integration>("integrations");

  /** An owner whose number waits for a code while it becomes somebody else's. */
  async function loser(digits: string) {
    const holder = { userId: `holds-${digits}`, wabaId: `7950000000000${digits}` };
    const first = await completeSignup(service, {
      ...holder,
      phoneNumber: `+55119950001${digits}`,
    });
    await untilStatus(service, first.integrationId, "linked", holder.userId);
    const userId = `loses-${digits}`;
    const phoneNumber = `+55119950002${digits}`;
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code" });
    const second = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: `7951000000000${digits}`,
    });
    const id = second.integrationId;
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.step === "verification",
    );
    return { userId, phoneNumber, id, holder: { ...holder, integrationId: first.integrationId } };
  }

  test.each([
    ["is not gone at once", "11", { kind: "late_listing", ms: 300 }],
    ["meets an outage", "12", { kind: "error", times: 2 }],
  ] as const)("for a loser whose sender's removal %s", async (_what, digits, fault) => {
    const { userId, phoneNumber, id, holder } = await loser(digits);
    const [sender] = living(phoneNumber);
    service.simulator.twilio.addFault({
      operation: "senders.delete",
      match: sender?.sid ?? "",
      ...fault,
    });
    await service.database.connection
      .collection<{ _id: string }>("number_holds")
      .insertOne({ _id: phoneNumber, ...holder, at: new Date(), rev: 1 } as { _id: string });
    // A new code is not sent to a number that is somebody else's by now.
    await service.http
      .post(`/whatsapp/integrations/${id}/verification/resend`)
      .set("Authorization", await service.bearer(userId))
      .send({ method: "sms" })
      .expect(202);
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration.error?.code).toBe("number_linked_elsewhere");
    await untilNoneLives(phoneNumber);
    await eventually(
      () => documents().findOne({ userId }),
      (document) => document?.work.sendersToRemove.length === 0 && !document.work.lease,
    );
    expect(await getIntegration(service, id, userId)).toMatchObject({
      status: "error",
      registration: {
        error: { code: "number_linked_elsewhere" },
        waitingFor: "customer",
        nextAttemptAt: null,
        senderStatus: null,
      },
    });
  });

  test("an outage does not hide the reason of an error that is looked at", async () => {
    const [userId, phoneNumber] = ["hidden", "+5511995000013"];
    const plan = { userId, phoneNumber, wabaId: "795000000000013" };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    service.simulator.twilio.setSender(meta.senderId ?? "", {
      status: "OFFLINE",
      offlineReasons: [{ code: "63111", message: "not found", more_info: "" }],
    });
    await untilStatus(service, integrationId, "error", userId);
    const mend = service.simulator.twilio.addFault({
      operation: "senders.list",
      kind: "error",
      times: Infinity,
      match: meta.twilioSubaccountSid ?? "",
    });
    await eventually(
      () => documents().findOne({ userId }),
      (document) => (document?.work.outages ?? 0) >= 1,
    );
    mend();
    const { status, registration } = await getIntegration(service, integrationId, userId);
    expect({ status, code: registration.error?.code, at: registration.nextAttemptAt }).toEqual({
      status: "error",
      code: "waba_access_lost",
      at: null,
    });
  });

  test("the same failure found again is not told again", async () => {
    const [userId, phoneNumber] = ["again", "+5511995000014"];
    const plan = { userId, phoneNumber, wabaId: "795000000000014" };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    service.simulator.twilio.removeSender(meta.senderId ?? "");
    await untilStatus(service, integrationId, "error", userId);
    const looks = () => service.simulator.twilio.requests().length;
    const before = looks();
    await eventually(
      () => Promise.resolve(looks()),
      (count) => count >= before + 6,
    );
    const { registration } = await getIntegration(service, integrationId, userId);
    const failures = registration.history.filter(({ event }) => event === "registration_failed");
    expect(failures).toHaveLength(1);
    const lines = service.log.filter(
      (line) => line.event === "registration_failed" && line.integrationId === integrationId,
    );
    expect(lines).toHaveLength(1);
  });

  test("a linked number whose OFFLINE was short waits for nobody", async () => {
    const [userId, phoneNumber] = ["short", "+5511995000015"];
    const plan = { userId, phoneNumber, wabaId: "795000000000015" };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    const senderId = meta.senderId ?? "";
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ registration }) => registration.senderStatus === "OFFLINE",
    );
    service.simulator.twilio.setSender(senderId, { status: "ONLINE" });
    const { status, registration } = await untilStatus(service, integrationId, "linked", userId);
    expect({ status, waitingFor: registration.waitingFor, at: registration.nextAttemptAt }).toEqual(
      { status: "linked", waitingFor: null, at: null },
    );
  });

  test("reasons that Twilio gives later than OFFLINE are kept", async () => {
    const [userId, phoneNumber] = ["later-reasons", "+5511995000016"];
    const plan = { userId, phoneNumber, wabaId: "795000000000016" };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    const senderId = meta.senderId ?? "";
    service.simulator.twilio.setSender(senderId, { status: "OFFLINE" });
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ registration }) => registration.senderStatus === "OFFLINE",
    );
    service.simulator.twilio.setSender(senderId, {
      offlineReasons: [{ code: "63112", message: "disabled", more_info: "" }],
    });
    await eventually(
      () => documents().findOne({ userId }),
      (document) => document?.registration.sender?.offlineReasons?.[0]?.code === "63112",
    );
  });

  test.each(["error", "disconnected"] as const)(
    "a sender that nobody recorded is removed behind a document in %s, which stays as it is",
    async (status) => {
      const [userId, digits] = [`orphan-${status}`, status === "error" ? "17" : "18"];
      const phoneNumber = `+55119950000${digits}`;
      service.simulator.twilio.addFault({
        operation: "senders.create",
        kind: "hang",
        when: "after",
        ms: 500,
        match: phoneNumber.slice(1),
      });
      await completeSignup(service, { userId, phoneNumber, wabaId: `7950000000000${digits}` });
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 1,
      );
      // As if somebody had settled the intent, seen nothing and ended it, before the answer came.
      await documents().updateOne(
        { userId },
        {
          $set: { status, "registration.step": "done" },
          $unset: { "work.intent": 1, "work.lease": 1, "work.dueAt": 1 },
        },
      );
      await untilNoneLives(phoneNumber);
      const document = await eventually(
        () => documents().findOne({ userId }),
        (found) => found?.work.sendersToRemove.length === 0 && !found.work.lease,
      );
      expect(document).toMatchObject({ status });
      expect(document?.work.dueAt).toBeUndefined();
    },
  );
});
