import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import { pinoHttp } from "pino-http";
import type { Logger } from "../../logger.ts";

/** Told of each answered request. */
export interface RequestMetrics {
  requestAnswered(request: { method: string; route?: string; status: number }, ms: number): void;
}

/**
 * One line for each answered request, of what is allowed in it and nothing else: never a query,
 * header, cookie or body, since those carry payloads, tokens and numbers.
 */
export function accessLog(logger: Logger, metrics: RequestMetrics): RequestHandler {
  const startedAt = new WeakMap<IncomingMessage, number>();
  const line = (request: IncomingMessage, response: ServerResponse) => ({
    requestId: request.id,
    method: request.method,
    path: (request.url ?? "").split("?")[0],
    status: response.statusCode,
    durationMs: Math.round(performance.now() - (startedAt.get(request) ?? 0)),
  });
  const log = pinoHttp({
    logger,
    quietResLogger: true,
    wrapSerializers: false,
    serializers: { req: () => undefined },
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? "warn" : "debug",
    customSuccessMessage: () => "Request answered",
    customErrorMessage: () => "Request failed",
    customSuccessObject: line,
    customErrorObject: line,
  });
  return (request, response, next) => {
    const started = performance.now();
    startedAt.set(request, started);
    response.once("close", () => {
      const { method } = request;
      const status = response.statusCode;
      metrics.requestAnswered({ method, ...routeOf(request), status }, performance.now() - started);
    });
    log(request, response, next);
  };
}

/** The template of the path, of which there are few; absent where no route has it. */
function routeOf({ route }: Request): { route?: string } {
  const path: unknown = typeof route === "object" && route !== null ? route.path : undefined;
  return typeof path === "string" ? { route: path } : {};
}
