import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Intent } from "../../../src/integrations/integration.ts";
import { senderNotListed, senderRecorded } from "../../../src/integrations/sender-transitions.ts";
import { clearSendersToRemove, settleCreation } from "../../../src/registration/steps/removals.ts";
import { disconnectStep } from "../../../src/registration/steps/disconnect.ts";
import { onlineStep } from "../../../src/registration/steps/online.ts";
import { findSender } from "../../../src/registration/steps/sender.ts";
import {
  removeUnrecordedSender,
  sendIntended,
  untilSettledMs,
} from "../../../src/registration/step-context.ts";
import { TwilioError } from "../../../src/twilio/twilio-error.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";

const SUB = `AC${"1".repeat(32)}`;
const OTHER_SUB = `AC${"2".repeat(32)}`;
const NUMBER = "+5511980000001";
const WABA = "700000000000001";
const credentials = { accountSid: SUB, authToken: "its-own" };

describe("intents", () => {
  let database: TestDatabase;
  let clock: MovableClock;
  let bench: ReturnType<typeof registrationBench>;
  beforeAll(async () => {
    database = await openTestDatabase();
    clock = new MovableClock();
    bench = registrationBench(database, clock);
  });
  beforeEach(async () => {
    await database.drop();
    bench.senders.senders = [];
    bench.senders.deleted.length = 0;
  });
  afterAll(() => database.close());

  async function claimed(set: Record<string, unknown> = {}) {
    const { integration } = await bench.upsert.apply(takenCallback());
    const work = await bench.work(integration, { "meta.twilioSubaccountSid": SUB, ...set });
    return { work, integration };
  }

  const create = { kind: "create_sender", subaccountSid: SUB } as const;
  const intent = (over: Partial<Intent> = {}): Intent => ({
    ...create,
    id: "the-intent",
    at: new Date(),
    wabaId: WABA,
    ...over,
  });

  test("is written before the call and stands until progress is recorded", async () => {
    const { work, integration } = await claimed();
    const seen = await sendIntended(work, create, async (limitMs) => ({
      limitMs,
      stored: (await bench.read(integration)).work.intent,
    }));
    expect(seen.limitMs).toBe(1_000);
    expect(seen.stored).toMatchObject({ ...create, wabaId: WABA });
    expect(Math.abs((seen.stored?.at.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
    expect((await bench.read(integration)).work.intent?.id).toBe(seen.stored?.id);
    await work.claim.write(senderNotListed(work.claim.integration, clock.now()));
    expect((await bench.read(integration)).work.intent).toBeUndefined();
  });

  test("ends with a step, and so do errors, counters and the wait of the step before", async () => {
    const { work, integration } = await claimed({
      "work.intent": intent(),
      "registration.attempts": 3,
      "work.outages": 2,
      "work.polls": 7,
      "registration.error": { code: "waba_not_shared", actor: "customer", retryable: false },
      "registration.nextAttemptAt": new Date(),
      "registration.waitingFor": "customer",
      "registration.waitingSince": new Date(0),
    });
    const made = { sid: "XE1", status: "CREATING" };
    await work.claim.write(
      senderRecorded(work.claim.integration, made, "sender_created", clock.now()),
      { at: clock.now(), event: "sender_created", step: "online", senderStatus: made.status },
    );
    const { registration, work: left } = await bench.read(integration);
    expect(registration).toMatchObject({
      step: "online",
      attempts: 0,
      waitingFor: "twilio",
      waitingSince: clock.now(),
    });
    expect(left).toMatchObject({ outages: 0, polls: 0 });
    expect(left).not.toHaveProperty("intent");
    for (const gone of ["error", "nextAttemptAt"]) expect(registration).not.toHaveProperty(gone);
    expect(registration.history.at(-1)).toMatchObject({
      event: "sender_created",
      step: "online",
      senderStatus: "CREATING",
    });
  });

  test("leaves the call what is left of its time, and sends nothing when none is", async () => {
    const { work, integration } = await claimed();
    const originalWrite = work.claim.write.bind(work.claim);
    let frozenMs = 400;
    work.claim.write = async (...args) => {
      await originalWrite(...args);
      clock.advance(frozenMs);
    };
    expect(await sendIntended(work, create, (limitMs) => Promise.resolve(limitMs))).toBe(600);
    frozenMs = 1_000;
    let sent = false;
    const late = sendIntended(work, create, () => {
      sent = true;
      return Promise.resolve();
    });
    await expect(late).rejects.toMatchObject({ name: "NotSentError" });
    expect(sent).toBe(false);
    expect((await bench.read(integration)).work.intent).toBeUndefined();
  });

  test.each([
    ["a refusal, which had no effect", { kind: "final", outcomeUnknown: false }, false],
    ["a rate limit, which had none either", { kind: "retryable", outcomeUnknown: false }, false],
    ["an unknown outcome", { kind: "retryable", outcomeUnknown: true }, true],
  ] as const)("after %s", async (_what, failure, stands) => {
    const { work, integration } = await claimed();
    const call = sendIntended(work, create, () =>
      Promise.reject(new TwilioError("create sender", failure)),
    );
    await expect(call).rejects.toMatchObject({ name: "TwilioError" });
    expect((await bench.read(integration)).work.intent !== undefined).toBe(stands);
  });

  test("can be told after the call's and the settling time, by the database's clock alone", async () => {
    const at = new Date("2026-11-25T12:00:00Z");
    const { work } = await claimed();
    const claimedAfter = (ms: number) => {
      const lease = work.claim.work.lease;
      if (lease) lease.claimedAt = new Date(at.getTime() + ms);
      return untilSettledMs(work, intent({ at }));
    };
    clock.advance(86_400_000);
    expect([0, 1_000, 1_299, 1_300, 9_000].map(claimedAfter)).toEqual([1_300, 300, 1, 0, 0]);
  });

  test.each([
    ["the intent still stands: the next claim finds it", { "work.intent": intent() }, []],
    ["somebody recorded it", { "meta.senderId": "XE1" }, []],
    ["nobody knows it", {}, [{ subaccountSid: SUB, senderId: "XE1" }]],
  ])("a sender made under a lost claim, where %s", async (_why, set, discards) => {
    const { work, integration } = await claimed({ "work.intent": intent() });
    const { _id } = integration;
    await bench.integrations.updateOne({ _id }, { $unset: { "work.intent": 1, "work.dueAt": 1 } });
    await bench.integrations.updateOne({ _id }, { $set: { status: "error", ...set } });
    await removeUnrecordedSender(work, { subaccountSid: SUB, senderId: "XE1" });
    const { work: left } = await bench.read(integration);
    expect(left.sendersToRemove).toEqual(discards);
    expect(left.dueAt).toEqual(discards.length > 0 ? clock.now() : undefined);
  });

  test.each([
    ["is recorded with its end", intent(), "XE1", []],
    [
      "for an earlier WABA is put down for removal",
      intent({ wabaId: "700000000000009" }),
      undefined,
      ["XE2", "XE1"],
    ],
    [
      "for an earlier subaccount is put down for removal",
      intent({ subaccountSid: OTHER_SUB }),
      undefined,
      ["XE2", "XE1"],
    ],
  ])("a create of unknown outcome %s", async (_what, standing, recorded, discards) => {
    const { work, integration } = await claimed({ "work.intent": standing });
    bench.senders.add("XE1", NUMBER, standing.wabaId);
    bench.senders.add("XE2", NUMBER, standing.wabaId);
    bench.senders.add("XE3", "+5511980000009", standing.wabaId);
    await settleCreation(work, standing);
    const { meta, work: left } = await bench.read(integration);
    expect(meta.senderId).toBe(recorded);
    expect(left.intent).toBeUndefined();
    expect(left.sendersToRemove).toEqual(
      discards.map((senderId) => ({ subaccountSid: standing.subaccountSid, senderId })),
    );
  });

  test("what is put down for removal is deleted, the recorded one never, nor is it found again", async () => {
    const discards = ["XE1", "XE2"].map((senderId) => ({ subaccountSid: SUB, senderId }));
    const { work, integration } = await claimed({
      "work.sendersToRemove": discards,
      "meta.senderId": "XE1",
    });
    bench.senders.add("XE2", NUMBER, WABA);
    expect(await findSender(work, credentials)).toBeUndefined();
    bench.senders.add("XE1", NUMBER, WABA);
    expect(await clearSendersToRemove(work)).toBeUndefined();
    expect(bench.senders.deleted).toEqual(["XE2"]);
    expect((await bench.read(integration)).work.sendersToRemove).toEqual([]);
    expect(await findSender(work, credentials)).toMatchObject({ sid: "XE1" });
  });

  test("a sender that is not shown keeps its SID until what is there must show", async () => {
    const { work, integration } = await claimed({
      "meta.senderId": "XE1",
      "registration.step": "online",
    });
    expect(await onlineStep(work)).toMatchObject({ kind: "wait", ms: 300 });
    expect(await bench.read(integration)).toMatchObject({
      meta: { senderId: "XE1" },
      registration: { step: "online", sender: { missingSince: expect.any(Date) } },
    });
    const { lease } = work.claim.work;
    if (lease) lease.claimedAt = new Date(Date.now() + 150);
    expect(await onlineStep(work)).toMatchObject({ kind: "wait", waitingFor: "twilio" });
    if (lease) lease.claimedAt = new Date(Date.now() + 1_000);
    expect(await onlineStep(work)).toEqual({ kind: "again" });
    const { meta, registration } = await bench.read(integration);
    expect(meta.senderId).toBeUndefined();
    expect(registration).toMatchObject({ step: "sender" });
    expect(registration).not.toHaveProperty("sender");
    expect(registration.history.at(-1)).toMatchObject({ senderStatus: "GONE" });
  });

  test("a disconnect deletes every sender of the number, recorded or not, and no other", async () => {
    const { work, integration } = await claimed({
      "meta.senderId": "XE1",
      "registration.step": "disconnecting",
    });
    for (const sid of ["XE1", "XE2"]) bench.senders.add(sid, NUMBER, WABA);
    bench.senders.add("XE3", "+5511980000009", WABA);
    await disconnectStep(work);
    expect(bench.senders.deleted).toEqual(["XE1", "XE2"]);
    expect(await bench.read(integration)).toMatchObject({ status: "disconnected" });
  });
});
