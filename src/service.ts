import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "mongoose";
import { createApp, createHttpServer, type ServerLimits } from "./app.ts";
import { configWarnings, type Config } from "./config/config.ts";
import { newConnection, openConnection } from "./database/connect.ts";
import { startEmbeddedMongo } from "./embedded-database/embedded.ts";
import { prepareDatabase } from "./database/prepare.ts";
import { buildDeps, type Deps, type Outside } from "./deps.ts";
import { measureCommands } from "./metrics/database-commands.ts";
import type { Logger } from "./logger.ts";

/** How long open requests may take once shutdown has begun. */
const DRAIN_MS = 10_000;
const IDLE_LOOK_MS = 100;
/**
 * How long work under way may take after that. What is cut off is continued from the database, as
 * after a kill, so a shutdown need not wait for a Twilio that does not end.
 */
const WORK_MS = 15_000;
const CLOSE_MS = 2_000;
const ABANDON_MS = 2_000;
const COUNTS_REPORTED_MS = 10_000;

/** A service that listens and works. */
export interface Service {
  port: number;
  mongodbUri: string;
  /**
   * Stops in order: readiness, requests, worker, database.
   * @param reason for the log
   * @param noticeMs how long it still answers requests, and 503 at /ready, so that whoever sends it
   * traffic can see that
   */
  stop(reason: string, noticeMs?: number): Promise<void>;
  /**
   * Gives back what is under way, so that other processes go on with it at once, for a process that
   * cannot go on. Takes at most `ABANDON_MS`; never rejects. The process is to be ended after it.
   */
  abandon(): Promise<void>;
}

/** What has been started so far, or is about to be. */
interface Running {
  config: Config;
  logger: Logger;
  deps: Deps;
  server: Server;
  connection: Connection;
  /** Says now and then how many refusals were only counted. */
  counts: NodeJS.Timeout;
  /** Of the embedded database, once one is started. */
  stopDatabase?: () => Promise<void>;
}

/** What `startService` may be given. */
export interface StartOptions extends Pick<Outside, "clock" | "random"> {
  /** Ends a start that still waits; what has been started is stopped again. */
  signal?: AbortSignal;
  /** False: Twilio and Meta are not asked at start whether they take the configuration. */
  checkProviders?: boolean;
  serverLimits?: ServerLimits;
}

/**
 * Starts everything in order; what fails stops what has been started before it. While the database is
 * waited for it listens already: `/health` answers, everything else is 503.
 */
export async function startService(
  config: Config,
  logger: Logger,
  { signal, checkProviders = true, serverLimits, ...overrides }: StartOptions = {},
): Promise<Service> {
  for (const { code, message } of configWarnings(config)) {
    logger.warn({ event: "config_warning", code }, message);
  }
  const connection = newConnection();
  const deps = buildDeps(config, { ...overrides, connection, logger });
  const { bounded } = deps.http.problemLog;
  const server = createHttpServer(createApp(deps.http), bounded, serverLimits);
  const counts = setInterval(() => bounded.reportCounts(), COUNTS_REPORTED_MS);
  const running: Running = { config, logger, deps, server, connection, counts };
  try {
    server.listen(config.port);
    await once(server, "listening");
    const mongodbUri = await orAborted(openDatabase(running, signal), signal);
    deps.http.readiness.startedUp = true;
    if (config.registration.workerEnabled) deps.worker.start();
    const { port } = server.address() as AddressInfo;
    logger.info(
      {
        event: "service_started",
        port,
        publicUrl: config.publicUrl,
        mode: config.signup.mode,
        worker: config.registration.workerEnabled,
      },
      "The service is ready",
    );
    if (checkProviders) deps.checks.start();
    const abandon = () => abandonWork(deps);
    return {
      port,
      mongodbUri,
      abandon,
      stop: (reason, noticeMs = 0) => stop(running, reason, noticeMs),
    };
  } catch (error) {
    if (signal?.aborted) await stop(running, String(signal.reason), 0);
    else await stopAll(running);
    throw error;
  }
}

/** @returns where the database is, once it is there with all that it must have */
async function openDatabase(running: Running, signal?: AbortSignal): Promise<string> {
  const { config, logger, deps, connection } = running;
  const mongodbUri = config.mongodbUri ?? (await startEmbedded(running, signal));
  await openConnection(connection, mongodbUri, { logger, signal });
  measureCommands(connection, deps.metrics);
  await prepareDatabase(() => deps.ensureIndexes(), { logger, signal });
  await logOlder(deps, logger);
  return mongodbUri;
}

async function startEmbedded(running: Running, signal: AbortSignal | undefined): Promise<string> {
  const { logger } = running;
  const embedded = await startEmbeddedMongo({ logger, signal });
  running.stopDatabase = () => embedded.stop();
  logger.info({ kind: embedded.kind }, "MONGODB_URI is not set: using the embedded database");
  return embedded.uri;
}

/** Others' documents do no harm, so not being able to count them stops nothing. */
async function logOlder({ older }: Deps, logger: Logger): Promise<void> {
  try {
    const count = await older.count();
    if (count === 0) return;
    logger.warn(
      { event: "config_warning", code: "older_documents", collection: "integrations", count },
      `${count} documents of this provider in the collection integrations were not written by this service. They are neither shown nor changed; "npm run ops -- import-legacy" brings them in.`,
    );
  } catch (error) {
    logger.warn({ err: error }, "Older documents in the collection integrations were not counted");
  }
}

/** The work's result. Work that is given up goes on, and nobody hears of its end. */
async function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  work.catch(() => undefined);
  signal.throwIfAborted();
  const aborted = once(signal, "abort");
  return Promise.race([work, aborted.then(() => Promise.reject(signal.reason as Error))]);
}

async function stop(running: Running, reason: string, noticeMs: number): Promise<void> {
  const { logger, deps } = running;
  logger.info({ event: "service_stopping", reason }, "The service stops");
  deps.http.readiness.stopping = true;
  if (noticeMs > 0) await sleep(noticeMs);
  await stopAll(running);
  logger.info({ event: "service_stopped" }, "The service has stopped");
}

async function abandonWork({ worker, http }: Deps): Promise<void> {
  http.readiness.stopping = true;
  await Promise.race([worker.abandon(), sleep(ABANDON_MS, undefined, { ref: false })]);
}

async function stopAll(running: Running): Promise<void> {
  const { logger, deps, server, connection, counts, stopDatabase } = running;
  await closeServer(server);
  clearInterval(counts);
  deps.http.problemLog.bounded.close();
  const working = Promise.all([deps.checks.stop(), deps.worker.stop(), deps.codeRelay.stop()]);
  const ended = await Promise.race([
    working.then(() => true),
    sleep(WORK_MS, false, { ref: false }),
  ]);
  if (!ended) logger.warn("Work under way was cut off; the next process goes on with it");
  // One that is still being opened closes when that has ended.
  await Promise.race([connection.close(), sleep(CLOSE_MS, undefined, { ref: false })]);
  await stopDatabase?.();
}

/** Lets open requests end; connections go as soon as they are idle, and after a while all of them. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  // One whose request has just ended would otherwise be kept alive for its next one.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(force);
}
