import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { OWNERS_ENV, ownersOf } from "../../support/owners.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const SETTLE_MS = 300;

describe("a number or a WABA that two owners want", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: OWNERS_ENV });
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.reset());

  const { holds, documents, living, look, until, signUp, working, conflictsOf } = ownersOf(
    () => service,
  );

  test.each([
    ["that Meta does not show there", false],
    ["that Meta shows there", true],
  ])("a working number %s is not taken by a claim", async (_what, shown) => {
    const victim = await working();
    const attacker = await signUp({ phoneNumber: victim.phoneNumber, shown });
    const seen = new Set<string>();
    const ended = await eventually(
      async () => {
        seen.add((await look(victim)).status);
        return look(attacker);
      },
      ({ status }) => status === "error",
    );
    expect(ended.registration).toMatchObject({
      waitingFor: "customer",
      error: { code: "number_linked_elsewhere", actor: "customer" },
    });
    expect([...seen]).toEqual(["linked"]);
    expect(living(victim.phoneNumber).map(({ sid }) => sid)).toEqual([victim.senderId]);
    expect(conflictsOf(attacker)).toMatchObject([
      {
        about: "number",
        metBy: "hold",
        phoneNumber: expect.stringContaining("•"),
        holderIntegrationId: victim.id,
        holderUserId: victim.userId,
        looks: [{ finding: "online" }, { finding: "online" }],
        verdict: "online",
        decision: "the claimant ends",
      },
    ]);
    const looks = conflictsOf(attacker).flatMap((line) => line.looks as { at: string }[]);
    const [first = 0, second = 0] = looks.map(({ at }) => Date.parse(at));
    const apart = second - first;
    expect(apart).toBeGreaterThanOrEqual(SETTLE_MS - 20);
  });

  test("while the holder is looked at, the claimant is pending and waits for Twilio", async () => {
    const holder = await working();
    const mend = service.simulator.twilio.addFault({
      operation: "senders.fetch",
      kind: "error",
      match: holder.senderId,
      times: Infinity,
    });
    const claimant = await signUp({ wabaId: holder.wabaId });
    await eventually(
      () => documents().findOne({ userId: claimant.userId }),
      (document) => document?.registration.conflict !== undefined,
    );
    expect(await look(claimant)).toMatchObject({
      status: "pending",
      registration: { waitingFor: "twilio", error: null },
    });
    mend();
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({ code: "waba_linked_elsewhere", actor: "customer" });
    expect(living(claimant.phoneNumber)).toEqual([]);
    expect((await look(holder)).status).toBe("linked");
  });

  test("a holder whose sender is gone yields, and the claimant goes on", async () => {
    const holder = await working();
    service.simulator.twilio.removeSender(holder.senderId);
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "linked");
    const yielded = await until(holder, "error");
    expect(yielded.registration.error).toMatchObject({ code: "sender_vanished" });
    expect(conflictsOf(claimant)).toMatchObject([
      {
        looks: [{ finding: "gone" }, { finding: "gone" }],
        verdict: "gone",
        decision: "the claimant goes on",
      },
    ]);
  });

  test("a holder whose subaccount is closed yields", async () => {
    const holder = await working();
    service.simulator.twilio.setAccountStatus(holder.account, "closed");
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "linked");
    expect((await until(holder, "error")).registration.error?.code).toBe("sender_vanished");
  });

  test("one look that does not find the sender decides nothing", async () => {
    const holder = await working();
    for (const [operation, times] of [
      ["senders.fetch", 2],
      ["senders.list", 1],
    ] as const) {
      service.simulator.twilio.addFault({
        operation,
        kind: "error",
        status: 404,
        code: 20404,
        match: holder.account,
        times,
      });
    }
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({ code: "number_linked_elsewhere" });
    expect((await look(holder)).status).toBe("linked");
    expect(conflictsOf(claimant)).toMatchObject([
      { looks: [{ finding: "gone" }, { finding: "online" }, { finding: "online" }] },
    ]);
  });

  test.each([
    [401, 20003],
    [403, 20403],
    [429, 20429],
    [503, 20503],
  ])("%i is no look: the holder counts as working", async (status, code) => {
    const holder = await working();
    service.simulator.twilio.addFault({
      operation: "senders.*",
      kind: "error",
      status,
      code,
      match: holder.account,
      times: 1_000,
    });
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "operator",
      action: expect.stringContaining("hand-over"),
    });
    expect(registration.waitingFor).toBe("operator");
    expect((await look(holder)).status).toBe("linked");
    expect(conflictsOf(claimant)).toMatchObject([{ looks: [] }]);
  });

  test("a holder that nobody can look at counts as working", async () => {
    const holder = await working();
    const frozen = { owner: "o", token: "frozen", claimedAt: new Date() };
    await documents().updateOne(
      { userId: holder.userId },
      { $set: { "work.lease": { ...frozen, until: new Date(Date.now() + 3_600_000) } } },
    );
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "operator",
    });
  });

  test("a sender that is there without being ONLINE keeps the number, for the operator", async () => {
    const holder = await working();
    service.simulator.twilio.setSender(holder.senderId, { status: "OFFLINE" });
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "operator",
    });
    expect(living(holder.phoneNumber).map(({ sid }) => sid)).toEqual([holder.senderId]);
  });

  test("a hold without a document counts for nothing", async () => {
    const [phoneNumber, wabaId] = [newNumber(), newWaba()];
    const gone = { userId: "nobody", at: new Date(), rev: 1 };
    await holds("number").insertOne({
      _id: phoneNumber,
      ...gone,
      integrationId: "6b0985807ca1c166a726496f",
      wabaId,
    });
    await holds("waba").insertOne({ _id: wabaId, ...gone });
    const claimant = await signUp({ phoneNumber, wabaId });
    await until(claimant, "linked");
    expect(await holds("number").findOne({ _id: phoneNumber })).toMatchObject({
      userId: claimant.userId,
      integrationId: claimant.id,
    });
  });

  test("two claimants share the looks at one holder", async () => {
    const holder = await working();
    const { phoneNumber } = holder;
    const claimants = await Promise.all([signUp({ phoneNumber }), signUp({ phoneNumber })]);
    for (const claimant of claimants) {
      const { registration } = await until(claimant, "error");
      expect(registration.error).toMatchObject({
        code: "number_linked_elsewhere",
        actor: "customer",
      });
    }
    expect((await look(holder)).status).toBe("linked");
  });

  test("two owners who want what the other has both end", async () => {
    const [one, other] = [await working(), await working()];
    const claims = await Promise.all([
      signUp({ userId: one.userId, wabaId: one.wabaId, phoneNumber: other.phoneNumber }),
      signUp({ userId: other.userId, wabaId: one.wabaId }),
    ]);
    for (const claim of claims) await until(claim, "error");
    for (const holder of [one, other]) expect((await look(holder)).status).toBe("linked");
  });

  test("a signup without proof is decided in the same way", async () => {
    const holder = await working();
    await service.restart({ META_APP_SECRET: "" });
    const plan = { userId: newUser(), phoneNumber: holder.phoneNumber, wabaId: newWaba() };
    const { integrationId: id } = await completeSignup(service, plan);
    const { registration } = await until({ ...plan, id }, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    expect((await look(holder)).status).toBe("linked");
    await service.restart();
  });
});
