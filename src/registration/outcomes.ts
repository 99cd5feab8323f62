import type { RegistrationError } from "../integrations/integration.ts";
import {
  actorOf,
  failed,
  isUnderWay,
  leftBy,
  retryScheduled,
  waited,
} from "../integrations/outcome-transitions.ts";
import { endOfOwnership } from "../problems/catalogue.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { Claim } from "./claims.ts";
import { providerPart, RegistrationFailure } from "./failure.ts";
import { backoffMs, decideRetry, type RetryDecision } from "./retry-policy.ts";
import type { ClaimResult } from "./registration-service.ts";
import {
  nextRecheck,
  rereadAccounts,
  sinceMs,
  type StepResult,
  type RegistrationDeps,
  type RereadAccounts,
  type StepContext,
} from "./step-context.ts";

type Wait = Extract<StepResult, { kind: "wait" }>;

/** How a claim ends: what is stored, what the operator reads, and when it is due again. */
export class Outcomes {
  readonly #deps: RegistrationDeps;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  /** Polls again later; a try that went well clears the error of the one before. */
  async wait({ claim }: StepContext, next: Wait): Promise<void> {
    const { waitingFor, keepsError = false } = next;
    const dueAt = this.#dueAt(claim, next.ms);
    const now = this.#deps.clock.now();
    await claim.release(dueAt, waited(claim.integration, { waitingFor, keepsError, dueAt, now }));
  }

  /** Sorts a failure into another try or an error that waits for a person. */
  async failed(
    context: StepContext,
    error: TwilioError | RegistrationFailure,
  ): Promise<ClaimResult> {
    const { claim, deps } = context;
    const { attempts, target } = claim.registration;
    const { outages } = claim.work;
    const accounts =
      error instanceof TwilioError ? await rereadAccounts(context, error) : ("refused" as const);
    const decision = decideRetry(
      accounts === "suspended" ? new RegistrationFailure("subaccount_suspended") : error,
      {
        attempts,
        outages,
        sinceTakenMs: sinceMs(context, target.takenAt),
        numberShown: target.numberShown,
        credentialsStale: accounts === "stale",
        random: deps.random(),
      },
      deps.settings,
    );
    const asPoll =
      error instanceof TwilioError ? this.#asNoPoll(claim, decision, accounts) : decision;
    if (asPoll.action === "fail") await this.#fail(context, asPoll, error);
    else await this.#retry(context, asPoll, error);
    const asked = error instanceof TwilioError ? error.retryAfterMs : undefined;
    return {
      ...(asPoll.action === "retry" ? { dueInMs: asPoll.delayMs } : {}),
      ...(decision.isOutage ? { outage: { retryAfterMs: asked ?? 0 } } : {}),
    };
  }

  /**
   * A refused call is no poll: it says nothing about a sender that worked, however often it is
   * refused. Only a subaccount that reads suspended twice does.
   */
  #asNoPoll(claim: Claim, decision: RetryDecision, accounts: RereadAccounts): RetryDecision {
    const { status, registration, work } = claim.integration;
    const worked = status === "linked" || (status === "pending" && work.queue === "check");
    if (!worked || decision.action === "retry") return decision;
    if (accounts === "suspended" && registration.attempts > 0) return decision;
    const { settings, random } = this.#deps;
    const backoff = backoffMs(registration.attempts, random(), settings);
    return { ...decision, action: "retry", delayMs: Math.max(settings.settleMs, backoff) };
  }

  /**
   * A fault of ours: tried again, since the document says where to go on.
   * @param atLeastMs not before this has passed
   */
  async failedUnexpectedly(
    context: StepContext,
    error: RegistrationError,
    atLeastMs = 0,
  ): Promise<void> {
    const { attempts } = context.claim.registration;
    const { settings, random } = this.#deps;
    const delayMs = settings.pollIntervalMs + backoffMs(attempts, random(), settings);
    await this.#retry(context, {
      action: "retry",
      error,
      delayMs: Math.max(delayMs, atLeastMs),
      countsAsAttempt: true,
      isOutage: false,
    });
  }

  async #retry(context: StepContext, decision: RetryDecision, cause?: Error): Promise<void> {
    const { claim, log } = context;
    const { registration } = claim;
    const { outages } = claim.work;
    const dueAt = this.#dueAt(claim, Math.max(decision.delayMs, this.#intentRemainsMs(context)));
    const { error, countsAsAttempt } = decision;
    const now = this.#deps.clock.now();
    await claim.release(
      dueAt,
      retryScheduled(claim.integration, { error, countsAsAttempt, dueAt, now }),
    );
    log.warn(
      {
        event: "registration_retry_scheduled",
        step: registration.step,
        code: error.code,
        ...providerPart(error),
        attempts: registration.attempts + outages + 1,
        nextAttemptAt: dueAt.toISOString(),
        ...(cause ? { reason: cause.message } : {}),
      },
      "A step failed and will be tried again",
    );
  }

  async #fail(context: StepContext, decision: RetryDecision, cause: Error): Promise<void> {
    const { claim, deps, log } = context;
    const { integration, registration, work } = claim;
    const { waitingFor } = registration;
    const isDeadline = decision.error.code === "registration_deadline_exceeded";
    const awaited = isDeadline && waitingFor ? { awaited: waitingFor } : {};
    // Past the deadline what failed last is still the cause.
    const last = isDeadline && registration.error ? providerPart(registration.error) : {};
    const error: RegistrationError = { ...decision.error, retryable: false, ...last, ...awaited };
    const now = deps.clock.now();
    const keeps = cause instanceof RegistrationFailure && cause.keepsSender;
    const end = endOfOwnership(error.code);
    const isLost = end === "lost" && !keeps;
    const confirm = () => claim.write({});
    if (isLost || end === "gone") await deps.holds.end(integration, confirm);
    else if (integration.meta.senderId && end === "left_waba") {
      await deps.holds.leaveWaba(integration, confirm);
    }
    const failure = { error, isLost, now };
    const { toRemove, isWatched } = leftBy(integration, failure);
    const polled = isWatched || work.sendersToRemove.length > 0;
    // A poll of what failed before often finds the same, which nobody has to be told again.
    const isNews = integration.status !== "error" || registration.error?.code !== error.code;
    const { step, senderStatus } = registration;
    const told = { step, code: error.code, ...providerPart(error) };
    const entry = { at: now, event: "registration_failed", ...told };
    await claim.release(
      toRemove.length > 0 ? now : polled ? nextRecheck(deps) : undefined,
      failed(integration, failure),
      ...(isNews ? [{ ...entry, ...(senderStatus ? { senderStatus } : {}) }] : []),
    );
    if (!isNews) return;
    log[error.actor === "operator" ? "error" : "warn"](
      {
        ...told,
        event: "registration_failed",
        waitingFor: actorOf(error),
        ...awaited,
        reason: cause.message,
      },
      "The registration needs a person",
    );
  }

  /** Whoever waits longer than the deadline is told at the deadline. */
  #dueAt(claim: Claim, ms: number): Date {
    const now = this.#deps.clock.now().getTime();
    const deadline = claim.registration.deadlineAt.getTime();
    const isCapped = isUnderWay(claim.integration) && deadline > now;
    return new Date(isCapped ? Math.min(now + ms, deadline) : now + ms);
  }

  /** An unknown outcome cannot be told before this, so a try before it would only wait. */
  #intentRemainsMs({ claim }: StepContext): number {
    if (!claim.work.intent) return 0;
    const { twilioTimeoutMs, settleMs } = this.#deps.settings;
    return twilioTimeoutMs + settleMs;
  }
}
