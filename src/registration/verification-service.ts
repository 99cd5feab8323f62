import type { Integration } from "../integrations/integration.ts";
import { addLogContext, type Logger } from "../logger.ts";
import type { ProblemCode } from "../problems/catalogue.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { SenderUpdate } from "../twilio/senders-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { FenceLostError, type Claim } from "./claims.ts";
import { problemOfTwilioError, registrationError } from "./failure.ts";
import { keepRenewing } from "./keep-renewing.ts";
import { yieldsToConflict } from "./steps/conflict.ts";
import {
  credentialsFor,
  logContextOf,
  NotSentError,
  rereadAccounts,
  sendChange,
  untilSettledMs,
  type RegistrationDeps,
  type Work,
} from "./work.ts";

/** Wrong codes that are handed on before a new one has to be asked for. */
const WRONG_CODES_MAX = 5;
/**
 * What a refusal of a handed-over code is taken for a wrong code: no page names that one's code, so
 * a refused request and 63113 ("cannot be verified") stand for it.
 */
const WRONG_CODE = new Set<ProblemCode>(["twilio_request_refused", "number_not_verifiable"]);
/** Between two requests for a new code. */
const RESEND_COOL_DOWN_MS = 60_000;
/** Meta speaks of about twelve hours after too many codes (domain.md 3.6, 63114). */
const BLOCKED_MS = 12 * 60 * 60_000;

/** The customer's one-time code on its way to Twilio, and new codes on demand. */
export class VerificationService {
  readonly #deps: RegistrationDeps;
  readonly #logger: Logger;

  constructor(deps: RegistrationDeps, logger: Logger) {
    this.#deps = deps;
    this.#logger = logger;
  }

  /**
   * Hands the code over and gives the claim back. What Twilio thinks of the code shows in the looks
   * that follow. @throws ProblemError `too_many_codes`, `busy`
   */
  async submit(claim: Claim, code: string): Promise<Integration> {
    return this.#within(claim, "code", async (work) => {
      const { verification } = claim.registration;
      this.#refuseWhileBlocked(verification?.blockedUntil);
      if ((verification?.wrongCodes ?? 0) >= WRONG_CODES_MAX)
        throw new ProblemError("too_many_codes");
      await this.#update(work, { configuration: { verification_code: code } });
      const now = this.#deps.clock.now();
      await this.#release(
        work,
        {
          $currentDate: { "registration.verification.submittedAt": true },
          $unset: { "registration.error": 1 },
        },
        { at: now, event: "code_submitted", step: "verification" },
      );
    });
  }

  /**
   * Asks Twilio to send a new code. That an update with a method does so is an assumption: Twilio
   * documents no way to have the code sent again (domain.md section 8, 5).
   * @throws ProblemError `rate_limited`, `too_many_codes`, `busy`
   */
  async resend(claim: Claim, method: "sms" | "voice"): Promise<Integration> {
    return this.#within(claim, "request", async (work) => {
      const { verification } = claim.registration;
      this.#refuseWhileBlocked(verification?.blockedUntil);
      const now = this.#deps.clock.now();
      const sinceMs = now.getTime() - (verification?.requestedAt?.getTime() ?? 0);
      if (sinceMs < RESEND_COOL_DOWN_MS)
        throw new ProblemError("rate_limited", {
          retryAfterSeconds: Math.ceil((RESEND_COOL_DOWN_MS - sinceMs) / 1000),
        });
      if (await yieldsToConflict(work)) return;
      await this.#update(work, { configuration: { verification_method: method } });
      await this.#release(
        work,
        {
          $set: {
            "registration.verification.method": method,
            "registration.verification.requestedAt": now,
            "registration.verification.wrongCodes": 0,
          },
          $unset: { "registration.verification.submittedAt": 1, "registration.error": 1 },
        },
        { at: now, event: "code_requested", step: "verification" },
      );
    });
  }

  async #within(
    claim: Claim,
    sent: "code" | "request",
    act: (work: Work) => Promise<void>,
  ): Promise<Integration> {
    addLogContext(logContextOf(claim));
    const work: Work = { claim, deps: this.#deps, log: this.#logger };
    const dueBefore = claim.registration.nextAttemptAt ?? this.#deps.clock.now();
    try {
      const { intent } = claim.registration;
      if (intent && untilSettledMs(work, intent) > 0)
        throw new ProblemError("busy", { retryAfterSeconds: 10 });
      await keepRenewing(
        this.#deps.settings.leaseMs / 3,
        () => claim.renew(),
        () => act(work),
      );
    } catch (error) {
      if (error instanceof NotSentError) await claim.release(dueBefore);
      if (error instanceof FenceLostError || error instanceof NotSentError)
        throw new ProblemError("busy", { retryAfterSeconds: 2, cause: error });
      if (error instanceof TwilioError) await this.#refused(work, sent, error);
      else {
        await claim.release(dueBefore);
        throw error;
      }
    }
    return claim.integration;
  }

  async #update(work: Work, update: SenderUpdate): Promise<void> {
    const { twilioSubaccountSid, senderId } = work.claim.integration.meta;
    const credentials = twilioSubaccountSid && (await credentialsFor(work, twilioSubaccountSid));
    if (!credentials || !senderId) throw new ProblemError("not_in_state");
    const intent = { kind: "update_sender" as const, subaccountSid: twilioSubaccountSid, senderId };
    await sendChange(work, intent, (timeoutMs) =>
      this.#deps.senders.update(credentials, senderId, update, timeoutMs),
    );
  }

  async #release(work: Work, ...write: ReleaseWrite): Promise<void> {
    const [update, entry] = write;
    const now = this.#deps.clock.now();
    const dueAt = new Date(now.getTime() + this.#deps.settings.pollIntervalMs);
    await work.claim.release(
      dueAt,
      {
        ...update,
        $set: {
          ...update.$set,
          "registration.waitingFor": "twilio",
          "registration.waitingSince": now,
          "registration.nextAttemptAt": dueAt,
          "registration.looks": 0,
        },
        $unset: { ...update.$unset, "registration.intent": 1 },
      },
      entry,
    );
  }

  /** What Twilio said no to is visible on the integration; an outage is told to the caller. */
  async #refused(work: Work, sent: "code" | "request", error: TwilioError): Promise<void> {
    const { clock, settings } = this.#deps;
    const now = clock.now();
    const askedMs = error.retryAfterMs ?? 0;
    const known = problemOfTwilioError(error);
    await rereadAccounts(work, error);
    if (error.kind === "retryable") {
      await work.claim.release(
        new Date(now.getTime() + Math.max(settings.pollIntervalMs, askedMs)),
      );
      throw new ProblemError(known, {
        cause: error,
        ...(askedMs > 0 ? { retryAfterSeconds: Math.ceil(askedMs / 1000) } : {}),
      });
    }
    const dueAt = new Date(now.getTime() + settings.pollIntervalMs);
    const blockedUntil = new Date(now.getTime() + Math.max(BLOCKED_MS, askedMs));
    const code = sent === "code" && WRONG_CODE.has(known) ? "verification_code_wrong" : known;
    const providerCode = error.code?.toString();
    await work.claim.release(
      dueAt,
      {
        $set: {
          "registration.error": registrationError(code, providerCode),
          ...(code === "too_many_codes"
            ? { "registration.verification.blockedUntil": blockedUntil }
            : {}),
        },
        ...(code === "verification_code_wrong"
          ? { $inc: { "registration.verification.wrongCodes": 1 } }
          : {}),
      },
      { at: now, event: "registration_failed", step: "verification", code },
    );
    work.log.warn(
      { event: "registration_failed", step: "verification", code, providerCode },
      "Twilio refused the code or the request for one",
    );
  }

  #refuseWhileBlocked(blockedUntil: Date | undefined): void {
    const waitMs = (blockedUntil?.getTime() ?? 0) - this.#deps.clock.now().getTime();
    if (waitMs > 0)
      throw new ProblemError("too_many_codes", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }
}

type ReleaseWrite = [
  {
    $set?: Record<string, unknown>;
    $currentDate?: Record<string, true>;
    $unset: Record<string, 1>;
  },
  { at: Date; event: string; step: string },
];
