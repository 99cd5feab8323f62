import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";

describe("the subaccount step", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const subaccounts = () =>
    service.simulator.twilio.state().accounts.filter(({ sid }) => sid !== PARENT_SID);

  /** A signup whose callback names a subaccount that exists by then. */
  async function signupNaming(
    plan: { userId: string; phoneNumber: string; wabaId: string },
    seed: (session: { sessionId: string }) => string,
  ) {
    const session = await createSession(service, plan);
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    await visitor.start(payload).expect(200);
    const SubaccountSid = seed(session);
    const { body } = await visitor.postCallback({
      payload,
      WhatsAppBusinessAccountId: plan.wabaId,
      SubaccountSid,
    });
    const { integrationId } = body as { integrationId: string };
    return { integrationId, SubaccountSid };
  }

  test("two numbers of one owner and WABA share one subaccount, also when they race", async () => {
    service.simulator.reset();
    const plan = { userId: "shared", wabaId: "740000000000001" };
    const signups = await Promise.all(
      ["+5511940000001", "+5511940000002", "+5511940000003"].map((phoneNumber) =>
        completeSignup(service, { ...plan, phoneNumber }),
      ),
    );
    const integrations = await Promise.all(
      signups.map(({ integrationId }) => untilStatus(service, integrationId, "linked", "shared")),
    );
    expect(subaccounts()).toHaveLength(1);
    expect(new Set(integrations.map(({ meta }) => meta.twilioSubaccountSid)).size).toBe(1);
  });

  test("one owner's two WABAs, and one WABA's two owners, get subaccounts of their own", async () => {
    service.simulator.reset();
    const a = await completeSignup(service, {
      userId: "apart-1",
      phoneNumber: "+5511940000004",
      wabaId: "740000000000002",
    });
    const b = await completeSignup(service, {
      userId: "apart-1",
      phoneNumber: "+5511940000005",
      wabaId: "740000000000003",
    });
    await untilStatus(service, a.integrationId, "linked", "apart-1");
    await untilStatus(service, b.integrationId, "linked", "apart-1");
    expect(subaccounts().map(({ friendlyName }) => friendlyName)).toEqual(
      expect.arrayContaining([
        subaccountName("default", "apart-1", "740000000000002"),
        subaccountName("default", "apart-1", "740000000000003"),
      ]),
    );
  });

  test("a named fresh, empty subaccount of ours is accepted", async () => {
    service.simulator.reset();
    const plan = { userId: "given", phoneNumber: "+5511940000006", wabaId: "740000000000004" };
    const { integrationId, SubaccountSid } = await signupNaming(
      plan,
      () => service.simulator.twilio.seedAccount({ friendlyName: "Made by the popup" }).sid,
    );
    const { meta } = await untilStatus(service, integrationId, "linked", "given");
    expect(meta.twilioSubaccountSid).toBe(SubaccountSid);
    expect(subaccounts()).toHaveLength(1);
  });

  test.each([
    ["the parent", 11, (): string => PARENT_SID],
    ["an unknown account", 12, (): string => `AC${"9".repeat(32)}`],
    [
      "a suspended one",
      13,
      (s: TestService): string => s.simulator.twilio.seedAccount({ status: "suspended" }).sid,
    ],
    [
      "one named for another pair",
      14,
      (s: TestService): string =>
        s.simulator.twilio.seedAccount({
          friendlyName: subaccountName("default", "victim", "740000000000099"),
        }).sid,
    ],
    [
      "one with another number",
      15,
      (s: TestService): string => {
        const { sid } = s.simulator.twilio.seedAccount();
        s.simulator.twilio.seedNumber({ phoneNumber: "+5511949999999", accountSid: sid });
        return sid;
      },
    ],
    [
      "one with a sender of another WABA",
      16,
      (s: TestService): string => {
        const { sid } = s.simulator.twilio.seedAccount();
        s.simulator.twilio.seedSender({
          accountSid: sid,
          phoneNumber: "+5511948888888",
          wabaId: "749999999999999",
        });
        return sid;
      },
    ],
  ])("%s is ignored and logged, and a subaccount is made", async (_what, index, seed) => {
    service.simulator.reset();
    const userId = `ignored-${index}`;
    const { integrationId, SubaccountSid } = await signupNaming(
      { userId, phoneNumber: `+55119400000${index}`, wabaId: `7400000000001${index}` },
      () => seed(service),
    );
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    expect(meta.twilioSubaccountSid).not.toBe(SubaccountSid);
    const ignored = service.log.find(
      (line) => line.event === "subaccount_ignored" && line.integrationId === integrationId,
    );
    expect(ignored).toMatchObject({ subaccountSid: SubaccountSid });
  });

  test("one that another owner has is ignored", async () => {
    service.simulator.reset();
    const victim = await signupNaming(
      { userId: "owner-a", phoneNumber: "+5511940000021", wabaId: "740000000000021" },
      () => service.simulator.twilio.seedAccount({ friendlyName: "A" }).sid,
    );
    await untilStatus(service, victim.integrationId, "linked", "owner-a");
    const thief = await signupNaming(
      { userId: "owner-b", phoneNumber: "+5511940000022", wabaId: "740000000000022" },
      () => victim.SubaccountSid,
    );
    const { meta } = await untilStatus(service, thief.integrationId, "linked", "owner-b");
    expect(meta.twilioSubaccountSid).not.toBe(victim.SubaccountSid);
  });

  test("a suspended one is the operator's matter; a closed one is made anew on retry", async () => {
    service.simulator.reset();
    const plan = { userId: "suspended", wabaId: "740000000000031" };
    const first = await completeSignup(service, { ...plan, phoneNumber: "+5511940000031" });
    const { meta } = await untilStatus(service, first.integrationId, "linked", "suspended");
    const sid = meta.twilioSubaccountSid ?? "";
    service.simulator.twilio.setAccountStatus(sid, "suspended");
    const second = await completeSignup(service, { ...plan, phoneNumber: "+5511940000032" });
    const failed = await untilStatus(service, second.integrationId, "error", "suspended");
    expect(failed.registration.error).toMatchObject({
      code: "subaccount_suspended",
      actor: "operator",
    });
    service.simulator.twilio.setAccountStatus(sid, "closed");
    await service.http
      .post(`/whatsapp/integrations/${second.integrationId}/retry`)
      .set("Authorization", await service.bearer("suspended"))
      .expect(202);
    const linked = await untilStatus(service, second.integrationId, "linked", "suspended");
    expect(linked.meta.twilioSubaccountSid).not.toBe(sid);
  });

  test("a good registration takes at most five calls beside the looks", async () => {
    service.simulator.reset();
    const plan = { userId: "calls", phoneNumber: "+5511940000041", wabaId: "740000000000041" };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", "calls");
    const operations = service.simulator.twilio.requests().map(({ operation }) => operation);
    const created = operations.indexOf("senders.create");
    expect(operations.slice(0, created + 1)).toEqual([
      "accounts.list",
      "accounts.create",
      "numbers.list",
      "senders.list",
      "senders.create",
    ]);
    // What is recorded is looked at by its SID.
    expect(new Set(operations.slice(created + 1))).toEqual(new Set(["senders.fetch"]));
  });
});
