import type { RequestHandler } from "express";
import type { SignupService } from "../../signup/signup-service.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";

/** Revokes a session. */
export function deleteSignupSession(signup: SignupService): RequestHandler {
  return async (request, response) => {
    await signup.revoke(callerOf(response).userId, idOf(request));
    response.status(204).end();
  };
}
