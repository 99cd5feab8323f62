import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp, createHttpServer, type ServerLimits } from "./app.ts";
import { configWarnings, type Config } from "./config.ts";
import { connectDatabase } from "./database/connect.ts";
import { startEmbeddedMongo } from "./database/embedded.ts";
import { buildDeps, type Outside } from "./deps.ts";
import type { Logger } from "./logger.ts";

/** How long open requests may take once shutdown has begun. */
const DRAIN_MS = 10_000;
const IDLE_LOOK_MS = 100;
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
}

/** Starts everything in order; what fails stops what has been started before it. */
export async function startService(
  config: Config,
  logger: Logger,
  overrides: Pick<Outside, "clock" | "random"> & { serverLimits?: ServerLimits } = {},
): Promise<Service> {
  for (const { code, message } of configWarnings(config))
    logger.warn({ event: "config_warning", code }, message);
  const stops: (() => Promise<unknown>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.toReversed()) await stop();
  };
  try {
    const mongodbUri = config.mongodbUri ?? (await embeddedDatabase(logger, stops));
    const connection = await connectDatabase(mongodbUri, { logger });
    stops.push(() => connection.close());
    const deps = buildDeps(config, { ...overrides, connection, logger });
    await deps.ensureIndexes();
    stops.push(() => deps.codeRelay.stop());
    stops.push(() => deps.worker.stop());
    const { bounded } = deps.http.problemLog;
    stops.push(() => Promise.resolve(bounded.close()));
    const server = createHttpServer(createApp(deps.http), bounded, overrides.serverLimits);
    server.listen(config.port);
    await once(server, "listening");
    stops.push(() => closeServer(server));
    const counts = setInterval(() => bounded.reportCounts(), COUNTS_REPORTED_MS);
    stops.push(() => Promise.resolve(clearInterval(counts)));
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
    return {
      port,
      mongodbUri,
      async stop(reason, noticeMs = 0) {
        logger.info({ event: "service_stopping", reason }, "The service stops");
        deps.http.readiness.stopping = true;
        if (noticeMs > 0) await sleep(noticeMs);
        await stopAll();
        logger.info({ event: "service_stopped" }, "The service has stopped");
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function embeddedDatabase(
  logger: Logger,
  stops: (() => Promise<unknown>)[],
): Promise<string> {
  const embedded = await startEmbeddedMongo({ logger });
  stops.push(() => embedded.stop());
  logger.info({ kind: embedded.kind }, "MONGODB_URI is not set: using the embedded database");
  return embedded.uri;
}

/** Lets open requests end; connections go as soon as they are idle, and after a while all of them. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // One whose request has just ended would otherwise be kept alive for its next one.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(force);
}
