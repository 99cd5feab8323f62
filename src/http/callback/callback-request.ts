import type { Request, RequestHandler, Response } from "express";
import {
  CALLBACK_PARAMETERS,
  POST_ONLY,
  type CallbackParameter,
  type RawCallback,
} from "../../onboarding/callback-values.ts";
import { ProblemError, type ProblemIssue } from "../../problems/problem-error.ts";
import { toProblem } from "../middleware/problem-handler.ts";

const VALUE_MAX_LENGTH = 2048;

/** What a callback brought: usable values, and what is wrong with the others. */
export interface CallbackRequest {
  values: RawCallback;
  issues: ProblemIssue[];
}

/**
 * Collects the known parameters of query and body. A parameter that is given twice, in both places
 * or as anything but a text is an issue and no value; an empty one counts as absent; unknown ones,
 * which redirects like to carry, are left alone.
 */
export function readCallback(request: Request): CallbackRequest {
  const body: unknown = request.method === "POST" ? request.body : undefined;
  const sources = [request.query, isRecord(body) ? body : {}];
  const allowed = CALLBACK_PARAMETERS.filter(
    (name) => request.method === "POST" || !POST_ONLY.includes(name),
  );
  const values: RawCallback = {};
  const issues: ProblemIssue[] = [];
  if (body !== undefined && !isRecord(body)) {
    issues.push({ path: "", code: "invalid_type", message: "the body must be an object" });
  }
  for (const name of allowed) {
    const given = sources.flatMap((source) => (Object.hasOwn(source, name) ? [source[name]] : []));
    const issue = issueWith(name, given);
    const [value] = given;
    if (issue) issues.push(issue);
    else if (typeof value === "string" && value !== "") values[name] = value;
  }
  return { values, issues };
}

/** Parses the body and leaves what is wrong with it to the handler: a browser is sent on, not stopped. */
export function tolerantly(parse: RequestHandler): RequestHandler {
  return (request, response, next) => {
    void parse(request, response, (error?: unknown) => {
      if (error) response.locals.bodyProblem = toProblem(error);
      next();
    });
  };
}

/** @throws ProblemError where the body could not be read */
export function requireReadable(response: Response): void {
  const problem: unknown = response.locals.bodyProblem;
  if (problem instanceof ProblemError) throw problem;
}

/** @throws ProblemError `invalid_request` where a parameter could not be used */
export function requireUsable({ values, issues }: CallbackRequest): void {
  const missing = values.payload ? [] : [missingPayload()];
  if (issues.length > 0 || missing.length > 0) {
    throw new ProblemError("invalid_request", { issues: [...issues, ...missing] });
  }
}

function missingPayload(): ProblemIssue {
  return { path: "payload", code: "missing", message: "the payload of the signup is required" };
}

function issueWith(path: CallbackParameter, given: unknown[]): ProblemIssue | undefined {
  if (given.length > 1) return { path, code: "repeated", message: "given in query and body" };
  const [value] = given;
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return { path, code: "repeated", message: "given more than once" };
  if (typeof value !== "string") return { path, code: "invalid_type", message: "must be a text" };
  if (value.length > VALUE_MAX_LENGTH) return { path, code: "too_big", message: "is too long" };
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
