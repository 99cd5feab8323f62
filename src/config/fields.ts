import { z } from "zod";
import { displayNameProblem } from "../display-name.ts";

/** Node's timers fire at once above this, so no wait may be longer. */
const MAX_TIMER_MS = 2_147_483_647;
const MIN_SECRET_BYTES = 32;
const MIN_DISTINCT_SIGNS = 8;

// Each message continues the variable's name, says what to do, and never repeats the value,
// which may be a secret or carry one. None aborts: zod would then skip the rules that join variables.

const WEB_ADDRESS = { isWebAddress: true };

/** Whether a field's values start with http, and have to start with https in production. */
export function isWebAddress(field: unknown): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) {
    return isWebAddress(field.unwrap());
  }
  return field instanceof z.ZodType && field.meta()?.isWebAddress === true;
}

/** A variable that has to be set. */
export function required(remedy: string): z.ZodString {
  return z.string({ error: `is missing. ${remedy}` });
}

/** A whole number within limits, both included. */
export function wholeNumber(min: number, max: number, remedy: string) {
  return z
    .string()
    .refine(
      (text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}. ${remedy}`,
    )
    .transform(Number);
}

/** A whole number that has a default. */
export function integer(initial: number, min: number, max: number) {
  return wholeNumber(min, max, `Leave it unset for ${initial}.`).default(initial);
}

/** A time to wait, in milliseconds. */
export function milliseconds(initial: number, min = 1) {
  const remedy = `It counts milliseconds; leave it unset for ${initial}.`;
  return wholeNumber(min, MAX_TIMER_MS, remedy).default(initial);
}

/** A positive number, fractions allowed. */
export function positive(initial: number, max: number, unit: string) {
  const error = `must be a number above 0, at most ${max} (${unit}). Leave it unset for ${initial}.`;
  return z
    .string()
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= max, error)
    .transform(Number)
    .default(initial);
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  initial: NoInfer<Word>,
) {
  return z
    .enum(words, { error: `must be one of ${words.join(", ")}. Leave it unset for ${initial}.` })
    .default(initial);
}

/** `true` or `false`. */
export function flag(initial: boolean) {
  return z
    .enum(["true", "false"], { error: `must be true or false. Leave it unset for ${initial}.` })
    .transform((word) => word === "true")
    .default(initial);
}

/** An http or https address; the result is what the operator wrote. */
export function webUrl(example: string) {
  const error = `must be a full address such as ${example}, without user name or password. Correct or unset it.`;
  return z
    .string()
    .refine((text) => parseWebUrl(text) !== undefined, error)
    .meta(WEB_ADDRESS);
}

/** The base of an interface's addresses; the result has no trailing slash. */
export function baseUrl(initial: string) {
  const error = `must be an address such as ${initial}, without query or fragment. Leave it unset for that one.`;
  return z
    .string()
    .refine((text) => parseWebUrl(text) !== undefined && !/[?#]/.test(text), error)
    .transform((text) => text.replace(/\/+$/, ""))
    .meta(WEB_ADDRESS)
    .default(initial);
}

/** Scheme and host alone; the result is as browsers write it in the header Origin. */
export function origin(example: string) {
  const error = `must be an origin such as ${example}: scheme and host, no path and no wildcard. Correct or unset it.`;
  return z
    .string()
    .refine((text) => parseOrigin(text) !== undefined, error)
    .transform((text) => parseOrigin(text) ?? text)
    .meta(WEB_ADDRESS);
}

/** A short text that stands at the head of the pages. */
export function brandName() {
  return z
    .string()
    .refine(
      (text) => text.length <= 60 && !displayNameProblem(text),
      "must be at most 60 characters on one line. Shorten or unset it.",
    );
}

/** The shared secret of tokens. */
export function jwtSecret() {
  return z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES,
      `must be at least ${MIN_SECRET_BYTES} bytes long. Make one with "openssl rand -base64 48" and give it to the issuer of the tokens too.`,
    );
}

/** Whether a secret is long by repetition alone: no random one has so few signs or a period so short. */
export function isRepetitive(secret: string): boolean {
  const repeatsAfter = (length: number) => secret.startsWith(secret.slice(length));
  const periods = Array.from({ length: MIN_SECRET_BYTES / 2 - 1 }, (_, index) => index + 1);
  return new Set(secret).size < MIN_DISTINCT_SIGNS || periods.some(repeatsAfter);
}

/**
 * A colour as CSS writes it in hexadecimal; the result has six digits. The sign before them may be
 * missing, because `.env` files, in which it begins a comment, would need quotes around it.
 */
export function colour(example: string) {
  const error = `must be a colour such as ${example}, written with 3 or 6 hexadecimal digits. Correct or unset it.`;
  return z
    .string()
    .refine((text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text), error)
    .transform((text) => {
      const digits = text.replace("#", "").toLowerCase();
      return digits.length === 3 ? `#${digits.replace(/./g, "$&$&")}` : `#${digits}`;
    });
}

/** Several origins, separated by commas. */
export function originList() {
  const error =
    "must be origins such as https://app.example.com, separated by commas: scheme and host, no path and no wildcard. Correct or unset it.";
  return z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .refine((parts) => parts.every((part) => parseOrigin(part) !== undefined), error)
    .transform((parts) => parts.map((part) => parseOrigin(part) ?? part))
    .meta(WEB_ADDRESS);
}

/** Bearer tokens of the operator's people, separated by commas: `name:token`, or a token alone. */
export function operatorTokens() {
  const error =
    "must be tokens separated by commas, each alone or as name:token, the name of letters, digits, - and _, the token without spaces. Correct or unset it.";
  return z
    .string()
    .transform((text) => text.split(",").map((part) => readOperatorToken(part.trim())))
    .refine(
      (tokens) =>
        tokens.every(({ name, token }) => /^[\w-]{1,40}$/.test(name) && /^[!-~]+$/.test(token)),
      error,
    );
}

/** A token whose person is not named is the one of `ops`. */
function readOperatorToken(text: string): { name: string; token: string } {
  const colon = text.indexOf(":");
  return colon === -1
    ? { name: "ops", token: text }
    : { name: text.slice(0, colon), token: text.slice(colon + 1) };
}

/** Settings for Meta's popup, merged over the computed ones. */
export function extrasJson() {
  const malformed = `must be a JSON object, for example {"setup":{"business":{"timezone":"UTC-03:00"}}} without quotes around it. Correct or unset it.`;
  return z
    .string()
    .refine((text) => parseObject(text) !== undefined, malformed)
    .transform((text) => parseObject(text));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseWebUrl(text: string): URL | undefined {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === "" && url.password === "" ? url : undefined;
}

function parseOrigin(text: string): string | undefined {
  const url = parseWebUrl(text);
  const isOrigin = url !== undefined && /^[^/]+\/\/[^/?#*\\]+\/?$/.test(text);
  return isOrigin ? url.origin : undefined;
}
