import type { Request } from "express";
import type { Clock } from "../../clock.ts";
import type { LogEvent, Logger } from "../../logger.ts";
import { PROBLEMS, type ProblemCode } from "../../problems/catalogue.ts";
import type { ProblemError, ProblemIssue } from "../../problems/problem-error.ts";
import { failedCall } from "../../provider-message.ts";
import { BoundedLog } from "./bounded-log.ts";

const ISSUES_LOGGED = 10;
const PATH_MAX_LENGTH = 64;

/** Refusals that keep a caller out; the other refusals are ordinary answers. */
const KEPT_OUT = new Set([401, 403, 429]);

/**
 * One line for each problem that is answered: `error` for what a person must act on now; a refusal
 * with its kind of reason, bounded, since strangers can cause it. What the line says beyond the
 * answer (whose, which, expected) is for the operator alone.
 */
export class ProblemLog {
  readonly #logger: Logger;
  /** For other lines that strangers can cause. */
  readonly bounded: BoundedLog;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.bounded = new BoundedLog(logger, clock);
  }

  write(problem: ProblemError, request: Request): void {
    const { code, logged } = problem;
    const { status, actor } = PROBLEMS[code];
    if (status >= 500 && actor !== "caller") {
      const index = problem.index ? { index: problem.index } : {};
      this.#logger.error(
        { err: problem, code, ...index, ...providerPartOf(problem) },
        "A request could not be answered",
      );
      return;
    }
    // An unknown path is asked for by every scanner and says nothing of the service.
    if (code === "not_found") return;
    const { reason = code, ...fields } = logged ?? {};
    const isForeign = logged?.reason === "other_owner";
    this.bounded.write(
      KEPT_OUT.has(status) || isForeign ? "warn" : "info",
      { event: eventOf(code), code, reason },
      { what: what(request), ...issuesOf(problem), ...fields },
      "A request was refused",
    );
  }
}

/** What a log line says of a refusal by Twilio or Meta. */
export function providerPartOf({ providerCode, failedCall: call }: ProblemError) {
  return { ...(providerCode ? { providerCode } : {}), ...failedCall(call) };
}

function eventOf(code: ProblemCode): LogEvent {
  if (code === "unauthenticated") return "token_rejected";
  return code === "rate_limited" ? "rate_limited" : "access_refused";
}

/** Method and path template: ids in paths are in fields of their own, where they are known. */
function what({ method, route }: Request): string {
  const path: unknown = typeof route === "object" && route !== null ? route.path : undefined;
  return typeof path === "string" ? `${method} ${path}` : method;
}

function issuesOf({ issues }: ProblemError): { issues?: Pick<ProblemIssue, "path" | "code">[] } {
  return issues ? { issues: loggedIssues(issues) } : {};
}

/** Where the input was wrong and how; never the input, and no number that is part of a path. */
export function loggedIssues(
  issues: readonly ProblemIssue[],
): Pick<ProblemIssue, "path" | "code">[] {
  return issues.slice(0, ISSUES_LOGGED).map(({ path, code }) => {
    return { path: path.replace(/\d{5,}/g, "…").slice(0, PATH_MAX_LENGTH), code };
  });
}
