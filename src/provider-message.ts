import { maskPhoneNumber } from "./phone-number.ts";

/**
 * What the operator reads about a call that Twilio or Meta refused or did not answer: in the log
 * and in the stored documents. It is never part of an answer to a caller or a customer.
 */
export interface FailedCall {
  /** Which call it was. */
  operation?: string;
  /** HTTP status; absent when no answer came. */
  providerStatus?: number;
  /** The provider's own words, cleaned by `cleanMessage`. */
  providerMessage?: string;
  /** Why no answer came: `timeout`, `ECONNREFUSED`. */
  network?: string;
}

/** Those of an object's fields that belong to a FailedCall, for a log line or a document. */
export function failedCall(
  given: { [Key in keyof FailedCall]?: FailedCall[Key] | undefined } | undefined,
): FailedCall {
  const { operation, providerStatus, providerMessage, network } = given ?? {};
  return {
    ...(operation === undefined ? {} : { operation }),
    ...(providerStatus === undefined ? {} : { providerStatus }),
    ...(providerMessage === undefined ? {} : { providerMessage }),
    ...(network === undefined ? {} : { network }),
  };
}

const MESSAGE_MAX = 300;
/** What is left of the message where details follow, so that these are not cut off. */
const MESSAGE_BEFORE_DETAILS_MAX = 150;
const DETAILS_MAX = 10;
const DETAILS_DEPTH = 4;

const SECRET_HEADERS = /\b(Basic|Bearer)\s+[\w+/=.~|-]*[\d=][\w+/=.~|-]*/g;
/** Of an address only what names it: credentials and query may be secrets. */
const URL_CREDENTIALS = /\/\/[^\s/@]{1,200}@/g;
const URL_QUERY = /(https?:\/\/[^\s?#"'<>]{1,300})[?#][^\s"'<>]*/gi;
const SECRET_PARAMETERS =
  /\b(access_token|input_token|appsecret_proof|client_secret|auth_?token|password|code)=[^\s&"']+/gi;
const EMAILS = /[^\s@:;,<>"'()[\]]{1,64}@[^\s@:;,<>"'()[\]]{1,253}/g;
const JSON_WEB_TOKENS = /\beyJ[\w.-]{8,}/g;
const META_TOKENS = /\bEAA[\w-]{4,}/g;
const RANDOM_LOOKING = /[\w+=|~-]{20,}/g;
/** Names of things at Twilio, which the operator looks up. */
const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
/** Eight digits and more, written together or as people write numbers. */
const NUMBERS = /[A-Z]{2}[0-9a-fA-F]{32}|\+?\d(?:[ ().-]{0,2}\d){7,}/g;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A provider's text as it may be logged and stored: of one line and bounded length, phone numbers
 * masked, without tokens, e-mail addresses and control signs.
 * @param secrets what the call carried, cut out wherever the provider repeats it
 */
export function cleanMessage(
  text: string,
  secrets: readonly string[] = [],
  maxLength = MESSAGE_MAX,
): string {
  const readable = text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{C}\p{Z}]+/gu, " ");
  const cleaned = secrets
    .reduce(withoutSecret, readable)
    .replace(URL_CREDENTIALS, "//")
    .replace(URL_QUERY, "$1?…")
    .replace(SECRET_HEADERS, "$1 […]")
    .replace(SECRET_PARAMETERS, "$1=[…]")
    .replace(EMAILS, "[e-mail]")
    .replace(JSON_WEB_TOKENS, "[…]")
    .replace(META_TOKENS, "[…]")
    .replace(RANDOM_LOOKING, (run) => (isRandom(run) ? "[…]" : run))
    .replace(NUMBERS, maskedNumber)
    .trim();
  return shortened(cleaned, maxLength);
}

function withoutSecret(text: string, secret: string): string {
  if (secret.length < 4) return text;
  // A one-time code may come back as people write it.
  if (/^\d+$/.test(secret)) {
    return text.replace(new RegExp(secret.split("").join("[ -]?"), "g"), "[…]");
  }
  // By way of a buffer, since half a sign cannot be encoded.
  return [secret, encodeURIComponent(Buffer.from(secret).toString())].reduce(
    (rest, form) => rest.replaceAll(form, "[…]"),
    text,
  );
}

/** Field names have words alone; tokens have digits among their letters. */
function isRandom(run: string): boolean {
  return /\d/.test(run) && /[A-Za-z]/.test(run) && !SID.test(run);
}

function maskedNumber(found: string): string {
  if (SID.test(found) || DATE.test(found)) return found;
  return maskPhoneNumber(`+${found.replace(/\D/g, "")}`);
}

function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const halfSign = /[\uD800-\uDBFF]$/;
  return `${text.slice(0, maxLength - 1).replace(halfSign, "")}…`;
}

/**
 * The message of a refusal together with what the provider says of single fields, cleaned;
 * undefined where it said nothing.
 * @param details whatever structure names the fields: lists of errors, objects of any depth
 */
export function refusalMessage(
  message: unknown,
  details: readonly unknown[],
  secrets: readonly string[] = [],
): string | undefined {
  const told = typeof message === "string" ? cleanMessage(message, secrets) : "";
  const fields = cleanMessage(
    [...new Set(details.flatMap((one) => detailTexts(one)))].slice(0, DETAILS_MAX).join("; "),
    secrets,
  );
  if (fields === "") return told === "" ? undefined : told;
  if (told === "") return fields;
  return shortened(`${shortened(told, MESSAGE_BEFORE_DETAILS_MAX)} (${fields})`, MESSAGE_MAX);
}

/** The words that providers use for where something is wrong, and for what is wrong there. */
const WHERE = ["pointer", "field", "param", "parameter", "property", "path", "name"];
const WHAT = ["detail", "message", "msg", "reason", "description", "title"];

function detailTexts(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (typeof value !== "object" || value === null || depth >= DETAILS_DEPTH) return [];
  if (Array.isArray(value)) {
    return value.slice(0, DETAILS_MAX).flatMap((one) => detailTexts(one, depth + 1));
  }
  const given = value as Record<string, unknown>;
  const [where, what] = [WHERE, WHAT].map((names) => textOf(given, names));
  const said = [where?.text, what?.text].filter((text) => text !== undefined).join(": ");
  const rest = Object.entries(given).filter(([key]) => key !== where?.key && key !== what?.key);
  return [
    ...(said === "" ? [] : [said]),
    ...rest.flatMap(([key, inner]) =>
      // Beside a sentence only what is nested adds anything.
      said !== "" && typeof inner !== "object"
        ? []
        : detailTexts(inner, depth + 1).map((text) => `${key}: ${text}`),
    ),
  ];
}

function textOf(
  given: Record<string, unknown>,
  names: readonly string[],
): { key: string; text: string } | undefined {
  for (const key of names) {
    const value = given[key];
    if (typeof value === "string" && value !== "") return { key, text: value };
    if (
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((part) => typeof part !== "object")
    ) {
      return { key, text: value.join(".") };
    }
  }
  return undefined;
}

/** How many causes of an error are looked through for the one that says why. */
const CAUSES_MAX = 5;

/**
 * Why a call got no answer: `timeout`, `aborted`, the system's or the HTTP client's code
 * (`ECONNREFUSED`, `ECONNRESET`), `unreadable answer`, or undefined where nothing says it. Never the
 * error's text, which can carry the address and with it secrets.
 */
export function networkKind(error: unknown): string | undefined {
  let cause = error;
  for (let looked = 0; looked < CAUSES_MAX; looked += 1) {
    if (typeof cause !== "object" || cause === null) break;
    const { name, code, cause: inner } = cause as Record<string, unknown>;
    if (name === "TimeoutError") return "timeout";
    if (name === "SyntaxError") return "unreadable answer";
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) && code !== "ABORT_ERR") {
      return code;
    }
    if (inner === undefined && name === "AbortError") return "aborted";
    cause = inner;
  }
  return undefined;
}
