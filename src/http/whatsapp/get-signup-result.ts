import type { RequestHandler } from "express";
import { renderResultPage } from "../../pages/result-page.ts";
import { isProblemCode } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { canonicalPhoneNumber } from "../../phone-number.ts";
import { requestLocale } from "../request-context.ts";
import { sendPage } from "./get-signup.ts";

/** The service's own page after the callback, where the SaaS has named no address of its own. */
export function getSignupResult(defaultLocale: Locale): RequestHandler {
  return (request, response) => {
    const { code, phone } = request.query;
    const phoneNumber = typeof phone === "string" ? canonicalPhoneNumber(phone) : undefined;
    const outcome =
      typeof code === "string" && isProblemCode(code)
        ? ({ kind: "failed", code } as const)
        : ({ kind: "received", phoneNumber } as const);
    const locale = requestLocale(request, defaultLocale);
    sendPage(response, 200, undefined, (nonce) => renderResultPage({ locale, nonce, outcome }));
  };
}
