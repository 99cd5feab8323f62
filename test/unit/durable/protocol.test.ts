import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { setImmediate } from "node:timers/promises";
import { NotSentError, sendChange, untilSettledMs } from "../../../src/durable/intent.ts";
import { LeaseLostError, Leases, type Leased } from "../../../src/durable/lease.ts";
import { RefusedError, World, type Fate, type Job, type Process } from "./simulated-world.ts";

const LEASE_MS = 1_000;
const TIMES = { limitMs: 300, settleMs: 300 };
const NO_SID = { sid: null };

/** One claim, as everything that is built on the protocol does it: settle, look, make, record. */
async function workOnce(process: Process, list: () => string[]): Promise<void> {
  const { model, clock } = process;
  const leases = new Leases<Job>({
    model,
    place: { lease: "lease", dueAt: "dueAt" },
    clock,
    leaseMs: LEASE_MS,
  });
  const leased = await leases.claim({ _id: "job", dueAt: { $lte: clock.now() } });
  if (!leased) return;
  try {
    await settleOrMake(process, leased, list);
  } catch (error) {
    if (error instanceof LeaseLostError) return;
    await leased.release(clock.now());
  }
}

async function settleOrMake(
  process: Process,
  leased: Leased<Job>,
  list: () => string[],
): Promise<void> {
  const { clock } = process;
  const { intent, sid } = leased.document;
  if (sid !== undefined) return void (await leased.release(undefined));
  const waitMs = intent ? untilSettledMs(intent, leased.claimedAt, TIMES) : 0;
  if (waitMs > 0) {
    await leased.release(new Date(clock.now().getTime() + waitMs));
    return;
  }
  const [found] = await process.call(list);
  const made =
    found ??
    (await sendChange(
      { clock, limitMs: TIMES.limitMs },
      {
        record: () => leased.write({ $currentDate: { "intent.at": true } }),
        send: (timeoutMs) => process.make(timeoutMs),
        forget: () => leased.write({ $unset: { intent: 1 } }),
        hadNoEffect: (error) => error instanceof RefusedError,
      },
    ));
  const recorded = { $set: { sid: made }, $unset: { intent: 1 } } as const;
  await leased.release(undefined, recorded, NO_SID);
}

const fates: fc.Arbitrary<Fate> = fc.record({
  kind: fc.constantFrom("done", "lost", "late", "refused"),
  takes: fc.constantFrom(0, 0.5, 1),
  unseenFor: fc.constantFrom(0, 0.5, 1),
});

/** What happens next: time passes, also for those that stand still; one more process; one is killed. */
const happenings = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("turn" as const), n: fc.nat(12) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("time" as const), n: fc.nat(150) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("time" as const), n: fc.nat(1_500) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("start" as const), n: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), n: fc.nat(5) }) },
);

/** So many calls go one stage on, in an order of the scheduler's choice, or as many as there are. */
async function turns(scheduler: fc.Scheduler, most: number): Promise<void> {
  await setImmediate();
  for (let turn = 0; turn < most && scheduler.count() > 0; turn += 1) {
    await scheduler.waitOne();
    // What waited for that call asks for its next one.
    await setImmediate();
  }
}

/** Wrong by more than a lease: then two have it at once. */
const SKEWS_MS = [0, 40, -40, 5_000, 50_000, -5_000];

describe("lease, intent and settling", () => {
  test("make one thing, and record it, whoever is killed or frozen, however clocks go and answers get lost", async () => {
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.infiniteStream(fates),
        fc.array(happenings, { minLength: 20, maxLength: 150 }),
        async (scheduler, fated, whatHappens) => {
          const world = new World(scheduler, fated, TIMES.settleMs);
          const processes: Process[] = [];
          const start = (skewMs: number) => {
            const process = world.process(skewMs);
            processes.push(process);
            void workOnce(process, () => world.list());
          };
          for (const { kind, n } of whatHappens) {
            if (kind === "time") world.nowMs += n;
            else if (kind === "start") start(SKEWS_MS[n] ?? 0);
            else if (kind === "kill") processes[n % Math.max(1, processes.length)]?.kill();
            else await turns(scheduler, n);
            expect(world.made.length).toBeLessThanOrEqual(1);
          }
          for (const process of processes) process.kill();
          for (let tries = 0; tries < 200 && world.job.sid === undefined; tries += 1) {
            world.nowMs += LEASE_MS;
            start(0);
            await turns(scheduler, Number.POSITIVE_INFINITY);
          }
          expect(world.made.map(({ sid }) => sid)).toStrictEqual([world.job.sid]);
          expect(world.job.intent).toBeUndefined();
          ended += 1;
        },
      ),
      { numRuns: 1_000 },
    );
    expect(ended).toBe(1_000);
  });

  test("sends nothing when the process stood still for the call's whole time", async () => {
    let nowMs = 0;
    const clock = { now: () => new Date(), monotonicMs: () => nowMs };
    const happened: string[] = [];
    const sent = sendChange(
      { clock, limitMs: 100 },
      {
        record: () => {
          nowMs += 100;
          happened.push("recorded");
          return Promise.resolve();
        },
        send: () => {
          happened.push("sent");
          return Promise.resolve();
        },
        forget: () => {
          happened.push("forgotten");
          return Promise.resolve();
        },
        hadNoEffect: () => false,
      },
    );
    await expect(sent).rejects.toThrow(NotSentError);
    expect(happened).toEqual(["recorded", "forgotten"]);
  });
});
