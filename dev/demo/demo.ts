import { once } from "node:events";
import { createServer } from "node:http";
import { parseConfig } from "../../src/config/config.ts";
import { createLogger } from "../../src/logger.ts";
import { startService } from "../../src/service.ts";
import { startSimulator, type Simulator } from "../simulator/simulator.ts";
import { startDemoDatabase, type DemoDatabase } from "./database.ts";
import { ACCOUNTS, demoEnvironment } from "./environment.ts";
import { ASSIGNED_NUMBERS, DEMO_NUMBERS } from "./numbers.ts";
import type { Addresses } from "./onboarding.ts";
import { usablePort } from "./ports.ts";
import { createSaasApp } from "./saas/app.ts";
import { Backend } from "./saas/backend.ts";
import type { Steps } from "./steps.ts";

const ONLINE_AFTER_MS = 2_000;

/** All that the demo consists of, running. */
export interface Demo {
  addresses: Addresses;
  backend: Backend;
  simulator: Simulator;
  database: DemoDatabase;
}

/** What the demo has started, in order; `main.ts` stops it in reverse, whatever happens. */
export type Stops = (() => Promise<unknown>)[];

export interface DemoOptions {
  /** The service's port; the others follow it. One that is taken is replaced by a free one. */
  port: number;
  logLevel: string;
}

/** Starts the database, Twilio and Meta, the service, and the SaaS, and tells each. */
export async function startDemo(options: DemoOptions, steps: Steps, stops: Stops): Promise<Demo> {
  steps.title("Starting");
  const database = await steps.run(
    "MongoDB",
    "embedded, emptied",
    () => startDemoDatabase((note) => steps.note(note)),
    ({ uri, kind }) => `${uri} (${kind})`,
  );
  stops.push(() => database.stop());
  const simulator = await steps.run(
    "Simulator",
    "Twilio and Meta",
    () => startOutside(options.port),
    ({ twilioUrl, metaUrl }) => `${twilioUrl} and ${metaUrl}`,
  );
  stops.push(() => simulator.close());
  const port = await usablePort(options.port);
  const saasPort = await usablePort(next(options.port, 1));
  const saasUrl = `http://localhost:${saasPort}`;
  const env = demoEnvironment({
    port,
    mongodbUri: database.uri,
    frontendUrl: saasUrl,
    twilioUrl: simulator.twilioUrl,
    metaUrl: simulator.metaUrl,
  });
  const log = { write: (line: string) => process.stderr.write(line) };
  const service = await steps.run(
    "Service",
    "what npm start runs",
    () => startService(parseConfig(env), createLogger(options.logLevel, log)),
    () => `http://localhost:${port}`,
  );
  stops.push(() => service.stop("demo"));
  const addresses = {
    serviceUrl: `http://localhost:${port}`,
    saasUrl,
    metaUrl: simulator.metaUrl,
  };
  const backend = new Backend({
    serviceUrl: addresses.serviceUrl,
    secret: env.AUTH_JWT_SECRET ?? "",
    customer: {
      userId: "padaria-da-ana",
      accountName: "Padaria da Ana",
      phoneNumbers: ASSIGNED_NUMBERS,
    },
  });
  stops.push(await listenAsSaas(backend, saasPort));
  steps.line("SaaS", 'its page with the button "Conectar WhatsApp"', saasUrl);
  return { addresses, backend, simulator, database };
}

async function startOutside(servicePort: number): Promise<Simulator> {
  const simulator = await startSimulator({
    ...ACCOUNTS,
    onlineAfterMs: ONLINE_AFTER_MS,
    twilioPort: await usablePort(next(servicePort, 2)),
    metaPort: await usablePort(next(servicePort, 3)),
  });
  for (const phoneNumber of ASSIGNED_NUMBERS) simulator.twilio.seedNumber({ phoneNumber });
  return simulator;
}

/** Any free port leads to any free port. */
function next(port: number, distance: number): number {
  return port === 0 ? 0 : port + distance;
}

/** On loopback alone, since its backend asks nobody for a password. @returns stops it */
async function listenAsSaas(backend: Backend, port: number): Promise<() => Promise<void>> {
  const server = createServer(createSaasApp(backend, DEMO_NUMBERS));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
}
