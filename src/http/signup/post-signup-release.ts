import type { RequestHandler } from "express";
import { z } from "zod";
import type { SignupService } from "../../signup/signup-service.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import { parseBody } from "../middleware/validate.ts";

export const releaseBody = z.strictObject({ payload: z.string().min(1).max(256) });

/** The browser cannot open the popup and gives the session back, so that its link works in another. */
export function postSignupRelease(signup: SignupService, cookie: BrowserCookie): RequestHandler {
  return async (request, response) => {
    const { payload } = parseBody(releaseBody, request);
    await signup.giveBack(payload, cookie.hash(request));
    response.status(204).end();
  };
}
