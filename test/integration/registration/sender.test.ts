import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { issuesIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

/** Sets up a subaccount as an earlier, interrupted registration would have left it. */
function subaccountOf(service: TestService, userId: string, wabaId: string) {
  return service.simulator.twilio.seedAccount({
    friendlyName: subaccountName("default", userId, wabaId),
  });
}

function livingSenders(service: TestService, phoneNumber: string) {
  return service.simulator.twilio
    .state()
    .senders.filter((sender) => sender.senderId === `whatsapp:${phoneNumber}` && !sender.deleted);
}

describe("the sender step", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test("adopts the sender that is there already and creates none", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000001", "700000000000001", "adopts"];
    const account = subaccountOf(service, userId, wabaId);
    const seeded = service.simulator.twilio.seedSender({
      accountSid: account.sid,
      phoneNumber,
      wabaId,
    });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const integration = await untilStatus(service, integrationId, "linked", userId);
    expect(integration.meta).toMatchObject({
      senderId: seeded.sid,
      twilioSubaccountSid: account.sid,
    });
    expect(livingSenders(service, phoneNumber)).toHaveLength(1);
    // The document says it a moment before the log does.
    const events = await eventually(
      () =>
        Promise.resolve(
          service.log
            .filter((line) => line.integrationId === integrationId)
            .map(({ event }) => event),
        ),
      (logged) => logged.includes("integration_linked"),
    );
    expect(events).toEqual(expect.arrayContaining(["subaccount_adopted", "sender_adopted"]));
  });

  test("finds the sender beyond the first page of the list", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000002", "700000000000002", "pages"];
    const account = subaccountOf(service, userId, wabaId);
    for (let index = 0; index < 1_001; index += 1) {
      service.simulator.twilio.seedSender({
        accountSid: account.sid,
        phoneNumber: `+55119100${String(index).padStart(5, "0")}`,
        wabaId,
      });
    }
    const { sid } = service.simulator.twilio.seedSender({
      accountSid: account.sid,
      phoneNumber,
      wabaId,
    });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const integration = await untilStatus(service, integrationId, "linked", userId);
    expect(integration.meta.senderId).toBe(sid);
    expect(livingSenders(service, phoneNumber)).toHaveLength(1);
  });

  test("a sender of another WABA in the subaccount is the operator's matter", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000003", "700000000000003", "other-waba"];
    const account = subaccountOf(service, userId, wabaId);
    service.simulator.twilio.seedSender({
      accountSid: account.sid,
      phoneNumber,
      wabaId: "799999999999999",
    });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error).toMatchObject({ code: "sender_has_other_waba", actor: "operator" });
    expect(registration.waitingFor).toBe("operator");
    expect(livingSenders(service, phoneNumber)).toHaveLength(1);
  });

  test("of several senders for the number one is kept and the others are deleted", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000004", "700000000000004", "several"];
    const account = subaccountOf(service, userId, wabaId);
    const seed = { accountSid: account.sid, phoneNumber, wabaId };
    const oldest = service.simulator.twilio.seedSender(seed);
    service.simulator.twilio.seedSender(seed);
    service.simulator.twilio.seedSender(seed);
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const integration = await untilStatus(service, integrationId, "linked", userId);
    expect(integration.meta.senderId).toBe(oldest.sid);
    expect(livingSenders(service, phoneNumber).map(({ sid }) => sid)).toEqual([oldest.sid]);
  });

  test("a name that nobody gave stops before Twilio, and a retry with it goes on", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000005", "700000000000005", "nameless"];
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId,
      session: { displayName: undefined },
    });
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration).toMatchObject({
      step: "sender",
      error: { code: "display_name_missing", actor: "customer" },
      waitingFor: "customer",
    });
    expect(livingSenders(service, phoneNumber)).toEqual([]);
    const retry = async (displayName: string) =>
      service.http
        .post(`/whatsapp/integrations/${integrationId}/retry`)
        .set("Authorization", await service.bearer(userId))
        .send({ displayName });
    for (const unusable of ["\u200B", "Ferretería\u2028Luna"]) {
      expect(issuesIn(await retry(unusable))).toBe("400 invalid_request: displayName custom");
    }
    expect((await retry("Ferretería Luna")).status).toBe(202);
    await untilStatus(service, integrationId, "linked", userId);
    expect(livingSenders(service, phoneNumber)[0]?.profile.name).toBe("Ferretería Luna");
  });

  test.each([
    ["sms_capable", undefined, null, "11"],
    ["voice_only", undefined, "voice", "12"],
    ["byo", undefined, "sms", "13"],
    ["byo", "555000111222", "sms", "14"],
  ])("asks for the method of a %s number (number id %s): %s", async (type, id, method, digits) => {
    const [phoneNumber, userId] = [`+55119000000${digits}`, `method-${digits}`];
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: `7100000000000${digits}`,
      session: { phoneNumberType: type },
      callback: id ? { phoneNumberId: id } : {},
    });
    const request = await eventually(
      () =>
        Promise.resolve(
          service.simulator.twilio
            .requests()
            .find(
              (sent) => sent.operation === "senders.create" && bodyText(sent).includes(phoneNumber),
            ),
        ),
      (sent) => sent !== undefined,
    );
    expect(request?.body).toMatchObject({
      sender_id: `whatsapp:${phoneNumber}`,
      configuration: method ? { verification_method: method } : {},
    });
    expect(bodyText({ body: request?.body }).includes("verification_method")).toBe(method !== null);
    expect(integrationId).not.toBe("");
  });

  test("a status that is unknown today is kept, shown and waited for", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000006", "700000000000006", "unknown-status"];
    service.simulator.twilio.setScenario(phoneNumber, {
      kind: "status",
      status: "WARMING_UP",
      forMs: 3_600_000,
    });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const { meta } = await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ status, registration }) =>
        status === "pending" && registration.senderStatus === "WARMING_UP",
    );
    service.simulator.twilio.setSender(meta.senderId ?? "", { status: "ONLINE" });
    await untilStatus(service, integrationId, "linked", userId);
  });

  test("OFFLINE within the grace is not yet a failure", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000007", "700000000000007", "briefly"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline_briefly", forMs: 150 });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const { registration } = await untilStatus(service, integrationId, "linked", userId);
    expect(registration.history.map(({ event }) => event)).not.toContain("registration_failed");
  });

  test("OFFLINE past the grace is an error with Twilio's reason, and a retry makes it anew", async () => {
    const [phoneNumber, wabaId, userId] = ["+5511900000008", "700000000000008", "offline"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63112 });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const failed = await untilStatus(service, integrationId, "error", userId);
    expect(failed.registration).toMatchObject({
      senderStatus: "OFFLINE",
      error: { code: "waba_disabled", providerCode: "63112", actor: "customer" },
    });
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    await service.http
      .post(`/whatsapp/integrations/${integrationId}/retry`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    const linked = await untilStatus(service, integrationId, "linked", userId);
    expect(linked.meta.senderId).not.toBe(failed.meta.senderId);
    expect(livingSenders(service, phoneNumber).map(({ sid }) => sid)).toEqual([
      linked.meta.senderId,
    ]);
  });
});

function bodyText({ body }: { body: unknown }): string {
  return JSON.stringify(body ?? null);
}
