import type { RequestHandler } from "express";
import type { Clock } from "../../clock.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { sessionStatus } from "../../signup/signup-session.ts";
import { callerOf } from "../caller.ts";
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
      timeline: session.timeline,
    });
  };
}
