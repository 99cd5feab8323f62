import { parsePhoneNumberFromString } from "libphonenumber-js/max";

const WHATSAPP_PREFIX = /^whatsapp:/i;
const SEPARATORS = /[\s().-]/g;
const E164 = /^\+[1-9]\d{6,14}$/;
const OLD_MEXICAN_MOBILE = /^\+521(\d{10})$/;

/**
 * The one canonical form of a phone number: E.164, Mexico without the mobile `1` that was abolished
 * in 2019 (WhatsApp still shows it). Accepts a `whatsapp:` prefix, common separators, and a leading
 * space for the `+` that form encoding turned into one.
 *
 * Returns undefined for what cannot be a number: a wrong length for its country, no country code,
 * letters. It does not ask whether the number range is in use, because those tables age.
 */
export function canonicalPhoneNumber(input: string): string | undefined {
  const bare = input.replace(WHATSAPP_PREFIX, "");
  const withPlus = bare.startsWith(" ") && /^ +[1-9]/.test(bare) ? `+${bare}` : bare;
  const compact = withPlus.replace(SEPARATORS, "");
  if (!E164.test(compact)) return undefined;
  const modern = compact.replace(OLD_MEXICAN_MOBILE, "+52$1");
  const parsed = parsePhoneNumberFromString(modern);
  return parsed?.isPossible() ? parsed.number : undefined;
}

const BRAZILIAN_MOBILE = /^(\+55\d{2})9(\d{8})$/;

/**
 * Whether two canonical numbers are one line to WhatsApp, which still knows many Brazilian numbers
 * without the ninth digit that was added between 2012 and 2016.
 */
export function isSameLine(one: string, other: string): boolean {
  const bare = (number: string) => number.replace(BRAZILIAN_MOBILE, "$1$2");
  return bare(one) === bare(other);
}

/** The form for logs: `+5511•••••4321`. Short numbers keep their last two digits only. */
export function maskPhoneNumber(number: string): string {
  if (number.length < 10)
    return `+${"•".repeat(Math.max(number.length - 3, 0))}${number.slice(-2)}`;
  return `${number.slice(0, 5)}${"•".repeat(number.length - 9)}${number.slice(-4)}`;
}

/** Masks every run of digits in a free text that could be a phone number. */
export function maskNumbersIn(text: string): string {
  return text.replace(/\+\d{8,15}/g, maskPhoneNumber);
}
