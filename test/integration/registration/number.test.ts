import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

describe("the number step", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const accountOf = (phoneNumber: string) =>
    service.simulator.twilio.state().numbers.find((number) => number.phoneNumber === phoneNumber)
      ?.accountSid;

  test("moves a number of the parent that the token assigns to the owner", async () => {
    service.simulator.reset();
    const phoneNumber = "+5511950000001";
    service.simulator.twilio.seedNumber({ phoneNumber });
    const { integrationId } = await completeSignup(service, {
      userId: "moves",
      phoneNumber,
      wabaId: "750000000000001",
      claims: { phone_numbers: [phoneNumber] },
    });
    const { meta } = await untilStatus(service, integrationId, "linked", "moves");
    expect(accountOf(phoneNumber)).toBe(meta.twilioSubaccountSid);
    const calls = service.log
      .filter((line) => line.event === "twilio_request" && line.integrationId === integrationId)
      .map(({ method, path }) => `${String(method)} ${String(path)}`);
    expect(calls.indexOf("POST /v2/Channels/Senders")).toBeGreaterThan(0);
    expect(calls.indexOf("POST /v2/Channels/Senders") + 1).toBeLessThanOrEqual(8);
    expect(service.log.map(({ event }) => event)).toContain("number_moved");
  });

  test("leaves a number of the parent that is not assigned; the operator is told", async () => {
    const phoneNumber = "+5511950000002";
    service.simulator.twilio.seedNumber({ phoneNumber });
    const { integrationId } = await completeSignup(service, {
      userId: "not-assigned",
      phoneNumber,
      wabaId: "750000000000002",
    });
    const { registration } = await untilStatus(service, integrationId, "error", "not-assigned");
    expect(registration.error).toMatchObject({ code: "number_not_assigned", actor: "operator" });
    expect(accountOf(phoneNumber)).toBe(PARENT_SID);
  });

  test("does not take a number away that is a sender of the parent", async () => {
    const phoneNumber = "+5511950000003";
    service.simulator.twilio.seedNumber({ phoneNumber });
    service.simulator.twilio.seedSender({
      accountSid: PARENT_SID,
      phoneNumber,
      wabaId: "759999999999999",
    });
    const { integrationId } = await completeSignup(service, {
      userId: "parents-sender",
      phoneNumber,
      wabaId: "750000000000003",
      claims: { phone_numbers: [phoneNumber] },
    });
    const { registration } = await untilStatus(service, integrationId, "error", "parents-sender");
    expect(registration.error?.code).toBe("number_not_assigned");
    expect(accountOf(phoneNumber)).toBe(PARENT_SID);
  });

  test("follows a number from the subaccount of an owner who disconnected it", async () => {
    const phoneNumber = "+5511950000004";
    service.simulator.twilio.seedNumber({ phoneNumber });
    const claims = { phone_numbers: [phoneNumber] };
    const first = await completeSignup(service, {
      userId: "former",
      phoneNumber,
      wabaId: "750000000000004",
      claims,
    });
    await untilStatus(service, first.integrationId, "linked", "former");
    const blocked = await completeSignup(service, {
      userId: "latter",
      phoneNumber,
      wabaId: "750000000000005",
      claims,
    });
    const waiting = await untilStatus(service, blocked.integrationId, "error", "latter");
    expect(waiting.registration.error?.code).toBe("number_not_assigned");
    await service.http
      .delete(`/whatsapp/integrations/${first.integrationId}`)
      .set("Authorization", await service.bearer("former"))
      .expect(202);
    await untilStatus(service, first.integrationId, "disconnected", "former");
    await service.http
      .post(`/whatsapp/integrations/${blocked.integrationId}/retry`)
      .set("Authorization", await service.bearer("latter"))
      .expect(202);
    const { meta } = await untilStatus(service, blocked.integrationId, "linked", "latter");
    expect(accountOf(phoneNumber)).toBe(meta.twilioSubaccountSid);
  });
});
