import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Browser } from "puppeteer-core";
import { startEmbeddedMongo } from "../../src/embedded-database/embedded.ts";
import { launchBrowser, unpackBrowser } from "../browser/support.ts";

declare global {
  /** How global-teardown.ts, which jest loads on its own, reaches what was started here. */
  var stopTestServers: (() => Promise<void>) | undefined;
}

/**
 * Starts what test files share: one database server, unless TEST_MONGODB_URI names one, and one
 * browser for each of jest's workers, which comes up when its first file asks for it. TEST_DATABASE
 * says which kind of server it has to be, where that matters.
 */
export default async function globalSetup(): Promise<void> {
  await unpackBrowser();
  const stops = [await startDatabase(), await startBrowsers()];
  globalThis.stopTestServers = async () => {
    globalThis.stopTestServers = undefined;
    for (const stop of stops) await stop();
  };
}

async function startDatabase(): Promise<() => Promise<void>> {
  if (process.env["TEST_MONGODB_URI"]) return () => Promise.resolve();
  const dataDir = await mkdtemp(join(tmpdir(), "connect-whatsapp-test-"));
  const logger = pino({ level: "info" }, pino.destination(2));
  const server = await startEmbeddedMongo({ dataDir, logger });
  const { TEST_DATABASE: wanted = server.kind } = process.env;
  if (server.kind !== wanted) {
    await server.stop();
    throw new Error(`the tests shall run on ${wanted}, and only ${server.kind} came up`);
  }
  process.env["TEST_MONGODB_URI"] = server.uri;
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    // In watch mode the next run asks for a server of its own.
    delete process.env["TEST_MONGODB_URI"];
  };
}

/** Answers at TEST_BROWSER_URL, with the worker's number as its path, where its browser listens. */
async function startBrowsers(): Promise<() => Promise<void>> {
  const browsers = new Map<string, Promise<Browser>>();
  const server = createServer(({ url = "" }, response) => {
    const browser = browsers.get(url) ?? launchBrowser();
    browsers.set(url, browser);
    browser.then(
      (launched) => response.end(launched.wsEndpoint()),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env["TEST_BROWSER_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    for (const browser of browsers.values()) await (await browser).close();
  };
}
