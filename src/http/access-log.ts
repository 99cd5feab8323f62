import type { RequestHandler } from "express";
import { pinoHttp } from "pino-http";
import type { Logger } from "../logger.ts";

/**
 * One line for each answered request: method, path, status, duration. An allow-list: never a query,
 * header, cookie or body, since those carry payloads, tokens and numbers.
 */
export function accessLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    customAttributeKeys: { reqId: "requestId", responseTime: "durationMs" },
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? "warn" : "debug",
    customSuccessMessage: () => "Request answered",
    customErrorMessage: () => "Request failed",
    wrapSerializers: false,
    serializers: {
      req: () => undefined,
      res: () => undefined,
      err: () => undefined,
    },
    customProps: (request, response) => ({
      method: request.method,
      path: (request.url ?? "").split("?")[0],
      status: response.statusCode,
    }),
  });
}
