import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("between owners", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "300" } });
  });
  afterAll(() => service.close());

  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter((sender) => sender.senderId === `whatsapp:${phoneNumber}` && !sender.deleted);

  test("the first ONLINE holds the WABA; the loser's sender is deleted, the other untouched", async () => {
    const wabaId = "770000000000001";
    const first = await completeSignup(service, {
      userId: "first",
      phoneNumber: "+5511970000001",
      wabaId,
    });
    await untilStatus(service, first.integrationId, "linked", "first");
    const second = await completeSignup(service, {
      userId: "second",
      phoneNumber: "+5511970000002",
      wabaId,
    });
    const lost = await untilStatus(service, second.integrationId, "error", "second");
    expect(lost.registration.error).toMatchObject({ actor: "customer" });
    await eventually(
      () => Promise.resolve(living("+5511970000002")),
      (senders) => senders.length === 0,
    );
    expect(living("+5511970000001")).toHaveLength(1);
    expect((await getIntegration(service, first.integrationId, "first")).status).toBe("linked");
  });

  test("a number that another owner has linked is lost to the second", async () => {
    const phoneNumber = "+5511970000003";
    const first = await completeSignup(service, {
      userId: "holder",
      phoneNumber,
      wabaId: "770000000000003",
    });
    await untilStatus(service, first.integrationId, "linked", "holder");
    const second = await completeSignup(service, {
      userId: "taker",
      phoneNumber,
      wabaId: "770000000000004",
    });
    const lost = await untilStatus(service, second.integrationId, "error", "taker");
    expect(lost.registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    expect((await getIntegration(service, first.integrationId, "holder")).status).toBe("linked");
    expect(living(phoneNumber)).toHaveLength(1);
  });

  test("the hold ends with the disconnect: then the other owner gets through", async () => {
    const wabaId = "770000000000005";
    const first = await completeSignup(service, {
      userId: "lets-go",
      phoneNumber: "+5511970000005",
      wabaId,
    });
    await untilStatus(service, first.integrationId, "linked", "lets-go");
    await service.http
      .delete(`/whatsapp/integrations/${first.integrationId}`)
      .set("Authorization", await service.bearer("lets-go"));
    await untilStatus(service, first.integrationId, "disconnected", "lets-go");
    const second = await completeSignup(service, {
      userId: "comes-after",
      phoneNumber: "+5511970000006",
      wabaId,
    });
    await untilStatus(service, second.integrationId, "linked", "comes-after");
  });
});

describe("truth afterwards", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
  });
  afterAll(() => service.close());

  async function linked(userId: string, digits: string) {
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber: `+55119710000${digits}`,
      wabaId: `7710000000000${digits}`,
    });
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    return { integrationId, senderId: meta.senderId ?? "" };
  }

  test("OFFLINE past the grace makes error with the reason, ONLINE again makes linked", async () => {
    const { integrationId, senderId } = await linked("offline-later", "01");
    service.simulator.twilio.setSender(senderId, {
      status: "OFFLINE",
      offlineReasons: [{ code: "63111", message: "not found", more_info: "" }],
    });
    const { registration } = await untilStatus(service, integrationId, "error", "offline-later");
    expect(registration.error).toMatchObject({ code: "waba_access_lost", providerCode: "63111" });
    service.simulator.twilio.setSender(senderId, { status: "ONLINE", offlineReasons: null });
    await untilStatus(service, integrationId, "linked", "offline-later");
  });

  test("a sender that vanished says so", async () => {
    const { integrationId, senderId } = await linked("vanished", "02");
    service.simulator.twilio.removeSender(senderId);
    const { registration } = await untilStatus(service, integrationId, "error", "vanished");
    expect(registration.error?.code).toBe("sender_vanished");
  });

  test("a sender under another WABA says so", async () => {
    const { integrationId, senderId } = await linked("moved-away", "03");
    service.simulator.twilio.setSender(senderId, { wabaId: "779999999999999" });
    const { registration } = await untilStatus(service, integrationId, "error", "moved-away");
    expect(registration.error?.code).toBe("sender_has_other_waba");
  });

  test("an outage of Twilio does not unlink anything", async () => {
    const { integrationId } = await linked("outage", "04");
    service.simulator.twilio.addFault({ operation: "senders.*", kind: "error", times: 6 });
    await eventually(
      () => Promise.resolve(service.simulator.twilio.requests()),
      (requests) => requests.filter(({ status }) => status === 503).length >= 4,
    );
    expect((await getIntegration(service, integrationId, "outage")).status).toBe("linked");
  });
});
