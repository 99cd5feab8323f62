import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { LeaseLostError } from "../../../src/durable/lease.ts";
import { subaccountModel } from "../../../src/subaccounts/subaccount-model.ts";
import { SubaccountStore } from "../../../src/subaccounts/subaccount-store.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { createSession, untilStatus } from "../../support/signup.ts";

describe("the record of an owner and a WABA", () => {
  let database: TestDatabase;
  let store: SubaccountStore;
  const clock = new MovableClock();
  beforeAll(async () => {
    database = await openTestDatabase();
    store = new SubaccountStore(subaccountModel(database.connection), clock, 2_000);
  });
  beforeEach(async () => {
    await database.drop();
    await subaccountModelOf(database).createIndex({ sid: 1 }, { unique: true, sparse: true });
  });
  afterAll(() => database.close());

  test("is one for all who need it at once", async () => {
    const records = await Promise.all(Array.from({ length: 8 }, () => store.ensure("owner", "1")));
    expect(new Set(records.map(({ _id }) => _id)).size).toBe(1);
    expect(await subaccountModelOf(database).countDocuments()).toBe(1);
  });

  test("is held by one at a time, until the lease ends or is given back", async () => {
    const record = await store.ensure("owner", "1");
    const first = await store.hold(record);
    expect(first).toBeDefined();
    expect(await store.hold(record)).toBeUndefined();
    clock.advance(2_000);
    const second = await store.hold(record);
    expect(second).toBeDefined();
    if (!first || !second) return;
    await store.release(first);
    expect(await store.hold(record)).toBeUndefined();
    await store.release(second);
    expect(await store.hold(record)).toBeDefined();
  });

  test("takes nothing from one whose lease is gone", async () => {
    const record = await store.ensure("owner", "1");
    const late = await store.hold(record);
    clock.advance(2_000);
    const present = await store.hold(record);
    if (!late || !present) throw new Error("not held");
    await expect(store.recordIntent(late, "late")).rejects.toThrow(LeaseLostError);
    await store.recordIntent(present, "present");
    await store.dropIntent(late);
    expect(await store.record(late, "AC-late")).toBe(false);
    expect(await store.ensure("owner", "1")).toMatchObject({ intent: { id: "present" } });
    expect(await store.record(present, "AC-present")).toBe(true);
    const recorded = await store.ensure("owner", "1");
    expect(recorded.sid).toBe("AC-present");
    expect(recorded.intent).toBeUndefined();
    expect(await store.hold(record)).toBeUndefined();
  });

  test("never takes a SID of another pair, and forgets only the one that was meant", async () => {
    const [a, b] = [await store.ensure("a", "1"), await store.ensure("b", "1")];
    const [heldA, heldB] = [await store.hold(a), await store.hold(b)];
    if (!heldA || !heldB) throw new Error("not held");
    expect(await store.record(heldA, "AC1")).toBe(true);
    expect(await store.record(heldB, "AC1")).toBe(false);
    expect(await store.isRecordedElsewhere("AC1", b)).toBe(true);
    expect(await store.isRecordedElsewhere("AC1", a)).toBe(false);
    await store.forget({ ...a, sid: "AC-older" });
    expect((await store.ensure("a", "1")).sid).toBe("AC1");
    await store.forget({ ...a, sid: "AC1" });
    expect((await store.ensure("a", "1")).sid).toBeUndefined();
  });
});

function subaccountModelOf(database: TestDatabase) {
  return database.connection.collection("twilio_subaccounts");
}

describe("a subaccount that the callback names", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test.each([
    ["01", "older than the session", { createdAt: new Date(Date.now() - 3_600_000) }],
    ["02", "not a subaccount", { ownerAccountSid: `AC${"8".repeat(32)}` }],
    ["03", "not a subaccount", { sid: PARENT_SID }],
  ])("%s: %s is ignored and logged", async (digits, reason, properties) => {
    const userId = `named-${digits}`;
    const wabaId = `7410000000000${digits}`;
    const session = await createSession(service, { userId, phoneNumber: `+55119410000${digits}` });
    const account = service.simulator.twilio.seedAccount({ friendlyName: "Somebody's" });
    const { sid } = "sid" in properties ? properties : Object.assign(account, properties);
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    await visitor.start(payload).expect(200);
    const { body } = await visitor.postCallback({
      payload,
      WhatsAppBusinessAccountId: wabaId,
      SubaccountSid: sid,
    });
    const { integrationId } = body as { integrationId: string };
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    expect(meta.twilioSubaccountSid).not.toBe(sid);
    const line = service.log.find(
      (one) => one.event === "subaccount_ignored" && one.integrationId === integrationId,
    );
    expect(line).toMatchObject({ subaccountSid: sid, reason });
  });
});
