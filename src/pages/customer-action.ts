import type { ProblemCode } from "../problems/catalogue.ts";
import type { Locale } from "../problems/locales.ts";
import { describeProblem } from "../problems/render.ts";
import type { OthersActions } from "./texts/page-texts.ts";
import { pageTexts } from "./texts/index.ts";

/** The texts of `OthersActions` in a language. */
export function othersActions(locale: Locale): OthersActions {
  const { awaited, browser } = pageTexts(locale).status;
  return { operator: awaited.operator, later: browser.tooSoon };
}

/** What the customer can do about a problem; `browser/customer-action.js` says the same of an answer. */
export function customerAction(code: ProblemCode, locale: Locale): string {
  const { actor, retryable, action } = describeProblem(code, locale);
  if (actor === "customer" || actor === "meta") return action;
  const { later, operator } = othersActions(locale);
  return retryable ? later : operator;
}
