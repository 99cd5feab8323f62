import { getCountries, parsePhoneNumberFromString } from "libphonenumber-js/max";

const WHATSAPP_PREFIX = /^\s*whatsapp:/i;
/** What copying brings along without showing it: marks of direction, of joining and of breaking. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Spaces, dots, and every dash, minus and hyphen that word processors and phones write. */
const SEPARATORS = /[\s.\p{Dash_Punctuation}\u2043\u207B\u208B\u2212\u02D7]/gu;
/** As in `+44 (0)7911 123456`: dialled at home only. */
const TRUNK_ZERO = /^(\+\d{1,3})\(0\)/;
/** Countries in which numbers begin with a zero that is dialled from abroad as well. */
const KEEPS_ZERO = new Set(["+39", "+225", "+229", "+241", "+242"]);
const E164 = /^\+[1-9]\d{6,14}$/;
const OLD_MEXICAN_MOBILE = /^\+521(\d{10})$/;

/**
 * The one canonical form of a phone number: E.164, Mexico without the mobile `1` that was abolished
 * in 2019 (WhatsApp still shows it). Accepts a `whatsapp:` prefix, common separators, what pasting
 * brings along unseen, a `(0)` after the country code, and a leading space for the `+` that form
 * encoding turned into one.
 *
 * Returns undefined for what cannot be a number: a wrong length for its country, no country code,
 * letters. It does not ask whether the number range is in use, because those tables age.
 */
export function canonicalPhoneNumber(input: string): string | undefined {
  const bare = input.replace(INVISIBLE, "").replace(WHATSAPP_PREFIX, "");
  const withPlus = /^ +[1-9]/.test(bare) ? `+${bare}` : bare;
  const compact = withoutSeparators(withPlus)
    .replace(TRUNK_ZERO, (_zero, code: string) => (KEEPS_ZERO.has(code) ? `${code}0` : code))
    .replace(/[()]/g, "");
  if (!E164.test(compact)) return undefined;
  const modern = compact.replace(OLD_MEXICAN_MOBILE, "+52$1");
  const parsed = parsePhoneNumberFromString(modern);
  return parsed?.isPossible() ? parsed.number : undefined;
}

/**
 * The numbers that somebody may mean who leaves out the plus or the country code, as people say them on
 * the phone: `55 11 98765-4321`, `(11) 98765-4321`, `00 55 11 …`. One for each country in which it can
 * be one, so only to look something up with.
 */
export function possibleNumbers(text: string): string[] {
  const digits = withoutSeparators(text).replace(/[()]/g, "");
  if (!/^\d{6,17}$/.test(digits)) return [];
  const abroad = [`+${digits}`, digits.replace(/^00/, "+")];
  const atHome = getCountries().flatMap((country) => {
    const parsed = parsePhoneNumberFromString(digits, country);
    return parsed?.isPossible() ? [parsed.number] : [];
  });
  const numbers = [...abroad, ...atHome].flatMap((number) => canonicalPhoneNumber(number) ?? []);
  return [...new Set(numbers)];
}

/** Digits without what people and programs write or paste between them; letters stay. */
export function withoutSeparators(text: string): string {
  return text.replace(INVISIBLE, "").replace(SEPARATORS, "");
}

/**
 * Countries in which one line is written in two ways, the longer one of today first. Brazil added a
 * ninth digit to mobile numbers, whose other eight begin with 6 to 9, between 2012 and 2016; Argentina
 * writes a 9 before mobile numbers that are called from abroad; Mexico abolished its mobile 1 in 2019,
 * so there the canonical form is the key.
 */
const SPELLINGS: readonly { today: RegExp; other: RegExp; toToday: string; toOther: string }[] = [
  {
    today: /^\+55(\d{2})9([6-9]\d{7})$/,
    other: /^\+55(\d{2})([6-9]\d{7})$/,
    toToday: "+55$19$2",
    toOther: "+55$1$2",
  },
  {
    today: /^\+549(\d{10})$/,
    other: /^\+54([1-8]\d{9})$/,
    toToday: "+549$1",
    toOther: "+54$1",
  },
  {
    today: /^\+52(\d{10})$/,
    other: /^\+521(\d{10})$/,
    toToday: "+52$1",
    toOther: "+521$1",
  },
];

/**
 * The key of the line that a number names: one for all its spellings, so that holds, totals and
 * look-ups meet whichever spelling a person, Meta or Twilio uses.
 * @param number canonical E.164
 */
export function lineOf(number: string): string {
  const country = SPELLINGS.find(({ other }) => other.test(number));
  return country ? number.replace(country.other, country.toToday) : number;
}

/** Every spelling of a canonical number's line, the given one first. */
export function spellingsOf(number: string): string[] {
  const key = lineOf(number);
  const country = SPELLINGS.find(({ today }) => today.test(key));
  const other = country ? [key.replace(country.today, country.toOther)] : [];
  return [...new Set([number, key, ...other])];
}

/** Whether two canonical numbers are spellings of one line. */
export function isSameLine(one: string, other: string): boolean {
  return lineOf(one) === lineOf(other);
}

/**
 * The spelling that is kept of a line: as it was typed, except in Argentina, where people write the
 * mobile 9 or leave it out and Meta says which of the two WhatsApp knows.
 * @param atMeta as Meta shows the same line, canonical, where it was asked
 */
export function keptSpelling(typed: string, atMeta: string | undefined): string {
  return atMeta !== undefined && typed.startsWith("+54") ? atMeta : typed;
}

/** The form for logs: `+5511•••••4321`. Short numbers keep their last two digits only. */
export function maskPhoneNumber(number: string): string {
  if (number.length < 10) {
    return `+${"•".repeat(Math.max(number.length - 3, 0))}${number.slice(-2)}`;
  }
  return `${number.slice(0, 5)}${"•".repeat(number.length - 9)}${number.slice(-4)}`;
}

/** Masks every run of digits in a free text that could be a phone number. */
export function maskNumbersIn(text: string): string {
  return text.replace(/\+\d{8,15}/g, maskPhoneNumber);
}
