import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { isIntegrationId } from "../integrations/integration-store.ts";
import type { Integration } from "../integrations/integration.ts";
import {
  inAQueue,
  meantBy,
  pollWanted,
  type IntegrationFilter,
} from "../integrations/operator-queries.ts";
import type { Logger } from "../logger.ts";
import type { Locale } from "../problems/locales.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { RegistrationCommands } from "../registration/commands.ts";
import { requestDisconnect } from "../registration/disconnecting.ts";
import type { SignupService } from "../signup/signup-service.ts";
import type { SignupSession } from "../signup/signup-session.ts";
import { presentSession, type PresentSession, type PresentState } from "./present-state.ts";
import { USUAL_LOCALE, type Presenter } from "./presenter.ts";
import type { Found, OperatorSearch, StateCount } from "./search.ts";
import { storyOf, type StoryLine } from "./story.ts";

export interface DeskDeps {
  search: OperatorSearch;
  presenter: Presenter;
  integrations: IntegrationModel;
  commands: RegistrationCommands;
  signup: SignupService;
  clock: Clock;
  deadlineMs: number;
  wakeWorker: () => void;
  logger: Logger;
}

/** What is true of all that a term means, and all that happened. */
export interface Explanation {
  kind: string;
  integrations: PresentState[];
  sessions: PresentSession[];
  story: StoryLine[];
}

/**
 * What an operator can ask and do, whoever owns it. Each change leaves `operator_action` in the log, with
 * the reason; what concerns owners stands in the history as well.
 */
export class OperatorDesk {
  readonly #deps: DeskDeps;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** What a term means, as it is now. */
  async find(term: string): Promise<Omit<Explanation, "story">> {
    return this.#present(await this.#deps.search.find(term), USUAL_LOCALE);
  }

  /** The whole story of what a term means. */
  async explain(term: string, locale = USUAL_LOCALE): Promise<Explanation> {
    const found = await this.#deps.search.find(term);
    const story = storyOf(found.integrations, found.sessions, locale);
    return { ...(await this.#present(found, locale)), story };
  }

  async #present({ kind, integrations, sessions }: Found, locale: Locale) {
    const now = this.#deps.clock.now();
    return {
      kind,
      integrations: await this.#deps.presenter.all(integrations, locale),
      sessions: sessions.map((one) => presentSession(one, now)),
    };
  }

  /** The integrations that a filter holds for, and how many there are in each state. */
  async list(
    filter: IntegrationFilter,
    limit?: number,
    locale = USUAL_LOCALE,
  ): Promise<{ integrations: PresentState[]; counts: StateCount[] }> {
    const { search, presenter } = this.#deps;
    const [integrations, counts] = await Promise.all([
      search.list(filter, limit),
      search.count(filter),
    ]);
    return { integrations: await presenter.all(integrations, locale), counts };
  }

  /** As the owner's retry. @throws ProblemError `integration_unknown`, `not_in_state`, `busy` */
  async retry(id: string, reason: string): Promise<PresentState> {
    const { userId } = await this.#integration(id);
    const retried = await this.#deps.commands.retry(userId, id, { reason });
    this.#noteIntegration("retry", retried, reason);
    return this.#deps.presenter.one(retried);
  }

  /** Has the worker look at Twilio now. @throws ProblemError `integration_unknown`, `not_in_state` */
  async recheck(id: string, reason?: string): Promise<void> {
    const { integrations, clock, wakeWorker } = this.#deps;
    const integration = await this.#integration(id);
    const { matchedCount } = await integrations.updateOne(inAQueue(id), pollWanted(clock.now()));
    if (matchedCount === 0) throw new ProblemError("not_in_state");
    this.#noteIntegration("recheck", integration, reason);
    wakeWorker();
  }

  /** As the owner's DELETE, with the reason in the history. @throws ProblemError `integration_unknown` */
  async disconnect(id: string, reason: string): Promise<void> {
    const { integrations, clock, deadlineMs, wakeWorker } = this.#deps;
    const integration = await this.#integration(id);
    const request = { now: clock.now(), deadlineMs, reason };
    this.#noteIntegration("disconnect", integration, reason);
    await requestDisconnect(integrations, integration, request);
    wakeWorker();
  }

  /** Takes a session from its browser. @throws ProblemError `session_unknown`, `session_revoked` */
  async release(sessionId: string, reason: string): Promise<void> {
    const session = await this.#session(sessionId);
    await this.#deps.signup.release(session.userId, sessionId);
    this.#noteSession("release", session, reason);
  }

  /** Ends a session for good. @throws ProblemError `session_unknown`, `session_used` */
  async revoke(sessionId: string, reason: string): Promise<void> {
    const session = await this.#session(sessionId);
    await this.#deps.signup.revoke(session.userId, sessionId);
    this.#noteSession("revoke", session, reason);
  }

  async #integration(id: string): Promise<Integration> {
    const found =
      isIntegrationId(id) &&
      (await this.#deps.integrations.findOne(meantBy({ kind: "id", id })).lean());
    if (!found) {
      const message = `no integration ${id}; “find NUMBER” tells the id of a number's`;
      throw new ProblemError("integration_unknown", { message });
    }
    return found;
  }

  async #session(id: string): Promise<SignupSession> {
    const session = await this.#deps.signup.find(id);
    if (!session) throw new ProblemError("session_unknown", { message: `no session ${id}` });
    return session;
  }

  #noteIntegration(action: string, integration: Integration, reason: string | undefined): void {
    const { _id, userId, externalId: phoneNumber } = integration;
    const about = { integrationId: String(_id), userId, phoneNumber, reason: reason ?? null };
    this.#deps.logger.info(
      { event: "operator_action", action, ...about },
      "The operator acted on an integration",
    );
  }

  #noteSession(action: string, { _id, userId }: SignupSession, reason: string): void {
    this.#deps.logger.info(
      { event: "operator_action", action, sessionId: _id, userId, reason },
      "The operator acted on a session",
    );
  }
}
