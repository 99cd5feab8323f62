import { readFileSync } from "node:fs";
import type { Integration } from "../../src/integrations/integration.ts";
import globalSetup from "../../test/support/global-setup.ts";
import globalTeardown from "../../test/support/global-teardown.ts";
import { newNumber, newUser, newWaba } from "../../test/support/numbers.ts";
import { freePort, signToken, startOutside } from "../../test/support/service.ts";
import { ServiceProcess } from "../../test/support/service-process.ts";

/**
 * The benchmarks of docs/benchmarks.md: what customers wait for beside the cheapest answer of the same
 * process, how soon a worker begins, and the service's memory over many registrations. Everything
 * runs on loopback against the simulator.
 */
const REGISTRATIONS = Number(process.env.BENCH_REGISTRATIONS ?? 1_000);
const CONCURRENCY = 10;
const SAMPLES = 10;
/** Registrations until the embedded database, which slows down as it fills, is emptied. */
const BATCH = 50;
/** Registrations one after the other, for the times that load would hide. */
const ALONE = 30;
const POLL_INTERVAL_MS = 200;

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

/** One line of the service's log, as far as it is read here. */
interface Line {
  event?: string;
  time: string;
  integrationId?: string;
  durationMs?: number;
}

await globalSetup();
const outside = await startOutside({ onlineAfterMs: 0 });
const integrations = outside.database.connection.collection<Integration>("integrations");

async function startProcess(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = new ServiceProcess({
    ...outside.env(await freePort()),
    LOG_LEVEL: "info",
    REGISTRATION_POLL_INTERVAL_MS: String(POLL_INTERVAL_MS),
    ...env,
  });
  await service.start();
  return service;
}

const linesOf = (service: ServiceProcess) =>
  service.lines.splice(0).map((line) => JSON.parse(line) as Line);

interface Timings {
  health: number[];
  create: number[];
  callback: number[];
}
const newTimings = (): Timings => ({ health: [], create: [], callback: [] });
const rows = ({ health, create, callback }: Timings) => [
  row("GET /health (baseline)", health),
  row("POST create-signup-session", create),
  row("POST onboarding-callback", callback),
];

async function register(url: string, timings: Timings): Promise<void> {
  const [userId, phoneNumber, wabaId] = [newUser(), newNumber(), newWaba()];
  const authorization = `Bearer ${await signToken({ sub: userId })}`;
  const headers = { authorization, accept: "application/json", "content-type": "application/json" };
  const post = (path: string, body: object) =>
    call(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  await timed(timings.health, () => call(`${url}/health`));
  const session = await timed(timings.create, () =>
    post("/whatsapp/create-signup-session", {
      phoneNumber,
      displayName: "Bench",
    }),
  );
  await timed(timings.callback, () =>
    post("/whatsapp/onboarding-callback", {
      payload: new URL(String(session.signupUrl)).searchParams.get("payload"),
      WhatsAppBusinessAccountId: wabaId,
    }),
  );
}

/** What is measured here is the service. */
async function emptyDatabase(): Promise<void> {
  for (const collection of (await outside.database.connection.db?.collections()) ?? []) {
    await collection.deleteMany({});
  }
}

/** From the line that says that the callback is stored to the sending of the first call to Twilio. */
function beginnings(callbacks: Line[], works: Line[]): number[] {
  return callbacks.flatMap(({ event, time, integrationId }) => {
    if (event !== "integration_upserted") return [];
    const first = works.find(
      (line) => line.event === "twilio_request" && line.integrationId === integrationId,
    );
    const sentAt = first && Date.parse(first.time) - (first.durationMs ?? 0);
    return sentAt === undefined ? [] : [Math.max(0, sentAt - Date.parse(time))];
  });
}

async function untilLinked(count: number): Promise<void> {
  while ((await integrations.countDocuments({ status: "linked" })) < count) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function alone(name: string, web: ServiceProcess, worker: ServiceProcess): Promise<void> {
  const timings = newTimings();
  linesOf(web);
  linesOf(worker);
  for (let index = 1; index <= ALONE; index += 1) {
    await register(web.url, timings);
    await untilLinked(index);
  }
  const callbacks = linesOf(web);
  const works = web === worker ? callbacks : linesOf(worker);
  for (const line of [...rows(timings), row(name, beginnings(callbacks, works))]) say(line);
  await emptyDatabase();
}

say(
  `\n${ALONE} registrations one after the other; the worker looks every ${POLL_INTERVAL_MS} ms\n`,
);
say("| ms | median | 95 % | max |");
say("|---|---|---|---|");
const service = await startProcess();
await alone("callback stored → first call to Twilio, same process", service, service);
await service.stop();
const web = await startProcess({ WORKER_ENABLED: "false" });
const worker = await startProcess();
await alone("callback stored → first call to Twilio, another process", web, worker);
await web.stop();
await worker.stop();

const loaded = await startProcess();
const timings = newTimings();
const started = performance.now();
say(`\n${REGISTRATIONS} registrations, ${CONCURRENCY} at a time, one process\n`);
say("| registrations | RSS of the service, MiB |");
say("|---|---|");
say(`| 0 | ${residentMiB(loaded.pid)} |`);
let linked = 0;
let begun = 0;
for (let upTo = BATCH; upTo <= REGISTRATIONS; upTo += BATCH) {
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (begun < upTo) {
        begun += 1;
        await register(loaded.url, timings);
      }
    }),
  );
  // Counted by the log, since asking the database would slow down what is measured.
  while (linked < upTo) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { event, integrationId } of linesOf(loaded)) {
      if (event === "integration_linked") linked += 1;
      if (event === "registration_failed") throw new Error(`${integrationId} failed`);
    }
  }
  await emptyDatabase();
  if (upTo % (REGISTRATIONS / SAMPLES) === 0) say(`| ${upTo} | ${residentMiB(loaded.pid)} |`);
}
const seconds = (performance.now() - started) / 1000;
say(
  `\n${(REGISTRATIONS / seconds).toFixed(1)} registrations a second, from the button to linked\n`,
);
say("| ms | median | 95 % | max |");
say("|---|---|---|---|");
for (const line of rows(timings)) say(line);
await loaded.stop();
await outside.close();
await globalTeardown();
