import { setTimeout as sleep } from "node:timers/promises";
import type { Integration } from "../integrations/integration.ts";
import { historyPush, PROVIDER } from "../integrations/integration.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { Clock } from "../clock.ts";
import type { LineLimit } from "../limits/line-limit.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { Claim, type Claims } from "./claims.ts";
import { senderState } from "./sender-status.ts";
import type { VerificationService } from "./verification-service.ts";

/** How a request waits for a step that is under way before it answers `busy`: two seconds in all. */
const CLAIM_WAITS_MS = [0, 50, 100, 200, 400, 600, 650];
/** What a one-time code is for. */
const AWAITS_CODE = { status: "pending", "registration.step": "verification" } as const;

export interface CommandsDeps {
  store: IntegrationStore;
  model: IntegrationModel;
  claims: Claims;
  verification: VerificationService;
  lineLimit: LineLimit;
  clock: Clock;
  deadlineMs: number;
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
   * Has a new code sent. @throws ProblemError as `verify`, and `rate_limited` within the cool-down
   */
  async resend(whose: CodeOwner, method: "sms" | "voice"): Promise<Integration> {
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
   * @throws ProblemError `integration_unknown`, `not_in_state`, `busy`
   */
  async retry(userId: string, id: string, change: RetryChange): Promise<Integration> {
    const { model, clock } = this.#deps;
    const integration = await this.#find(userId, id);
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
    return this.#finish(retried);
  }

  /** Takes the number out of WhatsApp; harmless to repeat. @throws ProblemError `integration_unknown` */
  async disconnect(userId: string, id: string): Promise<Integration> {
    const { model, clock, deadlineMs } = this.#deps;
    const integration = await this.#find(userId, id);
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

  async #limitLine({ userId, id }: CodeOwner): Promise<void> {
    const { externalId } = await this.#find(userId, id);
    await this.#deps.lineLimit.use(externalId);
  }

  /**
   * Judges by what no step is working on: what a look under way will find is waited for.
   * @throws ProblemError `busy` when that takes too long
   */
  async #whenFree<T>(
    { userId, id }: CodeOwner,
    act: (integration: Integration) => Promise<T | undefined>,
  ): Promise<T> {
    for (const waitMs of CLAIM_WAITS_MS) {
      await sleep(waitMs);
      const integration = await this.#find(userId, id);
      const done = isHeld(integration, this.#deps.clock.now()) ? undefined : await act(integration);
      if (done !== undefined) return done;
    }
    throw new ProblemError("busy", { retryAfterSeconds: 2 });
  }

  /** The claim itself names the state again, since the document may have changed since it was read. */
  async #claimForCode(
    { id, sessionId }: CodeOwner,
    { status, registration }: Integration,
  ): Promise<Claim | undefined> {
    const isDue = status === "pending" && registration.step === "verification";
    if (!isDue || (sessionId !== undefined && registration.target.sessionId !== sessionId))
      throw new ProblemError("not_in_state");
    return this.#deps.claims.byId(id, {
      ...AWAITS_CODE,
      "registration.target.sessionId": registration.target.sessionId,
    });
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

  #retryUpdate(integration: Integration, now: Date, { displayName, method }: RetryChange) {
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
        ...(method
          ? {
              "registration.verification.method": method,
              "registration.verification.requestedAt": now,
              "registration.verification.isCounted": true,
            }
          : {}),
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
function isAtWork(integration: Integration, now: Date): boolean {
  return integration.status === "pending" && isHeld(integration, now);
}

function isHeld({ registration: { lease } }: Integration, now: Date): boolean {
  return lease !== undefined && lease.until > now;
}

/** In `error`, and in `pending` while it only waits for its next look. */
function mayRetry({ status, registration }: Integration, now: Date): boolean {
  if (status === "error") return true;
  const { nextAttemptAt } = registration;
  return status === "pending" && nextAttemptAt !== undefined && nextAttemptAt > now;
}

/** A registration whose sender had trouble is looked at; one without a sender goes back. */
function stepToRetry({ registration, meta }: Integration) {
  const { step, senderStatus } = registration;
  if (step === "disconnecting") return step;
  if (meta.senderId === undefined)
    return step === "number" || step === "sender" ? step : ("subaccount" as const);
  if (senderState(senderStatus ?? "") === "awaits_code") return "verification" as const;
  return step === "done" ? ("online" as const) : step;
}
