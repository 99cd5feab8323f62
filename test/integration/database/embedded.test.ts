import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { connectDatabase } from "../../../src/database/connect.ts";
import {
  EmbeddedMongoInUseError,
  startEmbeddedMongo,
} from "../../../src/embedded-database/embedded.ts";
import { accepts } from "./tcp-proxy.ts";
import { memoryLogger } from "./memory-logger.ts";

const { logger } = memoryLogger();
let dataDir: string;
const toEnd: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "connect-whatsapp-embedded-"));
});
afterEach(async () => {
  for (const end of toEnd.splice(0)) await end();
  await rm(dataDir, { recursive: true, force: true });
});

async function start() {
  const server = await startEmbeddedMongo({ dataDir, logger, predecessorLimitMs: 0 });
  toEnd.push(() => server.stop());
  return server;
}

async function insert(uri: string, name: string): Promise<void> {
  const connection = await connectDatabase(uri, { logger });
  await connection.collection<{ _id: string }>("things").insertOne({ _id: name });
  await connection.close();
}

async function names(uri: string): Promise<string[]> {
  const connection = await connectDatabase(uri, { logger });
  const found = await connection.collection<{ _id: string }>("things").find().toArray();
  await connection.close();
  return found.map(({ _id }) => _id);
}

/** The command lines that name the data directory: the database and its guard. */
async function processes(): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  return stdout.split("\n").filter((line) => line.includes(dataDir));
}

const portOf = (uri: string) => Number(new URL(uri).port);

test("listens on 127.0.0.1 only; keeps the data between starts; stop leaves no process", async () => {
  const first = await start();
  expect(new URL(first.uri).hostname).toBe("127.0.0.1");
  expect(await accepts("127.0.0.1", portOf(first.uri))).toBe(true);
  expect(await accepts("127.0.0.2", portOf(first.uri))).toBe(false);
  await insert(first.uri, "kept");
  expect((await processes()).length).toBeGreaterThan(0);
  await Promise.all([first.stop(), first.stop()]);
  expect(await processes()).toEqual([]);
  expect(await accepts("127.0.0.1", portOf(first.uri))).toBe(false);

  const second = await start();
  expect(await names(second.uri)).toEqual(["kept"]);
});

test("a second start on the same data says who is there, and harms nothing", async () => {
  const first = await start();
  const second: unknown = await start().catch((error: unknown) => error);
  expect(second).toBeInstanceOf(EmbeddedMongoInUseError);
  expect(second).toMatchObject({
    uri: first.uri,
    message:
      `${dataDir} is in use by another process of this service: stop that one first, ` +
      `or share its database with MONGODB_URI=${first.uri}`,
  });
  await insert(first.uri, "unharmed");
  expect(await names(first.uri)).toEqual(["unharmed"]);
});

test("kill -9 of the service ends the database, and the next start has every write", async () => {
  const script = join(import.meta.dirname, "embedded-host.ts");
  const host = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  toEnd.push(async () => host.kill("SIGKILL"));
  const [line] = (await once(host.stdout.setEncoding("utf8"), "data")) as [string];
  await insert(line.trim(), "survived");

  host.kill("SIGKILL");
  const next = await startEmbeddedMongo({ dataDir, logger });
  toEnd.push(() => next.stop());
  expect(await accepts("127.0.0.1", portOf(line.trim()))).toBe(false);
  expect(await names(next.uri)).toEqual(["survived"]);
  await next.stop();
  expect(await processes()).toEqual([]);
});
