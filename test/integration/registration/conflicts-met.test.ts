import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { newNumber } from "../../support/numbers.ts";
import { OWNERS_ENV, ownersOf } from "../../support/owners.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

describe("a conflict between owners", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: OWNERS_ENV });
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.reset());

  const {
    holds,
    documents,
    living,
    look,
    until,
    untilLiving,
    signUp,
    working,
    ask,
    giveHold,
    conflictsOf,
  } = ownersOf(() => service);

  describe("met by Twilio's refusal", () => {
    test("a sender that was never ONLINE gives way to Meta's word", async () => {
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
      const squatter = await signUp({ phoneNumber });
      await untilLiving(phoneNumber, 1);
      service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
      const owner = await signUp({ phoneNumber, shown: true });
      const { meta } = await until(owner, "linked");
      const { registration } = await until(squatter, "error");
      expect(registration.error).toMatchObject({ code: "number_linked_elsewhere" });
      expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
      expect(
        service.log.filter(
          (line) => line.event === "sender_removed" && line.integrationId === squatter.id,
        ),
      ).toMatchObject([{ phoneNumber: expect.stringContaining("•") }]);
      expect(conflictsOf(owner)).toMatchObject([{ metBy: "refusal", verdict: "gave_way" }]);
    });

    test("without that word the claimant ends, for the operator", async () => {
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
      const first = await signUp({ phoneNumber });
      await untilLiving(phoneNumber, 1);
      const claimant = await signUp({ phoneNumber });
      const { registration } = await until(claimant, "error");
      expect(registration.error).toMatchObject({
        code: "number_linked_elsewhere",
        actor: "operator",
      });
      expect((await look(first)).status).toBe("pending");
      expect(living(phoneNumber)).toHaveLength(1);
    });

    test("63101 that our records explain is about the WABA's other owner", async () => {
      const holder = await working();
      await holds("waba").deleteOne({ _id: holder.wabaId });
      const claimant = await signUp({ wabaId: holder.wabaId });
      const { registration } = await until(claimant, "error");
      expect(registration.error).toMatchObject({
        code: "waba_linked_elsewhere",
        actor: "customer",
      });
      expect(conflictsOf(claimant)).toMatchObject([{ metBy: "refusal", about: "waba" }]);
    });

    test("so are the reasons of an OFFLINE sender", async () => {
      const holder = await working();
      const other = await working();
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63110 });
      const claimant = await signUp({ phoneNumber });
      await untilLiving(phoneNumber, 1);
      await giveHold(phoneNumber, other);
      const { registration } = await until(claimant, "error");
      expect(registration.error).toMatchObject({ code: "number_linked_elsewhere" });
      await untilLiving(phoneNumber, 0);
      for (const one of [holder, other]) expect((await look(one)).status).toBe("linked");
    });

    test("a sender that was ONLINE is not given up, whatever Twilio says of it later", async () => {
      const holder = await working();
      const claimant = await signUp({ phoneNumber: holder.phoneNumber });
      const { meta } = await until(claimant, "error");
      const unfinished = service.simulator.twilio.seedSender({
        accountSid: meta.twilioSubaccountSid ?? "",
        phoneNumber: holder.phoneNumber,
        wabaId: claimant.wabaId,
        status: "CREATING",
      });
      const set = (userId: string, values: object) =>
        documents().updateOne({ userId }, { $set: values });
      await set(claimant.userId, { "meta.senderId": unfinished.sid });
      service.simulator.twilio.setSender(holder.senderId, { status: "TWILIO_REVIEW" });
      await set(holder.userId, { "work.dueAt": new Date() });
      await until(holder, "pending");
      service.simulator.twilio.setSender(holder.senderId, {
        status: "OFFLINE",
        offlineReasons: [{ code: "63110", message: "already registered", more_info: "" }],
      });
      const { registration } = await until(holder, "error");
      expect(registration.error?.code).toBe("number_already_on_whatsapp");
      expect(living(holder.phoneNumber).map(({ sid }) => sid)).toContain(holder.senderId);
    });

    test("63110 of a number that was ours before names two-step verification", async () => {
      const former = await working();
      await ask(former, "delete");
      await until(former, "disconnected");
      service.simulator.twilio.setScenario(former.phoneNumber, { kind: "refused", code: 63110 });
      const again = await signUp(former);
      const { registration } = await until(again, "error");
      expect(registration.error).toMatchObject({
        code: "two_step_verification_on",
        actor: "customer",
        providerCode: "63110",
      });
    });

    test("63110 without any record of ours means what it meant", async () => {
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63110 });
      const { registration } = await until(await signUp({ phoneNumber }), "error");
      expect(registration.error?.code).toBe("number_already_on_whatsapp");
    });

    test("63102 is no conflict between owners", async () => {
      const holder = await working();
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63102 });
      const { registration } = await until(await signUp({ phoneNumber }), "error");
      expect(registration.error?.code).toBe("subaccount_has_other_waba");
      expect((await look(holder)).status).toBe("linked");
    });
  });

  describe("met at ONLINE, by a hold that came meanwhile", () => {
    test("the working sender is kept and watched, and links when the hold is gone", async () => {
      const other = await working();
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "online", afterMs: 800 });
      const claimant = await signUp({ phoneNumber });
      await untilLiving(phoneNumber, 1);
      await giveHold(phoneNumber, other);
      const { registration, meta } = await until(claimant, "error");
      expect(registration).toMatchObject({
        senderStatus: "ONLINE",
        error: { code: "number_linked_elsewhere", actor: "operator" },
      });
      expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
      expect(registration.history.map(({ event }) => event)).not.toContain("integration_linked");
      const dueNow = () =>
        documents().updateOne({ userId: claimant.userId }, { $set: { "work.dueAt": new Date() } });
      await dueNow();
      await holds("number").deleteOne({ _id: phoneNumber });
      await dueNow();
      await until(claimant, "linked");
      expect((await look(other)).status).toBe("linked");
    });
  });

  test("no new code is sent to a number that another owner holds by now", async () => {
    const other = await working();
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code" });
    const claimant = await signUp({ phoneNumber });
    await eventually(
      () => look(claimant),
      ({ registration }) => registration.step === "verification",
    );
    await giveHold(phoneNumber, other);
    const answer = await ask(claimant, "post", "/verification/resend", { method: "sms" });
    expect(answer.status).toBe(202);
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    await untilLiving(phoneNumber, 0);
    const updates = service.simulator.twilio
      .requests()
      .filter(({ operation }) => operation === "senders.update");
    expect(updates).toEqual([]);
  });
});
