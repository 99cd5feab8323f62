/** The languages every text for people exists in. */
export const LOCALES = ["es", "pt", "en"] as const;

export type Locale = (typeof LOCALES)[number];

/** Whether a value, from wherever it came, names one of our languages. */
export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/**
 * The form of BCP 47's tags. Intl knows fewer of them: none with extended languages (`zh-yue`), none
 * that are private and none of the old ones that begin with an i.
 */
const TAG = /^([a-z]{2,8}|[ix](?=-))(-[a-z\d]{1,8})*$/i;

/**
 * Whether a text is a language tag as BCP 47 writes them, in any case; also with the underscores that
 * many platforms put between its parts.
 */
export function isLanguageTag(text: string): boolean {
  return TAG.test(text.replaceAll("_", "-"));
}

/** Our language that a tag names: `pt-BR` and `por` are `pt`; undefined for others and for no tag. */
export function localeOf(tag: string): Locale | undefined {
  const language = isLanguageTag(tag) ? canonicalLanguage(/^[a-z]+/i.exec(tag)?.[0] ?? "") : "";
  return isLocale(language) ? language : undefined;
}

/** The shorter of two codes, where a language has two, in small letters. */
function canonicalLanguage(code: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(code)[0];
  } catch {
    return undefined;
  }
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
  for (const { tag } of ranges) {
    const locale = tag === "*" ? fallback : localeOf(tag);
    if (locale) return locale;
  }
  return fallback;
}

function parseRange(range: string): { tag: string; quality: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  if (weight === undefined) return { tag, quality: 1 };
  return {
    tag,
    quality: /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight.slice(2)) : 0,
  };
}
