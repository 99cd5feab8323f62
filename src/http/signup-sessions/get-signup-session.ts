import type { RequestHandler } from "express";
import type { Clock } from "../../clock.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { statusUrl } from "../../signup/urls.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";
import { sessionView, timelineView } from "./session-view.ts";

/** A session as its owner sees it, with what happened so far. */
export function getSignupSession(
  signup: SignupService,
  clock: Clock,
  publicUrl: string,
): RequestHandler {
  return async (request, response) => {
    const session = await signup.get(callerOf(response).userId, idOf(request));
    response.json({
      ...sessionView(session, clock.now()),
      ...(session.status === "completed" && { statusUrl: statusUrl(publicUrl, session._id) }),
      timeline: timelineView(session),
    });
  };
}
