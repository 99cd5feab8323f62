import type { Request, Response } from "express";
import { renderResultPage } from "../../pages/result-page.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import type { ProblemError } from "../../problems/problem-error.ts";
import type { PageDeps } from "./get-signup.ts";
import { frontendUrl, pageLocale, sendPage } from "./page.ts";

/** The answer to a browser whose page could not be made: the reason, and a link to try again. */
export function sendFailedPage(
  deps: Pick<PageDeps, "brand" | "defaultLocale" | "failureUrl" | "publicUrl">,
  request: Request,
  response: Response,
  { code, retryAfterSeconds }: ProblemError,
): void {
  const { status, retryable } = PROBLEMS[code];
  const { brand } = deps;
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  sendPage(request, response, { status, brand }, (nonce) =>
    renderResultPage({
      locale: pageLocale(request, undefined, deps.defaultLocale),
      nonce,
      brand,
      outcome: { kind: "failed", code },
      againUrl: retryable && request.method === "GET" ? ownAddress(request) : undefined,
      returnUrl: frontendUrl(deps),
    }),
  );
}

/** Path and query. A path that begins with two slashes would lead to another host. */
function ownAddress({ originalUrl }: Request): string {
  return originalUrl.replace(/^\/+/, "/");
}
