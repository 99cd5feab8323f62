import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { isDatabaseOutage } from "../database/outage.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { OlderDocuments } from "../integrations/older-documents.ts";
import type { Logger } from "../logger.ts";
import type { GraphClient } from "../meta/graph-client.ts";
import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { printable } from "../signup/browser-events.ts";
import { requireUnfinished } from "../signup/require-unfinished.ts";
import {
  hasRoom,
  type CallbackValues,
  type SignupSession,
  type WabaProof,
} from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { requireCaller, type SessionCaller } from "../signup/whose-session.ts";
import { randomToken } from "../tokens.ts";
import type { AcceptedCallback } from "./accepted-callback.ts";
import { callbackValues, sameValues, type RawCallback } from "./callback-values.ts";
import { isLinkedElsewhere, linkedInOlderDocument } from "./already-linked.ts";
import type { Settlement } from "./settlement.ts";
import { throughOutages } from "./through-outages.ts";
import { failedProof, proveWaba, type FailedProof } from "./waba-proof.ts";

/** How long a session is held for one callback's proof, longer than the proof may take. */
const HOLD_MS = 15_000;
/** How long a callback waits for another one's proof before it answers `busy`. */
const HOLD_WAIT_MS = 10_000;
const HOLD_LOOK_MS = 200;
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
  settlement: Settlement;
  /** Absent where no app secret is configured: then a callback makes no outside call at all. */
  graph?: GraphClient;
  clock: Clock;
  logger: Logger;
}

/** The callback: one session taken once, one Integration from it, also when the callback is repeated or the process killed. */
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
      requireCaller(caller, current);
      if (current.status === "completed") return this.#repeat(current, values);
      requireUnfinished(current, this.#deps.clock.now());
      // Of the spellings of one line the session's is kept: the one that was typed.
      const phoneNumber = current.phoneNumber ?? values.phoneNumber;
      if (!isSameLine(phoneNumber, values.phoneNumber)) {
        throw new ProblemError("phone_number_mismatch");
      }
      attempt.values = { ...values, phoneNumber };
      const taken = await this.#prove(current, attempt);
      if (taken) return this.#deps.settlement.complete(taken);
      if (this.#deps.clock.monotonicMs() > waitUntil) {
        throw new ProblemError("busy", { retryAfterSeconds: HOLD_MS / 1_000 });
      }
      await sleep(HOLD_LOOK_MS);
    }
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
    let noted: FailedProof = {};
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
  async #unhold(session: SignupSession, token: string, noted: FailedProof): Promise<void> {
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
    if (isLinkedElsewhere(existing, values.wabaId, proof.numberShown)) {
      throw new ProblemError("number_already_linked");
    }
    if (!existing && (await older.find(session.userId, values.phoneNumber)) === "taken") {
      throw linkedInOlderDocument();
    }
  }

  async #repeat(session: SignupSession, values: CallbackValues): Promise<AcceptedCallback> {
    if (!session.callback || !sameValues(session.callback, values)) {
      throw new ProblemError("session_used");
    }
    return this.#deps.settlement.complete(session);
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
    else if (session.status !== status && hasRoom(session)) {
      logger.info(
        {
          event: "signup_session_ended",
          status,
          cause: /^[a-z_]{1,64}$/.test(said) ? said : "other",
        },
        "A signup ended by the callback's failure form",
      );
    }
    if (error === "coexistence_unsupported") throw new ProblemError(error);
    throw new ProblemError(cancelled ? "signup_cancelled" : "signup_failed");
  }

  async #reread(session: SignupSession): Promise<SignupSession> {
    const current = await this.#deps.sessions.findById(session._id);
    if (!current) throw new ProblemError("session_unknown");
    return current;
  }
}
