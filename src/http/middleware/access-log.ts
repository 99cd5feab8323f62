import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import { pinoHttp } from "pino-http";
import type { Logger } from "../../logger.ts";

/**
 * One line for each answered request, of what is allowed in it and nothing else: never a query,
 * header, cookie or body, since those carry payloads, tokens and numbers.
 */
export function accessLog(logger: Logger): RequestHandler {
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
    startedAt.set(request, performance.now());
    log(request, response, next);
  };
}
