import type { ProblemCode } from "../problems/catalogue.ts";
import type { Locale } from "../problems/locales.ts";
import { describeProblem } from "../problems/render.ts";
import { pageTexts } from "./texts/index.ts";

/** What the customer hears instead of instructions that are written for others. */
export function othersActions(locale: Locale): {
  readonly operator: string;
  readonly later: string;
} {
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
