import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import type { Claim, Claims } from "../../../src/registration/claims.ts";
import type {
  ClaimResult,
  RegistrationService,
} from "../../../src/registration/registration-service.ts";
import { NO_METRICS } from "../../../src/metrics/metrics.ts";
import { RegistrationWorker } from "../../../src/registration/worker.ts";
import { eventually } from "../../support/wait.ts";

/** A worker whose claims and outcomes are the test's. */
class Bench {
  readonly due: string[] = [];
  readonly checks: string[] = [];
  /** Told when a look has found nothing and is about to say so. */
  readonly looks: (() => void)[] = [];
  readonly advanced: { id: string; atMs: number }[] = [];
  outcome: (id: string) => ClaimResult | Promise<ClaimResult> = () => ({});
  readonly worker: RegistrationWorker;

  constructor(over: { pollIntervalMs?: number; concurrency?: number } = {}) {
    const next = async (queue: "registration" | "check") => {
      const id = (queue === "check" ? this.checks : this.due).shift();
      if (queue === "registration" && id === undefined) this.looks.pop()?.();
      await sleep(1);
      return id === undefined ? undefined : { integration: { _id: id } };
    };
    const advance = async (claim: Claim) => {
      const id = String(claim.integration._id);
      this.advanced.push({ id, atMs: performance.now() });
      return this.outcome(id);
    };
    this.worker = new RegistrationWorker({
      claims: { next } as unknown as Claims,
      registration: { advance } as unknown as RegistrationService,
      sweep: () => Promise.resolve(),
      settings: {
        pollIntervalMs: over.pollIntervalMs ?? 100,
        maxIntervalMs: 60_000,
        concurrency: over.concurrency ?? 10,
        sweepIntervalMs: 60_000,
      },
      metrics: NO_METRICS,
      logger: pino({ level: "silent" }),
    });
  }

  until(count: number) {
    return eventually(
      () => Promise.resolve(this.advanced),
      (advanced) => advanced.length >= count,
      3_000,
    );
  }
}

const OUTAGE: ClaimResult = { outage: { retryAfterMs: 0 } };

describe("the worker", () => {
  let bench: Bench | undefined;
  afterEach(() => bench?.worker.stop());

  test("a wave of outages pauses it once, not once for each of the wave", async () => {
    bench = new Bench();
    bench.outcome = async () => {
      await sleep(50);
      return OUTAGE;
    };
    bench.due.push(...Array.from({ length: 10 }, (_, index) => `wave-${index}`));
    bench.worker.start();
    expect(await bench.until(10)).toHaveLength(10);
    await sleep(80);
    bench.outcome = () => ({});
    bench.due.push("afterwards");
    expect(await bench.until(11)).toHaveLength(11);
  });

  test("pauses grow with each wave that fails again, and end with the first success", async () => {
    bench = new Bench({ pollIntervalMs: 60 });
    bench.outcome = () => OUTAGE;
    bench.worker.start();
    const starts: number[] = [];
    for (let wave = 0; wave < 4; wave += 1) {
      bench.due.push(`${wave}-a`, `${wave}-b`, `${wave}-c`);
      const advanced = await bench.until(3 * (wave + 1));
      starts.push(advanced.at(3 * wave)?.atMs ?? 0);
      await sleep(5);
    }
    const [first = 0, second = 0, third = 0, fourth = 0] = starts;
    expect(second - first).toBeGreaterThanOrEqual(55);
    expect(third - second).toBeGreaterThanOrEqual(110);
    expect(fourth - third).toBeGreaterThanOrEqual(230);
  });

  test("one registration's outages do not stop the others", async () => {
    bench = new Bench();
    bench.outcome = (id) => (id === "unlucky" ? { outage: { retryAfterMs: 30_000 } } : {});
    bench.due.push(...Array.from({ length: 8 }, () => "unlucky"));
    bench.worker.start();
    expect(await bench.until(8)).toHaveLength(8);
    bench.due.push("lucky");
    const before = performance.now();
    bench.worker.wake();
    const advanced = await bench.until(9);
    expect((advanced.at(-1)?.atMs ?? Infinity) - before).toBeLessThan(100);
  });

  test("obeys how long Twilio asks to be left alone", async () => {
    bench = new Bench({ pollIntervalMs: 20 });
    bench.outcome = () => ({ outage: { retryAfterMs: 500 } });
    bench.due.push("a", "b", "c");
    bench.worker.start();
    const [first] = await bench.until(3);
    bench.due.push("d");
    const advanced = await bench.until(4);
    expect((advanced.at(-1)?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(490);
  });

  test("wakes for what is due soon, long before the interval", async () => {
    bench = new Bench({ pollIntervalMs: 10_000 });
    const { due } = bench;
    bench.outcome = (id) => {
      if (id !== "soon") return {};
      setTimeout(() => due.push("again"), 30);
      return { dueInMs: 50 };
    };
    due.push("soon");
    bench.worker.start();
    expect(await bench.until(2)).toHaveLength(2);
  });

  test("looks at linked numbers beside the registrations, one at a time", async () => {
    bench = new Bench({ concurrency: 2, pollIntervalMs: 10_000 });
    let checking = 0;
    let most = 0;
    bench.outcome = async (id) => {
      if (!id.startsWith("check")) return {};
      checking += 1;
      most = Math.max(most, checking);
      await sleep(200);
      checking -= 1;
      return {};
    };
    bench.checks.push("check-1", "check-2", "check-3");
    bench.worker.start();
    expect(await bench.until(1)).toHaveLength(1);
    bench.due.push("registration");
    bench.worker.wake();
    bench.worker.wake();
    const advanced = await bench.until(2);
    expect(advanced[1]?.id).toBe("registration");
    expect(await bench.until(4)).toHaveLength(4);
    const times = bench.advanced.filter(({ id }) => id.startsWith("check")).map(({ atMs }) => atMs);
    expect(most).toBe(1);
    // A tenth of a second apart beside the look itself: never more than 600 a minute.
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(590);
  });

  test("does not miss a wake that comes while it looks in vain", async () => {
    bench = new Bench({ concurrency: 1, pollIntervalMs: 10_000 });
    const looking = new Promise<void>((resolve) => bench?.looks.push(resolve));
    bench.worker.start();
    await looking;
    bench.due.push("just-now");
    bench.worker.wake();
    expect(await bench.until(1)).toHaveLength(1);
  });

  test("takes nothing new once it is stopped", async () => {
    bench = new Bench({ pollIntervalMs: 20 });
    bench.worker.start();
    await bench.worker.stop();
    bench.due.push("late");
    bench.worker.wake();
    await sleep(60);
    expect(bench.advanced).toEqual([]);
  });
});
