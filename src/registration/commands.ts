import { setTimeout as sleep } from "node:timers/promises";
import type { Integration } from "../integrations/integration.ts";
import { historyPush, PROVIDER } from "../integrations/integration.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { Claim, Claims } from "./claims.ts";
import { senderState } from "./sender-status.ts";
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
  logger: Logger;
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
    const integration = await this.#deps.store.get(userId, id);
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
    const integration = await this.#deps.store.get(userId, id);
    const now = clock.now();
    if (isAtWork(integration, now)) throw new ProblemError("busy", { retryAfterSeconds: 2 });
    if (!mayRetry(integration, now)) throw new ProblemError("not_in_state");
    const { registration } = integration;
    const retried = await updateAndRead(
      model,
      {
        _id: integration._id,
        provider: PROVIDER,
        status: integration.status,
        "registration.step": registration.step,
        "registration.generation": registration.generation,
        "meta.senderId": integration.meta.senderId ?? null,
        "registration.lease.until": { $not: { $gt: now } },
      },
      this.#retryUpdate(integration, now, change),
    );
    if (!retried) throw new ProblemError("busy", { retryAfterSeconds: 2 });
    this.#deps.logger.info(
      { event: "retry_requested", step: registration.step },
      "A registration is started again",
    );
    return this.#finish(retried);
  }

  /** Takes the number out of WhatsApp; harmless to repeat. @throws ProblemError `integration_unknown` */
  async disconnect(userId: string, id: string): Promise<Integration> {
    const { model, clock, deadlineMs } = this.#deps;
    const integration = await this.#deps.store.get(userId, id);
    const now = clock.now();
    const disconnecting = await updateAndRead(
      model,
      {
        _id: integration._id,
        userId,
        provider: PROVIDER,
        status: { $ne: "disconnected" },
        $or: [{ "registration.step": { $ne: "disconnecting" } }, { status: "error" }],
      },
      {
        $set: {
          status: "pending",
          "registration.step": "disconnecting",
          "registration.queue": "registration",
          "registration.dueAt": now,
          "registration.attempts": 0,
          "registration.outages": 0,
          "registration.looks": 0,
          "registration.waitingFor": "twilio",
          "registration.waitingSince": now,
          "registration.deadlineAt": new Date(now.getTime() + deadlineMs),
          "registration.updatedAt": now,
          updatedAt: now,
        },
        $currentDate: { "registration.disconnectedAt": true },
        $inc: { "registration.generation": 1 },
        $unset: { "registration.error": 1, "registration.nextAttemptAt": 1 },
        $push: historyPush({ at: now, event: "disconnect_requested", step: "disconnecting" }),
      },
    );
    if (disconnecting)
      this.#deps.logger.info({ event: "disconnect_requested" }, "A number is to be disconnected");
    return this.#finish(disconnecting ?? (await this.#deps.store.get(userId, id)));
  }

  #finish(integration: Integration): Integration {
    this.#deps.wakeWorker();
    return integration;
  }

  async #claimForCode(userId: string, id: string): Promise<Claim> {
    const { claims, clock } = this.#deps;
    const until = clock.monotonicMs() + CLAIM_WAIT_MS;
    for (;;) {
      const integration = await this.#deps.store.get(userId, id);
      if (!awaitsCode(integration)) throw new ProblemError("not_in_state");
      const claim = await claims.byId(id);
      if (claim) return claim;
      if (clock.monotonicMs() >= until) throw new ProblemError("busy", { retryAfterSeconds: 2 });
      await sleep(CLAIM_LOOK_MS);
    }
  }

  #retryUpdate(
    integration: Integration,
    now: Date,
    { displayName, method }: { displayName?: string; method?: "sms" | "voice" },
  ) {
    const { registration, meta } = integration;
    // Whether it is still OFFLINE is for the look to say: a sender that works is never removed.
    const remade =
      integration.status === "error" && senderState(registration.senderStatus ?? "") === "offline";
    return {
      $set: {
        status: "pending" as const,
        "registration.step": stepToRetry(integration),
        ...(remade && meta.senderId ? { "registration.remakes": meta.senderId } : {}),
        "registration.queue": "registration" as const,
        "registration.dueAt": now,
        "registration.attempts": 0,
        "registration.outages": 0,
        "registration.looks": 0,
        "registration.waitingFor": "twilio" as const,
        "registration.waitingSince": now,
        "registration.deadlineAt": new Date(now.getTime() + this.#deps.deadlineMs),
        ...(displayName ? { "registration.displayName": displayName } : {}),
        ...(method ? { "registration.verification.method": method } : {}),
        "registration.updatedAt": now,
        updatedAt: now,
      },
      $unset: {
        "registration.error": 1,
        "registration.nextAttemptAt": 1,
        // A lease that has run out may still be believed in, by a process that was frozen.
        "registration.lease": 1,
        "registration.offlineSince": 1,
      },
      $push: historyPush({ at: now, event: "retry_requested" }),
    };
  }
}

/** A step is under way; what comes of it says whether there is anything to start again. */
function isAtWork({ status, registration }: Integration, now: Date): boolean {
  return status === "pending" && registration.lease !== undefined && registration.lease.until > now;
}

/** In `error`, and in `pending` while it only waits for its next look. */
function mayRetry({ status, registration }: Integration, now: Date): boolean {
  if (status === "error") return true;
  const { nextAttemptAt } = registration;
  return status === "pending" && nextAttemptAt !== undefined && nextAttemptAt > now;
}

/** A registration whose sender had trouble is looked at; one without a sender goes back. */
function stepToRetry({ registration, meta }: Integration) {
  const { step } = registration;
  if (step === "disconnecting") return step;
  if (meta.senderId === undefined)
    return step === "number" || step === "sender" ? step : ("subaccount" as const);
  return step === "done" ? ("online" as const) : step;
}

function awaitsCode({ status, registration }: Integration): boolean {
  return status === "pending" && registration.step === "verification";
}
