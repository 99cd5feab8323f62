import { describe, expect, test } from "@jest/globals";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from "../../../src/problems/catalogue.ts";
import { LOCALES } from "../../../src/problems/locales.ts";
import { problemText } from "../../../src/problems/render.ts";

const PARTS = ["title", "detail", "action"] as const;
const EVERY_TEXT = LOCALES.flatMap((locale) =>
  PROBLEM_CODES.flatMap((code) =>
    PARTS.map((part) => ({ locale, code, part, text: problemText(code, locale)[part] })),
  ),
);
// Fixed by the contract to the letter, hence without a full stop.
const FIXED_DETAIL: ProblemCode = "partner_solution_id_not_configured";

function describeText({ locale, code, part, text }: (typeof EVERY_TEXT)[number]): string {
  return `${locale} ${code}.${part}: ${text}`;
}

describe("the texts", () => {
  test("exist for every code in every language", () => {
    expect(EVERY_TEXT.filter(({ text }) => text.trim() === "").map(describeText)).toEqual([]);
    expect(EVERY_TEXT).toHaveLength(LOCALES.length * PROBLEM_CODES.length * PARTS.length);
  });

  test("are short, and clean at both ends", () => {
    const untidy = EVERY_TEXT.filter(
      ({ part, text }) =>
        text !== text.trim() ||
        /\s{2}|\n/.test(text) ||
        text.length > (part === "title" ? 45 : 190),
    );

    expect(untidy.map(describeText)).toEqual([]);
  });

  test("are sentences that end with a full stop, but for the titles", () => {
    const wrong = EVERY_TEXT.filter(
      ({ code, part, text }) =>
        text.endsWith(".") === (part === "title") && !(code === FIXED_DETAIL && part === "detail"),
    );

    expect(wrong.map(describeText)).toEqual([]);
  });

  test.each(PROBLEM_CODES)("%s differs from one language to another", (code) => {
    for (const part of PARTS) {
      const texts = LOCALES.map((locale) => problemText(code, locale)[part]);
      // Some titles and short instructions are the same words in Spanish and Portuguese.
      const fewest = part === "detail" ? LOCALES.length : LOCALES.length - 1;
      expect(new Set(texts).size).toBeGreaterThanOrEqual(fewest);
      expect(texts.filter((text) => text === problemText(code, "en")[part])).toHaveLength(1);
    }
  });

  test("tell problems apart: no two have the same detail in one language", () => {
    for (const locale of LOCALES) {
      const details = PROBLEM_CODES.map((code) => problemText(code, locale).detail);
      expect(new Set(details).size).toBe(PROBLEM_CODES.length);
    }
  });

  test("name the missing Partner Solution ID in the words of the contract", () => {
    expect(LOCALES.map((locale) => problemText(FIXED_DETAIL, locale).detail)).toEqual([
      "Partner Solution ID no configurado",
      "Partner Solution ID não configurado",
      "Partner Solution ID not configured",
    ]);
  });

  test("say for busy that a few seconds are enough", () => {
    expect(LOCALES.map((locale) => problemText("busy", locale).detail)).toEqual([
      expect.stringContaining("unos segundos"),
      expect.stringContaining("alguns segundos"),
      expect.stringContaining("a few seconds"),
    ]);
  });

  test("spare customers the trade's words", () => {
    const jargon =
      /\b(waba|sid|senders?|remitentes?|remetentes?|subac\w+|subcuenta\w*|subconta\w*|token|payload|webhook)\b|_/i;
    const found = EVERY_TEXT.filter(
      ({ code, text }) => PROBLEMS[code].actor === "customer" && jargon.test(text),
    );

    expect(found.map(describeText)).toEqual([]);
  });
});
