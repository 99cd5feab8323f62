import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { numberRelayModel } from "../../../src/code-relay/number-relay-model.ts";
import { NumberRelayStore } from "../../../src/code-relay/number-relay-store.ts";
import type { RelaySession } from "../../../src/code-relay/number-relay.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber } from "../../support/numbers.ts";

const clock = new MovableClock();
const until = new Date(clock.now().getTime() + 60_000);
const entry: RelaySession = {
  userId: "user",
  channel: "sms",
  locale: "es",
  browserHash: "hash",
  publicKey: "key",
  until,
  joined: false,
};

describe("the record of a relayed number", () => {
  let database: TestDatabase;
  let store: NumberRelayStore;
  beforeAll(async () => {
    database = await openTestDatabase();
    store = new NumberRelayStore(numberRelayModel(database.connection), clock, 2_000);
  });
  afterAll(() => database.close());

  /** A session that is in, and whoever looks after its number. */
  async function heldWithOne() {
    const phoneNumber = newNumber();
    await store.join(phoneNumber, "s1", entry);
    const held = await store.claim(phoneNumber);
    if (!held) throw new Error("the relay is held");
    const sessionsNow = async () => (await store.find(phoneNumber))?.sessions;
    return { phoneNumber, held, sessionsNow };
  }

  test("a report of an ending that comes late removes no session that was started again", async () => {
    const { phoneNumber, sessionsNow } = await heldWithOne();
    await store.join(phoneNumber, "s1", { ...entry, publicKey: "another" });
    expect(await store.raise(phoneNumber, "s1")).toBe(true);
    expect(await sessionsNow()).toMatchObject({ s1: { publicKey: "another" } });
  });

  test("what was seen to be over is not taken out when it was started again meanwhile", async () => {
    const { phoneNumber, held, sessionsNow } = await heldWithOne();
    await store.join(phoneNumber, "s1", entry);
    await held.leased.write({});
    expect(await store.takeOut(held, ["s1"])).toBe(false);
    expect(await sessionsNow()).toMatchObject({ s1: { publicKey: "key" } });
    held.revision = held.relay.revision;
    expect(await store.takeOut(held, ["s1"])).toBe(true);
    expect(await sessionsNow()).toEqual({});
  });

  test("a code that comes while an older one is cleared away stays", async () => {
    const { phoneNumber, held, sessionsNow } = await heldWithOne();
    const code = { id: "SM1", sealed: "new", until };
    expect(await store.keepCode(phoneNumber, "s1", "key", code)).toBe(true);
    expect(await store.takeOut(held, [], ["s1"])).toBe(false);
    expect(await sessionsNow()).toMatchObject({ s1: { codes: [code] } });
  });

  test("many joins of one browser at once leave one session, and its code", async () => {
    const { phoneNumber, sessionsNow } = await heldWithOne();
    const code = { id: "SM1", sealed: "kept", until };
    await store.keepCode(phoneNumber, "s1", "key", code);
    await Promise.all(Array.from({ length: 8 }, () => store.join(phoneNumber, "s1", entry)));
    expect(await sessionsNow()).toMatchObject({ s1: { codes: [code] } });
    await store.join(phoneNumber, "s1", { ...entry, publicKey: "another" });
    expect(await sessionsNow()).toEqual({ s1: { ...entry, publicKey: "another" } });
  });
});
