import { readFileSync } from "node:fs";
import type { Integration } from "../src/integrations/integration.ts";
import globalSetup from "../test/support/global-setup.ts";
import globalTeardown from "../test/support/global-teardown.ts";
import { freePort, signToken, startOutside } from "../test/support/service.ts";
import { ServiceProcess } from "../test/support/service-process.ts";

/**
 * The benchmarks of docs/benchmarks.md: latency of the two calls that customers wait for beside the
 * cheapest answer of the same process, how soon the worker wakes, and memory over many registrations.
 * Everything runs on loopback against the simulator.
 */
const REGISTRATIONS = Number(process.env.BENCH_REGISTRATIONS ?? 1_000);
const CONCURRENCY = 10;
const SAMPLES = 10;

const say = (line: string) => process.stdout.write(`${line}\n`);

interface Timing {
  p50: number;
  p95: number;
  max: number;
}

function timingOf(values: number[]): Timing {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5) ?? 0, p95: at(0.95) ?? 0, max: at(1) ?? 0 };
}

function row(name: string, values: number[]): string {
  const { p50, p95, max } = timingOf(values);
  return `| ${name} | ${[p50, p95, max].map((ms) => ms.toFixed(1)).join(" | ")} |`;
}

/** Resident memory of another process in MiB, from the kernel. */
function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

async function timed<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  into.push(performance.now() - started);
  return result;
}

async function call(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

await globalSetup();
const outside = await startOutside({ onlineAfterMs: 0 });
const service = new ServiceProcess({
  ...outside.env(await freePort()),
  LOG_LEVEL: "info",
  REGISTRATION_POLL_INTERVAL_MS: "200",
});
await service.start();
const integrations = outside.database.connection.collection<Integration>("integrations");
const health: number[] = [];
const create: number[] = [];
const callback: number[] = [];

async function register(index: number): Promise<void> {
  const authorization = `Bearer ${await signToken({ sub: `bench-${index}` })}`;
  const headers = { authorization, accept: "application/json", "content-type": "application/json" };
  await timed(health, () => call(`${service.url}/health`));
  const session = await timed(create, () =>
    call(`${service.url}/whatsapp/create-signup-session`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        phoneNumber: `+55119${String(60_000_000 + index)}`,
        displayName: "Bench",
      }),
    }),
  );
  const payload = new URL(String(session.signupUrl)).searchParams.get("payload");
  await timed(callback, () =>
    call(`${service.url}/whatsapp/onboarding-callback`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        payload,
        WhatsAppBusinessAccountId: `8${String(index).padStart(14, "0")}`,
      }),
    }),
  );
}

let linkedSoFar = 0;

/** Counts by the service's log, since asking the database would slow down what is measured. */
async function untilLinked(count: number): Promise<void> {
  while (linkedSoFar < count) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const lines = service.lines.splice(0);
    linkedSoFar += lines.filter((line) => line.includes('"event":"integration_linked"')).length;
  }
}

/** From the stored callback to the worker's first recorded step, of the sample's registrations. */
async function wakesOf(): Promise<number[]> {
  const linked = await integrations.find({ status: "linked" }).toArray();
  return linked.map((integration) => {
    const [received, subaccount] = integration.registration.history;
    return (subaccount?.at.getTime() ?? 0) - (received?.at.getTime() ?? 0);
  });
}

/** The embedded database slows down as it fills; what is measured here is the service. */
async function emptyDatabase(): Promise<void> {
  for (const collection of (await outside.database.connection.db?.collections()) ?? [])
    await collection.deleteMany({});
}

const wakes: number[] = [];
const started = performance.now();
say(`\n${REGISTRATIONS} registrations, ${CONCURRENCY} at a time, one service process\n`);
say("| registrations | RSS of the service, MiB |");
say("|---|---|");
say(`| 0 | ${residentMiB(service.pid)} |`);
for (let sample = 1; sample <= SAMPLES; sample += 1) {
  const upTo = Math.round((REGISTRATIONS * sample) / SAMPLES);
  let next = Math.round((REGISTRATIONS * (sample - 1)) / SAMPLES);
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < upTo) {
        next += 1;
        await register(next - 1);
      }
    }),
  );
  await untilLinked(upTo);
  wakes.push(...(await wakesOf()));
  await emptyDatabase();
  say(`| ${upTo} | ${residentMiB(service.pid)} |`);
}
const seconds = (performance.now() - started) / 1000;
say(
  `\n${(REGISTRATIONS / seconds).toFixed(1)} registrations a second, from the button to linked\n`,
);
say("| answer, ms | median | 95 % | max |");
say("|---|---|---|---|");
say(row("GET /health (baseline)", health));
say(row("POST create-signup-session", create));
say(row("POST onboarding-callback", callback));

say(row("callback stored → subaccount recorded", wakes));
await service.stop();
await outside.close();
await globalTeardown();
