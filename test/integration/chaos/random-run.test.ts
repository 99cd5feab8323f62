import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { PersistentVisitor } from "../../support/persistent-visitor.ts";
import { seededRandom } from "../../support/random.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { freePort, PARENT_SID, signToken, startOutside } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

/** `npm run chaos` raises these; the seed is printed by the test's name, so that a run can be had again. */
const PROCESSES = 3;
const SIGNUPS = Number(process.env.CHAOS_SIGNUPS ?? 24);
const SEEDS = (process.env.CHAOS_SEEDS ?? "20261125").split(",").map(Number);
/** Kills and freezes together, at the least. */
const HARMS = 1.5 * SIGNUPS;
/** Only what hangs takes so long: a busy machine restarts processes slowly. */
const LIMIT_MS = 300_000 + SIGNUPS * 12_500;

/** What was done to the processes so far, and whether it may end. */
interface Harm {
  kills: number;
  freezes: number;
  over: boolean;
}

describe("a random run with kills and freezes", () => {
  let outside: Awaited<ReturnType<typeof startOutside>>;
  beforeAll(async () => {
    outside = await startOutside({ onlineAfterMs: 150 });
  });
  afterAll(() => outside.close());

  async function processes() {
    const publicUrl = `http://localhost:${await freePort()}`;
    const all = await Promise.all(
      Array.from({ length: PROCESSES }, async () => {
        const port = await freePort();
        return new ServiceProcess({
          ...outside.env(port),
          PUBLIC_URL: publicUrl,
          LOG_LEVEL: "info",
          REGISTRATION_LEASE_MS: "1500",
          TWILIO_TIMEOUT_MS: "500",
          REGISTRATION_SETTLE_MS: "400",
        });
      }),
    );
    await all[0]?.start();
    await Promise.all(all.slice(1).map((service) => service.start()));
    return { services: all, publicUrl };
  }

  /** Kills or freezes one process after the other's example, until told to stop. */
  async function wreak(service: ServiceProcess, random: () => number, done: Harm) {
    let startTookMs = 0;
    while (!done.over || done.kills + done.freezes < HARMS) {
      // Somebody has to be up for a while, or harm only delays what it should meet: on a slow machine
      // for as long as a start takes.
      await sleep(200 + random() * 800 + startTookMs);
      if (random() < 0.5) {
        done.freezes += 1;
        await service.freeze(100 + random() * 2_000);
      } else {
        done.kills += 1;
        await service.kill();
        const killedAt = performance.now();
        await service.start();
        startTookMs = performance.now() - killedAt;
      }
    }
  }

  test.each(SEEDS)(
    "seed %i: one subaccount and one sender of each, and the truth",
    async (seed) => {
      outside.simulator.reset();
      await outside.database.drop();
      const random = seededRandom(seed);
      const integrations = outside.database.connection.collection<Integration>("integrations");
      const { services, publicUrl } = await processes();
      const addresses = () => services.map(({ url }) => url);
      const plans = await Promise.all(
        Array.from({ length: SIGNUPS }, async (_, index) => {
          const userId = `chaos-${seed}-${index % Math.ceil(SIGNUPS / 2)}`;
          return {
            userId,
            wabaId: `79000${String(index % Math.ceil(SIGNUPS / 2)).padStart(10, "0")}`,
            phoneNumber: `+55119${String(82_000_000 + index)}`,
            authorization: `Bearer ${await signToken({ sub: userId }, { expires: "2h" })}`,
          };
        }),
      );
      for (const [operation, kind, when] of [
        ["senders.create", "reset", "after"],
        ["senders.create", "error", "after"],
        ["accounts.create", "reset", "after"],
        ["senders.list", "error", "before"],
        ["senders.create", "late_listing", undefined],
      ] as const) {
        outside.simulator.twilio.addFault({
          operation,
          kind,
          ...(when ? { when } : { ms: 250 }),
          probability: 0.08,
          seed,
        });
      }
      const done: Harm = { kills: 0, freezes: 0, over: false };
      const wreaking = Promise.all(services.map((service) => wreak(service, random, done)));
      try {
        const ids = await Promise.all(
          plans.map(async (plan) => {
            await sleep(random() * SIGNUPS * 400);
            return new PersistentVisitor(addresses, publicUrl, random).signUp(plan);
          }),
        );
        done.over = true;
        await wreaking;
        const found = await eventually(
          () => integrations.find().toArray(),
          (all) => all.filter(({ status }) => status === "linked").length === SIGNUPS,
          LIMIT_MS / 2,
        );
        expect(new Set(ids).size).toBe(SIGNUPS);
        expect(found).toHaveLength(SIGNUPS);
        const { accounts, senders } = outside.simulator.twilio.state();
        for (const plan of plans) {
          const integration = found.find(({ externalId }) => externalId === plan.phoneNumber);
          const sid = integration?.meta.twilioSubaccountSid;
          const living = senders.filter(
            ({ senderId, deleted }) => senderId === `whatsapp:${plan.phoneNumber}` && !deleted,
          );
          expect({
            senders: living.map(({ sid: sender, accountSid }) => ({ sender, accountSid })),
            waba: integration?.meta.wabaId,
          }).toEqual({
            senders: [{ sender: integration?.meta.senderId, accountSid: sid }],
            waba: plan.wabaId,
          });
          const named = accounts.filter(
            ({ friendlyName }) =>
              friendlyName === subaccountName("default", plan.userId, plan.wabaId),
          );
          const used = new Set(
            found
              .filter(({ userId }) => userId === plan.userId)
              .map(({ meta }) => meta.twilioSubaccountSid),
          );
          expect([...used]).toEqual([sid]);
          expect(named.length).toBeGreaterThanOrEqual(1);
        }
        expect(senders.filter(({ accountSid }) => accountSid === PARENT_SID)).toEqual([]);
        expect(Math.min(done.kills, done.freezes)).toBeGreaterThan(SIGNUPS / 4);
        process.stdout.write(
          `seed ${seed}: ${SIGNUPS} signups, ${done.kills} kills, ${done.freezes} freezes, ` +
            `${accounts.length - 1} subaccounts, ${senders.length} senders made, ` +
            `${senders.filter(({ deleted }) => deleted).length} of them deleted\n`,
        );
      } finally {
        done.over = true;
        await wreaking;
        await Promise.all(services.map((service) => service.stop()));
      }
    },
    LIMIT_MS,
  );
});
