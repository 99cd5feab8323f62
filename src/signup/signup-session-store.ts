import type { UpdateQuery } from "mongoose";
import type { Clock } from "../clock.ts";
import { updateAndRead, type ConditionOnOne } from "../database/update-and-read.ts";
import type { Locale } from "../problems/locales.ts";
import { lineOf } from "../phone-number.ts";
import type { SignupSessionModel } from "./signup-session-model.ts";
import {
  hasRoom,
  KEPT_MS,
  PAYLOADS_LIMIT,
  timelinePush,
  unbound,
  UNFINISHED,
  type CallbackValues,
  type SignupSession,
  type StoredSessionStatus,
  type WabaProof,
} from "./signup-session.ts";
import type { SessionCaller } from "./whose-session.ts";

type Update = UpdateQuery<SignupSession>;

/**
 * Every change of a session is one atomic conditional update: what it may not do, it does not do,
 * also while other requests change the session. `undefined` means that the condition did not hold.
 */
export class SignupSessionStore {
  readonly #model: SignupSessionModel;
  readonly #clock: Clock;
  readonly #onEnded: (session: SignupSession) => void;

  /** @param onEnded told of each session that is no longer open in a browser; must not throw */
  constructor(
    model: SignupSessionModel,
    clock: Clock,
    onEnded: (session: SignupSession) => void = () => {},
  ) {
    this.#model = model;
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  async create(session: SignupSession): Promise<void> {
    await this.#model.create(session);
  }

  async findByPayloadHash(payloadHash: string): Promise<SignupSession | undefined> {
    return (await this.#model.findOne({ payloadHashes: payloadHash }).lean()) ?? undefined;
  }

  /** For the browser's own result page, which shows what the browser may know. */
  async findById(id: string): Promise<SignupSession | undefined> {
    return (await this.#model.findById(id).lean()) ?? undefined;
  }

  /** Whether the owner has ever asked for a signup, as far back as sessions are kept. */
  async hasAny(userId: string): Promise<boolean> {
    return (await this.#model.exists({ userId })) !== null;
  }

  /** One more payload stands for the owner's session; undefined where there is no such session. */
  async addPayload(
    userId: string,
    id: string,
    payloadHash: string,
  ): Promise<SignupSession | undefined> {
    const added = { payloadHashes: { $each: [payloadHash], $slice: -PAYLOADS_LIMIT } };
    return updateAndRead(this.#model, { _id: id, userId }, { $push: added });
  }

  /** Binds an unfinished session to a browser; harmless when it is bound to it already. */
  async open(
    session: SignupSession,
    browserHash: string,
    typed: { phoneNumber?: string; displayName?: string; locale?: Locale },
    sessionTtlMs: number,
  ): Promise<SignupSession | undefined> {
    const now = this.#clock.now();
    const first = session.browserHash === undefined;
    const opened = await this.#change(
      {
        _id: session._id,
        status: { $in: UNFINISHED },
        expiresAt: { $gt: now },
        browserHash: first ? null : browserHash,
        phoneNumber: session.phoneNumber ?? null,
      },
      {
        $set: {
          status: "opened",
          browserHash,
          openedAt: session.openedAt ?? now,
          ...(first ? { expiresAt: new Date(now.getTime() + sessionTtlMs) } : {}),
          ...(typed.phoneNumber ? typedNumber(typed.phoneNumber) : {}),
          ...(typed.displayName ? { displayName: typed.displayName, displayNameTyped: true } : {}),
          ...(typed.locale ? { locale: typed.locale, localeChosen: true } : {}),
        },
      },
      session.status !== "opened" && hasRoom(session) ? { event: "signup_opened" } : undefined,
    );
    // A changed number ends the session as it was, and with it the relay of the former number.
    if (opened && opened.phoneNumber !== session.phoneNumber) this.#onEnded(session);
    return opened;
  }

  /** The attempt came to an end without a success; the session can be started again. */
  async end(
    session: SignupSession,
    status: "cancelled" | "failed",
    data: Record<string, string>,
  ): Promise<SignupSession | undefined> {
    return this.#change(
      {
        _id: session._id,
        status: { $in: UNFINISHED },
        expiresAt: { $gt: this.#clock.now() },
        // The browser whose request failed. Another one that has started the session since goes on.
        browserHash: session.browserHash ?? null,
      },
      { $set: { status } },
      hasRoom(session) ? { event: status, data } : undefined,
    );
  }

  async revoke(userId: string, id: string): Promise<SignupSession | undefined> {
    return this.#change(
      { _id: id, userId, status: { $in: UNFINISHED } },
      { $set: { status: "revoked" } },
      { event: "revoked" },
    );
  }

  /**
   * Unbinds the browser: the link can be started anew for as long as a link lives. A completed session
   * stays completed, and no browser sees any more of it.
   */
  async release(session: SignupSession): Promise<SignupSession | undefined> {
    return (
      (await this.#change(
        { _id: session._id, status: { $in: UNFINISHED } },
        unbound(session, "created"),
        { event: "released" },
      )) ??
      this.#change(
        { _id: session._id, status: "completed" },
        { $unset: { browserHash: 1 } },
        { event: "released" },
      )
    );
  }

  /** The session's browser cannot go on: how its attempt ended stays, and another one may start. */
  async giveBack(
    session: SignupSession,
    entry: { event: string } | undefined,
  ): Promise<SignupSession | undefined> {
    const { _id, browserHash = null, status } = session;
    const next = status === "opened" ? "created" : status;
    return this.#change(
      { _id, status: { $in: UNFINISHED }, browserHash },
      unbound(session, next),
      entry,
    );
  }

  /** Reserves the session for one callback while it asks Meta for the proof; again with its token. */
  async hold(
    session: SignupSession,
    caller: SessionCaller,
    hold: { token: string; until: Date },
  ): Promise<SignupSession | undefined> {
    return this.#change(
      {
        ...this.#takeable(session, caller),
        $or: [this.#free(), { "hold.token": hold.token }],
      },
      { $set: { hold } },
    );
  }

  /** @param noted what is written with it, for example why there was no proof */
  async unhold(session: SignupSession, token: string, noted: Update = {}): Promise<void> {
    const condition = { _id: session._id, "hold.token": token };
    await this.#change(condition, { ...noted, $unset: { hold: 1 } });
  }

  /**
   * The one atomic taking: of any number of parallel callbacks exactly one gets the session back.
   * The time is the database's, so that takings of several processes have one order.
   */
  async take(
    session: SignupSession,
    caller: SessionCaller,
    taken: { values: CallbackValues; proof: WabaProof },
    holdToken?: string,
  ): Promise<SignupSession | undefined> {
    return this.#change(
      {
        ...this.#takeable(session, caller),
        ...(holdToken ? { "hold.token": holdToken } : this.#free()),
      },
      {
        $set: {
          status: "completed",
          line: lineOf(taken.values.phoneNumber),
          callback: taken.values,
          proof: taken.proof,
        },
        $unset: { hold: 1 },
        $currentDate: { takenAt: true, awaitsIntegrationSince: true },
      },
      { event: "onboarding_callback_received" },
    );
  }

  /** The taken callback has become an integration. */
  async settle(
    session: SignupSession,
    integration: { integrationId: string; externalId: string },
  ): Promise<void> {
    await this.#change(
      { _id: session._id, status: "completed", takenAt: session.takenAt },
      { $set: integration, $unset: { awaitsIntegrationSince: 1 } },
    );
  }

  /** The taken callback could not become an integration: the signup may be tried again. */
  async reopenAfterConflict(session: SignupSession, event: string): Promise<void> {
    await this.#change(
      {
        _id: session._id,
        status: "completed",
        takenAt: session.takenAt,
        awaitsIntegrationSince: { $exists: true },
      },
      {
        $set: { status: "failed" },
        $unset: { callback: 1, proof: 1, takenAt: 1, awaitsIntegrationSince: 1 },
      },
      { event },
    );
  }

  /** The cause that keeps the callback from becoming an integration will last: next try at `until`. */
  async putOff(session: SignupSession, until: Date): Promise<void> {
    await this.#change(
      {
        _id: session._id,
        status: "completed",
        takenAt: session.takenAt,
        awaitsIntegrationSince: { $exists: true },
      },
      { $set: { awaitsIntegrationSince: until } },
    );
  }

  /** Completed sessions that have no integration yet, oldest first. */
  async findUnsettled(olderThan: Date, limit: number): Promise<SignupSession[]> {
    return this.#model
      .find({ awaitsIntegrationSince: { $lte: olderThan } })
      .sort({ awaitsIntegrationSince: 1 })
      .limit(limit)
      .lean();
  }

  #takeable(session: SignupSession, caller: SessionCaller) {
    return {
      _id: session._id,
      status: { $in: UNFINISHED as StoredSessionStatus[] },
      expiresAt: { $gt: this.#clock.now() },
      // The callback's number was compared with the session's as it was read.
      phoneNumber: session.phoneNumber ?? null,
      ...caller,
    };
  }

  #free() {
    return { "hold.until": { $not: { $gt: this.#clock.now() } } };
  }

  async #change(
    condition: ConditionOnOne,
    update: Update,
    entry?: { event: string; data?: Record<string, string> },
  ): Promise<SignupSession | undefined> {
    const now = this.#clock.now();
    const changed = await updateAndRead(this.#model, condition, {
      ...update,
      $max: { keptUntil: new Date(now.getTime() + KEPT_MS) },
      ...(entry ? { $push: timelinePush({ at: now, ...entry }) } : {}),
    });
    if (changed && update.$set?.status && changed.status !== "opened") this.#onEnded(changed);
    return changed;
  }
}

function typedNumber(phoneNumber: string) {
  return { phoneNumber, line: lineOf(phoneNumber), phoneNumberTyped: true };
}
