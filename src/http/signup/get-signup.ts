import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../clock.ts";
import type { BrandConfig } from "../../config/build.ts";
import type { SignupMode } from "../../config/schema.ts";
import type { Logger } from "../../logger.ts";
import { renderProblemPage, renderSignupPage } from "../../pages/signup-page.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { Quotas } from "../../limits/quotas.ts";
import { requireUnfinished } from "../../signup/require-unfinished.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { RESULT_PATH, SIGNUP_PATH } from "../../signup/urls.ts";
import { isOwnBrowser, requireCaller } from "../../signup/whose-session.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import { toProblem } from "../middleware/problem-handler.ts";
import type { ProblemLog } from "../middleware/problem-log.ts";
import { failureUrl, frontendUrl, pageLocale, sendPage } from "./page.ts";

export interface PageDeps {
  signup: SignupService;
  cookie: BrowserCookie;
  quotas: Pick<Quotas, "onboardings" | "lineRequests">;
  clock: Clock;
  logger: Logger;
  problemLog: ProblemLog;
  mode: SignupMode;
  sdkUrl: string;
  /** Meta's popup begins with the number. */
  asksNumberFirst: boolean;
  /** The callback takes a result only with Meta's code. */
  needsCode: boolean;
  /** Outside production the popup's messages may also come from the SDK's own origin. */
  production: boolean;
  partnerSolutionConfigured: boolean;
  brand: BrandConfig;
  defaultLocale: Locale;
  publicUrl: string;
  /** Where a browser goes whose session is not known. */
  failureUrl: string;
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
      const locale = pageLocale(request, found, deps.defaultLocale);
      const scarcity = await scarcityFor(deps, found);
      sendPage(request, response, { status: 200, sdkOrigin, brand: deps.brand }, (nonce) =>
        renderSignupPage({
          ...signupView(deps, found, locale, sdkOrigin),
          nonce,
          payload,
          address: addressOf(payload),
          scarcity,
          acceptLanguage: request.get("accept-language"),
        }),
      );
    } catch (error) {
      sendProblemPage(deps, request, response, error, session);
    }
  };
}

function requireStartable(deps: PageDeps, session: SignupSession, browserHash: string): void {
  requireUnfinished(session, deps.clock.now());
  requireCaller({ browserHash }, session, "start");
  if (!deps.partnerSolutionConfigured) throw new ProblemError("partner_solution_id_not_configured");
}

/** What Meta will probably refuse; a customer's number comes before all customers of a week. */
async function scarcityFor({ quotas }: PageDeps, { phoneNumber }: SignupSession) {
  const line = phoneNumber === undefined ? undefined : await quotas.lineRequests(phoneNumber);
  if (line?.freeAt) return { of: "line", until: line.freeAt.toISOString() } as const;
  const { freeAt } = await quotas.onboardings();
  return freeAt && ({ of: "onboardings", until: freeAt.toISOString() } as const);
}

function signupView(
  deps: PageDeps,
  session: SignupSession,
  locale: Locale,
  sdkOrigin: string | undefined,
) {
  return {
    locale,
    brand: deps.brand,
    account: session.accountName ?? session.userId,
    returnTo: session.returnUrl,
    backUrl: failureUrl(session, "signup_cancelled", locale),
    sessionId: session._id,
    mode: deps.mode,
    asksNumberFirst: deps.mode === "meta" && deps.asksNumberFirst,
    phoneNumber: session.phoneNumberTyped ? undefined : session.phoneNumber,
    displayName: session.displayNameTyped ? undefined : session.displayName,
    typedNumber: session.phoneNumberTyped ? session.phoneNumber : undefined,
    typedName: session.displayNameTyped ? session.displayName : undefined,
    isStarted: session.browserHash !== undefined,
    needsCode: deps.needsCode,
    phoneNumberType: session.phoneNumberType,
    ...(sdkOrigin ? { sdkUrl: deps.sdkUrl } : {}),
    messageOrigins: !deps.production && sdkOrigin ? [sdkOrigin] : [],
    expiresAt: session.expiresAt.toISOString(),
  };
}

function sendProblemPage(
  deps: PageDeps,
  request: Request,
  response: Response,
  error: unknown,
  session: SignupSession | undefined,
): void {
  const problem = toProblem(error);
  deps.problemLog.write(problem, request);
  const { code } = problem;
  const locale = pageLocale(request, session, deps.defaultLocale);
  const { payload } = request.query;
  const address = addressOf(typeof payload === "string" ? payload : undefined);
  const { brand } = deps;
  if (problem.retryAfterSeconds !== undefined) {
    response.set("Retry-After", String(problem.retryAfterSeconds));
  }
  const browserHash = deps.cookie.hash(request);
  const isOwn = session !== undefined && isOwnBrowser(browserHash, session);
  sendPage(request, response, { status: PROBLEMS[code].status, brand }, (nonce) =>
    renderProblemPage({
      locale,
      nonce,
      brand,
      address,
      code,
      isBare: payload === undefined,
      account: session && (session.accountName ?? session.userId),
      sessionId: session?._id,
      // The tab keeps the address; what is in the way may be gone by itself or by the owner's hand.
      againUrl: PROBLEMS[code].retryable || code === "session_in_use" ? SIGNUP_PATH : undefined,
      returnUrl: session ? failureUrl(session, code, locale) : frontendUrl(deps),
      ...(isOwn && session.status === "completed"
        ? { statusUrl: `${RESULT_PATH}?session=${session._id}` }
        : {}),
    }),
  );
}

function addressOf(payload: string | undefined): string {
  const query = payload === undefined ? "" : `?${new URLSearchParams({ payload }).toString()}`;
  return `${SIGNUP_PATH}${query}`;
}
