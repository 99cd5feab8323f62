import type { RequestHandler } from "express";

/** Whether the service should get traffic. */
export interface Readiness {
  /** True once the database has been there with its indexes. */
  startedUp: boolean;
  /** True from the moment shutdown begins. */
  stopping: boolean;
  /** Whether the database answers in time. */
  databaseAnswers: () => Promise<boolean>;
}

/** What every caller may read: no name, address or message of anything behind the service. */
interface ReadyView {
  status: "ready" | "starting" | "unavailable" | "stopping";
  /** Why not. */
  reason?: "database_unavailable" | "database_being_prepared" | "shutting_down";
}

/** 200 while the service can work, 503 otherwise. */
export function getReady(readiness: Readiness): RequestHandler {
  return async (_request, response) => {
    const answers = !readiness.stopping && (await readiness.databaseAnswers());
    const view = readyView(readiness, answers);
    response.status(view.status === "ready" ? 200 : 503).json(view);
  };
}

function readyView({ startedUp, stopping }: Readiness, databaseAnswers: boolean): ReadyView {
  if (stopping) return { status: "stopping", reason: "shutting_down" };
  if (databaseAnswers && startedUp) return { status: "ready" };
  return {
    status: startedUp ? "unavailable" : "starting",
    reason: databaseAnswers ? "database_being_prepared" : "database_unavailable",
  };
}
