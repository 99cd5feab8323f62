import type { RequestHandler } from "express";
import type { SignupService } from "../../signup/signup-service.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";

/** Unbinds the browser, so that another one can start the session. */
export function postSignupSessionRelease(signup: SignupService): RequestHandler {
  return async (request, response) => {
    await signup.release(callerOf(response).userId, idOf(request));
    response.status(204).end();
  };
}
