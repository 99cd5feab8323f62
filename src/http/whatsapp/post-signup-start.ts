import type { RequestHandler } from "express";
import { z } from "zod";
import { ProblemError } from "../../problems/problem-error.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import type { BrowserCookie } from "../browser-cookie.ts";
import { displayNameField, parseBody, phoneNumberField } from "../validate.ts";

const schema = z.strictObject({
  payload: z.string().min(1).max(256),
  confirm: z.literal(true),
  phoneNumber: phoneNumberField.optional(),
  displayName: displayNameField.optional(),
});

/** The press of the button on the page: binds the session to this browser. */
export function postSignupStart(signup: SignupService, cookie: BrowserCookie): RequestHandler {
  return async (request, response) => {
    const { payload, phoneNumber, displayName } = parseBody(schema, request);
    const browserHash = cookie.hash(request);
    // The page has set the cookie; a browser that did not keep it could not finish either.
    if (!browserHash) throw new ProblemError("browser_mismatch");
    const started = await signup.start(payload, browserHash, {
      ...(phoneNumber ? { phoneNumber } : {}),
      ...(displayName ? { displayName } : {}),
    });
    response.json({ success: true, ...started });
  };
}
