import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { runDatabase, type DatabaseProcess } from "../../../src/embedded-database/process.ts";
import { memoryLogger } from "./memory-logger.ts";

const running: DatabaseProcess[] = [];
afterEach(async () => {
  for (const database of running.splice(0)) await database.stop();
});

async function run(script: string, endLimitMs = 5_000) {
  const { logger, lines } = memoryLogger();
  const args = ["-e", script];
  const database = await runDatabase({
    command: process.execPath,
    args,
    cwd: tmpdir(),
    env: process.env,
    logger,
    endLimitMs,
  });
  running.push(database);
  return { database, lines };
}

const READY = `console.log("Waiting for connections", process.pid);`;
const STAY = `setInterval(() => undefined, 1000);`;

/** The log, once there is something in it. */
async function logOf(lines: string[]): Promise<unknown[]> {
  const giveUpAt = performance.now() + 5_000;
  while (lines.length === 0 && performance.now() < giveUpAt) await delay(20);
  return lines.map((line) => JSON.parse(line) as unknown);
}

const errorWith = (lastWords: string) =>
  expect.objectContaining({ level: 50, output: expect.stringContaining(lastWords) });

test("stop waits until the database has ended in order", async () => {
  const { database, lines } = await run(
    `process.on("SIGTERM", () => setTimeout(() => process.exit(0), 300)); ${READY} ${STAY}`,
  );
  const startedAt = performance.now();
  await database.stop();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
  expect(lines).toEqual([]);
});

test("a database that ignores SIGTERM is killed after its time", async () => {
  const { database } = await run(`process.on("SIGTERM", () => undefined); ${READY} ${STAY}`, 300);
  const startedAt = performance.now();
  await database.stop();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test("output after the start, however much, does not stop the database", async () => {
  const { lines } = await run(`${READY}
    const write = (n) => process.stdout.write("x".repeat(1 << 20), () => {
      if (n > 0) return write(n - 1);
      console.error("all written");
      process.exit(1);
    });
    write(8);`);
  expect(await logOf(lines)).toEqual([errorWith("all written")]);
});

test("a database that ends by itself is logged as an error, with its last words", async () => {
  const { lines } = await run(
    `${READY} setTimeout(() => { console.error("disk full"); process.exit(1); }, 100);`,
  );
  expect(await logOf(lines)).toEqual([errorWith("disk full")]);
});

test.each([
  [
    "data in use",
    `console.error("DBPathInUse: Unable to lock"); process.exit(100);`,
    [true, false],
  ],
  ["port in use", `console.error("Address already in use"); process.exit(48);`, [false, true]],
  ["anything else", `console.error("boom"); process.exit(1);`, [false, false]],
  ["no word", `process.exit(1);`, [false, false]],
])("an end before it is ready is told apart: %s", async (_case, script, [dataInUse, portInUse]) => {
  await expect(run(script)).rejects.toMatchObject({
    name: "DatabaseExitError",
    dataInUse,
    portInUse,
  });
});

test("one that is no longer wanted before it is ready is ended", async () => {
  const { logger } = memoryLogger();
  const unwanted = new AbortController();
  const { signal } = unwanted;
  const started = runDatabase({
    command: process.execPath,
    args: ["-e", `console.log("not yet"); ${STAY}`],
    cwd: tmpdir(),
    env: process.env,
    logger,
    signal,
    endLimitMs: 300,
  });
  unwanted.abort();
  await expect(started).rejects.toThrow("no longer wanted");
});

test("a command that does not exist is an end, too", async () => {
  const { logger } = memoryLogger();
  const options = { args: [], cwd: tmpdir(), env: process.env, logger };
  await expect(runDatabase({ command: "/none", ...options })).rejects.toThrow("ENOENT");
});
