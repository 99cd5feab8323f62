import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

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

  test("lets go of a number in every subaccount that its disconnected owner had it in", async () => {
    const [userId, phoneNumber] = ["changes-waba", "+5511950000006"];
    service.simulator.twilio.seedNumber({ phoneNumber });
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 400,
      code: 63103,
      match: phoneNumber.slice(1),
    });
    const plan = { userId, phoneNumber, claims: { phone_numbers: [phoneNumber] } };
    const { integrationId: id } = await completeSignup(service, {
      ...plan,
      wabaId: "750000000000006",
    });
    await untilStatus(service, id, "error", userId);
    const signUpAnew = () => completeSignup(service, { ...plan, wabaId: "750000000000007" });
    await signUpAnew();
    const waiting = await eventually(
      () => getIntegration(service, id, userId),
      ({ status, meta }) => status === "error" && meta.wabaId === "750000000000007",
    );
    expect(waiting.registration.error?.code).toBe("number_not_assigned");
    await service.http
      .delete(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    await untilStatus(service, id, "disconnected", userId);
    await signUpAnew();
    const { meta } = await untilStatus(service, id, "linked", userId);
    expect(accountOf(phoneNumber)).toBe(meta.twilioSubaccountSid);
  });

  test.each([
    ["moves", true],
    ["leaves, unless it is assigned to the owner,", false],
  ])("%s a number out of another subaccount of the owner", async (_what, assigned) => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const first = await completeSignup(service, {
      userId,
      phoneNumber: newNumber(),
      wabaId: newWaba(),
    });
    const { meta } = await untilStatus(service, first.integrationId, "linked", userId);
    const accountSid = meta.twilioSubaccountSid ?? "";
    service.simulator.twilio.seedNumber({ phoneNumber, accountSid });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: newWaba(),
      claims: { phone_numbers: assigned ? [phoneNumber] : [] },
    });
    const status = assigned ? "linked" : "error";
    const second = await untilStatus(service, integrationId, status, userId);
    expect(second.registration.error?.code).toBe(assigned ? undefined : "number_not_assigned");
    expect(accountOf(phoneNumber)).toBe(
      assigned ? second.meta.twilioSubaccountSid : meta.twilioSubaccountSid,
    );
  });

  test("looks again where a listed number is not there any more", async () => {
    const [userId, phoneNumber] = ["moved-away", "+5511950000008"];
    const { sid } = service.simulator.twilio.seedNumber({ phoneNumber });
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "error",
      status: 404,
      code: 20404,
      match: sid,
    });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "750000000000008",
      claims: { phone_numbers: [phoneNumber] },
    });
    const { meta, registration } = await untilStatus(service, integrationId, "linked", userId);
    expect(accountOf(phoneNumber)).toBe(meta.twilioSubaccountSid);
    expect(registration.history.map(({ event }) => event)).not.toContain("registration_failed");
  });

  test("tells of a move whose answer was lost", async () => {
    const [userId, phoneNumber] = ["moved-silently", "+5511950000009"];
    const { sid } = service.simulator.twilio.seedNumber({ phoneNumber });
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "reset",
      when: "after",
      match: sid,
    });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "750000000000009",
      claims: { phone_numbers: [phoneNumber] },
    });
    const { registration } = await untilStatus(service, integrationId, "linked", userId);
    expect(registration.history.map(({ event }) => event)).toContain("number_moved");
    expect(service.log).toContainEqual(expect.objectContaining({ event: "number_moved", userId }));
  });
});
