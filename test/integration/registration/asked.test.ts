import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration } from "../../support/signup.ts";

const SUB = `AC${"1".repeat(32)}`;

/** No worker: what the owner asks for is seen as it is stored. */
describe("what an owner asks of a registration", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { WORKER_ENABLED: "false" } });
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const intent = {
    id: "the-intent",
    kind: "create_sender" as const,
    at: new Date(0),
    subaccountSid: SUB,
    wabaId: "1",
  };

  async function prepared(digits: string, set: object) {
    const userId = `asks-${digits}`;
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber: `+55119370000${digits}`,
      wabaId: `7370000000000${digits}`,
    });
    await documents().updateOne({ userId }, { $set: set });
    const ask = async (method: "post" | "delete", path = "") =>
      service.http[method](`/whatsapp/integrations/${integrationId}${path}`).set(
        "Authorization",
        await service.bearer(userId),
      );
    const stored = async () => {
      const found = await documents().findOne({ userId });
      if (!found) throw new Error("the integration is gone");
      return found;
    };
    return { userId, id: integrationId, ask, stored };
  }

  test("a disconnect raises the generation, notes its time and is due at once", async () => {
    const lease = {
      owner: "o",
      token: "held",
      until: new Date(Date.now() + 60_000),
      claimedAt: new Date(),
    };
    const { ask, stored } = await prepared("01", {
      status: "linked",
      "registration.step": "done",
      "work.queue": "check",
      "work.dueAt": lease.until,
      "work.intent": intent,
      "work.lease": lease,
    });
    const askedAt = Date.now();
    expect((await ask("delete")).status).toBe(202);
    const { status, registration, work } = await stored();
    expect({ status, registration, work }).toMatchObject({
      status: "pending",
      registration: { generation: 2, step: "disconnecting", waitingFor: "twilio" },
      work: { queue: "registration", intent, lease },
    });
    expect(work.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(registration.deadlineAt.getTime()).toBeGreaterThan(askedAt + 3_600_000);
    const sinceMs = (registration.disconnectedAt?.getTime() ?? 0) - askedAt;
    expect(Math.abs(sinceMs)).toBeLessThan(10_000);
    expect((await ask("delete")).status).toBe(202);
    expect((await stored()).registration.generation).toBe(2);
  });

  test("a retry makes it a registration again, whatever queue it stood in, and keeps the intent", async () => {
    const { ask, stored } = await prepared("02", {
      status: "error",
      "meta.senderId": "XE1",
      "registration.step": "done",
      "work.queue": "check",
      "work.dueAt": new Date(Date.now() + 3_600_000),
      "registration.deadlineAt": new Date(0),
      "registration.error": { code: "sender_vanished", actor: "operator", retryable: false },
      "work.intent": intent,
    });
    expect((await ask("post", "/retry")).status).toBe(202);
    const { status, registration, work } = await stored();
    expect({ status, registration, work }).toMatchObject({
      status: "pending",
      registration: { generation: 1, step: "online" },
      work: { queue: "registration", intent },
    });
    expect(registration).not.toHaveProperty("error");
    expect(work.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(registration.deadlineAt.getTime()).toBeGreaterThan(Date.now() + 3_600_000);
  });

  test.each([
    ["number", "number", false],
    ["sender", "sender", false],
    ["done", "subaccount", false],
    ["done", "online", true],
    ["verification", "verification", true],
    ["disconnecting", "disconnecting", true],
  ])("a retry at step %s goes on at %s (sender: %s)", async (step, expected, hasSender) => {
    const digits = String(10 + step.length * 2 + expected.length + (hasSender ? 40 : 0));
    const { ask, stored } = await prepared(digits, {
      status: "error",
      "registration.step": step,
      "registration.senderStatus": "CREATING",
      ...(hasSender ? { "meta.senderId": "XE1" } : {}),
    });
    expect((await ask("post", "/retry")).status).toBe(202);
    expect((await stored()).registration.step).toBe(expected);
  });

  test.each([
    ["is to be made anew", "03", "online", "OFFLINE", "XE1"],
    ["and works again is not", "06", "online", "ONLINE", undefined],
  ])("with a retry, a sender that was OFFLINE %s", async (_what, digits, step, was, remakes) => {
    const { ask, stored } = await prepared(digits, {
      status: "error",
      "meta.twilioSubaccountSid": SUB,
      "meta.senderId": "XE1",
      "registration.step": step,
      "registration.senderStatus": was,
    });
    expect((await ask("post", "/retry")).status).toBe(202);
    const { meta, registration, work } = await stored();
    expect(meta.senderId).toBe("XE1");
    expect(registration.sender?.replaceIfOffline).toBe(remakes);
    expect(work.sendersToRemove).toEqual([]);
  });

  test("a retry while a step is under way is to be asked again", async () => {
    const { ask } = await prepared("06", {
      "work.lease": {
        owner: "another",
        token: "its-own",
        until: new Date(Date.now() + 60_000),
        claimedAt: new Date(),
      },
    });
    const answer = await ask("post", "/retry");
    expect(answer.body).toMatchObject({ code: "busy", retryable: true });
    expect(answer.headers["retry-after"]).toBe("2");
  });

  test("a retry applies to a pending one only while it waits for a time to come", async () => {
    const { userId, id, ask } = await prepared("05", {
      "registration.nextAttemptAt": new Date(Date.now() - 1),
    });
    expect((await ask("post", "/retry")).body).toMatchObject({ code: "not_in_state" });
    await documents().updateOne(
      { userId },
      { $set: { "registration.nextAttemptAt": new Date(Date.now() + 60_000) } },
    );
    expect((await ask("post", "/retry")).status).toBe(202);
    expect((await getIntegration(service, id, userId)).registration.nextAttemptAt).toBeNull();
  });
});
