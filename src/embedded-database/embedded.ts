import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { DatabaseExitError, runDatabase, type DatabaseProcess } from "./process.ts";
import { freePort } from "./free-port.ts";
import { findMemoryServer } from "./memory-server.ts";
import { findMongod } from "./mongod.ts";
import { findSecantusDb } from "./secantusdb.ts";
import type { EmbeddedKind, FindDatabase, Launch } from "./types.ts";

const DATABASE_NAME = "connect-whatsapp";
/** A predecessor that was stopped or killed a moment ago still needs its time to end. */
const PREDECESSOR_LIMIT_MS = 8_000;
const PREDECESSOR_LOOK_MS = 300;
/** Someone else may take a port between our look and the database's start. */
const PORTS_TRIED = 3;

const WAYS: readonly (readonly [EmbeddedKind, FindDatabase])[] = [
  ["mongod", findMongod],
  ["memory-server", findMemoryServer],
  ["secantusdb", findSecantusDb],
];

const WAYS_OUT = `Do one of these:
  - set MONGODB_URI to a MongoDB you have
  - install mongod (https://www.mongodb.com/docs/manual/installation/)
  - install Python 3.10, 3.11, 3.12 or 3.13 with its venv module`;

/** What `startEmbeddedMongo` may be given. */
export interface EmbeddedMongoOptions {
  logger: Logger;
  /** Where the data is kept between starts. Default: `.data` in the working directory. */
  dataDir?: string;
  /** Default: a free one. The database listens on 127.0.0.1 only. */
  port?: number;
  env?: NodeJS.ProcessEnv;
  /** How long a predecessor on the same data may take to end, milliseconds. */
  predecessorLimitMs?: number;
  /** Ends a start that is under way, with whatever it has started. */
  signal?: AbortSignal | undefined;
}

/** A database that runs as a child of this process and ends with it, however it ends. */
export interface EmbeddedMongo {
  uri: string;
  kind: EmbeddedKind;
  /** Ends the database in order; the data stays. May be called more than once. */
  stop(): Promise<void>;
}

/** The data directory's database is already run by another process. */
export class EmbeddedMongoInUseError extends Error {
  override name = "EmbeddedMongoInUseError";
  /** Where that database listens, if it says so. */
  readonly uri: string | undefined;

  constructor(dataDir: string, uri: string | undefined) {
    const share = uri ? `, or share its database with MONGODB_URI=${uri}` : "";
    super(`${dataDir} is in use by another process of this service: stop that one first${share}`);
    this.uri = uri;
  }
}

/**
 * Starts a MongoDB without anything installed for it: `mongod` where there is one, else the binary
 * that mongodb-memory-server has or downloads, else SecantusDB.
 * @throws {EmbeddedMongoInUseError} another process runs on the same data
 * @throws {Error} no way works; names why, and the ways out
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { logger, signal, env = process.env, predecessorLimitMs = PREDECESSOR_LIMIT_MS } = options;
  const dataDir = resolve(options.dataDir ?? ".data");
  await mkdir(dataDir, { recursive: true });
  const failures: string[] = [];

  for (const [kind, find] of WAYS) {
    try {
      const launch = await find({ logger, env, dataDir, signal });
      const started = await start(launch, {
        kind,
        dataDir,
        port: options.port,
        env,
        logger,
        predecessorLimitMs,
        signal,
      });
      logger.info({ kind, uri: started.uri, dataDir }, "Embedded MongoDB started");
      return started;
    } catch (error) {
      if (error instanceof EmbeddedMongoInUseError) throw error;
      signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      // That mongod is not there is no news; that it is there and does not start is.
      const level = error instanceof DatabaseExitError ? "warn" : "debug";
      logger[level]({ kind, reason }, "This embedded MongoDB cannot be used");
      failures.push(`  - ${kind}: ${reason}`);
    }
  }
  throw new Error(
    `MONGODB_URI is not set and no embedded MongoDB could be started.\n${failures.join("\n")}\n${WAYS_OUT}`,
  );
}

interface StartOptions {
  kind: EmbeddedKind;
  dataDir: string;
  port: number | undefined;
  env: NodeJS.ProcessEnv;
  logger: Logger;
  predecessorLimitMs: number;
  signal?: AbortSignal | undefined;
}

async function start(launch: Launch, options: StartOptions): Promise<EmbeddedMongo> {
  const { kind, dataDir, env, logger, signal } = options;
  const storagePath = join(dataDir, kind);
  const addressFile = join(dataDir, `${kind}.uri`);
  await mkdir(storagePath, { recursive: true });

  const giveUpAt = performance.now() + options.predecessorLimitMs;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      const database = await runDatabase({
        ...launch(port, storagePath),
        cwd: dataDir,
        env,
        logger,
        signal,
      });
      const uri = `mongodb://127.0.0.1:${port}/${DATABASE_NAME}`;
      await writeFile(addressFile, uri);
      return { uri, kind, stop: () => stop(database, addressFile) };
    } catch (error) {
      if (!(error instanceof DatabaseExitError)) throw error;
      if (error.portInUse && options.port === undefined && attempt < PORTS_TRIED) continue;
      if (!error.dataInUse) throw error;
      if (performance.now() > giveUpAt) {
        throw new EmbeddedMongoInUseError(dataDir, await readAddress(addressFile));
      }
      if (attempt === 1) logger.info({ dataDir }, "Waiting for the data of another process");
      await delay(PREDECESSOR_LOOK_MS, undefined, signal ? { signal } : {});
    }
  }
}

async function stop(database: DatabaseProcess, addressFile: string): Promise<void> {
  // First, since a successor may write its own as soon as the database has ended.
  await rm(addressFile, { force: true });
  await database.stop();
}

async function readAddress(addressFile: string): Promise<string | undefined> {
  return readFile(addressFile, "utf8").catch(() => undefined);
}
