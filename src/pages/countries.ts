import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  Metadata,
  type NumberingPlan,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import type { Locale } from "../problems/locales.ts";
import { html, type SafeHtml } from "./html.ts";

const DEFAULTS: Readonly<Record<Locale, CountryCode>> = { es: "MX", pt: "BR", en: "US" };
const optionsOf = new Map<Locale, readonly { country: CountryCode; text: string }[]>();

/** An option for each country: its name in the page's language and its calling code. */
export function renderCountries(locale: Locale, selected: string): readonly SafeHtml[] {
  return countries(locale).map(({ country, text }) => {
    const mark = country === selected ? html` selected` : undefined;
    return html`<option value="${country}" ${mark}>${text}</option>`;
  });
}

/**
 * The country that the number field starts with: of the number that is known, of the browser's
 * first language that names one (`es-AR`), else the page language's largest.
 */
export function likelyCountry(
  locale: Locale,
  phoneNumber: string | undefined,
  acceptLanguage: string | undefined,
): string {
  const ofNumber = phoneNumber && parsePhoneNumberFromString(phoneNumber)?.country;
  if (ofNumber) return ofNumber;
  const tags = [...(acceptLanguage ?? "").matchAll(/[a-z]{2,3}-([a-z]{2})\b/gi)];
  const known = new Set<string>(getCountries());
  const named = tags.map(([, region = ""]) => region.toUpperCase());
  return named.find((region) => known.has(region)) ?? DEFAULTS[locale];
}

function countries(locale: Locale) {
  const present = optionsOf.get(locale);
  if (present) return present;
  const names = new Intl.DisplayNames(locale, { type: "region" });
  const made = getCountries()
    .map((country) => ({ country, name: names.of(country) ?? country }))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale))
    .map(({ country, name }) => ({ country, text: `${name} +${getCountryCallingCode(country)}` }));
  optionsOf.set(locale, made);
  return made;
}

/** The library's types leave it out. */
type WithPattern = NumberingPlan & { nationalNumberPattern(): string };

/** By country, the pattern of its numbers without the calling code. */
export const NATIONAL_NUMBERS: Readonly<Record<string, string>> = Object.fromEntries(
  getCountries().map((country) => {
    const metadata = new Metadata();
    metadata.selectNumberingPlan(country);
    return [country, (metadata.numberingPlan as WithPattern).nationalNumberPattern()];
  }),
);
