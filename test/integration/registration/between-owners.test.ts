import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { popupSignup } from "../../support/popup-signup.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const SETTLE_MS = 300;

interface Owner {
  userId: string;
  phoneNumber: string;
  wabaId: string;
  id: string;
}

/** Linked numbers are looked at once an hour: only somebody's question brings a look. */
describe("a number or a WABA that two owners want", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: { META_APP_SECRET: "app-secret-of-the-tests", OFFLINE_GRACE_MS: "900" },
    });
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.reset());

  const collection = <T extends object>(name: string) =>
    service.database.connection.collection<T>(name);
  const documents = () => collection<Integration>("integrations");
  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);
  const look = ({ id, userId }: Owner) => getIntegration(service, id, userId);
  const until = ({ id, userId }: Owner, status: string) => untilStatus(service, id, status, userId);

  async function signUp(over: Partial<Owner> & { shown?: boolean } = {}): Promise<Owner> {
    const plan = {
      userId: newUser(),
      phoneNumber: newNumber(),
      wabaId: newWaba(),
      shown: false,
      ...over,
    };
    const { integrationId } = await popupSignup(service, plan);
    return { ...plan, id: integrationId };
  }

  /** An owner with a working number, and its sender's SID. */
  async function working(over: Partial<Owner> = {}) {
    const owner = await signUp(over);
    const { meta } = await until(owner, "linked");
    return { ...owner, senderId: meta.senderId ?? "", account: meta.twilioSubaccountSid ?? "" };
  }

  async function ask({ id, userId }: Owner, method: "post" | "delete", path = "", body = {}) {
    return service.http[method](`/whatsapp/integrations/${id}${path}`)
      .set("Authorization", await service.bearer(userId))
      .send(body);
  }

  const conflictsOf = ({ id }: Owner) =>
    service.log.filter((line) => line.event === "ownership_conflict" && line.integrationId === id);

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
    const [first, second] = conflictsOf(attacker)[0]?.looks as { at: string }[];
    const apart = Date.parse(second?.at ?? "") - Date.parse(first?.at ?? "");
    expect(apart).toBeGreaterThanOrEqual(SETTLE_MS - 20);
  });

  test("while the holder is looked at, the claimant is pending and waits for Twilio", async () => {
    const holder = await working();
    service.simulator.twilio.addFault({
      operation: "senders.fetch",
      kind: "slow",
      ms: 400,
      match: holder.senderId,
      times: 2,
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
    ] as const)
      service.simulator.twilio.addFault({
        operation,
        kind: "error",
        status: 404,
        code: 20404,
        match: holder.account,
        times,
      });
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
      { $set: { "registration.lease": { ...frozen, until: new Date(Date.now() + 3_600_000) } } },
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
    await collection<{ _id: string }>("number_holds").insertOne({
      _id: phoneNumber,
      ...gone,
      integrationId: "6b0985807ca1c166a726496f",
      wabaId,
    } as { _id: string });
    await collection<{ _id: string }>("waba_holds").insertOne({ _id: wabaId, ...gone } as {
      _id: string;
    });
    const claimant = await signUp({ phoneNumber, wabaId });
    await until(claimant, "linked");
    expect(
      await collection<{ _id: string }>("number_holds").findOne({ _id: phoneNumber }),
    ).toMatchObject({ userId: claimant.userId, integrationId: claimant.id });
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

  test("who lost goes on by retry when the number is free, and ends again while it is not", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    expect((await ask(claimant, "post", "/retry")).status).toBe(202);
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    expect((await ask(holder, "delete")).status).toBe(202);
    await until(holder, "disconnected");
    expect((await ask(claimant, "post", "/retry")).status).toBe(202);
    await until(claimant, "linked");
  });

  test("a retry that comes while the holder is leaving waits for it", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    service.simulator.twilio.addFault({
      operation: "senders.delete",
      kind: "late_listing",
      ms: 800,
      match: holder.senderId,
    });
    await ask(holder, "delete");
    await ask(claimant, "post", "/retry");
    await until(claimant, "linked");
    await until(holder, "disconnected");
    expect(living(holder.phoneNumber)).toHaveLength(1);
  });

  describe("met by Twilio's refusal", () => {
    test("a sender that was never ONLINE gives way to Meta's word", async () => {
      const phoneNumber = newNumber();
      service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
      const squatter = await signUp({ phoneNumber });
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 1,
      );
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
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 1,
      );
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
      await collection<{ _id: string }>("waba_holds").deleteOne({ _id: holder.wabaId });
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
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 1,
      );
      await collection<{ _id: string }>("number_holds").insertOne({
        _id: phoneNumber,
        userId: other.userId,
        integrationId: other.id,
        wabaId: other.wabaId,
        at: new Date(),
        rev: 1,
      } as { _id: string });
      const { registration } = await until(claimant, "error");
      expect(registration.error).toMatchObject({ code: "number_linked_elsewhere" });
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 0,
      );
      for (const one of [holder, other]) expect((await look(one)).status).toBe("linked");
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
      await eventually(
        () => Promise.resolve(living(phoneNumber)),
        (senders) => senders.length === 1,
      );
      const hold = {
        _id: phoneNumber,
        userId: other.userId,
        integrationId: other.id,
        wabaId: other.wabaId,
        at: new Date(),
        rev: 1,
      };
      await collection<{ _id: string }>("number_holds").insertOne(hold);
      const { registration, meta } = await until(claimant, "error");
      expect(registration).toMatchObject({
        senderStatus: "ONLINE",
        error: { code: "number_linked_elsewhere", actor: "operator" },
      });
      expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
      expect(registration.history.map(({ event }) => event)).not.toContain("integration_linked");
      const dueNow = () =>
        documents().updateOne(
          { userId: claimant.userId },
          { $set: { "registration.dueAt": new Date() } },
        );
      await dueNow();
      await collection<{ _id: string }>("number_holds").deleteOne({ _id: phoneNumber });
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
    await collection<{ _id: string }>("number_holds").insertOne({
      _id: phoneNumber,
      userId: other.userId,
      integrationId: other.id,
      wabaId: other.wabaId,
      at: new Date(),
      rev: 1,
    } as { _id: string });
    const answer = await ask(claimant, "post", "/verification/resend", { method: "sms" });
    expect(answer.status).toBe(202);
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    await eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === 0,
    );
    const updates = service.simulator.twilio
      .requests()
      .filter(({ operation }) => operation === "senders.update");
    expect(updates).toEqual([]);
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
