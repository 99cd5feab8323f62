import type { RequestHandler } from "express";
import { OUTAGE_RETRY_AFTER_SECONDS } from "../database/outage.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { HttpDeps } from "./http-deps.ts";
import { sendFailedPage } from "./signup/failed-page.ts";

/** Paths behind which nothing is read from the database. */
const ALWAYS = /^\/(health$|ready$|metrics$|ops\/|openapi\.json$|docs(\/|$)|problems\/)/;

/**
 * Until the database is there with its unique indexes nothing may be read from it or written to it:
 * a program gets the problem, a browser a page to try again.
 */
export function refuseWhileStarting(deps: HttpDeps): RequestHandler {
  return (request, response, next) => {
    if (deps.readiness.startedUp || ALWAYS.test(request.path)) return next();
    const problem = new ProblemError("database_unavailable", {
      retryAfterSeconds: OUTAGE_RETRY_AFTER_SECONDS,
      message: "the service is still starting",
    });
    if (!request.accepts(["json", "html"]) || request.accepts(["json", "html"]) === "json") {
      throw problem;
    }
    sendFailedPage(deps, request, response, problem);
  };
}
