import type { Request, RequestHandler, Response } from "express";
import { addLogContext, type Logger } from "../../logger.ts";
import { canonicalPhoneNumber, maskPhoneNumber } from "../../phone-number.ts";
import type { RawCallback } from "../../onboarding/callback-values.ts";
import type { OnboardingService } from "../../onboarding/onboarding-service.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { customerDetail } from "../../problems/render.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { returnParameters, type SignupSession } from "../../signup/signup-session.ts";
import { withParameters } from "../../signup/urls.ts";
import { requireCaller, type SessionCaller } from "../../signup/whose-session.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import type { AuthenticateRequest } from "../middleware/caller.ts";
import { sendProblem, toProblem } from "../middleware/problem-handler.ts";
import { loggedIssues, providerPartOf, type ProblemLog } from "../middleware/problem-log.ts";
import { requestId, requestLocale, wantsJson } from "../middleware/request-context.ts";
import { readCallback, requireReadable, requireUsable } from "./callback-request.ts";

export interface CallbackDeps {
  signup: SignupService;
  onboarding: OnboardingService;
  authenticate: AuthenticateRequest;
  cookie: BrowserCookie;
  logger: Logger;
  problemLog: ProblemLog;
  publicUrl: string;
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
    const callback = readCallback(request);
    // A program with a bad token is told so; it is not sent to the customer's failure page.
    const bearer = await bearerOf(deps, request);
    let session: SignupSession | undefined;
    try {
      const found = await findSession(deps, callback.values);
      if (found) learnNumber(found, callback.values);
      logReceived(deps, request, callback.values, found !== undefined);
      const caller = found && callerFor(deps, request, bearer, found);
      session = found;
      requireReadable(response);
      requireUsable(callback);
      if (!session || !caller) throw new ProblemError("session_unknown");
      const accepted = await deps.onboarding.receive(session, caller, callback.values);
      if (wantsJson(request)) response.json({ success: true, status: "pending", ...accepted });
      else response.redirect(303, accepted.redirectUrl);
    } catch (error) {
      const problem = toProblem(error);
      // The owner may have let another browser have the session while Meta was asked.
      if (problem.code === "browser_mismatch") session = undefined;
      answerProblem(deps, request, response, problem, session);
    }
  };
}

/** Undefined where no token is given; what a proxy in front wants of the browser is none. */
async function bearerOf(
  deps: CallbackDeps,
  request: Request,
): Promise<{ userId: string } | undefined> {
  const authorization = request.get("authorization");
  if (authorization === undefined || !/^bearer\b/i.test(authorization)) return undefined;
  const { userId } = await deps.authenticate(request);
  return { userId };
}

/** @throws ProblemError as `requireCaller` */
function callerFor(
  { cookie }: CallbackDeps,
  request: Request,
  bearer: { userId: string } | undefined,
  session: SignupSession,
): SessionCaller {
  const caller = bearer ?? { browserHash: cookie.hash(request) };
  requireCaller(caller, session);
  return caller;
}

/** Undefined for a payload that stands for no session, or none. */
async function findSession(
  { signup }: CallbackDeps,
  { payload }: RawCallback,
): Promise<SignupSession | undefined> {
  if (!payload) return undefined;
  try {
    return await signup.byPayload(payload);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "session_unknown") return undefined;
    throw error;
  }
}

/** A session without a number is of the number that the callback brings. */
function learnNumber(
  { phoneNumber, callback }: SignupSession,
  { TwilioNumber }: RawCallback,
): void {
  const given = TwilioNumber === undefined ? undefined : canonicalPhoneNumber(TwilioNumber);
  if (given && !phoneNumber && !callback) addLogContext({ phoneNumber: given });
}

/**
 * Each callback of a known session has a line. Callbacks without a session can come from strangers
 * in any number, so their lines are bounded.
 */
function logReceived(
  { logger, problemLog }: CallbackDeps,
  request: Request,
  values: RawCallback,
  isKnown: boolean,
): void {
  const kind = { event: "onboarding_callback_received" } as const;
  const fields = {
    method: request.method,
    parameters: Object.keys(values),
    ...(values.TwilioNumber ? { TwilioNumber: maskPhoneNumber(values.TwilioNumber) } : {}),
    ...(values.error ? { failureForm: true } : {}),
  };
  const message = "Onboarding callback received";
  if (isKnown) logger.info({ ...kind, ...fields }, message);
  else problemLog.bounded.write("info", kind, fields, message);
}

/**
 * Who was kept out, and what is a fault of ours or others, leaves a line of its own besides. Only what
 * strangers can cause is bounded: an operator who follows a session misses none of its lines.
 */
function logRejected(
  { logger, problemLog }: CallbackDeps,
  request: Request,
  problem: ProblemError,
  isProven: boolean,
): void {
  const { code, issues, logged } = problem;
  if (logged !== undefined || PROBLEMS[code].status >= 500) problemLog.write(problem, request);
  const kind = { event: "onboarding_callback_rejected", code } as const;
  const fields = {
    ...providerPartOf(problem),
    ...(issues ? { issues: loggedIssues(issues) } : {}),
  };
  const message = "Onboarding callback rejected";
  if (isProven) logger.warn({ ...kind, ...fields }, message);
  else problemLog.bounded.write("warn", kind, fields, message);
}

function answerProblem(
  deps: CallbackDeps,
  request: Request,
  response: Response,
  problem: ProblemError,
  session: SignupSession | undefined,
): void {
  logRejected(deps, request, problem, session !== undefined);
  const locale = session?.locale ?? requestLocale(request, deps.defaultLocale);
  if (wantsJson(request)) {
    const { publicUrl } = deps;
    sendProblem(response, problem, { locale, instance: requestId(request), publicUrl });
    return;
  }
  const url = withParameters(session?.failureUrl ?? deps.failureUrl, {
    code: problem.code,
    msg: customerDetail(problem.code, locale),
    ...(session ? returnParameters(session) : {}),
  });
  response.redirect(303, url);
}
