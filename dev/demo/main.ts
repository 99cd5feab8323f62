import { inspect, parseArgs } from "node:util";
import { startDemo, type Demo, type Stops } from "./demo.ts";
import { ACCOUNTS } from "./environment.ts";
import { FIRST_NUMBER } from "./numbers.ts";
import { onboard } from "./onboarding.ts";
import { Steps } from "./steps.ts";
import { watchRegistration } from "./watch.ts";

const USAGE = `Usage: npm run demo [-- --once]
  --once   ends after one onboarding: 0 if the number was linked, else 1
  PORT     port of the service, 3000 unless given; the others follow it
`;

const INTERRUPTED = 130;

const stops: Stops = [];
let stopping: Promise<void> | undefined;

/** Ends everything in the reverse order of its start, once. */
function stopAll(): Promise<void> {
  stopping ??= (async () => {
    for (const stop of stops.toReversed()) await stop();
  })();
  return stopping;
}

/** One whole onboarding, and the document it leaves. @returns whether the number is linked */
async function goThrough(demo: Demo, steps: Steps): Promise<boolean> {
  const { addresses, backend, simulator, database } = demo;
  steps.title("One onboarding");
  const integrationId = await onboard(addresses, steps);
  const watched = { backend, simulator, integrationId, parentSid: ACCOUNTS.accountSid };
  const status = await watchRegistration(watched, steps);
  const integration = await database.readIntegration(FIRST_NUMBER);
  steps.title("The Integration in MongoDB");
  steps.text(inspect(integration, { depth: null, breakLength: 120, maxArrayLength: null }));
  return status === "linked";
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: "boolean", default: false }, help: { type: "boolean" } },
  });
  const port = process.env.PORT || "3000";
  if (values.help || !/^\d{1,5}$/.test(port)) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const steps = new Steps((text) => process.stdout.write(text));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!stopping) steps.title("Stopping …");
      process.exitCode = values.once ? INTERRUPTED : 0;
      void stopAll().finally(() => process.exit());
    });
  }
  const from = performance.now();
  try {
    const options = { port: Number(port), logLevel: process.env.LOG_LEVEL || "warn" };
    const demo = await startDemo(options, steps, stops);
    const isLinked = await goThrough(demo, steps);
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    steps.title(`${isLinked ? "Linked" : "Not linked"} after ${seconds} s.`);
    if (!isLinked) process.exitCode = 1;
    if (values.once) await stopAll();
    else steps.text(`Try it yourself: ${demo.addresses.saasUrl}   (Ctrl-C ends the demo)`);
  } catch (error) {
    if (stopping) return;
    process.exitCode = 1;
    process.stderr.write(`\nThe demo failed: ${inspect(error)}\n`);
    await stopAll();
  }
}

await main();
