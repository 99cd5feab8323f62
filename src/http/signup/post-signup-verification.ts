import type { RequestHandler } from "express";
import { z } from "zod";
import { oneTimeCodeField, parseBody } from "../middleware/validate.ts";
import {
  answerStatus,
  ownRegistration,
  sessionField,
  type BrowserCommandDeps,
} from "./own-registration.ts";

export const codeBody = z.strictObject({ session: sessionField, code: oneTimeCodeField });
export const newCodeBody = z.strictObject({
  session: sessionField,
  method: z.enum(["sms", "voice"]),
});

/** The one-time code from the browser that went through the signup; handed on before the answer. */
export function postSignupVerification(deps: BrowserCommandDeps): RequestHandler {
  return async (request, response) => {
    const { session: id, code } = parseBody(codeBody, request);
    const { session, whose } = await ownRegistration(deps, request, id);
    await deps.commands.verify(whose, code);
    await answerStatus(deps, request, response, session);
  };
}

/** The same browser asks for a new code. */
export function postSignupVerificationResend(deps: BrowserCommandDeps): RequestHandler {
  return async (request, response) => {
    const { session: id, method } = parseBody(newCodeBody, request);
    const { session, whose } = await ownRegistration(deps, request, id);
    await deps.commands.resend(whose, method);
    await answerStatus(deps, request, response, session);
  };
}
