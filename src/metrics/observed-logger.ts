import type { LogFn } from "pino";
import type { Logger } from "../logger.ts";
import type { EventFields, Metrics } from "./metrics.ts";

const LEVELS = ["info", "warn", "error"] as const;

/**
 * The same logger; each line with an event is counted before it is written, or left out by its level.
 * So whatever has an event has a number too, and no code says so twice.
 */
export function observedLogger(logger: Logger, metrics: Metrics): Logger {
  const observed = Object.create(logger) as Logger;
  for (const level of LEVELS) {
    const write = (...line: Parameters<LogFn>) => {
      const [fields] = line as unknown[];
      if (hasEvent(fields)) metrics.eventHappened(fields);
      logger[level](...line);
    };
    observed[level] = write;
  }
  return observed;
}

function hasEvent(fields: unknown): fields is EventFields {
  return typeof fields === "object" && fields !== null && "event" in fields;
}
