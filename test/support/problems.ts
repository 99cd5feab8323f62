import { expect } from "@jest/globals";
import type { Response } from "supertest";
import { PROBLEMS, isProblemCode, type ProblemActor } from "../../src/problems/catalogue.ts";
import type { Locale } from "../../src/problems/locales.ts";
import { ProblemError, type ProblemIssue } from "../../src/problems/problem-error.ts";
import { renderProblem } from "../../src/problems/render.ts";

interface ProblemBody {
  type?: string;
  code?: string;
  actor?: ProblemActor;
  index?: string;
  issues?: ProblemIssue[];
}

/**
 * `409 session_used`: status and code of an answer whose whole shape and headers were checked; with
 * the actor behind it where it is not the one of the catalogue, and the index that is named.
 */
export function problemIn(response: Response, locale: Locale = "es"): string {
  const { type = "", code = "", issues, actor, index } = response.body as ProblemBody;
  if (!isProblemCode(code)) throw new Error(`${response.status} and no problem: ${response.text}`);
  const problem = new ProblemError(code, {
    ...(issues ? { issues } : {}),
    ...(actor ? { actor } : {}),
    ...(index ? { index } : {}),
  });
  const instance = response.headers["x-request-id"] ?? "";
  expect({ status: response.status, body: response.body as unknown }).toEqual({
    status: PROBLEMS[code].status,
    body: renderProblem(problem, { locale, instance, publicUrl: originOf(type) }),
  });
  expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(response.headers["cache-control"]).toBe("no-store");
  const others = [actor === PROBLEMS[code].actor ? undefined : actor, index];
  return [response.status, code, ...others.filter((one) => one !== undefined)].join(" ");
}

/** Which origin is the service's own is its configuration's to say. */
function originOf(type: string): string {
  return URL.canParse(type) ? new URL(type).origin : "no address";
}

/** The same with what is wrong: `400 invalid_request: locale invalid_value`. */
export function issuesIn(response: Response, locale: Locale = "es"): string {
  const { issues = [] } = response.body as ProblemBody;
  const named = issues.map(({ path, code }) => `${path} ${code}`.trim());
  return `${problemIn(response, locale)}: ${named.toSorted().join(", ")}`;
}
