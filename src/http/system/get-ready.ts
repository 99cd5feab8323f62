import type { RequestHandler } from "express";

/** Whether the service should get traffic. */
export interface Readiness {
  /** True from the moment shutdown begins. */
  stopping: boolean;
  /** Whether the database answers in time. */
  databaseAnswers: () => Promise<boolean>;
}

/** 200 while the service can work, 503 otherwise. */
export function getReady(readiness: Readiness): RequestHandler {
  return async (_request, response) => {
    const database = !readiness.stopping && (await readiness.databaseAnswers());
    const ready = database && !readiness.stopping;
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? "ready" : readiness.stopping ? "stopping" : "unavailable" });
  };
}
