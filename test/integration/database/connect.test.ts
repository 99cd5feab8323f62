import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Schema, type Connection } from "mongoose";
import { connectDatabase, pingDatabase } from "../../../src/database/connect.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { memoryLogger } from "./memory-logger.ts";
import { openTcpProxy, unusedPort, type TcpProxy } from "./tcp-proxy.ts";

const PASSWORD = "pa%24%24word";
const neverSleep = () => Promise.reject(new Error("it must not be tried again"));

let database: TestDatabase;
const opened: (Connection | TcpProxy)[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => database.close());

function through(port: number): string {
  const uri = new URL(database.uri);
  uri.port = String(port);
  uri.searchParams.set("directConnection", "true");
  return uri.href;
}

async function connectThroughProxy(): Promise<{ connection: Connection; proxy: TcpProxy }> {
  const proxy = await openTcpProxy(database.uri);
  const connection = await connectDatabase(through(proxy.port), {
    logger: memoryLogger().logger,
    serverSelectionTimeoutMs: 500,
  });
  opened.push(proxy, connection);
  return { connection, proxy };
}

describe("connectDatabase", () => {
  test("tries again with growing delays until the server is there, and logs each time", async () => {
    const { logger, lines } = memoryLogger();
    const port = await unusedPort();
    const sleeps: number[] = [];
    const connection = await connectDatabase(through(port), {
      logger,
      serverSelectionTimeoutMs: 1_000,
      async sleep(ms) {
        sleeps.push(ms);
        if (sleeps.length === 3) opened.push(await openTcpProxy(database.uri, port));
      },
    });
    opened.push(connection);

    expect(await pingDatabase(connection, 30_000)).toBe(true);
    expect(sleeps).toEqual([250, 500, 1000]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [250, 500, 1000].map((retryInMs, i) =>
        expect.objectContaining({
          level: 40,
          attempt: i + 1,
          retryInMs,
          reason: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
        }),
      ),
    );
  });

  test("gives up at the total limit and says why, without the password", async () => {
    const { logger, lines } = memoryLogger();
    const port = await unusedPort();
    let nowMs = 0;
    const uri = `mongodb://user:${PASSWORD}@127.0.0.1:${port}/x`;
    const failed = connectDatabase(uri, {
      logger,
      serverSelectionTimeoutMs: 50,
      totalLimitMs: 4_000,
      clock: { now: () => new Date(nowMs), monotonicMs: () => nowMs },
      async sleep(ms) {
        nowMs += ms;
      },
    });

    await expect(failed).rejects.toThrow(
      `MongoDB (MONGODB_URI) was not reached within 4 s: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    expect(nowMs).toBe(3_750);
    expect(lines).toHaveLength(4);
    expect(lines.join("")).not.toMatch(/pa%24%24word|pa\$\$word/);
  });

  test.each([
    ["no URI at all", `postgres://user:${PASSWORD}@db.example/x`],
    ["a missing slash", `mongodb:/user:${PASSWORD}@db.example/x`],
    ["an unescaped @", "mongodb://user:pa$$word@pa$$word@db.example/x"],
    ["an unescaped /", "mongodb://user:pa/pa$$word@db.example/x"],
    ["a bad port", `mongodb://user:${PASSWORD}@db.example:99999999/x`],
    ["a forgotten @ and host", "mongodb://user:pa$$word/x"],
    ["a port where SRV allows none", `mongodb+srv://user:${PASSWORD}@db.example.com:27017/x`],
    ["an unknown option", `mongodb://user:${PASSWORD}@db.example/x?retryWirtes=true`],
    ["a missing certificate", `mongodb://u:${PASSWORD}@127.0.0.1/?tls=true&tlsCAFile=/none.pem`],
  ])("refuses %s at once, without the password in message or log", async (_case, uri) => {
    const { logger, lines } = memoryLogger();
    const failure: unknown = await connectDatabase(uri, { logger, sleep: neverSleep }).catch(
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({
      message: expect.stringMatching(/^MONGODB_URI cannot be used: ./),
    });
    expect(`${(failure as Error).stack}${lines.join("")}`).not.toMatch(/pa%24%24word|pa\$\$word/);
    expect(failure).not.toHaveProperty("cause");
  });

  test("refused credentials fail at once", async () => {
    const { logger, lines } = memoryLogger();
    const uri = new URL(database.uri);
    uri.username = "nobody";
    uri.password = "pa$$word";
    uri.searchParams.set("authSource", "admin");

    const failure: unknown = await connectDatabase(uri.href, { logger, sleep: neverSleep }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^MONGODB_URI cannot be used: .*authentication failed.+authSource=admin/i,
      ),
    });
    expect((failure as Error).stack).not.toContain("pa$$word");
    expect(lines).toEqual([]);
  });

  test("queries carry a time limit, writes wait for the majority and the journal", async () => {
    const { connection, proxy } = await connectThroughProxy();
    const model = connection.model("Thing", new Schema({ a: Number }));
    expect(proxy.sent()).not.toContain("maxTimeMS");

    await model.findOne({ a: 1 });
    expect(proxy.sent()).toContain("maxTimeMS");
    await model.create({ a: 1 });
    expect(proxy.sent()).toMatch(/writeConcern[^]*majority[^]*wtimeout/);
    expect(proxy.sent()).toContain("\x08j\0\x01");
  });

  test("makes no index and no collection on its own", async () => {
    const { connection } = await connectThroughProxy();
    await connection.model("Lonely", new Schema({ a: { type: Number, unique: true } })).init();

    expect((await connection.listCollections()).map(({ name }) => name)).not.toContain("lonelies");
  });

  test("logs that the connection was lost, but not when it is closed", async () => {
    const { logger, lines } = memoryLogger();
    const proxy = await openTcpProxy(database.uri);
    const lost = await connectDatabase(through(proxy.port), { logger });
    const closed = await connectDatabase(through(proxy.port), { logger });
    await closed.close();
    expect(lines).toEqual([]);

    const disconnected = new Promise((resolve) => lost.once("disconnected", resolve));
    await proxy.close();
    await disconnected;
    expect(lines).toEqual([expect.stringContaining("MongoDB connection lost")]);
    await lost.close();
  });
});

describe("pingDatabase", () => {
  test("true while the database answers", async () => {
    const { connection } = await connectThroughProxy();
    expect(await pingDatabase(connection, 1000)).toBe(true);
  });

  test("false in time when the database hangs", async () => {
    const { connection, proxy } = await connectThroughProxy();
    proxy.hang();

    const startedAt = performance.now();
    expect(await pingDatabase(connection, 200)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  test("false in time when the database is gone, and after the connection was closed", async () => {
    const { connection, proxy } = await connectThroughProxy();
    await proxy.close();

    const startedAt = performance.now();
    expect(await pingDatabase(connection, 200)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await connection.close();
    expect(await pingDatabase(connection, 200)).toBe(false);
  });
});
