import { setTimeout as delay } from "node:timers/promises";
import mongoose, { type Connection, type ConnectOptions } from "mongoose";
import type { Logger } from "pino";
import { systemClock, type Clock } from "../clock.ts";
import { canRetryConnecting, hintFor, withoutCredentials } from "./connection-error.ts";

const FIRST_RETRY_DELAY_MS = 250;
const MAX_RETRY_DELAY_MS = 5_000;
const TOTAL_LIMIT_MS = 60_000;
const QUERY_LIMIT_MS = 10_000;

/**
 * The journal is asked for as well, because on a standalone server a majority is the one server's
 * memory. Retryable writes need no switch: the driver uses them only where it sees a replica set.
 * `socketTimeoutMS` ends what a server that hangs never answers; the limit that the server itself
 * keeps (`QUERY_LIMIT_MS`) is shorter, so that it is the one normally seen.
 */
const CONNECT_OPTIONS = {
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  writeConcern: { w: "majority", journal: true, wtimeoutMS: QUERY_LIMIT_MS },
  retryWrites: true,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 15_000,
  waitQueueTimeoutMS: 5_000,
  monitorCommands: true,
  appName: "connect-whatsapp",
} satisfies ConnectOptions;

/** What `connectDatabase` may be given besides the URI. */
export interface ConnectDatabaseOptions {
  logger: Logger;
  clock?: Clock;
  /** Waits between two attempts, milliseconds. */
  sleep?: (ms: number, value?: undefined, options?: { signal?: AbortSignal }) => Promise<unknown>;
  /** After this many milliseconds without a connection the start fails. */
  totalLimitMs?: number;
  /** How long one attempt looks for a server, milliseconds. */
  serverSelectionTimeoutMs?: number;
  /** Ends the waiting; the connection is then closed. */
  signal?: AbortSignal | undefined;
}

/**
 * The service's one connection, before it is opened: models can be made on it, and whatever is asked
 * of it fails at once.
 */
export function newConnection(): Connection {
  const connection = mongoose.createConnection();
  connection.set("bufferCommands", false);
  connection.set("autoIndex", false);
  connection.set("autoCreate", false);
  connection.set("maxTimeMS", QUERY_LIMIT_MS);
  return connection;
}

/** A connection that is open. @throws {Error} as `openConnection` */
export async function connectDatabase(
  uri: string,
  options: ConnectDatabaseOptions,
): Promise<Connection> {
  const connection = newConnection();
  await openConnection(connection, uri, options);
  return connection;
}

/**
 * Opens the connection. While the server is not there yet it tries again with growing
 * delays until `totalLimitMs`; a malformed URI or refused credentials fail at once. No message and
 * no log line contains the password.
 * @throws {Error} says what is wrong with MONGODB_URI or why the server was not reached
 */
export async function openConnection(
  connection: Connection,
  uri: string,
  options: ConnectDatabaseOptions,
): Promise<void> {
  const {
    logger,
    signal,
    clock = systemClock,
    sleep = delay,
    totalLimitMs = TOTAL_LIMIT_MS,
  } = options;
  const serverSelectionTimeoutMS =
    options.serverSelectionTimeoutMs ?? CONNECT_OPTIONS.serverSelectionTimeoutMS;
  const giveUpAt = clock.monotonicMs() + totalLimitMs;

  for (let attempt = 1; ; attempt += 1) {
    const failure = await open(connection, uri, { ...CONNECT_OPTIONS, serverSelectionTimeoutMS });
    signal?.throwIfAborted();
    if (!failure) break;
    const { reason, final } = failure;
    const retryInMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1), MAX_RETRY_DELAY_MS);
    if (final || clock.monotonicMs() + retryInMs > giveUpAt) {
      await connection.destroy();
      throw new Error(
        final
          ? `MONGODB_URI cannot be used: ${reason}`
          : `MongoDB (MONGODB_URI) was not reached within ${totalLimitMs / 1000} s: ${reason}`,
      );
    }
    logger.warn({ attempt, retryInMs, reason }, "MongoDB is not reachable yet");
    await sleep(retryInMs, undefined, signal ? { signal } : {});
  }
  logLosses(connection, logger);
}

/** Only the cleaned reason leaves here: the driver's own error may quote the URI. */
async function open(
  connection: Connection,
  uri: string,
  options: ConnectOptions,
): Promise<{ reason: string; final: boolean } | undefined> {
  try {
    await connection.openUri(uri, options);
    return undefined;
  } catch (error) {
    const reason = `${withoutCredentials(error, uri)}${hintFor(error)}`;
    return { reason, final: !canRetryConnecting(error) };
  }
}

function logLosses(connection: Connection, logger: Logger): void {
  const warn = () => logger.warn("MongoDB connection lost");
  connection.on("disconnected", warn);
  connection.on("reconnected", () => logger.info("MongoDB connection is back"));
  connection.once("disconnecting", () => connection.off("disconnected", warn));
}

/** Whether the database answers within `timeoutMs`; false also when it hangs. Never rejects. */
export async function pingDatabase(connection: Connection, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const tooLate = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([ping(connection), tooLate]);
  } finally {
    timer.abort();
  }
}

async function ping(connection: Connection): Promise<boolean> {
  try {
    const answer = await connection.db?.command({ ping: 1 });
    return answer?.["ok"] === 1;
  } catch {
    return false;
  }
}
