import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/types.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { Logger } from "../logger.ts";
import type { Locale } from "../problems/locales.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { randomId, randomToken, sha256 } from "../tokens.ts";
import { endedBy, typedValues } from "./customer-input.ts";
import { launchFor, type Launch, type LaunchSettings } from "./launch.ts";
import { requireUnfinished } from "./require-unfinished.ts";
import { KEPT_MS, type SignupSession } from "./signup-session.ts";
import type { SignupSessionStore } from "./signup-session-store.ts";
import {
  CALLBACK_PATH,
  isAllowedReturnUrl,
  RESULT_PATH,
  SIGNUP_PATH,
  withParameters,
} from "./urls.ts";
import { requireOwnBrowser, requireStartableIn } from "./whose-session.ts";

/** The owner of integrations, as its token names it. */
export interface Owner {
  userId: string;
  accountName?: string;
  /** Numbers assigned to this owner, canonical. */
  assignedNumbers: string[];
}

/** What the caller may choose for a session; all of it optional. */
export interface SessionRequest {
  phoneNumber?: string;
  phoneNumberType?: PhoneNumberType;
  displayName?: string;
  returnUrl?: string;
  failureUrl?: string;
  locale?: Locale;
  integrationId?: string;
}

export interface SignupSettings extends LaunchSettings {
  publicUrl: string;
  accountSid: string;
  facebookBusinessId: string;
  partnerSolutionId?: string;
  phoneNumberType: PhoneNumberType;
  redirectUrl: string;
  /** Undefined: the browser ends on the service's own result page. */
  successUrl: string | undefined;
  failureUrl: string | undefined;
  allowedReturnOrigins: readonly string[];
  defaultLocale: Locale;
  linkTtlMs: number;
  sessionTtlMs: number;
}

export interface CreatedSession {
  session: SignupSession;
  signupUrl: string;
  launch: Launch;
}

/** The signup session from the button to the popup. It calls nothing outside the database. */
export class SignupService {
  readonly #sessions: SignupSessionStore;
  readonly #integrations: IntegrationStore;
  readonly #settings: SignupSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(deps: {
    sessions: SignupSessionStore;
    integrations: IntegrationStore;
    settings: SignupSettings;
    clock: Clock;
    logger: Logger;
  }) {
    this.#sessions = deps.sessions;
    this.#integrations = deps.integrations;
    this.#settings = deps.settings;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /**
   * Makes a session for `owner`. The payload in the URL stands for it and is not stored.
   * @throws ProblemError `partner_solution_id_not_configured`, `return_url_not_allowed`,
   * `integration_unknown`, `invalid_request`
   */
  async create(owner: Owner, request: SessionRequest): Promise<CreatedSession> {
    const { linkTtlMs, defaultLocale, phoneNumberType } = this.#settings;
    const partnerSolutionId = this.#partnerSolutionId();
    const again = await this.#connectAgain(owner, request);
    const phoneNumber = again?.phoneNumber ?? request.phoneNumber;
    const displayName = request.displayName ?? again?.displayName;
    const now = this.#clock.now();
    const expiresAt = new Date(now.getTime() + linkTtlMs);
    const payload = randomToken();
    const id = randomId("wss");
    const session: SignupSession = {
      _id: id,
      userId: owner.userId,
      ...(owner.accountName ? { accountName: owner.accountName } : {}),
      assignedNumbers: owner.assignedNumbers,
      ...(phoneNumber ? { phoneNumber } : {}),
      phoneNumberType: again?.phoneNumberType ?? request.phoneNumberType ?? phoneNumberType,
      ...(displayName ? { displayName } : {}),
      locale: request.locale ?? defaultLocale,
      ...(request.locale ? { localeChosen: true } : {}),
      returnUrl: this.#returnUrl("returnUrl", request.returnUrl, this.#settings.successUrl, id),
      failureUrl: this.#returnUrl("failureUrl", request.failureUrl, this.#settings.failureUrl, id),
      ...(request.integrationId ? { integrationId: request.integrationId } : {}),
      payloadHash: sha256(payload),
      status: "created",
      createdAt: now,
      linkExpiresAt: expiresAt,
      expiresAt,
      timeline: [{ at: now, event: "signup_session_created" }],
      keptUntil: new Date(expiresAt.getTime() + KEPT_MS),
    };
    await this.#sessions.create(session);
    this.#logger.info(
      { event: "signup_session_created", sessionId: id, userId: owner.userId },
      "Signup session created",
    );
    return {
      session,
      signupUrl: this.#signupUrl(payload, partnerSolutionId),
      launch: launchFor(session.phoneNumberType, partnerSolutionId, this.#settings),
    };
  }

  /** The session that a link stands for. @throws ProblemError `session_unknown` */
  async byPayload(payload: string): Promise<SignupSession> {
    const session = await this.#sessions.findByPayloadHash(sha256(payload));
    if (!session) throw new ProblemError("session_unknown");
    return session;
  }

  /**
   * Starts the session in one browser, which alone may finish it until the owner releases it.
   * Repeating it from that browser changes nothing but what an ended attempt lacked.
   * @throws ProblemError `session_*`, `phone_number_mismatch`
   */
  async start(
    payload: string,
    browserHash: string,
    given: { phoneNumber?: string; displayName?: string; locale?: Locale },
  ): Promise<{ launch: Launch } | { redirectUrl: string }> {
    const partnerSolutionId = this.#partnerSolutionId();
    for (;;) {
      const session = await this.byPayload(payload);
      requireUnfinished(session, this.#clock.now());
      requireStartableIn(browserHash, session);
      const opened = await this.#sessions.open(
        session,
        browserHash,
        { ...typedValues(session, given), ...(given.locale ? { locale: given.locale } : {}) },
        this.#settings.sessionTtlMs,
      );
      if (!opened) continue;
      if (session.status !== "opened")
        this.#logger.info(
          { event: "signup_opened", sessionId: session._id, userId: session.userId },
          "Signup started in a browser",
        );
      if (this.#settings.mode === "redirect")
        return { redirectUrl: this.#redirectUrl(payload, partnerSolutionId) };
      return { launch: launchFor(opened.phoneNumberType, partnerSolutionId, this.#settings) };
    }
  }

  /**
   * Keeps what the popup reported, for support. A report that ends the attempt ends it.
   * @throws ProblemError `session_unknown`, `browser_mismatch`
   */
  async recordEvent(
    payload: string,
    browserHash: string | undefined,
    report: { event: string; data: Record<string, string> },
  ): Promise<void> {
    const session = await this.byPayload(payload);
    requireOwnBrowser(browserHash, session);
    await this.#sessions.record(session, report, endedBy(report));
    this.#logger.info(
      {
        event: "signup_event",
        sessionId: session._id,
        userId: session.userId,
        signupEvent: report.event,
        ...loggable("currentStep", report.data.current_step),
        ...loggable("errorCode", report.data.error_code),
      },
      "The popup reported an event",
    );
  }

  /** A session by its id, which is no secret: what of it may be shown is the caller's to decide. */
  async find(id: string): Promise<SignupSession | undefined> {
    return this.#sessions.findById(id);
  }

  /** @throws ProblemError `session_unknown`, also for another owner's */
  async get(userId: string, id: string): Promise<SignupSession> {
    const session = await this.#sessions.findForOwner(userId, id);
    if (!session) throw new ProblemError("session_unknown");
    return session;
  }

  /** Ends the session for good; harmless to repeat. @throws ProblemError `session_used` */
  async revoke(userId: string, id: string): Promise<void> {
    if (await this.#sessions.revoke(userId, id)) return;
    const session = await this.get(userId, id);
    if (session.status === "completed") throw new ProblemError("session_used");
  }

  /**
   * Takes the session from its browser: another one may start it, or, once it is completed, none sees
   * any more of it. @throws ProblemError `session_unknown`, `session_revoked`
   */
  async release(userId: string, id: string): Promise<void> {
    const session = await this.get(userId, id);
    if (await this.#sessions.release(session)) return;
    requireUnfinished(await this.get(userId, id), this.#clock.now());
  }

  #partnerSolutionId(): string {
    const { partnerSolutionId } = this.#settings;
    if (!partnerSolutionId) throw new ProblemError("partner_solution_id_not_configured");
    return partnerSolutionId;
  }

  async #connectAgain(owner: Owner, request: SessionRequest) {
    if (request.integrationId === undefined) return undefined;
    const integration = await this.#integrations.find(owner.userId, request.integrationId);
    if (!integration) throw new ProblemError("integration_unknown");
    const { externalId, meta, registration } = integration;
    if (request.phoneNumber !== undefined && request.phoneNumber !== externalId)
      throw new ProblemError("phone_number_mismatch");
    return {
      phoneNumber: externalId,
      phoneNumberType: meta.phoneNumberType,
      displayName: registration.displayName,
    };
  }

  #returnUrl(
    name: "returnUrl" | "failureUrl",
    requested: string | undefined,
    configured: string | undefined,
    sessionId: string,
  ): string {
    if (requested !== undefined) {
      if (isAllowedReturnUrl(requested, this.#settings.allowedReturnOrigins)) return requested;
      throw new ProblemError("return_url_not_allowed", {
        issues: [{ path: name, code: "not_allowed", message: "not of an allowed origin" }],
      });
    }
    return (
      configured ??
      withParameters(`${this.#settings.publicUrl}${RESULT_PATH}`, { session: sessionId })
    );
  }

  #parameters(payload: string, partnerSolutionId: string) {
    const { accountSid, facebookBusinessId } = this.#settings;
    return { accountSid, facebookBusinessId, partnerSolutionId, payload };
  }

  #signupUrl(payload: string, partnerSolutionId: string): string {
    return withParameters(
      `${this.#settings.publicUrl}${SIGNUP_PATH}`,
      this.#parameters(payload, partnerSolutionId),
    );
  }

  /** Success and failure both come back to the callback, so that the session learns of both. */
  #redirectUrl(payload: string, partnerSolutionId: string): string {
    const callbackUrl = `${this.#settings.publicUrl}${CALLBACK_PATH}`;
    return withParameters(this.#settings.redirectUrl, {
      ...this.#parameters(payload, partnerSolutionId),
      returnUrl: callbackUrl,
      failureUrl: callbackUrl,
    });
  }
}

/** What a browser says is its own word: only names of steps and codes go into the log. */
function loggable(name: string, value: string | undefined): Record<string, string> {
  return value !== undefined && /^[A-Za-z_]{1,64}$|^\d{1,9}$/.test(value) ? { [name]: value } : {};
}
