import { FORGET_SENDER, UNTROUBLED } from "../integrations/change.ts";
import type { Registration, RegistrationError, WaitingFor } from "../integrations/integration.ts";
import { endOfOwnership, type ProblemCode } from "../problems/catalogue.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { Claim } from "./claims.ts";
import { providerPart, RegistrationFailure } from "./failure.ts";
import { backoffMs, decideRetry, type RetryDecision } from "./retry-policy.ts";
import type { Advanced } from "./registration-service.ts";
import {
  nextCheck,
  rereadAccounts,
  sinceMs,
  type Next,
  type RegistrationDeps,
  type RereadAccounts,
  type Work,
} from "./work.ts";

type Wait = Extract<Next, { kind: "wait" }>;

function actorOf(error: RegistrationError): WaitingFor {
  return error.actor === "caller" ? "operator" : error.actor;
}

/**
 * Waits and tries show while a registration is under way. One that came to its end keeps showing
 * what it came to, whatever is looked at or cleared up behind it.
 */
function isUnderWay({ integration }: Claim): boolean {
  return integration.status === "pending";
}

/** What this end tells those who asked for looks, in the same write. */
function answerOf({ examination }: Registration, code: ProblemCode, lost: boolean) {
  if (!examination || examination.decidedAt) return undefined;
  if (code === "sender_vanished") return "gone";
  return lost ? "gave_way" : undefined;
}

/** How a claim ends: what is stored, what the operator reads, and when it is due again. */
export class Outcomes {
  readonly #deps: RegistrationDeps;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  /** Looks again later; a try that went well clears the error of the one before. */
  async wait({ claim }: Work, next: Wait): Promise<void> {
    const underWay = isUnderWay(claim);
    const dueAt = this.#dueAt(claim, next.ms);
    await claim.release(dueAt, {
      $set: {
        ...(underWay ? this.#waiting(claim, next.waitingFor) : {}),
        ...(underWay ? { "registration.nextAttemptAt": dueAt } : {}),
        ...(next.keepsError ? {} : UNTROUBLED),
      },
      ...(underWay && !next.keepsError ? { $unset: { "registration.error": 1 } } : {}),
    });
  }

  /** Sorts a failure into another try or an error that waits for a person. */
  async failed(work: Work, error: TwilioError | RegistrationFailure): Promise<Advanced> {
    const { claim, deps } = work;
    const { attempts, outages, target } = claim.registration;
    const accounts =
      error instanceof TwilioError ? await rereadAccounts(work, error) : ("refused" as const);
    const verdict = decideRetry(
      accounts === "suspended" ? new RegistrationFailure("subaccount_suspended") : error,
      {
        attempts,
        outages,
        sinceTakenMs: sinceMs(work, target.takenAt),
        numberShown: target.numberShown,
        credentialsStale: accounts === "stale",
        random: deps.random(),
      },
      deps.settings,
    );
    const asLook =
      error instanceof TwilioError ? this.#asNoLook(claim, verdict, accounts) : verdict;
    if (asLook.action === "fail") await this.#fail(work, asLook, error);
    else await this.#retry(work, asLook, error);
    const asked = error instanceof TwilioError ? error.retryAfterMs : undefined;
    return {
      ...(asLook.action === "retry" ? { dueInMs: asLook.delayMs } : {}),
      ...(verdict.isOutage ? { outage: { retryAfterMs: asked ?? 0 } } : {}),
    };
  }

  /**
   * A refused call is no look: it says nothing about a sender that worked, however often it is
   * refused. Only a subaccount that reads suspended twice does.
   */
  #asNoLook(claim: Claim, verdict: RetryDecision, accounts: RereadAccounts): RetryDecision {
    const { status, registration } = claim.integration;
    const worked = status === "linked" || (status === "pending" && registration.queue === "check");
    if (!worked || verdict.action === "retry") return verdict;
    if (accounts === "suspended" && registration.attempts > 0) return verdict;
    const { settings, random } = this.#deps;
    const backoff = backoffMs(registration.attempts, random(), settings);
    return { ...verdict, action: "retry", delayMs: Math.max(settings.settleMs, backoff) };
  }

  /**
   * A fault of ours: tried again, since the document says where to go on.
   * @param atLeastMs not before this has passed
   */
  async failedUnexpectedly(work: Work, error: RegistrationError, atLeastMs = 0): Promise<void> {
    const { attempts } = work.claim.registration;
    const { settings, random } = this.#deps;
    const delayMs = settings.pollIntervalMs + backoffMs(attempts, random(), settings);
    await this.#retry(work, {
      action: "retry",
      error,
      delayMs: Math.max(delayMs, atLeastMs),
      countsAsAttempt: true,
      isOutage: false,
    });
  }

  async #retry(work: Work, verdict: RetryDecision, cause?: Error): Promise<void> {
    const { claim, log } = work;
    const { registration } = claim;
    const dueAt = this.#dueAt(claim, Math.max(verdict.delayMs, this.#intentRemainsMs(work)));
    const counter = verdict.countsAsAttempt ? "registration.attempts" : "registration.outages";
    await claim.release(dueAt, {
      $set: isUnderWay(claim)
        ? {
            ...this.#waiting(claim, actorOf(verdict.error)),
            "registration.error": { ...verdict.error, retryable: true },
            "registration.nextAttemptAt": dueAt,
          }
        : {},
      $inc: { [counter]: 1 },
    });
    log.warn(
      {
        event: "registration_retry_scheduled",
        step: registration.step,
        code: verdict.error.code,
        ...providerPart(verdict.error),
        attempts: registration.attempts + registration.outages + 1,
        nextAttemptAt: dueAt.toISOString(),
        ...(cause ? { reason: cause.message } : {}),
      },
      "A step failed and will be tried again",
    );
  }

  async #fail(work: Work, verdict: RetryDecision, cause: Error): Promise<void> {
    const { claim, deps, log } = work;
    const { integration, registration } = claim;
    const { waitingFor } = registration;
    const isDeadline = verdict.error.code === "registration_deadline_exceeded";
    const awaited = isDeadline && waitingFor ? { awaited: waitingFor } : {};
    // Past the deadline what failed last is still the cause.
    const last = isDeadline && registration.error ? providerPart(registration.error) : {};
    const error: RegistrationError = { ...verdict.error, retryable: false, ...last, ...awaited };
    const now = deps.clock.now();
    const keeps = cause instanceof RegistrationFailure && cause.keepsSender;
    const end = endOfOwnership(error.code);
    const lost = end === "lost" && !keeps;
    const { senderId, twilioSubaccountSid: subaccountSid } = integration.meta;
    const confirm = () => claim.write({});
    if (lost || end === "gone") await deps.holds.end(integration, confirm);
    else if (senderId && end === "left_waba") await deps.holds.leaveWaba(integration, confirm);
    const discard = lost && senderId && subaccountSid ? [{ senderId, subaccountSid }] : [];
    const watched = senderId !== undefined && !lost && registration.step !== "disconnecting";
    const lookedAt = watched || registration.discards.length > 0;
    const answer = answerOf(registration, error.code, lost);
    // A look at what failed before often finds the same, which nobody has to be told again.
    const isNews = integration.status !== "error" || registration.error?.code !== error.code;
    const { step, senderStatus } = registration;
    const told = { step, code: error.code, ...providerPart(error) };
    const entry = { at: now, event: "registration_failed", ...told };
    await claim.release(
      discard.length > 0 ? now : lookedAt ? nextCheck(deps) : undefined,
      {
        $set: {
          status: "error",
          ...this.#waiting(claim, actorOf(error)),
          "registration.error": error,
          "registration.queue": watched ? "check" : "registration",
          ...(watched && registration.step !== "done" ? { "registration.looks": 0 } : {}),
          ...(answer ? { "registration.examination.verdict": answer } : {}),
        },
        ...(answer ? { $currentDate: { "registration.examination.decidedAt": true } } : {}),
        $unset: {
          "registration.nextAttemptAt": 1,
          "registration.conflict": 1,
          ...(lost ? FORGET_SENDER : {}),
        },
        ...(discard.length > 0
          ? { $addToSet: { "registration.discards": { $each: discard } } }
          : {}),
      },
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
    const isCapped = isUnderWay(claim) && deadline > now;
    return new Date(isCapped ? Math.min(now + ms, deadline) : now + ms);
  }

  #waiting({ registration }: Claim, waitingFor: WaitingFor) {
    const isNew = registration.waitingFor !== waitingFor;
    return {
      "registration.waitingFor": waitingFor,
      ...(isNew ? { "registration.waitingSince": this.#deps.clock.now() } : {}),
    };
  }

  /** An unknown outcome cannot be told before this, so a try before it would only wait. */
  #intentRemainsMs({ claim }: Work): number {
    if (!claim.registration.intent) return 0;
    const { twilioTimeoutMs, settleMs } = this.#deps.settings;
    return twilioTimeoutMs + settleMs;
  }
}
