import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";

const SUB = `AC${"1".repeat(32)}`;
const OTHER_WABA = "700000000000002";

describe("a callback on an integration that is there", () => {
  let database: TestDatabase;
  let bench: ReturnType<typeof registrationBench>;
  const clock = new MovableClock();
  beforeAll(async () => {
    database = await openTestDatabase();
    bench = registrationBench(database, clock);
  });
  beforeEach(() => database.drop());
  afterAll(() => database.close());

  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, seconds));

  /** An integration of a callback taken at second 10, as the test wants it to be. */
  async function existing(set: Record<string, unknown> = {}) {
    const { integration } = await bench.upsert.apply(
      takenCallback({ target: { takenAt: at(10) } }),
    );
    await bench.integrations.updateOne(
      { _id: integration._id },
      { $set: { "meta.twilioSubaccountSid": SUB, "meta.senderId": "XE1", ...set } },
    );
    return bench.read(integration);
  }

  const later = (over: Parameters<typeof takenCallback>[0] = {}) =>
    takenCallback({ ...over, target: { sessionId: "session-2", takenAt: at(20), ...over.target } });

  test.each([
    ["of the same session", {}, { sessionId: "session-1", takenAt: at(20) }],
    ["taken before the present target", {}, { takenAt: at(9) }],
    ["taken before a disconnect", { "registration.disconnectedAt": at(21) }, { takenAt: at(20) }],
  ])("%s changes nothing", async (_what, set, target) => {
    const before = await existing(set);
    const { outcome } = await bench.upsert.apply(later({ wabaId: OTHER_WABA, target }));
    expect(outcome).toBe("unchanged");
    expect(await bench.read(before)).toEqual(before);
  });

  test("starts anew for the same WABA: a new generation, and what is there is kept", async () => {
    const before = await existing({
      status: "error",
      "meta.wabaProof": "meta",
      "registration.error": { code: "waba_disabled", actor: "customer", retryable: false },
      "work.queue": "check",
      "registration.disconnectedAt": at(15),
    });
    const callback = later();
    const { integration, outcome } = await bench.upsert.apply(callback);
    expect(outcome).toBe("retargeted");
    expect(integration).toMatchObject({
      status: "pending",
      meta: { twilioSubaccountSid: SUB, senderId: "XE1", wabaProof: "meta" },
      registration: {
        generation: before.registration.generation + 1,
        target: callback.target,
        step: "subaccount",
        formerSubaccounts: [],
      },
      work: { queue: "registration", dueAt: clock.now(), sendersToRemove: [] },
    });
    for (const gone of ["error", "disconnectedAt"]) {
      expect(integration.registration).not.toHaveProperty(gone);
    }
  });

  test.each([
    ["error", false],
    ["disconnected", true],
  ])(
    "with another WABA after %s replaces the meta, and what was there is cleared up",
    async (status, released) => {
      await existing({ status, "meta.wabaProof": "meta", "meta.phoneNumberId": "12345" });
      const { integration } = await bench.upsert.apply(later({ wabaId: OTHER_WABA }));
      expect(integration.meta).toEqual({
        wabaId: OTHER_WABA,
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "sms_capable",
        wabaProof: "twilio",
      });
      expect(integration).toMatchObject({
        registration: { generation: 2, formerSubaccounts: [{ sid: SUB, released }] },
        work: { sendersToRemove: [{ subaccountSid: SUB, senderId: "XE1" }] },
      });
    },
  );

  test("leaves an intent and a held lease alone, so that it is settled and fenced", async () => {
    const intent = {
      id: "i",
      kind: "create_sender",
      at: at(12),
      subaccountSid: SUB,
      wabaId: "700000000000001",
    };
    const lease = { owner: "o", token: "t", until: at(59), claimedAt: at(11) };
    await existing({ "work.intent": intent, "work.lease": lease });
    const { integration } = await bench.upsert.apply(later({ wabaId: OTHER_WABA }));
    expect(integration).toMatchObject({ registration: { generation: 2 }, work: { intent, lease } });
  });

  test("of a linked number with the same WABA leaves it linked and fences whoever looks at it", async () => {
    const before = await existing({
      status: "linked",
      "registration.step": "done",
      "work.queue": "check",
    });
    const { integration, outcome } = await bench.upsert.apply(
      later({ facebookBusinessId: "42", displayName: "Outra" }),
    );
    expect(outcome).toBe("kept_linked");
    expect(integration).toMatchObject({
      status: "linked",
      meta: { ...before.meta, facebookBusinessId: "42" },
      registration: { step: "done", generation: 2, displayName: "Outra" },
      work: { queue: "check" },
    });
  });

  test("of a linked number with a proof has it looked at now, so that its holds learn of it", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000);
    await existing({
      status: "linked",
      "registration.step": "done",
      "work.queue": "check",
      "work.dueAt": inAnHour,
    });
    const { integration } = await bench.upsert.apply(later({ wabaProof: "meta" }));
    expect(integration.meta.wabaProof).toBe("meta");
    expect(integration.work.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("of a linked number with another WABA needs Meta's word that the number is there", async () => {
    const before = await existing({ status: "linked" });
    const refused = await bench.upsert.apply(later({ wabaProof: "meta", wabaId: OTHER_WABA }));
    expect(refused.outcome).toBe("conflict");
    expect(await bench.read(before)).toEqual(before);
    const { integration } = await bench.upsert.apply(
      later({ wabaProof: "meta", wabaId: OTHER_WABA, target: { numberShown: true } }),
    );
    expect(integration).toMatchObject({
      status: "pending",
      meta: { wabaId: OTHER_WABA },
      work: { sendersToRemove: [{ subaccountSid: SUB, senderId: "XE1" }] },
    });
  });

  test("of many at once the last taken stays, and each that counted raised the generation", async () => {
    await existing();
    const outcomes = await Promise.all(
      [14, 12, 18, 16, 11].map((second) =>
        bench.upsert.apply(
          later({ target: { sessionId: `session-${second}`, takenAt: at(second) } }),
        ),
      ),
    );
    const counted = outcomes.filter(({ outcome }) => outcome === "retargeted");
    const [found] = await bench.integrations.find().lean();
    expect(found?.registration).toMatchObject({
      target: { takenAt: at(18) },
      generation: 1 + counted.length,
    });
  });
});
