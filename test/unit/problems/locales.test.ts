import { describe, expect, test } from "@jest/globals";
import {
  isLanguageTag,
  isLocale,
  localeOf,
  LOCALES,
  pickLocale,
} from "../../../src/problems/locales.ts";

describe("pickLocale", () => {
  test.each([
    [undefined, "es"],
    ["", "es"],
    ["*", "es"],
    ["pt", "pt"],
    ["pt-BR", "pt"],
    ["PT-br", "pt"],
    ["es-419", "es"],
    ["en-US,en;q=0.9", "en"],
    ["fr-CH, fr;q=0.9, en;q=0.8, pt;q=0.7, *;q=0.5", "en"],
    ["es;q=0.2, en;q=0.5, pt;q=0.9", "pt"],
    ["es;q=0.8, pt;q=0.8", "es"],
    ["pt;q=0.8, es;q=0.8", "pt"],
    ["en;q=0.5, pt", "pt"],
    ["en ; q=0.5 , pt ; q=0.6", "pt"],
    ["en;q=0, pt;q=0.1", "pt"],
    ["en;q=0", "es"],
    ["fr, de;q=0.5", "es"],
    ["fr, *;q=0.5, en;q=0.1", "es"],
    ["en;q=abc, pt;q=0.1", "pt"],
    ["en;q=2, pt;q=0.1", "pt"],
    ["en;q=1.000, pt;q=0.999", "en"],
    ["english, pt", "pt"],
    [",,;;q=1,pt", "pt"],
    ["por-PT, en", "pt"],
    ["pt_BR", "pt"],
    ["zh-Hant-TW, en-Latn-US;q=0.4", "en"],
  ] as const)("%j gives %s where es is the fallback", (header, expected) => {
    expect(pickLocale(header, "es")).toBe(expected);
  });

  test.each(LOCALES)("falls back to %s where nothing fits", (fallback) => {
    expect(pickLocale("fr", fallback)).toBe(fallback);
    expect(pickLocale("*;q=0.9, fr", fallback)).toBe(fallback);
    expect(pickLocale(undefined, fallback)).toBe(fallback);
  });
});

describe("isLocale", () => {
  test.each([
    ["es", true],
    ["pt", true],
    ["en", true],
    ["EN", false],
    ["pt-BR", false],
    ["", false],
    [undefined, false],
    [["es"], false],
    ["toString", false],
  ])("%j: %s", (value, expected) => {
    expect(isLocale(value)).toBe(expected);
  });
});

describe("language tags", () => {
  test.each([
    ["es", "es"],
    ["pt-BR", "pt"],
    ["PT-br", "pt"],
    ["es-419", "es"],
    ["pt_BR", "pt"],
    ["en-GB-oxendict", "en"],
    ["en-US-u-ca-buddhist-x-mine", "en"],
    ["spa-MX", "es"],
    ["de", undefined],
    ["zh-Hant-TW", undefined],
    ["gl-ES", undefined],
    ["und", undefined],
    // Of BCP 47, and not of what Unicode makes of it: extended languages, private and older ones.
    ["zh-cmn-Hans-CN", undefined],
    ["zh-yue", undefined],
    ["x-mine", undefined],
    ["i-klingon", undefined],
    ["sgn-ase", undefined],
    ["en-GB-oed", "en"],
    ["pt-x-y", "pt"],
  ])("%s is one, and ours is %s", (tag, locale) => {
    expect([isLanguageTag(tag), localeOf(tag)]).toEqual([true, locale]);
  });

  test.each([
    "",
    " ",
    "*",
    "e",
    "es-",
    "-es",
    "es--AR",
    "es AR",
    "es,pt",
    "español",
    "12",
    "x",
    "x-",
    "es-abcdefghi",
    "e\u0000s",
  ])("%j is none", (text) => {
    expect([isLanguageTag(text), localeOf(text)]).toEqual([false, undefined]);
  });
});
