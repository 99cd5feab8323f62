import { setTimeout as sleep } from "node:timers/promises";
import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { Logger } from "../logger.ts";
import { lineOf } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { quotaUse, warnOfQuota, type Quota, type QuotaUse } from "../limits/quota.ts";
import { randomToken } from "../tokens.ts";

/**
 * What is counted: a code handed to Twilio; a new code that was asked for; a sender that was created
 * for a number that Meta has not verified, with which Twilio sends a first code.
 */
export type CodeUse = "submitted" | "asked" | "created";

/** Counted without a total of our own: a sender that was created for a verified number. */
type LineUse = CodeUse | "registered";

interface CountedUse {
  id: string;
  use: LineUse;
  at: Date;
  userId: string;
}

/** What was done with the codes and senders of one line in the last 72 hours, by whichever owner. */
export interface LineCodes {
  /** The line's key, so that all spellings of a number share it. */
  _id: string;
  uses: CountedUse[];
  /** Until then Meta's limit is nearly reached, if nothing more is asked of it. */
  nearLimitUntil?: Date | null;
  /** Raised by each change: what was decided from an older one is not written. */
  rev: number;
  keptUntil: Date;
}

export type LineCodesModel = Model<LineCodes>;

/** In 24 hours: of the whole line, and of one owner, who has one registration of it. */
export const CODE_TOTALS: Readonly<Record<CodeUse, { line: number; owner: number }>> = {
  submitted: { line: 10, owner: 7 },
  asked: { line: 6, owner: 3 },
  created: { line: 6, owner: 3 },
};
const WINDOW_MS = 24 * 60 * 60_000;
/** Registrations and requests for codes that Meta allows a number (docs/domain.md 5.9). */
export const LINE_REQUESTS: Quota = { limit: 10, windowMs: 72 * 60 * 60_000 };
/** Only owners of the same line are in each other's way, one at a time each. */
const TRIES = 40;
const PAUSE_MS = 25;

/** The model on the service's one connection. */
export function lineCodesModel(connection: Connection): LineCodesModel {
  const use = new Schema<CountedUse>(
    {
      id: { type: String, required: true },
      use: { type: String, required: true },
      at: { type: Date, required: true },
      userId: { type: String, required: true },
    },
    { _id: false },
  );
  const schema = new Schema<LineCodes>(
    {
      _id: { type: String, required: true },
      uses: [use],
      nearLimitUntil: Date,
      rev: { type: Number, required: true },
      keptUntil: { type: Date, required: true },
    },
    { collection: "line_codes", versionKey: false, strict: "throw" },
  );
  schema.index({ keptUntil: 1 }, { expireAfterSeconds: 0 });
  schema.index({ nearLimitUntil: 1 });
  return connection.model<LineCodes>("LineCodes", schema);
}

/** Who does what with a code of which number. */
export interface UseOfCode {
  phoneNumber: string;
  userId: string;
  use: LineUse;
  /** The line is this owner's, by a hold or an assignment: what others did does not hold it back. */
  ownsLine: boolean;
}

/** Counted, and to be taken back where nothing came of it; or refused until the wait is over. */
export type Counted = { id: string } | { waitMs: number };

/**
 * Counts what is done with one-time codes, by line and before it is done, so that neither many
 * requests at once nor many owners or processes get beyond the totals.
 */
export class LineCodesStore {
  readonly #model: LineCodesModel;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(model: LineCodesModel, clock: Clock, logger: Logger) {
    this.#model = model;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** @throws ProblemError `busy` when others keep changing the line's record */
  async count(asked: UseOfCode): Promise<Counted> {
    const { phoneNumber, use, userId } = asked;
    const id = randomToken();
    let waitMs = 0;
    const uses = await this.#change(phoneNumber, (stored, now) => {
      waitMs = waitFor(asked, stored, now);
      return waitMs > 0 ? undefined : [...stored, { id, use, at: now, userId }];
    });
    if (!uses) return { waitMs };
    if (use !== "submitted") {
      warnOfQuota(this.#logger, "line_requests", this.#requests(uses), { phoneNumber, userId });
    }
    return { id };
  }

  /**
   * Takes back what was counted before something that then was not done.
   * @throws ProblemError `busy` when others keep changing the line's record
   */
  async takeBack(phoneNumber: string, id: string): Promise<void> {
    await this.#change(phoneNumber, (stored) =>
      stored.some((use) => use.id === id) ? stored.filter((use) => use.id !== id) : undefined,
    );
  }

  /** What was asked of Meta for the number's line, against what Meta allows. */
  async requestsOf(phoneNumber: string): Promise<QuotaUse> {
    const stored = await this.#model.findById(lineOf(phoneNumber)).lean();
    return this.#requests(stored?.uses ?? []);
  }

  /** How many lines have nearly reached what Meta allows, or reached it. */
  async linesNearLimit(): Promise<number> {
    return this.#model.countDocuments({ nearLimitUntil: { $gt: this.#clock.now() } });
  }

  #requests(uses: CountedUse[]): QuotaUse {
    const times = uses.filter(({ use }) => use !== "submitted").map(({ at }) => at);
    return quotaUse(times, LINE_REQUESTS, this.#clock.now());
  }

  /** @returns what is written, if `change` wants anything to be */
  async #change(
    phoneNumber: string,
    change: (uses: CountedUse[], now: Date) => CountedUse[] | undefined,
  ): Promise<CountedUse[] | undefined> {
    const _id = lineOf(phoneNumber);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = this.#clock.now();
      const stored = await this.#model.findById(_id).lean();
      const recent = (stored?.uses ?? []).filter(
        ({ at }) => now.getTime() - at.getTime() < LINE_REQUESTS.windowMs,
      );
      const uses = change(recent, now);
      if (!uses || (await this.#write(_id, stored?.rev, uses, now))) return uses;
      await sleep(PAUSE_MS * Math.random());
    }
    throw new ProblemError("busy", { retryAfterSeconds: 2 });
  }

  /** False when somebody else wrote meanwhile. */
  async #write(_id: string, rev: number | undefined, uses: CountedUse[], now: Date) {
    const keptUntil = new Date(now.getTime() + LINE_REQUESTS.windowMs);
    const state = { uses, keptUntil, nearLimitUntil: this.#requests(uses).nearUntil ?? null };
    if (rev !== undefined) {
      const { matchedCount } = await this.#model.updateOne(
        { _id, rev },
        { $set: state, $inc: { rev: 1 } },
      );
      return matchedCount === 1;
    }
    try {
      await this.#model.create({ _id, rev: 1, ...state });
      return true;
    } catch (error) {
      if (isDuplicateKey(error, "_id")) return false;
      throw error;
    }
  }
}

/** How long until one more fits into both totals; 0 when it does. */
function waitFor({ use, userId, ownsLine }: UseOfCode, uses: CountedUse[], now: Date): number {
  if (use === "registered") return 0;
  const ofLine = uses.filter(
    (one) => one.use === use && now.getTime() - one.at.getTime() < WINDOW_MS,
  );
  const own = ofLine.filter((one) => one.userId === userId);
  const { line, owner } = CODE_TOTALS[use];
  return Math.max(untilFits(own, owner, now), ownsLine ? 0 : untilFits(ofLine, line, now));
}

function untilFits(uses: CountedUse[], total: number, now: Date): number {
  const times = uses.map(({ at }) => at.getTime()).toSorted((one, other) => one - other);
  const leaving = times.at(-total);
  return times.length < total || leaving === undefined ? 0 : leaving + WINDOW_MS - now.getTime();
}
