import { createServer, type RequestListener, type Server } from "node:http";
import type { BoundedLog } from "./middleware/bounded-log.ts";

/** What one client may keep open, and for how long. Times in milliseconds. */
export interface ServerLimits {
  /** Until all headers of a request have come. */
  headersMs: number;
  /** Until the whole request has come. */
  requestMs: number;
  /** An idle connection between two requests; longer than proxies keep theirs, so that they end it. */
  keepAliveMs: number;
  /** A connection on which nothing moves at all, for example a reader who does not read. */
  silentMs: number;
  /** How often slow requests are looked for. */
  lookMs: number;
  /** Open connections of the process; further ones are closed at once. */
  connections: number;
}

export const SERVER_LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 20_000,
  keepAliveMs: 65_000,
  silentMs: 120_000,
  lookMs: 2_000,
  connections: 5_000,
};

const HEADERS_MAX_BYTES = 16_384;

/** The HTTP server, which cuts what is slow and takes no more connections than it can serve. */
export function createHttpServer(
  listener: RequestListener,
  log: BoundedLog,
  limits: ServerLimits = SERVER_LIMITS,
): Server {
  const { headersMs, requestMs, keepAliveMs, silentMs, lookMs, connections } = limits;
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: lookMs,
      maxHeaderSize: HEADERS_MAX_BYTES,
    },
    listener,
  );
  server.timeout = silentMs;
  server.maxConnections = connections;
  server.on("drop", () =>
    log.write(
      "warn",
      { event: "rate_limited", reason: "connections" },
      { limit: connections },
      "A connection was closed at once: there are too many",
    ),
  );
  return server;
}
