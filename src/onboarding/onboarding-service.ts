import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { isDatabaseOutage } from "../database/outage.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { OlderDocuments } from "../integrations/older-documents.ts";
import { addLogContext, withLogContext, type Logger } from "../logger.ts";
import type { GraphClient } from "../meta/graph-client.ts";
import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { printable } from "../signup/browser-events.ts";
import { requireUnfinished } from "../signup/require-unfinished.ts";
import { sessionLogContext } from "../signup/session-log.ts";
import type { CallbackValues, SignupSession, WabaProof } from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { requireSpeaker, type SessionCaller } from "../signup/whose-session.ts";
import { randomToken } from "../tokens.ts";
import { accepted, type AcceptedCallback } from "./accepted-callback.ts";
import { callbackValues, sameValues, type RawCallback } from "./callback-values.ts";
import {
  isLinkedElsewhere,
  linkedInOlderDocument,
  type IntegrationUpsert,
} from "./integration-upsert.ts";
import { throughOutages } from "./through-outages.ts";
import { failedProof, proveWaba } from "./waba-proof.ts";

/** How long a session is held for one callback's proof, longer than the proof may take. */
const HOLD_MS = 15_000;
/** How long a callback waits for another one's proof before it answers `busy`. */
const HOLD_WAIT_MS = 10_000;
const HOLD_LOOK_MS = 200;
/** A taken session younger than this is still in the hands of its callback. */
const UNSETTLED_AFTER_MS = 5_000;
const SWEEP_LIMIT = 50;
/** What a person has to put right first, such as an index in the way, is not there in seconds. */
const SETTLE_AGAIN_AFTER_MS = 10 * 60_000;

/** One callback, over all its looks: Meta's code serves once, so what it proved is kept for them. */
interface Attempt {
  caller: SessionCaller;
  values: CallbackValues;
  code: string | undefined;
  /** Reserves the session for this callback. */
  token: string;
  proof?: WabaProof;
}

/**
 * Words by which providers say that a person gave up (OAuth's, and what implementers send). What merely
 * contains one of them, as `connection_closed`, is a failure of the technique.
 */
const CANCELLED =
  /^((user|customer|signup|login|consent|permissions?|popup|window|dialog|access)[ _-]?)?(cancel(l?ed)?|denied|declined|closed|dismissed)([ _-]by[ _-](the[ _-])?(user|customer))?$/i;
/** Of what the failure form says; a program's description may be a page. */
const SAID_MAX_LENGTH = 200;

export interface OnboardingDeps {
  sessions: SignupSessionStore;
  integrations: IntegrationStore;
  older: OlderDocuments;
  upsert: IntegrationUpsert;
  /** Absent where no app secret is configured: then a callback makes no outside call at all. */
  graph?: GraphClient;
  clock: Clock;
  logger: Logger;
  /** Tells the worker in this process that an integration is due. */
  wakeWorker: () => void;
}

/** The callback: one session taken once, one Integration from it, whatever is repeated or killed. */
export class OnboardingService {
  readonly #deps: OnboardingDeps;

  constructor(deps: OnboardingDeps) {
    this.#deps = deps;
  }

  /**
   * Takes the session with the callback's values and makes the Integration pending. Calls nothing
   * at Twilio.
   * @param session the one that the payload stands for
   * @throws ProblemError with one of the callback's codes; the session then stays as usable as it was
   */
  async receive(
    session: SignupSession,
    caller: SessionCaller,
    raw: RawCallback,
  ): Promise<AcceptedCallback> {
    if (raw.error !== undefined) return this.#end(session, raw.error, raw.error_description);
    const values = callbackValues(raw, session);
    const attempt: Attempt = { caller, values, code: raw.code, token: randomToken() };
    return throughOutages(() => this.#receive(session, attempt), this.#deps.clock);
  }

  async #receive(session: SignupSession, attempt: Attempt): Promise<AcceptedCallback> {
    const { caller, values } = attempt;
    const waitUntil = this.#deps.clock.monotonicMs() + HOLD_WAIT_MS;
    for (;;) {
      const current = await this.#reread(session);
      // The owner may have released it since the request came.
      requireSpeaker(caller, current);
      if (current.status === "completed") return this.#repeat(current, values);
      requireUnfinished(current, this.#deps.clock.now());
      // Of the spellings of one line the session's is kept: the one that was typed.
      const phoneNumber = current.phoneNumber ?? values.phoneNumber;
      if (!isSameLine(phoneNumber, values.phoneNumber))
        throw new ProblemError("phone_number_mismatch");
      const taken = await this.#prove(current, {
        ...attempt,
        values: { ...values, phoneNumber },
      });
      if (taken) return this.#complete(taken);
      if (this.#deps.clock.monotonicMs() > waitUntil)
        throw new ProblemError("busy", { retryAfterSeconds: HOLD_MS / 1_000 });
      await sleep(HOLD_LOOK_MS);
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
        await withLogContext(sessionLogContext(session), () => this.#complete(session));
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

  /** Undefined when another callback holds or has just taken the session. */
  async #prove(session: SignupSession, attempt: Attempt): Promise<SignupSession | undefined> {
    const { sessions, graph, clock, logger } = this.#deps;
    const { caller, values, code, token } = attempt;
    if (!graph) {
      const proof: WabaProof = { by: "twilio", numberShown: false };
      await this.#refuseIfLinkedElsewhere(session, values, proof);
      return sessions.take(session, caller, { values, proof });
    }
    const until = new Date(clock.now().getTime() + HOLD_MS);
    if (!(await sessions.hold(session, caller, { token, until }))) return undefined;
    let noted: ReturnType<typeof failedProof> = {};
    try {
      attempt.proof ??= await proveWaba(graph, values, code, logger).catch((error: unknown) => {
        noted = failedProof(error, clock.now());
        throw error;
      });
      await this.#refuseIfLinkedElsewhere(session, values, attempt.proof);
      return await sessions.take(session, caller, { values, proof: attempt.proof }, token);
    } finally {
      await this.#unhold(session, token, noted);
    }
  }

  /** The hold ends by itself; that it cannot be given back now must not hide what came before. */
  async #unhold(
    session: SignupSession,
    token: string,
    noted: ReturnType<typeof failedProof>,
  ): Promise<void> {
    try {
      await this.#deps.sessions.unhold(session, token, noted);
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error;
      this.#deps.logger.warn({ err: error }, "The database was away when a session was given back");
    }
  }

  async #refuseIfLinkedElsewhere(
    session: SignupSession,
    values: CallbackValues,
    proof: WabaProof,
  ): Promise<void> {
    const { integrations, older } = this.#deps;
    const existing = await integrations.findByNumber(session.userId, values.phoneNumber);
    if (isLinkedElsewhere(existing, values.wabaId, proof.numberShown))
      throw new ProblemError("number_already_linked");
    if (!existing && (await older.find(session.userId, values.phoneNumber)) === "taken")
      throw linkedInOlderDocument();
  }

  async #repeat(session: SignupSession, values: CallbackValues): Promise<AcceptedCallback> {
    if (!session.callback || !sameValues(session.callback, values))
      throw new ProblemError("session_used");
    return this.#complete(session);
  }

  /** From a taken session to its Integration; safe at any time and any number of times. */
  async #complete(session: SignupSession): Promise<AcceptedCallback> {
    const { sessions, upsert, logger, wakeWorker } = this.#deps;
    const { callback, takenAt, proof } = session;
    if (!callback || !takenAt || !proof) throw new Error("a completed session lacks its callback");
    if (session.awaitsIntegrationSince === undefined && session.integrationId)
      return accepted(
        session,
        session.integrationId,
        // Sessions settled before the integration's spelling was noted were answered with their own.
        session.externalId ?? callback.phoneNumber,
      );
    const { phoneNumber, wabaId, subaccountSid, facebookBusinessId, phoneNumberId } = callback;
    const { integration, outcome } = await this.#orNotSettled(session, () =>
      upsert.apply({
        userId: session.userId,
        phoneNumber,
        ...(proof.numberAtMeta ? { numberAtMeta: proof.numberAtMeta } : {}),
        target: {
          wabaId,
          sessionId: session._id,
          takenAt,
          sessionCreatedAt: session.createdAt,
          numberShown: proof.numberShown,
          ...(subaccountSid ? { givenSubaccountSid: subaccountSid } : {}),
        },
        ...(facebookBusinessId ? { facebookBusinessId } : {}),
        ...(phoneNumberId ? { phoneNumberId } : {}),
        phoneNumberType: session.phoneNumberType,
        ...(callback.displayName ? { displayName: callback.displayName } : {}),
        numberAssigned: session.assignedNumbers.some((number) => isSameLine(number, phoneNumber)),
        wabaProof: proof.by,
      }),
    );
    if (outcome === "conflict") {
      await sessions.untake(session, "number_already_linked");
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
      if (code === "number_already_linked") await sessions.untake(session, code);
      throw error;
    }
  }

  /** The failure form: the attempt ended at Meta or on the page; the session can be started again. */
  async #end(
    session: SignupSession,
    error: string,
    description: string | undefined,
  ): Promise<never> {
    const { sessions, clock, logger } = this.#deps;
    requireUnfinished(session, clock.now());
    const cancelled = CANCELLED.test(error);
    const status = cancelled ? "cancelled" : "failed";
    const said = printable(error, SAID_MAX_LENGTH);
    const ended = await sessions.end(session, status, {
      error: said,
      ...(description ? { description: printable(description, SAID_MAX_LENGTH) } : {}),
    });
    if (!ended) requireUnfinished(await this.#reread(session), clock.now());
    else if (session.status !== status)
      logger.info(
        {
          event: "signup_session_ended",
          status,
          cause: /^[a-z_]{1,64}$/.test(said) ? said : "other",
        },
        "A signup ended by the callback's failure form",
      );
    if (error === "coexistence_unsupported") throw new ProblemError(error);
    throw new ProblemError(cancelled ? "signup_cancelled" : "signup_failed");
  }

  async #reread(session: SignupSession): Promise<SignupSession> {
    const current = await this.#deps.sessions.findByPayloadHash(session.payloadHash);
    if (!current) throw new ProblemError("session_unknown");
    return current;
  }
}
