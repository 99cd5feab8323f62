import { expect, test } from "@jest/globals";
import { renderProblemPage } from "../../../src/pages/signup-page.ts";
import { problemText } from "../../../src/problems/render.ts";

test.each([
  [
    "partner_solution_id_not_configured",
    "Our team has to solve this. There is nothing for you to do.",
  ],
  ["database_unavailable", "Wait a minute and try again."],
  ["rate_limited", "Wait a minute and try again."],
  ["session_expired", problemText("session_expired", "en").action],
] as const)("A customer who meets %s is told %j", (code, told) => {
  const brand = { name: "Shop", logoUrl: undefined, color: undefined };
  const page = renderProblemPage({
    locale: "en",
    nonce: "x",
    brand: brand as never,
    address: "/",
    code,
  });
  const action = problemText(code, "en").action;

  expect(page).toContain(told);
  expect(page.includes(action)).toBe(told === action);
});
