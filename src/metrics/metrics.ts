import type { LogEvent } from "../logger.ts";

/** What a line of the log with an event says. */
export type EventFields = Readonly<{ event: LogEvent } & Record<string, unknown>>;

/** How a claim of the worker's ended: it went on, it went no step on, or Twilio was out of reach. */
export type ClaimOutcome = "advanced" | "idle" | "outage";

/** What is counted and measured. Nothing of it throws or waits, so it stands in nobody's way. */
export interface Metrics {
  /** @param route the path's template, never the path. */
  requestAnswered(request: { method: string; route?: string; status: number }, ms: number): void;
  /** Every line with an event, at whatever level the log is. */
  eventHappened(fields: EventFields): void;
  claimEnded(queue: "registration" | "check", outcome: ClaimOutcome): void;
  /** The worker takes nothing for so long, since Twilio answers nobody. */
  workerPaused(ms: number): void;
  databaseAnswered(command: string, isError: boolean, ms: number): void;
}

/** For what runs without anybody who asks. */
export const NO_METRICS: Metrics = {
  requestAnswered: () => undefined,
  eventHappened: () => undefined,
  claimEnded: () => undefined,
  workerPaused: () => undefined,
  databaseAnswered: () => undefined,
};
