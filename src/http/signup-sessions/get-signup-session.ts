import type { RequestHandler } from "express";
import type { Clock } from "../../clock.ts";
import type { BrowserEvent } from "../../signup/browser-events.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { sessionStatus, type SignupSession } from "../../signup/signup-session.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";

/** A session as its owner sees it, with what happened so far. */
export function getSignupSession(signup: SignupService, clock: Clock): RequestHandler {
  return async (request, response) => {
    const session = await signup.get(callerOf(response).userId, idOf(request));
    response.json({
      sessionId: session._id,
      status: sessionStatus(session, clock.now()),
      expiresAt: session.expiresAt.toISOString(),
      ...(session.integrationId ? { integrationId: session.integrationId } : {}),
      timeline: timelineOf(session),
    });
  };
}

/** The service's own entries, and the browser's marked as its word, in the order of their times. */
function timelineOf({ timeline, browserEvents }: SignupSession) {
  const { first = [], newest = [] } = browserEvents ?? {};
  const reported = [...first, ...newest].map(browserEntry);
  return [...timeline, ...reported].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

function browserEntry({ at, event, data }: BrowserEvent) {
  const entry = { at, event, source: "browser" };
  if (data.length === 0) return entry;
  return { ...entry, data: Object.fromEntries(data.map(({ name, value }) => [name, value])) };
}
