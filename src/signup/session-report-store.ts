import type { Clock } from "../clock.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import { FIRST_EVENTS_KEPT, NEWEST_EVENTS_KEPT, type BrowserEvent } from "./browser-events.ts";
import type { SignupSessionModel } from "./signup-session-model.ts";
import {
  isUnfinished,
  UNFINISHED,
  type SignupSession,
  type StoredSessionStatus,
} from "./signup-session.ts";

/** What is noted about sessions from outside their own course: browsers' reports, and expiry. */
export class SessionReportStore {
  readonly #model: SignupSessionModel;
  readonly #clock: Clock;
  readonly #onEnded: (session: SignupSession) => void;

  /** @param onEnded told of each session that a report ends; must not throw */
  constructor(
    model: SignupSessionModel,
    clock: Clock,
    onEnded: (session: SignupSession) => void = () => {},
  ) {
    this.#model = model;
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  /**
   * Keeps what the session's own browser reported, the first and the newest ones; `status` where the
   * report ends the attempt. It neither prolongs the session nor enters the service's own timeline.
   */
  async report(
    session: SignupSession,
    entry: BrowserEvent,
    status: "cancelled" | "failed" | undefined,
  ): Promise<SignupSession | undefined> {
    const condition = {
      _id: session._id,
      status: { $in: UNFINISHED as StoredSessionStatus[] },
      expiresAt: { $gt: this.#clock.now() },
      // A session that went to another browser meanwhile takes no report of this one.
      browserHash: session.browserHash ?? null,
    };
    const common = {
      ...(status ? { $set: { status } } : {}),
      $inc: { "browserEvents.count": 1 },
    };
    const newest = { $each: [entry], $slice: -NEWEST_EVENTS_KEPT };
    const reported =
      (await updateAndRead(
        this.#model,
        { ...condition, "browserEvents.count": { $not: { $gte: FIRST_EVENTS_KEPT } } },
        { ...common, $push: { "browserEvents.first": entry } },
      )) ??
      (await updateAndRead(
        this.#model,
        { ...condition, "browserEvents.count": { $gte: FIRST_EVENTS_KEPT } },
        { ...common, $push: { "browserEvents.newest": newest } },
      ));
    if (reported && status) this.#onEnded(reported);
    return reported;
  }

  /**
   * Sessions whose time is over and whose end is not in the log yet. Of any number of processes one
   * gets each.
   */
  async takeExpired(limit: number): Promise<SignupSession[]> {
    const now = this.#clock.now();
    const due = await this.#model
      .find({ endAwaited: { $lte: now } })
      .sort({ endAwaited: 1 })
      .limit(limit)
      .lean();
    const expired: SignupSession[] = [];
    for (const session of due) {
      const { _id, endAwaited, expiresAt, status } = session;
      const isOpen = isUnfinished(session, now);
      const { modifiedCount } = await this.#model.updateOne(
        { _id, endAwaited: endAwaited ?? null, expiresAt },
        isOpen ? { $set: { endAwaited: expiresAt } } : { $unset: { endAwaited: 1 } },
      );
      // A cancelled or a failed one came to its end before.
      if (modifiedCount > 0 && !isOpen && (status === "created" || status === "opened")) {
        expired.push(session);
      }
    }
    return expired;
  }
}
