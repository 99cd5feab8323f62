import { describe, expect, test } from "@jest/globals";
import { DEMO_NUMBERS } from "../../dev/demo/numbers.ts";
import { TEXTS as DEMO_TEXTS } from "../../dev/demo/saas/texts.ts";
import { pageTexts } from "../../src/pages/texts/index.ts";
import { PROBLEM_CODES } from "../../src/problems/catalogue.ts";
import { retryingAction } from "../../src/problems/customer-action.ts";
import { describeProblem } from "../../src/problems/render.ts";
import { TEXTS as BUTTON_TEXTS } from "../../src/web/button/texts.ts";
import { textsIn } from "../support/customer-words.ts";

/** The product's button by its name, Meta's solution by its own, and a choice in WhatsApp's menu. */
const NAMES = /Conectar WhatsApp|Partner Solution|Eliminar cuenta|Apagar conta/g;
/** An infinitive, perhaps with a pronoun that hangs on it. */
const INFINITIVE = /^\p{L}+(?:ar|er|ir)(?:l[aeo]s?|se)?$|^\p{L}+[áéêí]-l[ao]s?$/iu;
const OTHER_ADDRESS = {
  // Spanish says tú: neither usted nor vos.
  es: /(?<!\p{L})(usted(es)?|vos|vosotr[oa]s|vuestr[oa]s?)(?!\p{L})/iu,
  // Portuguese says você.
  pt: /(?<!\p{L})(tu|te|ti|teu|tua|teus|tuas|contigo|vós|vosso|vossa)(?!\p{L})/iu,
} as const;
/** Imperatives of usted, as a clause would begin with them. */
const USTED =
  /^(abra|acepte|active|averigüe|borre|busque|cierre|compare|conecte|copie|desconecte|elija|elimine|empiece|envíe|escriba|espere|haga|intente|lea|mire|permita|pida|presione|pruebe|pulse|revise|siga|use|vea|verifique|vuelva)(?!\p{L})/iu;

function clausesOf(text: string): string[] {
  return text.replaceAll(NAMES, "").split(/[.,:;!?¿¡()«»“”]\s*/u);
}

/** The clauses that begin with an infinitive: so signs speak, not people. */
function infinitives(text: string): string[] {
  return clausesOf(text).filter((clause) => INFINITIVE.test(clause.split(/\s/u, 1)[0] ?? ""));
}

function everyText(locale: "es" | "pt"): string[] {
  const problems = PROBLEM_CODES.flatMap((code) => [
    describeProblem(code, locale),
    describeProblem(code, locale, "operator"),
  ]).map(({ title, detail, action, customerAction }) => [title, detail, action, customerAction]);
  const pages = [pageTexts(locale), BUTTON_TEXTS[locale], retryingAction(locale)];
  const demo = [DEMO_TEXTS[locale], DEMO_NUMBERS.map(({ labels }) => labels[locale])];
  return [...new Set(textsIn([problems, pages, demo]))];
}

describe.each(["es", "pt"] as const)("Every text in %s", (locale) => {
  const texts = everyText(locale);

  test("is one of many", () => {
    expect(texts.length).toBeGreaterThan(400);
  });

  test("speaks to its reader, and not in infinitives", () => {
    expect(texts.filter((text) => infinitives(text).length > 0)).toEqual([]);
  });

  test("has one form of address", () => {
    const isUsted = (text: string) => clausesOf(text).some((clause) => USTED.test(clause));
    const others = texts.filter(
      (text) => OTHER_ADDRESS[locale].test(text) || (locale === "es" && isUsted(text)),
    );

    expect(others).toEqual([]);
  });
});

test.each(["Volver", "Código: enviarlo", "Ver cómo va tu número", "Se for do cliente, atribuí-lo"])(
  "%j would be an infinitive",
  (text) => expect(infinitives(text)).toHaveLength(1),
);
