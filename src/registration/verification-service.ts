import { together, type IntegrationChange } from "../integrations/change.ts";
import {
  CODE_HANDED_OVER,
  CODE_NOT_TAKEN,
  codeRefused,
  codeRequested,
  codeSubmitted,
} from "../integrations/code-transitions.ts";
import type { Integration } from "../integrations/integration.ts";
import { addLogContext, type Logger } from "../logger.ts";
import { rateLimited } from "../limits/rate-limited.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { SenderUpdate } from "../twilio/senders-client.ts";
import { toldBy, TwilioError } from "../twilio/twilio-error.ts";
import { NotSentError } from "../durable/intent.ts";
import { LeaseLostError } from "../durable/lease.ts";
import type { Claim } from "./claims.ts";
import { providerPart, registrationError } from "./failure.ts";
import { keepRenewing } from "../durable/keep-renewing.ts";
import type { CodeUse } from "./line-codes.ts";
import { POLLS_APART_MS, untilOutcomeMs } from "./steps/code-outcome.ts";
import { ownsLine } from "./steps/counted-code.ts";
import { yieldsToConflict } from "./steps/conflict.ts";
import { meaningOf } from "./twilio-codes.ts";
import {
  credentialsFor,
  logContextOf,
  rereadAccounts,
  sendIntended,
  untilSettledMs,
  type RegistrationDeps,
  type StepContext,
} from "./step-context.ts";

/** Between two requests for a new code. */
const RESEND_COOL_DOWN_MS = 60_000;

/** The customer's one-time code on its way to Twilio, and new codes on demand. */
export class VerificationService {
  readonly #deps: RegistrationDeps;
  readonly #logger: Logger;

  constructor(deps: RegistrationDeps, logger: Logger) {
    this.#deps = deps;
    this.#logger = logger;
  }

  /**
   * Hands the code over and gives the claim back. What Twilio thinks of the code shows in the polls
   * that follow; until then no other is taken. It is counted before it is sent, whatever becomes of
   * it. @throws ProblemError `too_many_codes`, `busy`
   */
  async submit(claim: Claim, code: string): Promise<Integration> {
    return this.#within(claim, "code", async (context) => {
      this.#refuseForNow(context);
      await this.#count(claim.integration, "submitted");
      await claim.write(CODE_HANDED_OVER);
      await this.#update(context, { configuration: { verification_code: code } });
      await this.#release(context, "code_submitted", codeSubmitted);
    });
  }

  /**
   * Asks Twilio to send a new code. That an update with a method does so is an assumption: Twilio
   * documents no way to have the code sent again (docs/domain.md section 8, 5). It resets nothing.
   * @throws ProblemError `rate_limited`, `too_many_codes`, `busy`
   */
  async resend(claim: Claim, method: "sms" | "voice"): Promise<Integration> {
    return this.#within(claim, "request", async (context) => {
      this.#refuseForNow(context);
      if (await yieldsToConflict(context)) return;
      await this.countAsked(claim.integration);
      const requestedAt = this.#deps.clock.now();
      await this.#update(context, { configuration: { verification_method: method } });
      await this.#release(context, "code_requested", (times) =>
        codeRequested({ method, requestedAt }, times),
      );
    });
  }

  /**
   * Counts a request for a new code, before anything is done about it.
   * @returns what takes it back
   * @throws ProblemError `rate_limited` within the cool-down, `too_many_codes`
   */
  async countAsked(integration: Integration): Promise<() => Promise<void>> {
    const { clock, lineCodes } = this.#deps;
    const { userId, externalId, registration } = integration;
    const { requestedAt } = registration.verification ?? {};
    const sinceMs = clock.now().getTime() - (requestedAt?.getTime() ?? 0);
    if (sinceMs < RESEND_COOL_DOWN_MS) {
      const seconds = Math.ceil((RESEND_COOL_DOWN_MS - sinceMs) / 1000);
      throw rateLimited({ limit: "resend", userId }, seconds);
    }
    const id = await this.#count(integration, "asked");
    return () => lineCodes.takeBack(externalId, id);
  }

  async #count(integration: Integration, use: CodeUse): Promise<string> {
    const { externalId: phoneNumber, userId } = integration;
    const counted = await this.#deps.lineCodes.count({
      phoneNumber,
      userId,
      use,
      ownsLine: await ownsLine(this.#deps, integration),
    });
    if ("id" in counted) return counted.id;
    throw tooManyCodes(counted.waitMs);
  }

  async #within(
    claim: Claim,
    sent: "code" | "request",
    act: (context: StepContext) => Promise<void>,
  ): Promise<Integration> {
    addLogContext(logContextOf(claim));
    const context: StepContext = { claim, deps: this.#deps, log: this.#logger };
    const dueBefore = claim.registration.nextAttemptAt ?? this.#deps.clock.now();
    try {
      const { intent } = claim.work;
      if (intent && untilSettledMs(context, intent) > 0) {
        throw new ProblemError("busy", { retryAfterSeconds: 10 });
      }
      await keepRenewing(
        this.#deps.settings.leaseMs / 3,
        () => claim.renew(),
        () => act(context),
      );
    } catch (error) {
      if (error instanceof NotSentError) await claim.release(dueBefore, forgetting(sent));
      if (error instanceof LeaseLostError || error instanceof NotSentError) {
        throw new ProblemError("busy", { retryAfterSeconds: 2, cause: error });
      }
      if (error instanceof TwilioError) await this.#refused(context, sent, error);
      else {
        await claim.release(dueBefore);
        throw error;
      }
    }
    return claim.integration;
  }

  async #update(context: StepContext, update: SenderUpdate): Promise<void> {
    const { twilioSubaccountSid, senderId } = context.claim.integration.meta;
    const credentials = twilioSubaccountSid && (await credentialsFor(context, twilioSubaccountSid));
    if (!credentials || !senderId) throw new ProblemError("not_in_state");
    const intent = { kind: "update_sender" as const, subaccountSid: twilioSubaccountSid, senderId };
    await sendIntended(context, intent, (timeoutMs) =>
      this.#deps.senders.update(credentials, senderId, update, timeoutMs),
    );
  }

  async #release(
    context: StepContext,
    event: string,
    change: (times: { now: Date; dueAt: Date }) => IntegrationChange,
  ): Promise<void> {
    const now = this.#deps.clock.now();
    const waitMs = Math.min(this.#deps.settings.pollIntervalMs, POLLS_APART_MS);
    const dueAt = new Date(now.getTime() + waitMs);
    const entry = { at: now, event, step: "verification" };
    await context.claim.release(dueAt, change({ now, dueAt }), entry);
  }

  /** What Twilio said no to is visible on the integration; an outage is told to the caller. */
  async #refused(
    context: StepContext,
    sent: "code" | "request",
    error: TwilioError,
  ): Promise<void> {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    const askedMs = error.retryAfterMs ?? 0;
    const { problem, answerToCode, pauseMs } = meaningOf(error);
    await rereadAccounts(context, error);
    if (error.kind === "retryable") {
      await context.claim.release(
        new Date(now.getTime() + Math.max(settings.pollIntervalMs, askedMs)),
        error.outcomeUnknown ? {} : forgetting(sent),
      );
      throw new ProblemError(problem, {
        cause: error,
        ...toldBy(error),
        ...(askedMs > 0 ? { retryAfterSeconds: Math.ceil(askedMs / 1000) } : {}),
      });
    }
    const dueAt = new Date(now.getTime() + settings.pollIntervalMs);
    const blockedMs = pauseMs === undefined ? 0 : Math.max(pauseMs, askedMs);
    const blockedUntil = blockedMs > 0 ? new Date(now.getTime() + blockedMs) : undefined;
    const code = (sent === "code" && answerToCode) || problem;
    const providerCode = error.code?.toString();
    const told = providerPart({ ...error.failedCall, providerCode });
    await context.claim.release(
      dueAt,
      together(
        codeRefused(registrationError(code, providerCode, error.failedCall), blockedUntil),
        forgetting(sent),
      ),
      { at: now, event: "registration_failed", step: "verification", code, ...told },
    );
    context.log.warn(
      { event: "registration_failed", step: "verification", code, ...told },
      "Twilio refused the code or the request for one",
    );
  }

  /** While Twilio takes no codes, and while it has not said what it thinks of the last one. */
  #refuseForNow(context: StepContext): void {
    const { blockedUntil } = context.claim.registration.verification ?? {};
    const blockedMs = (blockedUntil?.getTime() ?? 0) - this.#deps.clock.now().getTime();
    if (blockedMs > 0) throw tooManyCodes(blockedMs);
    const unknownMs = untilOutcomeMs(context);
    if (unknownMs > 0) {
      throw new ProblemError("busy", { retryAfterSeconds: Math.ceil(unknownMs / 1000) });
    }
  }
}

/** What becomes of a call that had no effect. */
function forgetting(sent: "code" | "request"): IntegrationChange {
  return sent === "code" ? CODE_NOT_TAKEN : {};
}

function tooManyCodes(waitMs: number): ProblemError {
  return new ProblemError("too_many_codes", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
