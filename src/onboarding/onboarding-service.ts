import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import { addLogContext, withLogContext, type Logger } from "../logger.ts";
import type { GraphClient } from "../meta/graph-client.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { printable } from "../signup/browser-events.ts";
import { requireUnfinished } from "../signup/require-unfinished.ts";
import { sessionLogContext } from "../signup/session-log.ts";
import type { CallbackValues, SignupSession, WabaProof } from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { withParameters } from "../signup/urls.ts";
import { requireSpeaker, type SessionCaller } from "../signup/whose-session.ts";
import { randomToken } from "../tokens.ts";
import { callbackValues, sameValues, type RawCallback } from "./callback-values.ts";
import { isLinkedElsewhere, type IntegrationUpsert } from "./integration-upsert.ts";
import { proveWaba } from "./waba-proof.ts";

/** How long a session is held for one callback's proof, longer than the proof may take. */
const HOLD_MS = 15_000;
/** How long a callback waits for another one's proof before it answers `busy`. */
const HOLD_WAIT_MS = 10_000;
const HOLD_LOOK_MS = 200;
/** A taken session younger than this is still in the hands of its callback. */
const UNSETTLED_AFTER_MS = 5_000;
const SWEEP_LIMIT = 50;

/** Where the browser goes after an accepted callback; the same for every repeat. */
export interface AcceptedCallback {
  sessionId: string;
  integrationId: string;
  redirectUrl: string;
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
    const waitUntil = this.#deps.clock.monotonicMs() + HOLD_WAIT_MS;
    for (;;) {
      const current = await this.#reread(session);
      // The owner may have released it since the request came.
      requireSpeaker(caller, current);
      if (current.status === "completed") return this.#repeat(current, values);
      requireUnfinished(current, this.#deps.clock.now());
      if (current.phoneNumber !== undefined && current.phoneNumber !== values.phoneNumber)
        throw new ProblemError("phone_number_mismatch");
      const taken = await this.#prove(current, caller, values, raw.code);
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
    const { sessions, clock, logger } = this.#deps;
    const olderThan = new Date(clock.now().getTime() - UNSETTLED_AFTER_MS);
    const unsettled = await sessions.findUnsettled(olderThan, SWEEP_LIMIT);
    let completed = 0;
    for (const session of unsettled) {
      try {
        await withLogContext(sessionLogContext(session), () => this.#complete(session));
        completed += 1;
      } catch (error) {
        if (error instanceof ProblemError)
          logger.warn(
            { code: error.code, sessionId: session._id },
            "A taken session was given back",
          );
        else
          logger.error({ err: error, sessionId: session._id }, "A taken session stays unsettled");
      }
    }
    return completed;
  }

  /** Undefined when another callback holds or has just taken the session. */
  async #prove(
    session: SignupSession,
    caller: SessionCaller,
    values: CallbackValues,
    code: string | undefined,
  ): Promise<SignupSession | undefined> {
    const { sessions, graph, clock, logger } = this.#deps;
    if (!graph) {
      const proof: WabaProof = { by: "twilio", numberShown: false };
      await this.#refuseIfLinkedElsewhere(session, values, proof);
      return sessions.take(session, caller, { values, proof });
    }
    const token = randomToken();
    const until = new Date(clock.now().getTime() + HOLD_MS);
    if (!(await sessions.hold(session, caller, { token, until }))) return undefined;
    try {
      const proof = await proveWaba(graph, values, code, logger);
      await this.#refuseIfLinkedElsewhere(session, values, proof);
      return await sessions.take(session, caller, { values, proof }, token);
    } finally {
      await sessions.unhold(session, token);
    }
  }

  async #refuseIfLinkedElsewhere(
    session: SignupSession,
    values: CallbackValues,
    proof: WabaProof,
  ): Promise<void> {
    const { integrations } = this.#deps;
    const existing = await integrations.findByNumber(session.userId, values.phoneNumber);
    if (isLinkedElsewhere(existing, values.wabaId, proof.numberShown))
      throw new ProblemError("number_already_linked");
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
      return accepted(session, session.integrationId, callback);
    const { phoneNumber, wabaId, subaccountSid, facebookBusinessId, phoneNumberId } = callback;
    const { integration, outcome } = await upsert.apply({
      userId: session.userId,
      phoneNumber,
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
      numberAssigned: session.assignedNumbers.includes(phoneNumber),
      wabaProof: proof.by,
    });
    if (outcome === "conflict") {
      await sessions.untake(session, "number_already_linked");
      throw new ProblemError("number_already_linked");
    }
    const integrationId = String(integration._id);
    await sessions.settle(session, integrationId);
    addLogContext({ integrationId });
    logger.info(
      { event: "integration_upserted", outcome, phoneNumber },
      "Callback stored on the integration",
    );
    if (outcome !== "unchanged") wakeWorker();
    return accepted(session, integrationId, callback);
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

function accepted(
  session: SignupSession,
  integrationId: string,
  { phoneNumber }: CallbackValues,
): AcceptedCallback {
  return {
    sessionId: session._id,
    integrationId,
    redirectUrl: withParameters(session.returnUrl, {
      status: "pending",
      integrationId,
      sessionId: session._id,
      phone: phoneNumber,
    }),
  };
}
