import type { Answer } from "../http/answer.ts";
import type { OrderedError } from "../http/endpoint.ts";

/**
 * Titles of the codes that the simulator can answer with.
 * https://www.twilio.com/docs/whatsapp/api/senders and https://www.twilio.com/docs/api/errors
 */
const TITLES: Readonly<Record<number, string>> = {
  20001: "Invalid parameter",
  20003: "Authenticate",
  20403: "403 Forbidden",
  20404: "The requested resource was not found",
  20429: "Too Many Requests",
  21211: "Invalid 'To' phone number",
  21602: "Message body is required",
  20500: "An internal server error has occurred",
  20503: "Service unavailable",
  63007: "No channel is found for this From address",
  63059: "Phone number was moved to a different WhatsApp Business account",
  63060: "Display name was rejected",
  63100: "Validation error",
  63101: "WABA is invalid, not shared with Twilio, or linked to another account",
  63102: "This account is already linked to a different WABA",
  63103: "Credit line cannot be assigned to the WABA",
  63104: "WABA has reached its phone number limit",
  63105: "The channel does not support this action",
  63109: "Sender was migrated to another account",
  63110: "Phone number is already registered on WhatsApp",
  63111: "Phone number or WABA was not found at Meta",
  63112: "Meta business account or WABA is disabled",
  63113: "Sender cannot be verified",
  63114: "Too many verification codes requested or tried",
  63116: "Automatic registration failed: the verification code was not received",
  63124: "Display name is not allowed",
  63128: "A display name change is already in progress",
};

/** A refusal by Twilio, with the code of its documentation. */
export class TwilioFailure extends Error {
  override readonly name = "TwilioFailure";
  readonly status: number;
  readonly code: number;
  /** What is wrong with single fields, in any structure. */
  readonly details: unknown;

  constructor(status: number, code: number, detail?: string, details?: unknown) {
    super(detail === undefined ? titleOf(code) : `${titleOf(code)}: ${detail}`);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The error as Twilio writes it. */
export function twilioError({ status, code, message, details }: TwilioFailure): Answer {
  const body = { code, message, more_info: moreInfo(code), status };
  return { status, body: details === undefined ? body : { ...body, details } };
}

/** The error that a fault orders, in the older shape or the newer one of RFC 9457. */
export function orderedError(status: number, ordered: OrderedError): Answer {
  const { code = codeForStatus(status), message = titleOf(code), details, isProblem } = ordered;
  if (!isProblem) {
    const plain = new TwilioFailure(status, code, undefined, details);
    plain.message = message;
    return twilioError(plain);
  }
  const body = { type: moreInfo(code), title: titleOf(code), status, code, detail: message };
  return { status, body: details === undefined ? body : { ...body, errors: details } };
}

/** The code that stands for an HTTP status where no other is given. */
export function codeForStatus(status: number): number {
  return (
    { 400: 20001, 401: 20003, 403: 20403, 404: 20404, 429: 20429, 503: 20503 }[status] ?? 20500
  );
}

export function titleOf(code: number): string {
  return TITLES[code] ?? "Unknown error";
}

export function moreInfo(code: number | string): string {
  return `https://www.twilio.com/docs/errors/${code}`;
}
