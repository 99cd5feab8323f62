import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Locale } from "../problems/locales.ts";

/** A number as people write it: `+55 11 98765 4321`. */
export function readableNumber(number: string | undefined): string | undefined {
  return number && (parsePhoneNumberFromString(number)?.formatInternational() ?? number);
}

/** A time in words, in UTC: the customer's time zone is known only to their browser. */
export function readableTime(iso: string, locale: Locale): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(new Date(iso))} UTC`;
}

const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3600 },
  { unit: "minute", seconds: 60 },
] as const;

/** A duration in the largest unit of which it has at least two, else in seconds. */
export function readableDuration(seconds: number, locale: Locale): string {
  const { unit, seconds: size } = UNITS.find((one) => seconds >= 2 * one.seconds) ?? SECONDS;
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round(seconds / size));
}

/** How far a time is from now, in the largest unit of which it is at least one: `3 hours ago`. */
export function timeFromNow(at: Date, now: Date, locale: Locale): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const { unit, seconds: size } = UNITS.find((one) => Math.abs(seconds) >= one.seconds) ?? SECONDS;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return format.format(Math.trunc(seconds / size), unit);
}

const SECONDS = { unit: "second", seconds: 1 } as const;

/** The host of an address; other text stays as it is. */
export function readableHost(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
