import { maskNumbersIn } from "../phone-number.ts";

/** A browser's report about the popup: unproven, and kept apart from what the service knows. */
export interface BrowserEvent {
  at: Date;
  event: string;
  /** A list, so that no name that a browser chose is ever a key of a document. */
  data: { name: string; value: string }[];
}

/** The first and the newest events of a session are kept; those in between are dropped. */
export interface BrowserEvents {
  first: BrowserEvent[];
  newest: BrowserEvent[];
  /** How many events came, the dropped ones included. */
  count: number;
}

/** How a popup opened, and how the last attempts ended, is what support asks for. */
export const FIRST_EVENTS_KEPT = 10;
export const NEWEST_EVENTS_KEPT = 30;

const VALUES_MAX = 20;
const NAME_MAX_LENGTH = 64;
const VALUE_MAX_LENGTH = 500;
/** Limit of one event: names and values together, in UTF-8. */
const DATA_MAX_BYTES = 2_048;
/** Tokens and one-time codes are never kept; the code of an error is no secret. */
const SECRET_NAME = /token|secret|auth|(?<!error_)code$/i;

/** Scalars as bounded texts, as many as fit; anything nested is left out. */
export function keptData(data: Readonly<Record<string, unknown>>): BrowserEvent["data"] {
  const kept: BrowserEvent["data"] = [];
  let bytes = 0;
  for (const [given, scalar] of Object.entries(data)) {
    if (kept.length >= VALUES_MAX) break;
    if (SECRET_NAME.test(given) || !isScalar(scalar)) continue;
    const name = given.replace(/[^\w-]/g, "_").slice(0, NAME_MAX_LENGTH);
    const value = printable(String(scalar), VALUE_MAX_LENGTH);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (bytes > DATA_MAX_BYTES) break;
    kept.push({ name, value });
  }
  return kept;
}

/** A text from the browser, without signs that would break a log line or a document, and cut. */
export function printable(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, " ");
}

/** What a browser says goes into the log only where it is the name of a step or a code. */
export function loggable(event: BrowserEvent, name: string, as: string): Record<string, string> {
  const value = event.data.find((one) => one.name === name)?.value;
  const isPlain = value !== undefined && /^[A-Za-z_]{1,64}$|^\d{1,9}$/.test(value);
  return isPlain ? { [as]: maskNumbersIn(value) } : {};
}

/** What our own page reports when a person gave up without Meta's word. */
const LEFT_BY_A_PERSON = new Set(["PAGE_POPUP_CLOSED", "PAGE_LEFT"]);
/**
 * What went wrong: the callback took no result, Meta reported an error, or the attempt never began
 * or brought nothing although the customer did not give up.
 */
const FAILED = new Set([
  "ERROR",
  "PAGE_REFUSED",
  "PAGE_POPUP_BLOCKED",
  "PAGE_NO_RESULT",
  "PAGE_SDK_MISSING",
]);

/** `CANCEL` with an error is the customer's report of a problem; alone it is a closed popup. */
export function endedBy({ event, data }: BrowserEvent): "cancelled" | "failed" | undefined {
  if (FAILED.has(event)) return "failed";
  if (LEFT_BY_A_PERSON.has(event)) return "cancelled";
  if (event !== "CANCEL") return undefined;
  const hasError = data.some(({ name, value }) => /^error_(code|message)$/.test(name) && value);
  return hasError ? "failed" : "cancelled";
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
