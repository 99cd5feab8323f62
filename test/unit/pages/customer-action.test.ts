import { describe, expect, test } from "@jest/globals";
import { renderProblemPage } from "../../../src/pages/signup-page.ts";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from "../../../src/problems/catalogue.ts";
import { LOCALES, type Locale } from "../../../src/problems/locales.ts";
import { problemText } from "../../../src/problems/render.ts";
import { unfitFor } from "../../support/customer-words.ts";

const pageOf = (code: ProblemCode, locale: Locale) =>
  renderProblemPage({ locale, nonce: "x", address: "/", code });

/** What is read on it: its title and its content, but for the code that support asks for. */
function wordsOn(page: string, code: ProblemCode): string {
  const withoutStyle = page.replaceAll(/<style.*?<\/style>/gs, "");
  return withoutStyle.replaceAll(/<[^>]*>/g, " ").replaceAll(code, "");
}

test.each([
  [
    "partner_solution_id_not_configured",
    "Our team has to solve this. There is nothing for you to do.",
  ],
  ["database_unavailable", "Wait a minute and try again."],
  ["rate_limited", "Wait a minute and try again."],
  ["session_expired", problemText("session_expired", "en").action],
] as const)("A customer who meets %s is told %j", (code, told) => {
  const page = pageOf(code, "en");
  const { action } = problemText(code, "en");

  expect(page).toContain(told);
  expect(page.includes(action)).toBe(told === action);
});

describe.each(LOCALES)("The page about a problem, in %s,", (locale) => {
  test.each(PROBLEM_CODES)("names %s in words that a baker understands", (code) => {
    const page = pageOf(code, locale);

    expect(page).toContain(problemText(code, locale).title.replaceAll("'", "&#39;"));
    expect(unfitFor(wordsOn(page, code))).toBeUndefined();
  });

  test("says nothing of what others have to do", () => {
    const others = PROBLEM_CODES.filter((code) => PROBLEMS[code].actor !== "customer");
    const told = others.filter((code) =>
      pageOf(code, locale).includes(problemText(code, locale).action),
    );

    expect(told).toEqual([]);
  });
});
