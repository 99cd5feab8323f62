import { describe, expect, test } from "@jest/globals";
import { pageTexts } from "../../../src/pages/texts/index.ts";
import { PROBLEM_CODES, PROBLEMS } from "../../../src/problems/catalogue.ts";
import { retryingAction } from "../../../src/problems/customer-action.ts";
import { LOCALES } from "../../../src/problems/locales.ts";
import { customerDetail, describeProblem } from "../../../src/problems/render.ts";
import { TEXTS } from "../../../src/web/button/texts.ts";
import { textsIn, unfitFor } from "../../support/customer-words.ts";

describe.each(LOCALES)("What the customer reads in %s", (locale) => {
  test.each(PROBLEM_CODES)("about %s is fit for them", (code) => {
    for (const actor of [PROBLEMS[code].actor, "operator"] as const) {
      const { title, customerAction } = describeProblem(code, locale, actor);
      const detail = customerDetail(code, locale, actor);

      expect(unfitFor([title, detail, customerAction].join("\n"))).toBeUndefined();
    }
  });

  test("is the action only where the customer has to act", () => {
    for (const code of PROBLEM_CODES) {
      const { actor, action, customerAction } = describeProblem(code, locale);

      expect([code, customerAction === action]).toEqual([code, actor === "customer"]);
    }
  });

  test("tells who is at it: time, our team, the page itself, or the service", () => {
    const others = PROBLEM_CODES.map((code) => describeProblem(code, locale)).filter(
      ({ actor }) => actor !== "customer",
    );
    const sentences = [...new Set(others.map(({ customerAction }) => customerAction))];

    expect(sentences).toHaveLength(3);
    expect(sentences).not.toContain(retryingAction(locale));
  });

  test("on the pages and at the button is fit for them, but for words that a name may not have", () => {
    const texts = [...textsIn(pageTexts(locale)), ...textsIn(TEXTS[locale])];
    const unfit = texts.filter((text) => unfitFor(text) !== undefined);

    expect(texts.length).toBeGreaterThan(100);
    expect(unfit).toEqual([]);
  });
});
