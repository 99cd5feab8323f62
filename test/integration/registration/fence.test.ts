import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Claims, type Claim } from "../../../src/registration/claims.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";

describe("claims and fenced writes", () => {
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
  });
  afterAll(() => database.close());

  async function inserted(digits = "1") {
    const callback = takenCallback({
      phoneNumber: `+551198000000${digits}`,
      target: { sessionId: `session-${digits}` },
    });
    return (await bench.upsert.apply(callback)).integration;
  }

  test("a claimed integration is nobody else's until its lease ends", async () => {
    const integration = await inserted();
    const claim = await bench.claims.next("registration");
    expect(claim?.integration._id).toEqual(integration._id);
    expect(await bench.claims.next("registration")).toBeUndefined();
    expect(await bench.claims.byId(String(integration._id))).toBeUndefined();
    clock.advance(1_999);
    expect(await bench.claims.next("registration")).toBeUndefined();
    clock.advance(1);
    expect(await bench.claims.next("registration")).toBeDefined();
    expect(await bench.claims.byId(String(integration._id))).toBeUndefined();
    clock.advance(2_000);
    expect(await bench.claims.byId(String(integration._id))).toBeDefined();
  });

  test("each write prolongs the lease and keeps others away", async () => {
    await inserted();
    const claim = await bench.claims.next("registration");
    clock.advance(1_500);
    await claim?.write({ $set: { "registration.senderStatus": "CREATING" } });
    clock.advance(1_500);
    expect(await bench.claims.next("registration")).toBeUndefined();
    expect(claim?.registration.senderStatus).toBe("CREATING");
  });

  test("of many processes one gets it", async () => {
    await inserted();
    const processes = Array.from(
      { length: 12 },
      (_, index) =>
        new Claims({ model: bench.integrations, clock, leaseMs: 2_000, owner: `p${index}` }),
    );
    const claims = await Promise.all(processes.map((one) => one.next("registration")));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  test("one that somebody else claims in between is not claimed again", async () => {
    const integration = await inserted();
    const late = Object.create(bench.integrations) as typeof bench.integrations;
    const deps = { clock, leaseMs: 2_000, owner: "late", model: late };
    let quick: Claim | undefined;
    late.updateOne = (async (...args: Parameters<typeof late.updateOne>) => {
      quick ??= await bench.claims.next("registration");
      return bench.integrations.updateOne(...args);
    }) as never;
    expect(await new Claims(deps).next("registration")).toBeUndefined();
    expect(quick).toBeDefined();
    await quick?.write({ $set: { "registration.senderStatus": "CREATING" } });
    expect((await bench.read(integration)).work.lease?.owner).toBe("bench");
  });

  test("what is due longest comes first, of its own queue and provider only", async () => {
    const first = await inserted("1");
    const second = await inserted("2");
    const checked = await inserted("3");
    const foreign = await inserted("4");
    const due = (ms: number) => new Date(clock.now().getTime() + ms);
    const set = ({ _id }: typeof first, values: object) =>
      bench.integrations.collection.updateOne({ _id }, { $set: values });
    await set(first, { "work.dueAt": due(-10) });
    await set(second, { "work.dueAt": due(-20) });
    await set(checked, { "work.dueAt": due(-30), "work.queue": "check" });
    await set(foreign, { "work.dueAt": due(-40), provider: "telegram" });
    const ids = [];
    for (const queue of ["registration", "registration", "registration", "check"] as const) {
      ids.push((await bench.claims.next(queue))?.integration._id);
    }
    expect(ids).toEqual([second._id, first._id, undefined, checked._id]);
    clock.advance(5_000);
    expect(await bench.claims.byId(String(foreign._id))).toBeUndefined();
  });

  test.each([
    ["somebody else claimed it", { "work.lease.token": "somebody-else" }, {}],
    ["the target changed", {}, { "registration.generation": 1 }],
    ["the lease was given back", { "work.lease": null }, {}],
  ])("a write fails when %s, and writes nothing", async (_why, set, inc) => {
    const integration = await inserted();
    const claim = await bench.claims.next("registration");
    await bench.integrations.collection.updateOne(
      { _id: integration._id },
      { $set: { ...set, marker: 1 }, $inc: { ...inc, other: 1 } },
    );
    const before = await bench.integrations.collection.findOne({ _id: integration._id });
    const write = claim?.write({ $set: { "registration.senderStatus": "LATE" } });
    await expect(write).rejects.toMatchObject({ name: "LeaseLostError" });
    const release = claim?.release(undefined, { $set: { status: "linked" } });
    await expect(release).rejects.toMatchObject({ name: "LeaseLostError" });
    expect(await bench.integrations.collection.findOne({ _id: integration._id })).toEqual(before);
  });

  test("giving back ends the lease and sets when it is due again, or never", async () => {
    const integration = await inserted();
    const due = new Date(clock.now().getTime() + 50);
    await (await bench.claims.next("registration"))?.release(due);
    const waiting = (await bench.read(integration)).work;
    expect({ lease: waiting.lease, dueAt: waiting.dueAt }).toEqual({ dueAt: due });
    expect(await bench.claims.next("registration")).toBeUndefined();
    clock.advance(50);
    await (await bench.claims.next("registration"))?.release(undefined);
    const done = (await bench.read(integration)).work;
    expect({ lease: done.lease, dueAt: done.dueAt }).toEqual({});
  });
});
