import type { Request, RequestHandler, Response } from "express";
import { renderResultPage, type ResultPageView } from "../../pages/result-page.ts";
import { renderStatusPage } from "../../pages/status-page.ts";
import { isProblemCode, type ProblemCode } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { isUnfinished, type SignupSession } from "../../signup/signup-session.ts";
import { RESULT_PATH, SIGNUP_PATH } from "../../signup/urls.ts";
import { isOwnBrowser } from "../../signup/whose-session.ts";
import { failingOnPage } from "../middleware/failing-on-page.ts";
import { sendFailedPage } from "./failed-page.ts";
import type { PageDeps } from "./get-signup.ts";
import { frontendUrl, pageLocale, sendPage } from "./page.ts";
import { signupStatus, type StatusDeps } from "./signup-status.ts";

type ResultDeps = PageDeps & StatusDeps;

/**
 * The service's own page after the callback. What it says comes from the session, not from the
 * address; the browser that went through it sees the registration live, another one where it can be
 * seen, and nothing of number, account and how it stands.
 */
export function getSignupResult(deps: ResultDeps): RequestHandler {
  const show = async (request: Request, response: Response) => {
    const session = await sessionOf(deps, request);
    const locale = pageLocale(request, session, deps.defaultLocale);
    const code = codeOf(request);
    const browserHash = deps.cookie.hash(request);
    const own = session !== undefined && isOwnBrowser(browserHash, session);
    if (own && code === undefined && session.status === "completed") {
      await sendStatus(deps, request, response, session, locale);
      return;
    }
    const { brand } = deps;
    const view: Omit<ResultPageView, "nonce"> = {
      locale,
      brand,
      address: addressOf(session, code),
      outcome: outcomeOf(session, own, code),
      sessionId: session?._id,
      ...(own ? { account: session.accountName ?? session.userId } : {}),
      // The tab remembers the link's token, which this address lacks.
      againUrl: own && isUnfinished(session, deps.clock.now()) ? SIGNUP_PATH : undefined,
      returnUrl: frontendUrl(deps),
    };
    sendPage(request, response, { status: 200, brand }, (nonce) =>
      renderResultPage({ ...view, nonce }),
    );
  };
  return failingOnPage(deps.problemLog, show, (request, response, problem) =>
    sendFailedPage(deps, request, response, problem),
  );
}

async function sendStatus(
  deps: ResultDeps,
  request: Request,
  response: Response,
  session: SignupSession,
  locale: Locale,
): Promise<void> {
  const status = await signupStatus(deps, session, locale);
  const { brand } = deps;
  sendPage(request, response, { status: 200, brand }, (nonce) =>
    renderStatusPage({
      locale,
      nonce,
      brand,
      address: addressOf(session, undefined),
      sessionId: session._id,
      account: session.accountName ?? session.userId,
      phoneNumber: session.callback?.phoneNumber,
      status,
    }),
  );
}

async function sessionOf(deps: PageDeps, request: Request): Promise<SignupSession | undefined> {
  const { session: id } = request.query;
  return typeof id === "string" ? deps.signup.find(id) : undefined;
}

function outcomeOf(
  session: SignupSession | undefined,
  own: boolean,
  code: ProblemCode | undefined,
): ResultPageView["outcome"] {
  if (code) return { kind: "failed", code };
  if (session && !own) return { kind: "elsewhere" };
  return { kind: "failed", code: session ? "signup_failed" : "session_unknown" };
}

function codeOf(request: Request): ProblemCode | undefined {
  const { code } = request.query;
  return typeof code === "string" && isProblemCode(code) ? code : undefined;
}

function addressOf(session: SignupSession | undefined, code: ProblemCode | undefined): string {
  const query = new URLSearchParams({
    ...(session ? { session: session._id } : {}),
    ...(code ? { code } : {}),
  });
  return `${RESULT_PATH}?${query.toString()}`;
}
