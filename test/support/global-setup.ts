import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startEmbeddedMongo } from "../../src/database/embedded.ts";

declare global {
  /** How global-teardown.ts, which jest loads on its own, reaches what was started here. */
  var stopTestServer: (() => Promise<void>) | undefined;
}

/** Starts one database server for the whole run, unless TEST_MONGODB_URI names one. */
export default async function globalSetup(): Promise<void> {
  if (process.env["TEST_MONGODB_URI"]) return;
  const dataDir = await mkdtemp(join(tmpdir(), "connect-whatsapp-test-"));
  const logger = pino({ level: "info" }, pino.destination(2));
  const server = await startEmbeddedMongo({ dataDir, logger });
  process.env["TEST_MONGODB_URI"] = server.uri;
  globalThis.stopTestServer = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    // In watch mode the next run asks for a server of its own.
    delete process.env["TEST_MONGODB_URI"];
    globalThis.stopTestServer = undefined;
  };
}
