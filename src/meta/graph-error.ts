import { failedCall, type FailedCall } from "../provider-message.ts";

/**
 * What a failed call means. `refused`: Meta said no to this code or token. `app_rejected`: it said no
 * to this service's own app, its id, secret or token. `unavailable`: it gave no usable answer.
 */
export type GraphFailureKind = "refused" | "app_rejected" | "unavailable";

/** Whom a call asks about: our own app, a customer's code, or what a customer's token may read. */
export type GraphSubject = "app" | "code" | "token";

/** A call to the Graph API that failed. Its message never holds the address, a code or a token. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly kind: GraphFailureKind;
  /** Meta's error code, where it gave one. */
  readonly code?: string;
  /** What the operator reads of it. */
  readonly failedCall: FailedCall;

  constructor(kind: GraphFailureKind, call: FailedCall & { code?: string | undefined }) {
    const { operation = "call", code, providerStatus, providerMessage, network } = call;
    const told = [providerStatus && `status ${providerStatus}`, code && `code ${code}`, network]
      .filter(Boolean)
      .join(", ");
    const said = providerMessage === undefined ? "" : `: ${providerMessage}`;
    super(`Meta's Graph API: ${operation} ${kind} (${told || "no usable answer"})${said}`);
    this.kind = kind;
    this.failedCall = failedCall(call);
    if (code !== undefined) this.code = code;
  }
}

/** The error object of the Graph API, as far as it decides anything. */
export interface GraphRefusal {
  status: number;
  code: string | undefined;
  /** Cleaned. */
  message: string | undefined;
  /** Meta's own word for what passes by itself. */
  isTransient: boolean;
}

/** Time-outs and limits of a server or of something before it. */
const PASSING_STATUSES = new Set([408, 425, 429, 499]);
/**
 * Codes that say nothing about the code or the token, whatever their status: 1 and 2 are Meta's own
 * trouble, 4, 17, 32, 341 and 613 rate limits (Meta's page on handling errors).
 */
const PASSING_CODES = new Set(["1", "2", "4", "17", "32", "341", "613"]);
/** Rate limits of WhatsApp and of the other business products. */
const isBusinessLimit = (code: string) => /^800(0\d|1[0-4])$|^130429$/.test(code);

/** 101: the app's id; 2500 and 2635: the version that META_GRAPH_VERSION names. */
const APP_CODES = new Set(["101", "2500", "2635"]);
/** A wrong secret comes with code 1, of which only the words tell it from trouble that passes. */
const APP_WORDS =
  /client[_ ]?(secret|id)\b|app(lication)?[_ ]?secret|validating application|invalid application|application info|\bapp(lication)?( is| has been)? (not active|inactive|disabled|deleted|deactivated|blocked|restricted)|api access (blocked|deactivated)/i;

/**
 * Who must act on a refusal: no person where the fault passes by itself. A fault of our app is never
 * given to the customer, and a fault of the customer's code or token never to the app.
 */
export function refusalKind(
  subject: GraphSubject,
  { status, code = "", message = "", isTransient }: GraphRefusal,
): GraphFailureKind {
  if (status >= 500 || PASSING_STATUSES.has(status) || isTransient) return "unavailable";
  if (APP_CODES.has(code) || APP_WORDS.test(message)) return "app_rejected";
  if (PASSING_CODES.has(code) || isBusinessLimit(code)) return "unavailable";
  return subject === "app" ? "app_rejected" : "refused";
}
