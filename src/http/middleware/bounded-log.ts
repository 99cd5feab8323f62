import type { Clock } from "../../clock.ts";
import { withLogContext, type LogEvent, type Logger } from "../../logger.ts";

/** Lines of one kind that are written in any minute; further ones are only counted. */
const LINES_PER_WINDOW = 30;
const WINDOW_MS = 60_000;

/** What is the same about all lines of a kind; each is of a closed list, so kinds are few. */
export interface Kind {
  event: LogEvent;
  code?: string;
  reason?: string;
}

interface Kept {
  kind: Kind;
  /** When the last lines were written, oldest first, at most `LINES_PER_WINDOW`. */
  writtenAt: number[];
  /** How many were not written since the last one. */
  counted: number;
}

/**
 * Writes what strangers can cause: of each kind at most thirty lines in a minute, and then how many
 * more there were. A flood neither fills the log nor hides a refusal of another kind.
 */
export class BoundedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, Kept>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  write(level: "info" | "warn", kind: Kind, fields: object, message: string): void {
    this.reportCounts();
    const kept = this.#keptOf(kind);
    if (kept.writtenAt.length >= LINES_PER_WINDOW) {
      kept.counted += 1;
      return;
    }
    kept.writtenAt.push(this.#clock.monotonicMs());
    this.#logger[level]({ ...kind, ...fields }, message);
  }

  /** Says how many lines were left out, of each kind whose minute is over; called now and then. */
  reportCounts(): void {
    const since = this.#clock.monotonicMs() - WINDOW_MS;
    for (const kept of this.#kinds.values()) {
      kept.writtenAt = kept.writtenAt.filter((at) => at > since);
      if (kept.writtenAt.length < LINES_PER_WINDOW) this.#reportCount(kept);
    }
  }

  /** The same of all kinds, before the process ends. */
  close(): void {
    for (const kept of this.#kinds.values()) this.#reportCount(kept);
  }

  #keptOf(kind: Kind): Kept {
    const key = `${kind.event} ${kind.code} ${kind.reason}`;
    const kept = this.#kinds.get(key) ?? { kind, writtenAt: [], counted: 0 };
    this.#kinds.set(key, kept);
    return kept;
  }

  /** A count belongs to no single request, so it carries no request's ids. */
  #reportCount(kept: Kept): void {
    if (kept.counted === 0) return;
    const { kind, counted } = kept;
    kept.counted = 0;
    withLogContext({}, () =>
      this.#logger.warn({ ...kind, leftOut: counted }, "More of this kind were counted only"),
    );
  }
}
