import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { ProblemError } from "../../problems/problem-error.ts";
import type { CodeOwner, RegistrationCommands } from "../../registration/commands.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { oneTimeCodeField, parseBody } from "../middleware/validate.ts";
import { pageLocale } from "./page.ts";
import {
  integrationOf,
  ownCompletedSession,
  signupStatus,
  type StatusDeps,
} from "./signup-status.ts";

const sessionField = z.string().min(1).max(64);
export const codeBody = z.strictObject({ session: sessionField, code: oneTimeCodeField });
export const newCodeBody = z.strictObject({
  session: sessionField,
  method: z.enum(["sms", "voice"]),
});

export interface BrowserCommandDeps extends StatusDeps {
  commands: RegistrationCommands;
}

/** The one-time code from the browser that went through the signup; handed on before the answer. */
export function postSignupVerification(deps: BrowserCommandDeps): RequestHandler {
  return async (request, response) => {
    const { session: id, code } = parseBody(codeBody, request);
    const { session, whose } = await ownRegistration(deps, request, id);
    await deps.commands.verify(whose, code);
    await answer(deps, request, response, session);
  };
}

/** The same browser asks for a new code. */
export function postSignupVerificationResend(deps: BrowserCommandDeps): RequestHandler {
  return async (request, response) => {
    const { session: id, method } = parseBody(newCodeBody, request);
    const { session, whose } = await ownRegistration(deps, request, id);
    await deps.commands.resend(whose, method);
    await answer(deps, request, response, session);
  };
}

/** @throws ProblemError as `ownCompletedSession`, and `not_in_state` once another signup took over */
async function ownRegistration(
  deps: BrowserCommandDeps,
  request: Request,
  id: string,
): Promise<{ session: SignupSession; whose: CodeOwner }> {
  const session = await ownCompletedSession(deps, request, id);
  const integration = await integrationOf(deps, session);
  if (integration === undefined) throw new ProblemError("busy", { retryAfterSeconds: 2 });
  if (integration === "replaced") throw new ProblemError("not_in_state");
  const { _id: sessionId, userId } = session;
  return { session, whose: { userId, id: String(integration._id), sessionId } };
}

async function answer(
  deps: BrowserCommandDeps,
  request: Request,
  response: Response,
  session: SignupSession,
): Promise<void> {
  const locale = pageLocale(request, session, deps.defaultLocale);
  const status = await signupStatus(deps, session, locale);
  response.status(202).json({ success: true, sessionId: session._id, ...status });
}
