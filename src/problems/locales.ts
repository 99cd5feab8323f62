/** The languages every text for people exists in. */
export const LOCALES = ["es", "pt", "en"] as const;

export type Locale = (typeof LOCALES)[number];

/** Whether a value, from wherever it came, names one of our languages. */
export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/**
 * The language of an answer: the best one of an `Accept-Language` header that we have (`pt-BR`
 * counts as `pt`), else `fallback`.
 */
export function pickLocale(acceptLanguage: string | undefined, fallback: Locale): Locale {
  const ranges = (acceptLanguage ?? "")
    .split(",")
    .map(parseRange)
    .filter((range) => range.quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { language } of ranges) {
    if (language === "*") return fallback;
    if (isLocale(language)) return language;
  }
  return fallback;
}

function parseRange(range: string): { language: string; quality: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const language = tag.split("-")[0] ?? "";
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  if (weight === undefined) return { language, quality: 1 };
  return {
    language,
    quality: /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight.slice(2)) : 0,
  };
}
