import type { Request, RequestHandler, Response } from "express";
import { maskPhoneNumber } from "../../phone-number.ts";
import type { RawCallback } from "../../onboarding/callback-values.ts";
import type { OnboardingService } from "../../onboarding/onboarding-service.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { problemText } from "../../problems/render.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { speaksFor, type SessionCaller } from "../../signup/signup-session-store.ts";
import { withParameters } from "../../signup/urls.ts";
import type { Authenticate } from "../authenticator.ts";
import type { BrowserCookie } from "../browser-cookie.ts";
import { logProblem, sendProblem, toProblem } from "../problem-handler.ts";
import { noStore, requestId, requestLocale, wantsJson } from "../request-context.ts";
import { readCallback, requireUsable } from "./callback-request.ts";

export interface CallbackDeps {
  signup: SignupService;
  onboarding: OnboardingService;
  authenticate: Authenticate;
  cookie: BrowserCookie;
  defaultLocale: Locale;
  /** Where a browser goes whose session is not known. */
  failureUrl: string;
}

/** Only a real visit may take a session: link scanners and prefetching browsers look without one. */
export function refusePrefetch(): RequestHandler {
  return (request, _response, next) => {
    const purpose = `${request.get("sec-purpose") ?? ""} ${request.get("purpose") ?? ""}`;
    if (/prefetch|prerender/i.test(purpose)) throw new ProblemError("prefetch_refused");
    next();
  };
}

/**
 * The result of Meta's popup. Every ending is an answer before anything is called at Twilio: a
 * redirect for a browser, JSON for a program.
 */
export function onboardingCallback(deps: CallbackDeps): RequestHandler {
  return async (request, response) => {
    noStore(response);
    const callback = readCallback(request);
    logReceived(request, callback.values);
    // A program with a bad token is told so; it is not sent to the customer's failure page.
    const bearer = await bearerOf(deps, request);
    let session: SignupSession | undefined;
    try {
      session = await sessionFor(deps, request, callback.values, bearer);
      requireUsable(callback);
      if (!session) throw new ProblemError("session_unknown");
      const caller = bearer ?? browserOf(deps, request);
      const accepted = await deps.onboarding.receive(session, caller, callback.values);
      if (wantsJson(request)) response.json({ success: true, status: "pending", ...accepted });
      else response.redirect(303, accepted.redirectUrl);
    } catch (error) {
      answerProblem(deps, request, response, toProblem(error), session);
    }
  };
}

async function bearerOf(
  deps: CallbackDeps,
  request: Request,
): Promise<{ userId: string } | undefined> {
  const authorization = request.get("authorization");
  if (authorization === undefined) return undefined;
  const { userId } = await deps.authenticate(authorization);
  return { userId };
}

function browserOf(deps: CallbackDeps, request: Request): { browserHash: string } {
  const browserHash = deps.cookie.hash(request);
  if (!browserHash) throw new ProblemError("browser_mismatch");
  return { browserHash };
}

/**
 * The session that the caller may speak for; undefined without a payload.
 * @throws ProblemError `session_unknown`, `browser_mismatch`
 */
async function sessionFor(
  deps: CallbackDeps,
  request: Request,
  values: RawCallback,
  bearer: { userId: string } | undefined,
): Promise<SignupSession | undefined> {
  if (!values.payload) return undefined;
  const session = await deps.signup.byPayload(values.payload);
  const caller: SessionCaller = bearer ?? browserOf(deps, request);
  if (speaksFor(caller, session)) return session;
  throw new ProblemError(bearer ? "session_unknown" : "browser_mismatch");
}

function logReceived(request: Request, values: RawCallback): void {
  request.log.info(
    {
      event: "onboarding_callback_received",
      method: request.method,
      parameters: Object.keys(values),
      ...(values.TwilioNumber ? { TwilioNumber: maskPhoneNumber(values.TwilioNumber) } : {}),
      ...(values.error ? { failureForm: true } : {}),
    },
    "Onboarding callback received",
  );
}

function answerProblem(
  deps: CallbackDeps,
  request: Request,
  response: Response,
  problem: ProblemError,
  session: SignupSession | undefined,
): void {
  logProblem(request.log, problem);
  const sessionId = session?._id;
  request.log.warn(
    {
      event: "onboarding_callback_rejected",
      code: problem.code,
      ...(sessionId ? { sessionId, userId: session?.userId } : {}),
      ...(problem.issues
        ? { issues: problem.issues.map(({ path, code }) => ({ path, code })) }
        : {}),
    },
    "Onboarding callback rejected",
  );
  const locale = session?.locale ?? requestLocale(request, deps.defaultLocale);
  if (wantsJson(request)) {
    sendProblem(response, problem, { locale, instance: requestId(request) });
    return;
  }
  const url = withParameters(session?.failureUrl ?? deps.failureUrl, {
    code: problem.code,
    msg: problemText(problem.code, locale).detail,
    ...(sessionId ? { sessionId } : {}),
  });
  response.redirect(303, url);
}
