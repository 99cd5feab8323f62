import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../clock.ts";
import type { SignupMode } from "../../config/types.ts";
import type { Logger } from "../../logger.ts";
import { pageHeaders } from "../../pages/content-security-policy.ts";
import { renderProblemPage, renderSignupPage } from "../../pages/signup-page.ts";
import { PROBLEMS, type ProblemCode } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { problemText } from "../../problems/render.ts";
import { requireUnfinished } from "../../signup/require-unfinished.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { withParameters } from "../../signup/urls.ts";
import type { BrowserCookie } from "../browser-cookie.ts";
import { logProblem, toProblem } from "../problem-handler.ts";
import { requestLocale } from "../request-context.ts";

export interface PageDeps {
  signup: SignupService;
  cookie: BrowserCookie;
  clock: Clock;
  logger: Logger;
  mode: SignupMode;
  sdkUrl: string;
  /** Outside production the popup's messages may also come from the SDK's own origin. */
  production: boolean;
  partnerSolutionConfigured: boolean;
  defaultLocale: Locale;
}

/** Sends a page with its security headers and a fresh nonce. */
export function sendPage(
  request: Request,
  response: Response,
  status: number,
  sdkOrigin: string | undefined,
  render: (nonce: string) => string,
): void {
  const nonce = randomBytes(18).toString("base64url");
  const html = render(nonce);
  response
    .status(status)
    .set({ ...pageHeaders({ nonce, sdkOrigin }), Vary: "Accept-Encoding" })
    .type("html");
  if (request.acceptsEncodings("gzip"))
    response.set("Content-Encoding", "gzip").send(gzipSync(html));
  else response.send(html);
}

/** The page behind a signup link. Looking at it changes nothing: mail scanners open links. */
export function getSignup(deps: PageDeps): RequestHandler {
  return async (request, response) => {
    let session: SignupSession | undefined;
    try {
      const { payload } = request.query;
      if (typeof payload !== "string" || payload === "") throw new ProblemError("session_unknown");
      const found = await deps.signup.byPayload(payload);
      session = found;
      const browserHash = deps.cookie.ensure(request, response);
      requireStartable(deps, found, browserHash);
      const sdkOrigin = deps.mode === "meta" ? new URL(deps.sdkUrl).origin : undefined;
      sendPage(request, response, 200, sdkOrigin, (nonce) =>
        renderSignupPage(signupView(deps, found, payload, nonce, sdkOrigin)),
      );
    } catch (error) {
      sendProblemPage(deps, request, response, error, session);
    }
  };
}

function requireStartable(deps: PageDeps, session: SignupSession, browserHash: string): void {
  requireUnfinished(session, deps.clock.now());
  if (session.browserHash !== undefined && session.browserHash !== browserHash)
    throw new ProblemError("session_in_use");
  if (!deps.partnerSolutionConfigured) throw new ProblemError("partner_solution_id_not_configured");
}

function signupView(
  deps: PageDeps,
  session: SignupSession,
  payload: string,
  nonce: string,
  sdkOrigin: string | undefined,
) {
  return {
    locale: session.locale,
    nonce,
    account: session.accountName ?? session.userId,
    returnTo: session.returnUrl,
    backUrl: failureUrl(session, "signup_cancelled"),
    mode: deps.mode,
    payload,
    phoneNumber: session.phoneNumberTyped ? undefined : session.phoneNumber,
    displayName: session.displayNameTyped ? undefined : session.displayName,
    phoneNumberType: session.phoneNumberType,
    ...(sdkOrigin ? { sdkUrl: deps.sdkUrl } : {}),
    messageOrigins: !deps.production && sdkOrigin ? [sdkOrigin] : [],
    expiresAt: session.expiresAt.toISOString(),
  };
}

/** Where "back" leads: to the SaaS, which learns what happened. */
function failureUrl(session: SignupSession, code: ProblemCode): string {
  return withParameters(session.failureUrl, {
    code,
    msg: problemText(code, session.locale).detail,
    sessionId: session._id,
  });
}

function sendProblemPage(
  deps: PageDeps,
  request: Request,
  response: Response,
  error: unknown,
  session: SignupSession | undefined,
): void {
  const problem = toProblem(error);
  logProblem(deps.logger, problem);
  const { code } = problem;
  const locale = session?.locale ?? requestLocale(request, deps.defaultLocale);
  sendPage(request, response, PROBLEMS[code].status, undefined, (nonce) =>
    renderProblemPage({
      locale,
      nonce,
      code,
      ...(session
        ? { account: session.accountName ?? session.userId, returnUrl: failureUrl(session, code) }
        : {}),
    }),
  );
}
