import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startEmbeddedMongo, type EmbeddedMongo } from "../../../src/embedded-database/embedded.ts";
import { FAKE_MONGOD, FAKE_PYTHON, fakeMachine, type FakeMachine } from "./fake-programs.ts";
import { accepts } from "./tcp-proxy.ts";
import { memoryLogger } from "./memory-logger.ts";

const VENV = `secantusdb-0.7.0b3-${process.platform}-${process.arch}`;
const { logger, lines } = memoryLogger();
let machine: FakeMachine;
const started: EmbeddedMongo[] = [];

beforeEach(async () => {
  machine = await fakeMachine();
  lines.length = 0;
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  await rm(machine.dir, { recursive: true, force: true });
});

async function start(env: NodeJS.ProcessEnv = {}, dataDir = machine.dataDir) {
  const options = { dataDir, logger, env: { ...machine.env, ...env }, predecessorLimitMs: 0 };
  const server = await startEmbeddedMongo(options);
  started.push(server);
  return server;
}

async function failure(env?: NodeJS.ProcessEnv): Promise<string> {
  return start(env).then(
    () => "it started",
    (error: unknown) => (error as Error).message,
  );
}

const pips = async () => readFile(join(machine.dir, "cache", "pips"), "utf8");

test("without any way, one error names each reason and the ways out", async () => {
  expect(await failure()).toMatch(
    new RegExp(
      [
        "^MONGODB_URI is not set and no embedded MongoDB could be started.",
        "  - mongod: mongod is not installed or does not run",
        "  - memory-server: MONGOMS_RUNTIME_DOWNLOAD forbids a download",
        "  - secantusdb: no Python 3.10–3.13 on the PATH",
        "Do one of these:",
        "  - set MONGODB_URI to .*",
        "  - install mongod .*",
        "  - install Python 3.10, 3.11, 3.12 or 3.13 .*$",
      ].join("\n"),
    ),
  );
});

describe("mongod", () => {
  test("from the PATH comes before the others, on 127.0.0.1", async () => {
    await machine.install("mongod", FAKE_MONGOD);
    await machine.install("python3", FAKE_PYTHON);
    const { kind, uri } = await start();
    expect(kind).toBe("mongod");
    expect(uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/connect-whatsapp$/);
    expect(await accepts("127.0.0.1", Number(new URL(uri).port))).toBe(true);
    expect(await accepts("127.0.0.2", Number(new URL(uri).port))).toBe(false);
  });

  test("MONGOMS_SYSTEM_BINARY comes before the PATH", async () => {
    await machine.install("mongod", `process.exit(1)`);
    const binary = await machine.install("mongod-8", FAKE_MONGOD);
    expect(await start({ MONGOMS_SYSTEM_BINARY: relative(".", binary) })).toMatchObject({
      kind: "mongod",
    });
  });

  test("a named binary that does not run is reported, and the next way taken", async () => {
    await machine.install("python3", FAKE_PYTHON);
    expect(await start({ MONGOMS_SYSTEM_BINARY: "/none" })).toMatchObject({ kind: "secantusdb" });
    expect(lines.join("")).toContain("MONGOMS_SYSTEM_BINARY does not run");
  });

  test("one that ends at once is reported with its last words, and the next way taken", async () => {
    await machine.install(
      "mongod",
      `if (!process.argv.includes("--version")) { console.error("old data files"); process.exit(62); }`,
    );
    await machine.install("python3", FAKE_PYTHON);
    expect(await start()).toMatchObject({ kind: "secantusdb" });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({ level: 40, kind: "mongod", reason: "old data files" }),
    );
  });
});

describe("the download of mongod", () => {
  let mirror: Server;
  let requests: string[];
  beforeEach(async () => {
    requests = [];
    mirror = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(mirror, "listening");
  });
  afterEach(() => {
    mirror.close();
  });
  const mirrored = () => ({
    MONGOMS_RUNTIME_DOWNLOAD: "true",
    MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
    MONGOMS_USE_HTTP: "true",
  });

  test("is announced; its failure is remembered for a day", async () => {
    expect(await failure(mirrored())).toContain("memory-server: download failed: ");
    expect(lines.join("")).toContain("Downloading mongod");
    expect(requests).toHaveLength(1);

    expect(await failure(mirrored())).toContain("a download failed less than a day ago");
    expect(requests).toHaveLength(1);

    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
    await utimes(join(machine.cacheDir, "mongod-download-failed"), yesterday, yesterday);
    await failure(mirrored());
    expect(requests).toHaveLength(2);
  });
});

describe("SecantusDB", () => {
  test("is installed once, in its pinned version", async () => {
    await machine.install("python3.12", FAKE_PYTHON);
    expect(await start()).toMatchObject({ kind: "secantusdb" });
    await start({}, join(machine.dir, "other-data"));
    expect(await pips()).toBe("secantusdb==0.7.0b3\n");
    expect(await readdir(machine.cacheDir)).toEqual([VENV]);
  });

  test("two processes that install it at the same time both get it", async () => {
    await machine.install("python3.12", FAKE_PYTHON);
    const both = await Promise.all([start(), start({}, join(machine.dir, "other-data"))]);
    expect(both).toMatchObject([{ kind: "secantusdb" }, { kind: "secantusdb" }]);
    expect(await readdir(machine.cacheDir)).toEqual([VENV]);
  });

  test("a broken environment is made again", async () => {
    await machine.install("python3.12", FAKE_PYTHON);
    await start();
    await rm(join(machine.cacheDir, VENV, "bin", "python"));
    await start({}, join(machine.dir, "other-data"));
    expect(await pips()).toBe("secantusdb==0.7.0b3\n".repeat(2));
  });

  test("a Python that is too old or new is passed over", async () => {
    await machine.install("python3.13", `console.log("3.14")`);
    await machine.install("python3.10", `console.log("3.9")`);
    await machine.install("python", FAKE_PYTHON);
    expect(await start()).toMatchObject({ kind: "secantusdb" });
  });

  test("a failing venv or pip is named with its output and leaves nothing", async () => {
    await machine.install(
      "python3",
      FAKE_PYTHON.replace(`what === "venv"`, `what === "venv" && console.error("No ensurepip")`) +
        `if (what === "venv") process.exit(1);`,
    );
    expect(await failure()).toContain(`secantusdb: "python3 -m venv" failed: No ensurepip`);
    expect(await readdir(machine.cacheDir)).not.toContainEqual(expect.stringMatching(/^build-/));
  });

  test("works where the user's cache cannot be written", async () => {
    await machine.install("python3", FAKE_PYTHON);
    const file = join(machine.dir, "a-file");
    await writeFile(file, "");
    // The environment must then be made in the data directory, so pip's notes need another place.
    await machine.install(
      "python3",
      FAKE_PYTHON.replace("process.env.XDG_CACHE_HOME", `"${machine.dir}"`),
    );
    expect(await start({ XDG_CACHE_HOME: file })).toMatchObject({ kind: "secantusdb" });
    expect(await readdir(join(machine.dataDir, "cache"))).toContain(VENV);
  });
});
