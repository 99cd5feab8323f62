import type { Request, RequestHandler, Response } from "express";
import type { ProblemError } from "../../problems/problem-error.ts";
import { toProblem } from "./problem-handler.ts";
import type { ProblemLog } from "./problem-log.ts";

/** A page whose failures are logged as everywhere, and said on a page as well. */
export function failingOnPage(
  problemLog: ProblemLog,
  show: (request: Request, response: Response) => Promise<void>,
  fail: (request: Request, response: Response, problem: ProblemError) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    try {
      await show(request, response);
    } catch (error) {
      const problem = toProblem(error);
      problemLog.write(problem, request);
      await fail(request, response, problem);
    }
  };
}
