import { AsyncLocalStorage } from "node:async_hooks";
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from "pino";
import { maskNumbersIn, maskPhoneNumber } from "./phone-number.ts";

/** The names under which an operator finds things; docs/log-events.md says what each means. */
export const LOG_EVENTS = [
  "service_started",
  "config_warning",
  "signup_session_created",
  "signup_opened",
  "signup_event",
  "signup_session_ended",
  "session_released",
  "session_revoked",
  "onboarding_callback_received",
  "onboarding_callback_rejected",
  "integration_upserted",
  "waba_verified",
  "subaccount_created",
  "subaccount_adopted",
  "subaccount_ignored",
  "number_assigned",
  "number_moved",
  "sender_created",
  "sender_adopted",
  "sender_removed",
  "sender_status_changed",
  "sender_webhook_changed",
  "registration_retry_scheduled",
  "registration_failed",
  "integration_linked",
  "integration_disconnected",
  "ownership_conflict",
  "retry_requested",
  "disconnect_requested",
  "operator_action",
  "token_rejected",
  "access_refused",
  "rate_limited",
  "twilio_request",
  "meta_request",
  "service_stopping",
  "service_stopped",
] as const;
export type LogEvent = (typeof LOG_EVENTS)[number];

/** Inside of pino's module `LogEvent` is a type of pino's. */
type OwnLogEvent = LogEvent;

// The compiler refuses a line with another event, wherever it is logged.
declare module "pino" {
  interface LogFnFields {
    event?: OwnLogEvent;
  }
}

export type { Logger };

/** Phone numbers leave the process masked, whoever logs them. */
function maskedNumber(value: unknown): unknown {
  return typeof value === "string" ? maskPhoneNumber(value) : value;
}

/**
 * An error for the log: name, code, message and stack with phone numbers masked, causes likewise.
 * Nothing else is taken over, since errors of HTTP clients carry headers and bodies.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: maskNumbersIn(String(error)) };
  const { type, stack } = stdSerializers.err(error);
  const code = "code" in error ? error.code : undefined;
  return {
    type,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    message: maskNumbersIn(error.message),
    stack: maskNumbersIn(stack ?? ""),
    ...(error.cause instanceof Error ? { cause: serializeError(error.cause) } : {}),
  };
}

/** What every line logged in one piece of work carries. */
export type LogContext = Partial<
  Record<
    "requestId" | "sessionId" | "integrationId" | "userId" | "phoneNumber" | "operator",
    string
  >
>;

const logContext = new AsyncLocalStorage<LogContext>();

/**
 * Runs `work` so that every line logged in it, by whatever service, carries these ids. Work that is
 * nobody's request, as the worker's, starts with a context of its own.
 */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return logContext.run(context, work);
}

/** Adds ids that became known on the way to the present piece of work. */
export function addLogContext(context: LogContext): void {
  Object.assign(logContext.getStore() ?? {}, context);
}

/** JSON lines with the level as a word, `message` and an ISO `time`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: "message",
    errorKey: "err",
    timestamp: stdTimeFunctions.isoTime,
    mixin: () => ({ ...logContext.getStore() }),
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError, phoneNumber: maskedNumber },
  };
  return destination ? pino(options, destination) : pino(options);
}
