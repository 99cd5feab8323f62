import type { Clock } from "../clock.ts";
import { isDatabaseOutage } from "../database/outage.ts";
import { addLogContext, withLogContext, type Logger } from "../logger.ts";
import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { sessionLogContext } from "../signup/session-log.ts";
import type { SignupSession } from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { accepted, type AcceptedCallback } from "./accepted-callback.ts";
import type { IntegrationUpsert } from "./integration-upsert.ts";

/** A taken session younger than this is still in the hands of its callback. */
const UNSETTLED_AFTER_MS = 5_000;
const SWEEP_LIMIT = 50;
/** What a person has to put right first, such as an index in the way, is not there in seconds. */
const SETTLE_AGAIN_AFTER_MS = 10 * 60_000;

export interface SettlementDeps {
  sessions: SignupSessionStore;
  upsert: IntegrationUpsert;
  clock: Clock;
  logger: Logger;
  /** Tells the worker in this process that an integration is due. */
  wakeWorker: () => void;
}

/** From taken sessions to their Integrations: at once by the callback, later by the sweep. */
export class Settlement {
  readonly #deps: SettlementDeps;

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
  }

  /**
   * Makes or finds the session's Integration; safe at any time and any number of times.
   * @throws ProblemError `number_already_linked`, `database_index_conflict`, `busy`
   */
  async complete(session: SignupSession): Promise<AcceptedCallback> {
    const { sessions, upsert, logger, wakeWorker } = this.#deps;
    const { callback, takenAt, proof } = session;
    if (!callback || !takenAt || !proof) throw new Error("a completed session lacks its callback");
    if (session.awaitsIntegrationSince === undefined && session.integrationId) {
      return accepted(
        session,
        session.integrationId,
        // Sessions settled before the integration's spelling was noted were answered with their own.
        session.externalId ?? callback.phoneNumber,
      );
    }
    const { phoneNumber, wabaId, subaccountSid, facebookBusinessId, phoneNumberId } = callback;
    const { integration, outcome } = await this.#orNotSettled(session, () =>
      upsert.apply({
        userId: session.userId,
        phoneNumber,
        ...(proof.numberAtMeta ? { numberAtMeta: proof.numberAtMeta } : {}),
        wabaId,
        target: {
          sessionId: session._id,
          takenAt,
          sessionCreatedAt: session.createdAt,
          numberShown: proof.numberShown,
          ...(subaccountSid ? { givenSubaccountSid: subaccountSid } : {}),
        },
        ...(session.reference === undefined ? {} : { reference: session.reference }),
        ...(facebookBusinessId ? { facebookBusinessId } : {}),
        ...(phoneNumberId ? { phoneNumberId } : {}),
        phoneNumberType: session.phoneNumberType,
        ...(callback.displayName ? { displayName: callback.displayName } : {}),
        numberAssigned: session.assignedNumbers.some((number) => isSameLine(number, phoneNumber)),
        wabaProof: proof.by,
      }),
    );
    if (outcome === "conflict") {
      await sessions.reopenAfterConflict(session, "number_already_linked");
      throw new ProblemError("number_already_linked");
    }
    const integrationId = String(integration._id);
    const { externalId } = integration;
    await sessions.settle(session, { integrationId, externalId });
    addLogContext({ integrationId });
    logger.info(
      { event: "integration_upserted", outcome, phoneNumber },
      "Callback stored on the integration",
    );
    if (outcome !== "unchanged") wakeWorker();
    return accepted(session, integrationId, externalId);
  }

  /**
   * With an index in the way the session keeps its values and proof, and the sweep comes later; with
   * an older document that works the signup may be tried again.
   */
  async #orNotSettled<T>(session: SignupSession, apply: () => Promise<T>): Promise<T> {
    const { sessions } = this.#deps;
    try {
      return await apply();
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : undefined;
      if (code === "database_index_conflict") await sessions.putOff(session, this.#settleAgainAt());
      if (code === "number_already_linked") await sessions.reopenAfterConflict(session, code);
      throw error;
    }
  }

  /**
   * Makes integrations of taken sessions whose process died in between; the worker calls it.
   * @returns how many it completed
   */
  async completeUnsettled(): Promise<number> {
    const { sessions, clock } = this.#deps;
    const olderThan = new Date(clock.now().getTime() - UNSETTLED_AFTER_MS);
    const unsettled = await sessions.findUnsettled(olderThan, SWEEP_LIMIT);
    let completed = 0;
    for (const session of unsettled) {
      try {
        await withLogContext(sessionLogContext(session), () => this.complete(session));
        completed += 1;
      } catch (error) {
        if (!(await this.#afterSweepError(session, error))) break;
      }
    }
    return completed;
  }

  /** False where the next one would fare no better. */
  async #afterSweepError(session: SignupSession, error: unknown): Promise<boolean> {
    const { sessions, logger } = this.#deps;
    const { _id: sessionId } = session;
    if (isDatabaseOutage(error)) {
      logger.warn({ err: error, sessionId }, "The database is away; taken sessions wait for it");
      return false;
    }
    if (error instanceof ProblemError && error.code === "number_already_linked") {
      logger.warn({ code: error.code, sessionId }, "A taken session was given back");
      return true;
    }
    const { code, index } = error instanceof ProblemError ? error : {};
    logger.error({ err: error, code, index, sessionId }, "A taken session stays unsettled");
    await sessions.putOff(session, this.#settleAgainAt());
    return true;
  }

  #settleAgainAt(): Date {
    return new Date(this.#deps.clock.now().getTime() + SETTLE_AGAIN_AFTER_MS);
  }
}
