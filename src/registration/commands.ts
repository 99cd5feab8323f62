import { setTimeout as sleep } from "node:timers/promises";
import type { Integration } from "../integrations/integration.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { Clock } from "../clock.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { Claim, Claims } from "./claims.ts";
import { requestDisconnect } from "./disconnecting.ts";
import { isAtWork, mayRetry, retryRegistration } from "./retrying.ts";
import type { VerificationService } from "./verification-service.ts";

/** How long a request waits for a step that is under way before it answers `busy`. */
const CLAIM_WAIT_MS = 2_000;
const CLAIM_LOOK_MS = 50;

export interface CommandsDeps {
  store: IntegrationStore;
  model: IntegrationModel;
  claims: Claims;
  verification: VerificationService;
  clock: Clock;
  deadlineMs: number;
  wakeWorker: () => void;
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
  async verify(userId: string, id: string, code: string): Promise<Integration> {
    const claim = await this.#claimForCode(userId, id);
    return this.#finish(await this.#deps.verification.submit(claim, code));
  }

  /**
   * Has a new code sent. @throws ProblemError as `verify`, and `rate_limited` within the cool-down
   */
  async resend(userId: string, id: string, method: "sms" | "voice"): Promise<Integration> {
    const integration = await this.#find(userId, id);
    // Twilio could not read the code by itself: the sender is made anew, with a code for a person.
    if (integration.registration.error?.code === "code_not_received")
      return this.retry(userId, id, { method });
    const claim = await this.#claimForCode(userId, id);
    return this.#finish(await this.#deps.verification.resend(claim, method));
  }

  /**
   * Starts again where the registration stopped. A sender that is still OFFLINE is made anew. A
   * standing intent is left to be settled first.
   * @throws ProblemError `integration_unknown`, `not_in_state`, `busy`
   */
  async retry(
    userId: string,
    id: string,
    change: { displayName?: string; method?: "sms" | "voice" },
  ): Promise<Integration> {
    const { model, clock } = this.#deps;
    const integration = await this.#find(userId, id);
    const now = clock.now();
    if (isAtWork(integration, now)) throw new ProblemError("busy", { retryAfterSeconds: 2 });
    if (!mayRetry(integration, now)) throw new ProblemError("not_in_state");
    const { deadlineMs } = this.#deps;
    const retried = await retryRegistration(model, integration, { now, deadlineMs, ...change });
    if (!retried) throw new ProblemError("busy", { retryAfterSeconds: 2 });
    return this.#finish(retried);
  }

  /** Takes the number out of WhatsApp; harmless to repeat. @throws ProblemError `integration_unknown` */
  async disconnect(userId: string, id: string): Promise<Integration> {
    const { model, clock, deadlineMs } = this.#deps;
    const integration = await this.#find(userId, id);
    const request = { now: clock.now(), deadlineMs };
    const disconnecting = await requestDisconnect(model, integration, request);
    return this.#finish(disconnecting ?? (await this.#find(userId, id)));
  }

  async #find(userId: string, id: string): Promise<Integration> {
    const integration = await this.#deps.store.find(userId, id);
    if (!integration) throw new ProblemError("integration_unknown");
    return integration;
  }

  #finish(integration: Integration): Integration {
    this.#deps.wakeWorker();
    return integration;
  }

  async #claimForCode(userId: string, id: string): Promise<Claim> {
    const { claims, clock } = this.#deps;
    const until = clock.monotonicMs() + CLAIM_WAIT_MS;
    for (;;) {
      const integration = await this.#find(userId, id);
      if (!awaitsCode(integration)) throw new ProblemError("not_in_state");
      const claim = await claims.byId(id);
      if (claim) return claim;
      if (clock.monotonicMs() >= until) throw new ProblemError("busy", { retryAfterSeconds: 2 });
      await sleep(CLAIM_LOOK_MS);
    }
  }
}

function awaitsCode({ status, registration }: Integration): boolean {
  return status === "pending" && registration.step === "verification";
}
