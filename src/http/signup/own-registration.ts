import type { Request, Response } from "express";
import { z } from "zod";
import { ProblemError } from "../../problems/problem-error.ts";
import type { CodeOwner, RegistrationCommands } from "../../registration/commands.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { pageLocale } from "./page.ts";
import {
  integrationOf,
  ownCompletedSession,
  signupStatus,
  type StatusDeps,
} from "./signup-status.ts";

export const sessionField = z.string().min(1).max(64);

export interface BrowserCommandDeps extends StatusDeps {
  commands: RegistrationCommands;
}

/**
 * The registration of the browser that went through the signup.
 * @throws ProblemError as `ownCompletedSession`, and `not_in_state` once another signup took over
 */
export async function ownRegistration(
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

/** What a command answers: how the registration is doing now. */
export async function answerStatus(
  deps: BrowserCommandDeps,
  request: Request,
  response: Response,
  session: SignupSession,
): Promise<void> {
  const locale = pageLocale(request, session, deps.defaultLocale);
  const status = await signupStatus(deps, session, locale);
  response.status(202).json({ success: true, sessionId: session._id, ...status });
}
