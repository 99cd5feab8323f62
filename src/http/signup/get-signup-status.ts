import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../clock.ts";
import { rateLimited } from "../../limits/rate-limited.ts";
import type { StatusView } from "../../pages/status-view.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { toProblem } from "../middleware/problem-handler.ts";
import type { ProblemLog } from "../middleware/problem-log.ts";
import type { Readiness } from "../system/get-ready.ts";
import { pageLocale } from "./page.ts";
import { ownCompletedSession, signupStatus, type StatusDeps } from "./signup-status.ts";

/** How often a stream looks into the database. */
const LOOK_MS = 1_000;
/**
 * Silence that proxies take for a dead connection begins at about 30 s. The page hears these too, as
 * events, and knows a dead connection by their absence.
 */
const HEARTBEAT_MS = 15_000;
/** The browser opens the next one by itself, so that none outlives a deployment by much. */
const STREAM_LIFE_MS = 10 * 60_000;
/** A page and a reload or two; more come from no customer. */
const STREAMS_PER_SESSION = 4;
const RETRY_AFTER_SECONDS = 5;

export interface StatusStreamDeps extends StatusDeps {
  readiness: Readiness;
  clock: Clock;
  problemLog: ProblemLog;
}

/** How the registration is doing: once as JSON, or as server-sent events until it is settled. */
export function getSignupStatus(deps: StatusStreamDeps): RequestHandler {
  const streams = new Map<string, number>();
  return async (request, response) => {
    const { session: id } = request.query;
    if (typeof id !== "string") throw new ProblemError("session_unknown");
    const session = await ownCompletedSession(deps, request, id);
    const locale = pageLocale(request, session, deps.defaultLocale);
    // Read again each time: the session has news as well, and its owner may have released it.
    const look = async () => {
      return signupStatus(deps, await ownCompletedSession(deps, request, id), locale);
    };
    if (!wantsStream(request)) {
      response.json({ success: true, sessionId: id, ...(await look()) });
      return;
    }
    const open = streams.get(id) ?? 0;
    if (open >= STREAMS_PER_SESSION) {
      throw rateLimited(
        { limit: "streams", sessionId: id, userId: session.userId },
        RETRY_AFTER_SECONDS,
      );
    }
    streams.set(id, open + 1);
    try {
      await stream(deps, request, response, look);
    } finally {
      const left = (streams.get(id) ?? 1) - 1;
      if (left > 0) streams.set(id, left);
      else streams.delete(id);
    }
  };
}

function wantsStream(request: Request): boolean {
  const types = ["text/event-stream", "application/json"];
  return request.method === "GET" && request.accepts(types) === "text/event-stream";
}

async function stream(
  { readiness, clock, problemLog }: StatusStreamDeps,
  request: Request,
  response: Response,
  look: () => Promise<StatusView>,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    // The server may stop as soon as the stream has ended.
    Connection: "close",
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  const endsAt = clock.monotonicMs() + STREAM_LIFE_MS;
  let sentAt = clock.monotonicMs();
  let last = "";
  const send = async (text: string) => {
    sentAt = clock.monotonicMs();
    // A reader that does not read is waited for, not piled up for.
    if (!response.write(text)) await once(response, "drain", { signal: gone.signal });
  };
  try {
    while (!readiness.stopping && clock.monotonicMs() < endsAt) {
      const view = await look();
      const data = JSON.stringify(view);
      if (data !== last) await send(`data: ${data}\n\n`);
      else if (clock.monotonicMs() - sentAt >= HEARTBEAT_MS) {
        await send("event: ping\ndata: {}\n\n");
      }
      last = data;
      if (view.settled) {
        await send("event: end\ndata: {}\n\n");
        break;
      }
      await sleep(LOOK_MS, undefined, { signal: gone.signal });
    }
  } catch (error) {
    // The headers are sent; the browser comes again, and a reader who left wants nothing.
    if (!gone.signal.aborted && !response.destroyed) problemLog.write(toProblem(error), request);
  }
  response.end();
}
