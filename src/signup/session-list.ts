import type { QueryFilter } from "mongoose";
import type { Clock } from "../clock.ts";
import { olderThan, pageOf, parseCursor } from "../cursor.ts";
import { lineOf } from "../phone-number.ts";
import type { SignupSessionModel } from "./signup-session-model.ts";
import {
  isSessionId,
  UNFINISHED,
  type SessionStatus,
  type SignupSession,
} from "./signup-session.ts";

/** What an owner looks for among its sessions. */
export interface SessionQuery {
  limit: number;
  status?: SessionStatus;
  reference?: string;
  /** Canonical; sessions of any spelling of its line are found. */
  phoneNumber?: string;
  cursor?: string;
}

/** One page of an owner's sessions, newest first. */
export interface SessionPage {
  sessions: SignupSession[];
  nextCursor: string | null;
}

/** Lists sessions, always by their owner. */
export class SessionList {
  readonly #model: SignupSessionModel;
  readonly #clock: Clock;

  constructor(model: SignupSessionModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  /** @throws ProblemError `invalid_request` for a cursor that was not given out here */
  async find(userId: string, query: SessionQuery): Promise<SessionPage> {
    const found = await this.#model
      .find({ $and: this.#conditions(userId, query) })
      .sort({ createdAt: -1, _id: -1 })
      .limit(query.limit + 1)
      .lean();
    const { page: sessions, nextCursor } = pageOf(found, query.limit);
    return { sessions, nextCursor };
  }

  #conditions(userId: string, query: SessionQuery): QueryFilter<SignupSession>[] {
    const { status, reference, phoneNumber, cursor } = query;
    const after = cursor === undefined ? undefined : parseCursor(cursor, isSessionId);
    return [
      { userId },
      ...(status ? [this.#hasStatus(status)] : []),
      ...(reference === undefined ? [] : [{ reference }]),
      ...(phoneNumber ? [{ line: lineOf(phoneNumber) }] : []),
      ...(after ? [olderThan(after, String)] : []),
    ];
  }

  /** As `sessionStatus` says it of each: the clock makes an unfinished session an expired one. */
  #hasStatus(status: SessionStatus): QueryFilter<SignupSession> {
    const now = this.#clock.now();
    if (status === "expired") return { status: { $in: UNFINISHED }, expiresAt: { $lte: now } };
    return UNFINISHED.includes(status) ? { status, expiresAt: { $gt: now } } : { status };
  }
}
