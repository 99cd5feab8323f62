import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { newMobile, newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** A line whose number Twilio writes otherwise than the customer. */
const LINES: Record<string, () => { typed: string; atTwilio: string }> = {
  Argentina: () => {
    const digits = newNumber().slice(-8);
    return { typed: `+5411${digits}`, atTwilio: `+54911${digits}` };
  },
  Mexico: () => {
    const digits = newNumber().slice(-8);
    return { typed: `+5255${digits}`, atTwilio: `+52155${digits}` };
  },
  Brazil: () => {
    const { today, before } = newMobile();
    return { typed: before, atTwilio: today };
  },
};
const countries = Object.keys(LINES);

function newPlan(country: string) {
  const { typed, atTwilio } = LINES[country]?.() ?? { typed: "", atTwilio: "" };
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: typed };
  return { plan, atTwilio, claims: { phone_numbers: [typed] } };
}

const accountOf = (phoneNumber: string) =>
  service.simulator.twilio.state().numbers.find((number) => number.phoneNumber === phoneNumber)
    ?.accountSid;

const sendersOf = (phoneNumber: string) =>
  service.simulator.twilio
    .state()
    .senders.filter(({ senderId, deleted }) => senderId === `whatsapp:${phoneNumber}` && !deleted);

async function disconnect(userId: string, id: string) {
  await service.http
    .delete(`/whatsapp/integrations/${id}`)
    .set("Authorization", await service.bearer(userId))
    .expect(202);
  await untilStatus(service, id, "disconnected", userId);
}

describe.each(countries)("in %s, a number that Twilio writes otherwise", (country) => {
  test("is moved out of the parent and registered as Twilio writes it", async () => {
    const { plan, atTwilio, claims } = newPlan(country);
    service.simulator.twilio.seedNumber({ phoneNumber: atTwilio });
    const { integrationId } = await completeSignup(service, { ...plan, claims });
    const { meta, externalId } = await untilStatus(service, integrationId, "linked", plan.userId);
    expect(externalId).toBe(plan.phoneNumber);
    expect(accountOf(atTwilio)).toBe(meta.twilioSubaccountSid);
    expect(sendersOf(atTwilio).map(({ sid }) => sid)).toEqual([meta.senderId]);
    expect(sendersOf(plan.phoneNumber)).toEqual([]);
  });

  test("is told of where the answer to its move was lost", async () => {
    const { plan, atTwilio, claims } = newPlan(country);
    const { sid } = service.simulator.twilio.seedNumber({ phoneNumber: atTwilio });
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "reset",
      when: "after",
      match: sid,
    });
    const { integrationId } = await completeSignup(service, { ...plan, claims });
    const { registration } = await untilStatus(service, integrationId, "linked", plan.userId);
    expect(registration.history.map(({ event }) => event)).toContain("number_moved");
  });

  test("is not taken from the parent whose sender it is", async () => {
    const { plan, atTwilio, claims } = newPlan(country);
    const { userId } = plan;
    service.simulator.twilio.seedNumber({ phoneNumber: plan.phoneNumber });
    service.simulator.twilio.seedSender({ accountSid: PARENT_SID, phoneNumber: atTwilio });
    const { integrationId } = await completeSignup(service, { ...plan, claims });
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error?.code).toBe("number_not_assigned");
    expect(accountOf(plan.phoneNumber)).toBe(PARENT_SID);
  });

  test("follows from the subaccount of an owner who had it under that spelling", async () => {
    const { plan, atTwilio, claims } = newPlan(country);
    service.simulator.twilio.seedNumber({ phoneNumber: atTwilio });
    const former = { userId: newUser(), wabaId: newWaba(), phoneNumber: atTwilio, claims };
    const first = await completeSignup(service, former);
    await untilStatus(service, first.integrationId, "linked", former.userId);
    const early = await completeSignup(service, { ...plan, claims });
    const { registration } = await untilStatus(service, early.integrationId, "error", plan.userId);
    expect(registration.error?.code).toBe("number_not_assigned");
    await disconnect(former.userId, first.integrationId);
    await service.http
      .post(`/whatsapp/integrations/${early.integrationId}/retry`)
      .set("Authorization", await service.bearer(plan.userId))
      .expect(202);
    const { meta } = await untilStatus(service, early.integrationId, "linked", plan.userId);
    expect(accountOf(atTwilio)).toBe(meta.twilioSubaccountSid);
  });

  test("is adopted as the sender that it is, and removed with a disconnect", async () => {
    const { plan, atTwilio } = newPlan(country);
    const { userId, wabaId } = plan;
    const account = service.simulator.twilio.seedAccount({
      friendlyName: subaccountName("default", userId, wabaId),
    });
    const seed = { accountSid: account.sid, phoneNumber: atTwilio, wabaId };
    const { sid } = service.simulator.twilio.seedSender(seed);
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    expect(meta.senderId).toBe(sid);
    // One more that nobody recorded goes as well.
    service.simulator.twilio.seedSender(seed);
    await disconnect(userId, integrationId);
    expect(sendersOf(atTwilio)).toEqual([]);
  });
});

describe("a number that is not at Twilio", () => {
  test.each(countries)("is registered as it is kept (%s)", async (country) => {
    const { plan, atTwilio } = newPlan(country);
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", plan.userId);
    expect(sendersOf(plan.phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
    expect(sendersOf(atTwilio)).toEqual([]);
  });
});
