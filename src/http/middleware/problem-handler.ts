import type { ErrorRequestHandler, Response } from "express";
import { duplicateKey } from "../../database/duplicate-key.ts";
import { isDatabaseOutage, OUTAGE_RETRY_AFTER_SECONDS } from "../../database/outage.ts";
import type { Locale } from "../../problems/locales.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { renderProblem, type ProblemContext } from "../../problems/render.ts";
import type { ProblemLog } from "./problem-log.ts";
import { requestId, requestLocale } from "./request-context.ts";

/**
 * The one place where an error becomes a problem: a ProblemError as it is, errors of the body parser
 * and of the database by kind, every other error as `internal_error` with the original in the log alone.
 */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const parserType = error instanceof Error && "type" in error ? error.type : undefined;
  switch (parserType) {
    case "entity.too.large":
    case "parameters.too.many":
      return new ProblemError("payload_too_large");
    case "entity.parse.failed":
    case "encoding.unsupported":
    case "charset.unsupported":
    case "request.size.invalid":
    case "request.aborted":
    case "entity.verify.failed":
      return new ProblemError("invalid_request", {
        issues: [{ path: "", code: "unreadable_body", message: "the body cannot be read" }],
      });
    default:
  }
  if (error instanceof URIError) return new ProblemError("not_found");
  if (isDatabaseOutage(error)) {
    return new ProblemError("database_unavailable", {
      retryAfterSeconds: OUTAGE_RETRY_AFTER_SECONDS,
      cause: error,
    });
  }
  // Every caller that can meet a duplicate of our own indexes has handled that before: this one is
  // of an index that another program made.
  const duplicate = duplicateKey(error);
  if (duplicate) {
    return new ProblemError("database_index_conflict", { index: duplicate.index, cause: error });
  }
  return new ProblemError("internal_error", { cause: error });
}

/** Sends a problem as `application/problem+json`. */
export function sendProblem(
  response: Response,
  problem: ProblemError,
  context: ProblemContext,
): void {
  if (problem.code === "unauthenticated") response.set("WWW-Authenticate", "Bearer");
  if (problem.retryAfterSeconds !== undefined) {
    response.set("Retry-After", String(problem.retryAfterSeconds));
  }
  response
    .status(PROBLEMS[problem.code].status)
    .type("application/problem+json")
    .send(JSON.stringify(renderProblem(problem, context)));
}

export interface ProblemHandlerDeps {
  problemLog: ProblemLog;
  defaultLocale: Locale;
  publicUrl: string;
}

/** The last handler: every error of every route ends here. */
export function problemHandler({
  problemLog: log,
  defaultLocale,
  publicUrl,
}: ProblemHandlerDeps): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const problem = toProblem(error);
    log.write(problem, request);
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, problem, {
      locale: requestLocale(request, defaultLocale),
      instance: requestId(request),
      publicUrl,
    });
  };
}
