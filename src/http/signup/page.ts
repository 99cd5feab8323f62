import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Request, Response } from "express";
import type { BrandConfig } from "../../config/build.ts";
import { pageHeaders } from "../../pages/content-security-policy.ts";
import type { ProblemActor, ProblemCode } from "../../problems/catalogue.ts";
import { localeOf, pickLocale, type Locale } from "../../problems/locales.ts";
import { customerDetail } from "../../problems/render.ts";
import { returnParameters, type SignupSession } from "../../signup/signup-session.ts";
import { RESULT_PATH, withParameters } from "../../signup/urls.ts";

/** Sends a page with its security headers and a fresh nonce. */
export function sendPage(
  request: Request,
  response: Response,
  page: {
    status: number;
    sdkOrigin?: string | undefined;
    brand: BrandConfig;
    formsOnly?: boolean;
  },
  render: (nonce: string) => string,
): void {
  const { status, sdkOrigin, brand, formsOnly = false } = page;
  const nonce = randomBytes(18).toString("base64url");
  const html = render(nonce);
  response
    .status(status)
    .set({
      ...pageHeaders({ nonce, sdkOrigin, logoUrl: brand.logoUrl, formsOnly }),
      Vary: "Accept-Encoding",
    })
    .type("html");
  if (request.acceptsEncodings("gzip")) {
    response.set("Content-Encoding", "gzip").send(gzipSync(html));
  } else response.send(html);
}

/** Where "back" leads: to the SaaS, which learns what happened. */
export function failureUrl(
  session: SignupSession,
  code: ProblemCode,
  locale: Locale,
  actor?: ProblemActor,
): string {
  return withParameters(session.failureUrl, {
    code,
    msg: customerDetail(code, locale, actor),
    ...returnParameters(session),
  });
}

/** Where addresses of the SaaS are missing, our own page stands in for them. */
export function isOwnPage(publicUrl: string, url: string): boolean {
  return url.startsWith(`${publicUrl}${RESULT_PATH}`);
}

/** The SaaS's address for a browser whose link belongs to no session; undefined where none is set. */
export function frontendUrl(deps: { publicUrl: string; failureUrl: string }): string | undefined {
  const { publicUrl, failureUrl: url } = deps;
  return isOwnPage(publicUrl, url) ? undefined : new URL(url).origin;
}

/** What the customer chose on the page, else the session's language, else the browser's. */
export function pageLocale(
  request: Request,
  session: SignupSession | undefined,
  fallback: Locale,
): Locale {
  const { lang } = request.query;
  const chosen = typeof lang === "string" ? localeOf(lang) : undefined;
  if (chosen) return chosen;
  if (session?.localeChosen) return session.locale;
  return pickLocale(request.get("accept-language"), session?.locale ?? fallback);
}
