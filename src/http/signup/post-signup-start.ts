import type { RequestHandler } from "express";
import { z } from "zod";
import type { CodeRelay } from "../../code-relay/code-relay.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import {
  displayNameField,
  localeField,
  parseBody,
  phoneNumberField,
} from "../middleware/validate.ts";

export const startBody = z.strictObject({
  payload: z.string().min(1).max(256),
  confirm: z.literal(true),
  phoneNumber: phoneNumberField.optional(),
  displayName: displayNameField.optional(),
  locale: localeField.optional(),
});

/** The press of the button on the page: binds the session to this browser. */
export function postSignupStart(
  signup: SignupService,
  codeRelay: CodeRelay,
  cookie: BrowserCookie,
): RequestHandler {
  return async (request, response) => {
    const { payload, phoneNumber, displayName, locale } = parseBody(startBody, request);
    const browser = cookie.secret(request);
    // The page has set the cookie; a browser that did not keep it could not finish either.
    if (!browser) throw new ProblemError("browser_mismatch", { logged: { reason: "no_cookie" } });
    const started = await signup.start(payload, browser.hash, {
      ...(phoneNumber ? { phoneNumber } : {}),
      ...(displayName ? { displayName } : {}),
      ...(locale ? { locale } : {}),
    });
    cookie.renew(request, response);
    await codeRelay.begin(payload, browser);
    response.json({ success: true, ...started });
  };
}
