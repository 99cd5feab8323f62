import { duplicateKey } from "../database/duplicate-key.ts";
import { isDatabaseOutage } from "../database/outage.ts";
import { SETTLED } from "../integrations/intent-transitions.ts";
import { withLogContext, type Logger } from "../logger.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { NotSentError } from "../durable/intent.ts";
import { LeaseLostError } from "../durable/lease.ts";
import type { Claim } from "./claims.ts";
import { ConflictMetError, RegistrationFailure, registrationError } from "./failure.ts";
import { Outcomes } from "./outcomes.ts";
import { keepRenewing } from "../durable/keep-renewing.ts";
import { conflictStep, enterConflict, explained } from "./steps/conflict.ts";
import { disconnectStep } from "./steps/disconnect.ts";
import { clearSendersToRemove, settleCreation } from "./steps/removals.ts";
import { examineStep } from "./steps/examine.ts";
import { numberStep, settleMove } from "./steps/number.ts";
import { recheckStep } from "./steps/recheck.ts";
import { onlineStep } from "./steps/online.ts";
import { senderStep } from "./steps/sender.ts";
import { subaccountStep } from "./steps/subaccount.ts";
import {
  CONTINUE,
  logContextOf,
  nextRecheck,
  untilSettledMs,
  type StepResult,
  type RegistrationDeps,
  type StepContext,
} from "./step-context.ts";

/** What the worker should know about a finished claim. */
export interface ClaimResult {
  /** When this integration is due again; absent when nothing is to be done soon. */
  dueInMs?: number;
  /** Twilio is out of reach or asks for fewer calls. */
  outage?: { retryAfterMs: number };
  /** It went no step on, which says nothing about how Twilio is doing. */
  isIdle?: true;
}

/** Whoever has to drop an index is not there in seconds. */
const INDEX_CONFLICT_DELAY_MS = 10 * 60_000;
/** More steps than any registration has; beyond it something goes round in circles. */
const STEPS_PER_CLAIM = 20;

/**
 * Walks one claimed integration through its steps (docs/contract.md section 4, "Order of one
 * registration"): each is recorded before the next, and the claim ends by a wait, by success or by
 * a failure. Whatever stops the process, the next claim goes on from the document.
 */
export class RegistrationService {
  readonly #deps: RegistrationDeps;
  readonly #outcomes: Outcomes;
  readonly #logger: Logger;

  constructor(deps: RegistrationDeps, logger: Logger) {
    this.#deps = deps;
    this.#outcomes = new Outcomes(deps);
    this.#logger = logger;
  }

  /** Never throws: whatever happens is on the document or, failing that, in the log. */
  async advance(claim: Claim): Promise<ClaimResult> {
    const context: StepContext = { claim, deps: this.#deps, log: this.#logger };
    const { leaseMs } = this.#deps.settings;
    return withLogContext(logContextOf(claim), () =>
      keepRenewing(
        leaseMs / 3,
        () => claim.renew(),
        () => this.#advance(context),
      ),
    );
  }

  async #advance(context: StepContext): Promise<ClaimResult> {
    try {
      const next = await walk(context);
      if (next.kind !== "wait") return {};
      await this.#outcomes.wait(context, next);
      return { dueInMs: next.ms, ...(next.isIdle ? { isIdle: true } : {}) };
    } catch (error) {
      return this.#afterError(context, error);
    }
  }

  async #afterError(context: StepContext, error: unknown): Promise<ClaimResult> {
    try {
      if (error instanceof LeaseLostError) return { isIdle: true };
      if (error instanceof NotSentError) {
        const ms = this.#deps.settings.pollIntervalMs;
        await this.#outcomes.wait(context, { kind: "wait", ms, waitingFor: "twilio" });
        return { isIdle: true };
      }
      if (error instanceof TwilioError || error instanceof RegistrationFailure) {
        return await this.#outcomes.failed(context, error);
      }
      await this.#afterFaultOfOurs(context, error);
    } catch (writeError) {
      // The lease ends by itself and the next claim goes on; only a lost fence is expected here.
      if (isDatabaseOutage(writeError)) {
        context.log.warn({ err: writeError }, "The database is away; the next claim goes on");
      } else if (!(writeError instanceof LeaseLostError)) {
        context.log.error({ err: writeError }, "The outcome of a step could not be stored");
      }
    }
    return { isIdle: true };
  }

  /** @throws what keeps the outcome from being stored */
  async #afterFaultOfOurs(context: StepContext, error: unknown): Promise<void> {
    if (isDatabaseOutage(error)) {
      context.log.warn({ err: error }, "The database was away during a registration step");
      const ms = this.#deps.settings.pollIntervalMs;
      const { waitingFor = "twilio" } = context.claim.registration;
      await this.#outcomes.wait(context, { kind: "wait", ms, waitingFor, keepsError: true });
      return;
    }
    const index = duplicateKey(error)?.index;
    context.log.error({ err: error, index }, "A registration step failed unexpectedly");
    await this.#outcomes.failedUnexpectedly(
      context,
      index
        ? registrationError("database_index_conflict", index)
        : registrationError("internal_error"),
      index ? INDEX_CONFLICT_DELAY_MS : 0,
    );
  }
}

async function walk(context: StepContext): Promise<StepResult> {
  for (let steps = 0; steps < STEPS_PER_CLAIM; steps += 1) {
    const next = await once(context);
    if (next.kind !== "again") return next;
  }
  throw new Error(`no wait after ${STEPS_PER_CLAIM} steps`);
}

/** One step, after what earlier claims left behind has been settled. */
async function once(context: StepContext): Promise<StepResult> {
  const { claim, deps } = context;
  const { status, registration, work } = claim.integration;
  const unsettled = work.intent && (await settle(context));
  if (unsettled) return unsettled;
  const examining = await examineStep(context);
  if (examining) return examining;
  if (status === "pending" && registration.deadlineAt <= deps.clock.now()) {
    throw new RegistrationFailure("registration_deadline_exceeded");
  }
  const removing = await clearSendersToRemove(context);
  if (removing) return removing;
  if (status === "pending" || (work.queue === "check" && status !== "disconnected")) {
    return orConflict(context);
  }
  const isDone = claim.work.sendersToRemove.length === 0;
  await claim.release(isDone ? undefined : nextRecheck(deps));
  return { kind: "released" };
}

/** A step, unless another owner has what it needs: then this registration waits for that one. */
async function orConflict(context: StepContext): Promise<StepResult> {
  try {
    return await nextStep(context);
  } catch (error) {
    const reason = await explained(context, error);
    if (reason instanceof ConflictMetError) return enterConflict(context, reason);
    throw reason;
  }
}

function nextStep(context: StepContext): Promise<StepResult> {
  const { step, conflict } = context.claim.registration;
  if (context.claim.work.queue === "check") return recheckStep(context);
  if (conflict && step !== "disconnecting") return conflictStep(context);
  switch (step) {
    case "subaccount":
      return subaccountStep(context);
    case "number":
      return numberStep(context);
    case "sender":
      return senderStep(context);
    case "verification":
    case "online":
      return onlineStep(context);
    case "disconnecting":
      return disconnectStep(context);
    case "done":
      throw new ProblemError("internal_error", { message: "a pending registration is done" });
  }
}

/**
 * Settles a call whose outcome is unknown, once its time is over. A create and a move are looked for
 * at once; for the others, the step that follows looks before it acts.
 */
async function settle(context: StepContext): Promise<StepResult> {
  const { intent } = context.claim.work;
  if (!intent) return CONTINUE;
  const ms =
    untilSettledMs(context, intent) ||
    (intent.kind === "create_sender" && (await settleCreation(context, intent)));
  if (ms) return { kind: "wait", ms, waitingFor: "twilio", keepsError: true, isIdle: true };
  if (intent.kind === "create_sender") return CONTINUE;
  if (intent.kind === "move_number") await settleMove(context, intent);
  else await context.claim.write(SETTLED);
  return CONTINUE;
}
