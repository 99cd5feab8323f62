import type { Request, RequestHandler } from "express";
import { renderResultPage, type ResultPageView } from "../../pages/result-page.ts";
import { isProblemCode, type ProblemCode } from "../../problems/catalogue.ts";
import type { SignupSession } from "../../signup/signup-session.ts";
import { requestLocale } from "../request-context.ts";
import { sendPage, type PageDeps } from "./get-signup.ts";

/**
 * The service's own page after the callback, where the SaaS has named no address of its own. What it
 * says comes from the session, not from the address; account and number only for the browser that
 * went through it.
 */
export function getSignupResult(deps: PageDeps): RequestHandler {
  return async (request, response) => {
    const session = await sessionOf(deps, request);
    const browserHash = deps.cookie.hash(request);
    // A session that no browser has started belongs to none, also to none without a cookie.
    const own = browserHash !== undefined && session?.browserHash === browserHash;
    const view: Omit<ResultPageView, "nonce"> = {
      locale: session?.locale ?? requestLocale(request, deps.defaultLocale),
      outcome: outcomeOf(request, session, own),
      ...(own && session ? { account: session.accountName ?? session.userId } : {}),
    };
    sendPage(request, response, 200, undefined, (nonce) => renderResultPage({ ...view, nonce }));
  };
}

async function sessionOf(deps: PageDeps, request: Request): Promise<SignupSession | undefined> {
  const { session: id } = request.query;
  return typeof id === "string" ? deps.signup.find(id) : undefined;
}

function outcomeOf(
  request: Request,
  session: SignupSession | undefined,
  own: boolean,
): ResultPageView["outcome"] {
  const code = codeOf(request);
  if (code) return { kind: "failed", code };
  if (session?.status === "completed")
    return { kind: "received", phoneNumber: own ? session.callback?.phoneNumber : undefined };
  return { kind: "failed", code: session ? "signup_failed" : "session_unknown" };
}

function codeOf(request: Request): ProblemCode | undefined {
  const { code } = request.query;
  return typeof code === "string" && isProblemCode(code) ? code : undefined;
}
