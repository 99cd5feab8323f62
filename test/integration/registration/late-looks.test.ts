import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { newNumber, newWaba } from "../../support/numbers.ts";
import { OWNERS_ENV, ownersOf } from "../../support/owners.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

describe("between owners, after trouble of their own", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { ...OWNERS_ENV, OFFLINE_GRACE_MS: "2000" } });
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
    giveHold,
    conflictsOf,
  } = ownersOf(() => service);

  test("an ended registration is looked at, however many of its tries had failed", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63113 });
    const squatter = await signUp({ phoneNumber });
    await until(squatter, "error");
    await documents().updateOne(
      { userId: squatter.userId },
      { $set: { "registration.attempts": 5 } },
    );
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    const owner = await signUp({ phoneNumber, shown: true });
    await until(owner, "linked");
    expect((await until(squatter, "error")).registration.error).toMatchObject({
      code: "number_linked_elsewhere",
    });
    expect(conflictsOf(owner)).toMatchObject([{ metBy: "refusal", verdict: "gave_way" }]);
  });

  test("a claimant's sender that is ONLINE by then stays, under whichever WABA", async () => {
    const other = await working();
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63110 });
    const claimant = await signUp({ phoneNumber });
    const [sender] = await untilLiving(phoneNumber, 1);
    await giveHold(phoneNumber, other);
    await eventually(
      () => documents().findOne({ userId: claimant.userId }),
      (document) => document?.registration.conflict !== undefined,
    );
    service.simulator.twilio.setSender(sender?.sid ?? "", { status: "ONLINE", wabaId: newWaba() });
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "operator",
    });
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([sender?.sid]);
    expect((await look(other)).status).toBe("linked");
  });

  test("a sender that was ONLINE without ever being linked does not give way to Meta's word", async () => {
    const other = await working();
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online", afterMs: 800 });
    const first = await signUp({ phoneNumber });
    await untilLiving(phoneNumber, 1);
    await giveHold(phoneNumber, other);
    const { meta } = await until(first, "error");
    await holds("number").deleteOne({ _id: phoneNumber });
    service.simulator.twilio.setSender(meta.senderId ?? "", { status: "OFFLINE" });
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    const claimant = await signUp({ phoneNumber, shown: true });
    expect((await until(claimant, "error")).registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "operator",
    });
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
  });

  test.each([63101, 63110])(
    "a sender that was ONLINE is not made anew by itself for a %i that comes later",
    async (code) => {
      const holder = await working();
      const { twilio } = service.simulator;
      twilio.setSender(holder.senderId, { status: "TWILIO_REVIEW" });
      await documents().updateOne(
        { userId: holder.userId },
        { $set: { "work.dueAt": new Date(), "registration.target.numberShown": true } },
      );
      await until(holder, "pending");
      twilio.setSender(holder.senderId, {
        status: "OFFLINE",
        offlineReasons: [{ code: String(code), message: "not now", more_info: "" }],
      });
      await until(holder, "error");
      expect(living(holder.phoneNumber).map(({ sid }) => sid)).toEqual([holder.senderId]);
      twilio.setSender(holder.senderId, { status: "ONLINE", offlineReasons: [] });
      await documents().updateOne(
        { userId: holder.userId },
        { $set: { "work.dueAt": new Date() } },
      );
      expect((await until(holder, "linked")).meta.senderId).toBe(holder.senderId);
    },
  );

  test.each([
    ["+5491145678901", "+541145678901"],
    ["+551187654321", "+5511987654321"],
  ])("a working %s is not taken by a claim for %s", async (phoneNumber, spelled) => {
    const victim = await working({ phoneNumber });
    const attacker = await signUp({ phoneNumber: spelled, shown: true });
    expect((await until(attacker, "error")).registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    expect((await look(victim)).status).toBe("linked");
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([victim.senderId]);
  });
});
