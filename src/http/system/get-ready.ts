import type { Request, RequestHandler } from "express";
import { VERSION } from "../../version.ts";
import type { AuthenticateRequest } from "../middleware/caller.ts";
import type { Operator } from "../middleware/operator.ts";

/** Whether the service should get traffic. */
export interface Readiness {
  /** True once the database has been there with its indexes. */
  startedUp: boolean;
  /** True from the moment shutdown begins. */
  stopping: boolean;
  /** Whether the database answers in time. */
  databaseAnswers: () => Promise<boolean>;
  /** What this process' worker does. */
  worker: () => { isStopped: boolean; isPaused: boolean; underWay: number };
}

/** What every caller may read: no name, address or message of anything behind the service. */
interface ReadyView {
  status: "ready" | "starting" | "unavailable" | "stopping";
  /** Why not. */
  reason?: "database_unavailable" | "database_being_prepared" | "shutting_down";
}

/** What the operator reads beside it. */
interface ReadyDetails {
  version: string;
  uptimeSeconds: number;
  memoryBytes: number;
  database: { answers: boolean; ms: number };
  worker: { isStopped: boolean; isPaused: boolean; underWay: number };
}

/**
 * 200 while the service can work, 503 otherwise. With a token it is the operator who asks, and a
 * wrong one is refused: else anybody could try tokens here.
 */
export function getReady(
  readiness: Readiness,
  authenticateOperator: AuthenticateRequest<Operator>,
): RequestHandler {
  return async (request, response) => {
    const isOperator = await asksAsOperator(request, authenticateOperator);
    const startedMs = performance.now();
    const answers = !readiness.stopping && (await readiness.databaseAnswers());
    const ms = Math.round(performance.now() - startedMs);
    const view = readyView(readiness, answers);
    const database = { answers, ms };
    response
      .status(view.status === "ready" ? 200 : 503)
      .json(isOperator ? { ...view, details: detailsOf(readiness, database) } : view);
  };
}

async function asksAsOperator(
  request: Request,
  authenticateOperator: AuthenticateRequest<Operator>,
): Promise<boolean> {
  if (request.get("authorization") === undefined) return false;
  await authenticateOperator(request);
  return true;
}

function readyView({ startedUp, stopping }: Readiness, databaseAnswers: boolean): ReadyView {
  if (stopping) return { status: "stopping", reason: "shutting_down" };
  if (databaseAnswers && startedUp) return { status: "ready" };
  return {
    status: startedUp ? "unavailable" : "starting",
    reason: databaseAnswers ? "database_being_prepared" : "database_unavailable",
  };
}

function detailsOf({ worker }: Readiness, database: ReadyDetails["database"]): ReadyDetails {
  return {
    version: VERSION,
    uptimeSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage.rss(),
    database,
    worker: worker(),
  };
}
