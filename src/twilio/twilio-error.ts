import { failedCall, networkKind, refusalMessage, type FailedCall } from "../provider-message.ts";
import { NeverSentError } from "./http-exchange.ts";

/**
 * How a call to Twilio failed. `retryable`: the same call may succeed later. `final`: it will not
 * until a person changes something.
 */
export interface TwilioFailure {
  kind: "retryable" | "final";
  /** True when the call may have had its effect although no usable answer came. */
  outcomeUnknown: boolean;
  /** HTTP status; absent when no answer came. */
  status?: number;
  /** Twilio's error code. */
  code?: number;
  /** What Twilio said, cleaned. */
  message?: string;
  /** Why no answer came. */
  network?: string;
  /** What `Retry-After` asks for. */
  retryAfterMs?: number;
}

/**
 * The one error that leaves this folder. Its message names the operation and what Twilio said,
 * cleaned, never a whole body or a header.
 */
export class TwilioError extends Error {
  override readonly name = "TwilioError";
  readonly operation: string;
  readonly kind: "retryable" | "final";
  readonly outcomeUnknown: boolean;
  readonly status?: number;
  readonly code?: number;
  readonly retryAfterMs?: number;
  /** What the operator reads of it. */
  readonly failedCall: FailedCall;

  constructor(operation: string, failure: TwilioFailure, cause?: unknown) {
    const { kind, outcomeUnknown, status, code, message, network, retryAfterMs } = failure;
    const told = [status && `status ${status}`, code && `code ${code}`, network]
      .filter(Boolean)
      .join(", ");
    const said = message === undefined ? "" : `: ${message}`;
    super(`Twilio: ${operation} failed (${told || "no usable answer"})${said}`, { cause });
    this.failedCall = failedCall({
      operation,
      providerStatus: status,
      providerMessage: message,
      network,
    });
    this.operation = operation;
    this.kind = kind;
    this.outcomeUnknown = outcomeUnknown;
    if (status !== undefined) this.status = status;
    if (code !== undefined) this.code = code;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }

  /** Nothing there under this SID. */
  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Too many requests: 429, or 20429 and 63018 in a body. */
  get isRateLimit(): boolean {
    return isLimited(this.status, this.code);
  }
}

/** What the log says of a failed call beside the problem. */
export function toldBy({ code, failedCall: call }: TwilioError): {
  failedCall: FailedCall;
  providerCode?: string;
} {
  return { failedCall: call, ...(code === undefined ? {} : { providerCode: String(code) }) };
}

/** For a request that got no answer: broken connection, time-out, no route. */
export function networkFailure(cause: unknown): TwilioFailure {
  const outcomeUnknown = !(cause instanceof NeverSentError);
  const network = networkKind(cause);
  return { kind: "retryable", outcomeUnknown, ...(network === undefined ? {} : { network }) };
}

/**
 * For an answer with an error status; 429 was not processed, 5xx and time-outs may have been. A redirect comes
 * from something in between, which says nothing about the call.
 * @param secrets what the call carried and its message must not repeat
 */
export function statusFailure(
  status: number,
  body: unknown,
  retryAfter: string | null,
  secrets: readonly string[] = [],
): TwilioFailure {
  const code = errorCode(body);
  const message = errorMessage(body, secrets);
  const limited = isLimited(status, code);
  const isRefusal = status >= 400 && status < 500 && !PASSING_STATUSES.has(status);
  const retryAfterMs = parseRetryAfter(retryAfter);
  return {
    kind: limited || !isRefusal ? "retryable" : "final",
    outcomeUnknown: !isRefusal && !limited,
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Time-outs of a server or of something before it, which 4xx else never means. */
const PASSING_STATUSES = new Set([408, 425, 499]);

/** A code about the number or its WABA says more than the 429 that it may come with. */
function isLimited(status: number | undefined, code: number | undefined): boolean {
  if (code === 20429 || code === 63018) return true;
  return status === 429 && !(code !== undefined && code >= 63_000 && code < 64_000);
}

function errorCode(body: unknown): number | undefined {
  if (typeof body !== "object" || body === null || !("code" in body)) return undefined;
  const code = Number(body.code);
  return Number.isInteger(code) ? code : undefined;
}

/**
 * In the older shape `message` with `details`, in the newer one (RFC 9457) `title` and `detail` with
 * `errors`, of which `pointer` names the field.
 */
function errorMessage(body: unknown, secrets: readonly string[]): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, title, detail, details, errors } = body as Record<string, unknown>;
  const said = [message, title, detail].filter((text) => typeof text === "string" && text !== "");
  return refusalMessage([...new Set(said)].join(": "), [details, errors], secrets);
}

/** The longest wait that an answer of Twilio's can bring: its `Retry-After` may be nonsense. */
const RETRY_AFTER_MAX_MS = 24 * 60 * 60_000;

/** Seconds or an HTTP date. */
function parseRetryAfter(value: string | null): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : undefined;
}

/** Whether a failed call is known to have changed nothing at Twilio. */
export function hadNoEffect(error: unknown): boolean {
  return error instanceof TwilioError && !error.outcomeUnknown;
}
