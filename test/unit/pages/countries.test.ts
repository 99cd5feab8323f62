import { describe, expect, test } from "@jest/globals";
import { likelyCountry, renderCountries } from "../../../src/pages/countries.ts";

describe("renderCountries", () => {
  test("names every country in the page's language with its calling code, in that order", () => {
    const options = renderCountries("pt", "BR").map((option) =>
      String(option).replaceAll(/ +/g, " "),
    );
    const texts = options.map((option) => />(.+)<\/option>/.exec(option)?.[1] ?? "");

    expect(options.length).toBeGreaterThan(240);
    expect(options).toContain('<option value="BR" selected>Brasil +55</option>');
    expect(options.filter((option) => option.includes("selected"))).toHaveLength(1);
    expect(texts[0]).toMatch(/^Afeganistão \+93$/);
    expect(texts.every((text) => / \+\d{1,3}$/.test(text))).toBe(true);
  });
});

describe("likelyCountry", () => {
  test.each([
    ["es", undefined, undefined, "MX"],
    ["pt", undefined, undefined, "BR"],
    ["en", undefined, undefined, "US"],
    ["es", "+5491123456789", "es-CO", "AR"],
    ["es", undefined, "es-CO,es;q=0.9", "CO"],
    ["es", undefined, "es-419,en-gb", "GB"],
    ["pt", undefined, "pt-XX, <script>", "BR"],
  ] as const)(
    "in %s, of number %s and languages %s, is %s",
    (locale, number, languages, country) => {
      expect(likelyCountry(locale, number, languages)).toBe(country);
    },
  );
});
