import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("subaccounts that cannot be used any more", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const state = () => service.simulator.twilio.state();

  async function linked(digits: string) {
    const plan = {
      userId: `unreachable-${digits}`,
      phoneNumber: `+55119970000${digits}`,
      wabaId: `7970000000000${digits}`,
    };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", plan.userId);
    return { ...plan, id: integrationId, sid: meta.twilioSubaccountSid ?? "", meta };
  }

  async function ask(method: "post" | "delete", userId: string, path: string) {
    return service.http[method](`/whatsapp/integrations/${path}`).set(
      "Authorization",
      await service.bearer(userId),
    );
  }

  /** A look under way makes it `busy` for a moment. */
  async function retry(userId: string, id: string): Promise<void> {
    await eventually(
      () => ask("post", userId, `${id}/retry`),
      ({ status }) => status === 202,
    );
  }

  test("a closed one has nothing left to disconnect", async () => {
    const { userId, id, sid } = await linked("01");
    service.simulator.twilio.setAccountStatus(sid, "closed");
    await ask("delete", userId, id);
    // The token is still in memory: its refusal has the account read anew.
    await eventually(
      async () => {
        await ask("delete", userId, id);
        return getIntegration(service, id, userId);
      },
      ({ status }) => status === "disconnected",
    );
  });

  test("a closed one is seen to be closed although its token is still in memory", async () => {
    const { userId, id, sid } = await linked("09");
    service.simulator.twilio.setAccountStatus(sid, "closed");
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration.error?.code).toBe("sender_vanished");
    await retry(userId, id);
    const { meta } = await untilStatus(service, id, "linked", userId);
    expect(meta.twilioSubaccountSid).not.toBe(sid);
    expect(registration.history.map(({ code }) => code)).not.toContain("twilio_account_inactive");
  });

  test("a closed one is seen to be closed by its code, whatever the status", async () => {
    const { userId, id, sid } = await linked("10");
    service.simulator.twilio.addFault({
      operation: "senders.list",
      kind: "error",
      status: 400,
      code: 10001,
      match: sid,
      times: 20,
    });
    service.simulator.twilio.setAccountStatus(sid, "closed");
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration.error?.code).toBe("sender_vanished");
  });

  test("a suspended one holds the disconnect up until it is active again", async () => {
    const { userId, id, sid, meta } = await linked("02");
    service.simulator.twilio.setAccountStatus(sid, "suspended");
    await ask("delete", userId, id);
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration).toMatchObject({
      step: "disconnecting",
      error: { code: "subaccount_suspended", actor: "operator" },
    });
    service.simulator.twilio.setAccountStatus(sid, "active");
    await retry(userId, id);
    await untilStatus(service, id, "disconnected", userId);
    expect(state().senders.find((sender) => sender.sid === meta.senderId)?.deleted).toBe(true);
  });

  test("a sender that may not be removed now does not keep a linked number from being looked at", async () => {
    const { userId, id, meta } = await linked("03");
    const other = service.simulator.twilio.seedAccount({ friendlyName: "Suspended" });
    service.simulator.twilio.setAccountStatus(other.sid, "suspended");
    const discard = { subaccountSid: other.sid, senderId: `XE${"7".repeat(32)}` };
    await documents().updateOne(
      { userId },
      { $set: { "work.sendersToRemove": [discard], "work.dueAt": new Date() } },
    );
    service.simulator.twilio.setSender(meta.senderId ?? "", { status: "ONLINE:UPDATING" });
    await eventually(
      () => getIntegration(service, id, userId),
      ({ status, registration }) =>
        status === "linked" && registration.senderStatus === "ONLINE:UPDATING",
    );
    service.simulator.twilio.setAccountStatus(other.sid, "active");
    await eventually(
      () => documents().findOne({ userId }),
      (document) => document?.work.sendersToRemove.length === 0,
    );
    expect((await getIntegration(service, id, userId)).status).toBe("linked");
  });

  test("a parent that is not active is not taken for the limit of subaccounts", async () => {
    service.simulator.twilio.addFault({
      operation: "accounts.create",
      kind: "error",
      status: 400,
      code: 10001,
    });
    const [userId, phoneNumber] = ["inactive-parent", "+5511997000004"];
    const plan = { userId, phoneNumber, wabaId: "797000000000004" };
    const { integrationId } = await completeSignup(service, plan);
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error).toMatchObject({
      code: "twilio_account_inactive",
      providerCode: "10001",
    });
  });

  test("a refusal that no page names is told as it is, and not taken for the limit", async () => {
    service.simulator.twilio.addFault({
      operation: "accounts.create",
      kind: "error",
      status: 400,
      code: 20500,
    });
    const [userId, phoneNumber] = ["refused", "+5511997000005"];
    const plan = { userId, phoneNumber, wabaId: "797000000000005" };
    const { integrationId } = await completeSignup(service, plan);
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error).toMatchObject({
      code: "twilio_request_refused",
      actor: "operator",
      providerCode: "20500",
    });
  });

  test("a removal that never comes true ends with the deadline, and a retry goes on with it", async () => {
    const { userId, id, meta } = await linked("06");
    service.simulator.twilio.addFault({
      operation: "senders.delete",
      kind: "late_listing",
      match: meta.senderId ?? "",
      ms: 3_600_000,
      times: 1_000,
    });
    await ask("delete", userId, id);
    await documents().updateOne(
      { userId },
      { $set: { "registration.deadlineAt": new Date(Date.now() + 300) } },
    );
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration).toMatchObject({
      step: "disconnecting",
      error: { code: "registration_deadline_exceeded" },
    });
    service.simulator.twilio.removeSender(meta.senderId ?? "");
    await retry(userId, id);
    await untilStatus(service, id, "disconnected", userId);
  });

  test("a number's former subaccount that Twilio no longer knows holds no number", async () => {
    const { userId, id, phoneNumber, wabaId } = await linked("07");
    await ask("delete", userId, id);
    await untilStatus(service, id, "disconnected", userId);
    const former = { sid: `AC${"7".repeat(32)}`, released: true };
    await documents().updateOne(
      { userId },
      { $push: { "registration.formerSubaccounts": former } },
    );
    await completeSignup(service, { userId, phoneNumber, wabaId });
    await untilStatus(service, id, "linked", userId);
  });
});
