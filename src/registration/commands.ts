import { setTimeout as sleep } from "node:timers/promises";
import type { Integration } from "../integrations/integration.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { awaitingCode } from "../integrations/integration-queries.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import { isHeld } from "../integrations/lease.ts";
import type { Clock } from "../clock.ts";
import type { LineLimit } from "../limits/line-limit.ts";
import type { Logger } from "../logger.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { Claim, type Claims } from "./claims.ts";
import { requestDisconnect } from "./disconnecting.ts";
import { mayRetry, retryRegistration } from "./retrying.ts";
import type { VerificationService } from "./verification-service.ts";

/** How a request waits for a step that is under way before it answers `busy`: two seconds in all. */
const CLAIM_WAITS_MS = [0, 50, 100, 200, 400, 600, 650];

export interface CommandsDeps {
  store: IntegrationStore;
  model: IntegrationModel;
  claims: Claims;
  verification: VerificationService;
  lineLimit: LineLimit;
  clock: Clock;
  deadlineMs: number;
  logger: Logger;
  wakeWorker: () => void;
}

/** Whose registration a code is for. */
export interface CodeOwner {
  userId: string;
  id: string;
  /** Only while it is this session's: a browser has no say in a later signup of the number. */
  sessionId?: string;
}

interface RetryChange {
  displayName?: string;
  method?: "sms" | "voice";
  /** As in `CodeOwner`. */
  sessionId?: string;
  /** The operator's words, for the history. */
  reason?: string;
}

function isSince(at: Date | undefined, since: Date): boolean {
  return at !== undefined && at >= since;
}

/** What an owner can ask of a registration. Each is stored before it is answered. */
export class RegistrationCommands {
  readonly #deps: CommandsDeps;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  /**
   * Hands the one-time code to Twilio within the request; it is not stored.
   * @throws ProblemError `integration_unknown`, `not_in_state`, `busy`, `too_many_codes`
   */
  async verify(whose: CodeOwner, code: string): Promise<Integration> {
    await this.#limitLine(whose);
    const claim = await this.#whenFree(whose, (integration) =>
      this.#claimForCode(whose, integration),
    );
    return this.#finish(await this.#deps.verification.submit(claim, code));
  }

  /**
   * Has a new code sent.
   * @param since of a request that is perhaps a repeated one: with a code asked for since then,
   * nothing is done
   * @throws ProblemError as `verify`, and `rate_limited` within the cool-down
   */
  async resend(whose: CodeOwner, method: "sms" | "voice", since?: Date): Promise<Integration> {
    if (since) {
      const asked = await this.#deps.store.get(whose.userId, whose.id);
      if (isSince(asked.registration.verification?.requestedAt, since)) return asked;
    }
    await this.#limitLine(whose);
    // Twilio could not read the code by itself: the sender is made anew, with a code for a person.
    const claim = await this.#whenFree(whose, async (integration) =>
      integration.registration.error?.code === "code_not_received"
        ? integration
        : this.#claimForCode(whose, integration),
    );
    return claim instanceof Claim
      ? this.#finish(await this.#deps.verification.resend(claim, method))
      : this.#resendAnew(claim, method);
  }

  /**
   * Starts again where the registration stopped. A sender that is still OFFLINE is made anew. A
   * standing intent is left to be settled first.
   * @param since of a request that is perhaps a repeated one: started again since then, nothing is done
   * @throws ProblemError `integration_unknown`, `not_in_state`, `busy`
   */
  async retry(
    userId: string,
    id: string,
    { sessionId, ...change }: RetryChange,
    since?: Date,
  ): Promise<Integration> {
    const { store, model, clock, deadlineMs } = this.#deps;
    if (since) {
      const asked = await store.get(userId, id);
      const { history } = asked.registration;
      if (history.some(({ at, event }) => event === "retry_requested" && isSince(at, since))) {
        return asked;
      }
    }
    const retried = await this.#whenFree({ userId, id }, async (integration) => {
      const now = clock.now();
      const { target } = integration.registration;
      const isOthers = sessionId !== undefined && target.sessionId !== sessionId;
      if (isOthers || !mayRetry(integration, now)) throw new ProblemError("not_in_state");
      return retryRegistration(model, integration, { now, deadlineMs, ...change });
    });
    this.#deps.logger.info(
      { event: "retry_requested", step: retried.registration.step },
      "A registration is started again",
    );
    return this.#finish(retried);
  }

  /** Takes the number out of WhatsApp; harmless to repeat. @throws ProblemError `integration_unknown` */
  async disconnect(userId: string, id: string): Promise<Integration> {
    const { model, clock, deadlineMs } = this.#deps;
    const integration = await this.#deps.store.get(userId, id);
    const request = { now: clock.now(), deadlineMs };
    const disconnecting = await requestDisconnect(model, integration, request);
    if (disconnecting) {
      this.#deps.logger.info({ event: "disconnect_requested" }, "A number is to be disconnected");
    }
    return this.#finish(disconnecting ?? (await this.#deps.store.get(userId, id)));
  }

  #finish(integration: Integration): Integration {
    this.#deps.wakeWorker();
    return integration;
  }

  async #limitLine({ userId, id }: CodeOwner): Promise<void> {
    const { externalId } = await this.#deps.store.get(userId, id);
    await this.#deps.lineLimit.use(externalId);
  }

  /**
   * Judges by what no step is working on: what a poll under way will find is waited for.
   * @throws ProblemError `busy` when that takes too long
   */
  async #whenFree<T>(
    { userId, id }: CodeOwner,
    act: (integration: Integration) => Promise<T | undefined>,
  ): Promise<T> {
    for (const waitMs of CLAIM_WAITS_MS) {
      await sleep(waitMs);
      const integration = await this.#deps.store.get(userId, id);
      const done = isHeld(integration, this.#deps.clock.now()) ? undefined : await act(integration);
      if (done !== undefined) return done;
    }
    throw new ProblemError("busy", { retryAfterSeconds: 2 });
  }

  /** The claim itself names the state again, since the document may have changed since it was read. */
  async #claimForCode(
    { id, sessionId }: CodeOwner,
    integration: Integration,
  ): Promise<Claim | undefined> {
    const { status, registration } = integration;
    const isDue = status === "pending" && registration.step === "verification";
    if (!isDue || (sessionId !== undefined && registration.target.sessionId !== sessionId)) {
      throw new ProblemError("not_in_state");
    }
    return this.#deps.claims.byId(id, awaitingCode(integration));
  }

  async #resendAnew(integration: Integration, method: "sms" | "voice"): Promise<Integration> {
    const takeBack = await this.#deps.verification.countAsked(integration);
    try {
      return await this.retry(integration.userId, String(integration._id), { method });
    } catch (error) {
      await takeBack();
      throw error;
    }
  }
}
