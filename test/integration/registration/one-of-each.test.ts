import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("exactly one sender, whatever comes in between", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const senders = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId }) => senderId.endsWith(phoneNumber));
  const living = (phoneNumber: string) => senders(phoneNumber).filter(({ deleted }) => !deleted);
  const untilLiving = (phoneNumber: string, count: number) =>
    eventually(
      () => Promise.resolve(living(phoneNumber)),
      (found) => found.length === count,
    );
  const calls = (operation: string) =>
    service.simulator.twilio.requests().filter((request) => request.operation === operation).length;

  test("a second signup does not create again what is recorded and not listed yet", async () => {
    const [userId, phoneNumber] = ["twice", "+5511998000001"];
    const plan = { userId, phoneNumber, wabaId: "798000000000001" };
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online", afterMs: 300 });
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "late_listing",
      ms: 900,
      match: phoneNumber.slice(1),
    });
    const { integrationId } = await completeSignup(service, plan);
    await eventually(
      () => getIntegration(service, integrationId, userId),
      ({ meta }) => meta.senderId !== undefined,
    );
    await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", userId);
    expect(senders(phoneNumber)).toHaveLength(1);
  });

  test("a create of unknown outcome is not lost to another WABA that comes while it is looked for", async () => {
    const [userId, phoneNumber] = ["between", "+5511998000002"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "reset",
      when: "after",
      match: phoneNumber.slice(1),
    });
    const plan = { userId, phoneNumber };
    const first = await completeSignup(service, { ...plan, wabaId: "798000000000002" });
    await untilLiving(phoneNumber, 1);
    const before = calls("senders.list");
    service.simulator.twilio.addFault({ operation: "senders.list", kind: "slow", ms: 700 });
    await eventually(
      () => Promise.resolve(calls("senders.list")),
      (count) => count > before,
    );
    await completeSignup(service, { ...plan, wabaId: "798000000000003" });
    service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    const linked = await eventually(
      () => getIntegration(service, first.integrationId, userId),
      ({ status, meta }) => status === "linked" && meta.wabaId === "798000000000003",
    );
    expect(living(phoneNumber).map(({ sid }) => sid)).toEqual([linked.meta.senderId]);
  });

  test("a surplus sender that a look finds is removed at once, the recorded one kept", async () => {
    const [userId, phoneNumber, wabaId] = ["surplus", "+5511998000004", "798000000000004"];
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    service.simulator.twilio.seedSender({
      accountSid: meta.twilioSubaccountSid ?? "",
      phoneNumber,
      wabaId,
    });
    // The next regular look is an hour away, and so would be the one after it.
    await documents().updateOne({ userId }, { $set: { "work.dueAt": new Date() } });
    await untilLiving(phoneNumber, 1);
    expect(living(phoneNumber)[0]?.sid).toBe(meta.senderId);
    expect((await getIntegration(service, integrationId, userId)).status).toBe("linked");
  });

  test("an intent survives a disconnect and a retry, and is settled before anything else", async () => {
    const [userId, phoneNumber] = ["survives", "+5511998000005"];
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "reset",
      when: "after",
      match: phoneNumber.slice(1),
    });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "798000000000005",
    });
    const intent = async () => (await documents().findOne({ userId }))?.work.intent;
    await untilLiving(phoneNumber, 1);
    const recorded = await intent();
    if (!recorded) throw new Error("no intent");
    const authorization = await service.bearer(userId);
    const path = `/whatsapp/integrations/${integrationId}`;
    await eventually(
      () => service.http.post(`${path}/retry`).set("Authorization", authorization),
      ({ status }) => status === 202,
    );
    expect((await intent())?.id).toBe(recorded.id);
    await service.http.delete(path).set("Authorization", authorization).expect(202);
    expect((await intent())?.id).toBe(recorded.id);
    await untilStatus(service, integrationId, "disconnected", userId);
    expect(living(phoneNumber)).toEqual([]);
    // Its call's time and the settling time, from the moment that it was recorded.
    const settledAt = recorded.at.getTime() + 1_000 + 300;
    const [removed] = senders(phoneNumber).map(({ sid }) =>
      service.simulator.twilio
        .requests()
        .find(({ operation, path: at }) => operation === "senders.delete" && at.includes(sid)),
    );
    expect(new Date(removed?.at ?? 0).getTime()).toBeGreaterThanOrEqual(settledAt);
  });

  test("a retry takes a lease that has run out away from whoever still believes in it", async () => {
    const [userId, phoneNumber] = ["zombie", "+5511998000006"];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63103, times: 1 });
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: "798000000000006",
    });
    await untilStatus(service, integrationId, "error", userId);
    const lease = { owner: "frozen", token: "token-of-the-frozen-one", claimedAt: new Date(0) };
    await documents().updateOne(
      { userId },
      { $set: { "work.lease": { ...lease, until: new Date(Date.now() - 1) } } },
    );
    const path = `/whatsapp/integrations/${integrationId}/retry`;
    const retry = async () =>
      service.http.post(path).set("Authorization", await service.bearer(userId));
    await service.stopService();
    await service.restart({ WORKER_ENABLED: "false" });
    expect((await retry()).status).toBe(202);
    expect((await documents().findOne({ userId }))?.work.lease).toBeUndefined();
    // One that has not run out is left alone.
    await documents().updateOne(
      { userId },
      {
        $set: {
          status: "error",
          "work.lease": { ...lease, until: new Date(Date.now() + 60_000) },
        },
      },
    );
    expect((await retry()).body).toMatchObject({ code: "busy" });
    expect((await documents().findOne({ userId }))?.work.lease?.token).toBe(lease.token);
    await service.restart();
  });
});
