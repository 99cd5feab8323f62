import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/schema.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { LineLimit } from "../limits/line-limit.ts";
import type { Logger } from "../logger.ts";
import { lineOf } from "../phone-number.ts";
import type { Locale } from "../problems/locales.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { retrying } from "../retrying.ts";
import { randomId, randomToken, sha256 } from "../tokens.ts";
import { typedValues } from "./customer-input.ts";
import { launchFor, type Launch, type LaunchSettings } from "./launch.ts";
import { requireSameLine } from "./require-same-line.ts";
import { requireUnfinished } from "./require-unfinished.ts";
import { logAs } from "./session-log.ts";
import { SessionUrls, type SessionUrlSettings } from "./session-urls.ts";
import { hasRoom, KEPT_MS, type SignupSession } from "./signup-session.ts";
import type { SignupSessionStore } from "./signup-session-store.ts";
import { requireCaller } from "./whose-session.ts";

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

export interface SignupSettings extends LaunchSettings, SessionUrlSettings {
  partnerSolutionId?: string;
  phoneNumberType: PhoneNumberType;
  defaultLocale: Locale;
  linkTtlMs: number;
  sessionTtlMs: number;
}

/** What the customer gave on the page. */
type GivenOnPage = Pick<SessionRequest, "phoneNumber" | "displayName" | "locale">;

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
  readonly #urls: SessionUrls;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lineLimit: LineLimit;

  constructor(deps: {
    sessions: SignupSessionStore;
    integrations: IntegrationStore;
    settings: SignupSettings;
    clock: Clock;
    logger: Logger;
    lineLimit: LineLimit;
  }) {
    this.#sessions = deps.sessions;
    this.#integrations = deps.integrations;
    this.#settings = deps.settings;
    this.#urls = new SessionUrls(deps.settings);
    this.#clock = deps.clock;
    this.#lineLimit = deps.lineLimit;
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
      ...(phoneNumber ? { phoneNumber, line: lineOf(phoneNumber) } : {}),
      phoneNumberType: again?.phoneNumberType ?? request.phoneNumberType ?? phoneNumberType,
      ...(displayName ? { displayName } : {}),
      locale: request.locale ?? defaultLocale,
      ...(request.locale ? { localeChosen: true } : {}),
      returnUrl: this.#urls.end("returnUrl", request.returnUrl, id),
      failureUrl: this.#urls.end("failureUrl", request.failureUrl, id),
      ...(request.integrationId ? { integrationId: request.integrationId } : {}),
      payloadHash: sha256(payload),
      status: "created",
      createdAt: now,
      linkExpiresAt: expiresAt,
      expiresAt,
      timeline: [{ at: now, event: "signup_session_created" }],
      endAwaited: expiresAt,
      keptUntil: new Date(expiresAt.getTime() + KEPT_MS),
    };
    await this.#sessions.create(session);
    logAs(session);
    this.#logger.info({ event: "signup_session_created" }, "Signup session created");
    return {
      session,
      signupUrl: this.#urls.signup(payload, partnerSolutionId),
      launch: launchFor(session.phoneNumberType, partnerSolutionId, this.#settings),
    };
  }

  /** The session that a link stands for. @throws ProblemError `session_unknown` */
  async byPayload(payload: string): Promise<SignupSession> {
    const session = await this.#sessions.findByPayloadHash(sha256(payload));
    if (!session) throw new ProblemError("session_unknown");
    return logAs(session);
  }

  /**
   * Starts the session in one browser, which alone may finish it until the owner releases it.
   * Repeating it from that browser changes nothing but what an ended attempt lacked.
   * @throws ProblemError `session_*`, `phone_number_mismatch`, `rate_limited`
   */
  async start(
    payload: string,
    browserHash: string,
    given: GivenOnPage,
  ): Promise<{ launch: Launch } | { redirectUrl: string }> {
    const partnerSolutionId = this.#partnerSolutionId();
    const { phoneNumber = given.phoneNumber } = await this.byPayload(payload);
    if (phoneNumber !== undefined) await this.#lineLimit.use(phoneNumber);
    const open = () => this.#open(payload, browserHash, given);
    const opened = await retrying(open, () => new ProblemError("busy"));
    if (this.#settings.mode === "redirect") {
      return { redirectUrl: this.#urls.redirect(payload, partnerSolutionId) };
    }
    return { launch: launchFor(opened.phoneNumberType, partnerSolutionId, this.#settings) };
  }

  /** Undefined when the session changed meanwhile. */
  async #open(
    payload: string,
    browserHash: string,
    given: GivenOnPage,
  ): Promise<SignupSession | undefined> {
    const session = await this.byPayload(payload);
    requireUnfinished(session, this.#clock.now());
    requireCaller({ browserHash }, session, "start");
    const opened = await this.#sessions.open(
      session,
      browserHash,
      { ...typedValues(session, given), ...(given.locale ? { locale: given.locale } : {}) },
      this.#settings.sessionTtlMs,
    );
    if (!opened) return undefined;
    logAs(opened);
    // As in the timeline, which a browser that starts again and again does not fill either.
    if (session.status !== "opened" && hasRoom(session)) {
      this.#logger.info({ event: "signup_opened" }, "Signup started in a browser");
    }
    return opened;
  }

  /** A session by its id, which is no secret: what of it may be shown is the caller's to decide. */
  async find(id: string): Promise<SignupSession | undefined> {
    const session = await this.#sessions.findById(id);
    return session && logAs(session);
  }

  /** @throws ProblemError `session_unknown`, also for another owner's; the log says whose it is */
  async get(userId: string, id: string): Promise<SignupSession> {
    const session = await this.#sessions.findById(id);
    if (!session) throw new ProblemError("session_unknown");
    requireCaller({ userId }, session);
    return logAs(session);
  }

  /** Ends the session for good; harmless to repeat. @throws ProblemError `session_used` */
  async revoke(userId: string, id: string): Promise<void> {
    const session = await this.get(userId, id);
    if (await this.#sessions.revoke(userId, id)) {
      this.#logger.info({ event: "session_revoked" }, "The owner revoked a session");
      return;
    }
    if (session.status === "revoked") return;
    const { status } = await this.get(userId, id);
    if (status === "completed") throw new ProblemError("session_used");
  }

  /**
   * Takes the session from its browser: another one may start it, or, once it is completed, none sees
   * any more of it. @throws ProblemError `session_unknown`, `session_revoked`
   */
  async release(userId: string, id: string): Promise<void> {
    const session = await this.get(userId, id);
    const released = await this.#sessions.release(session);
    if (!released) throw new ProblemError("session_revoked");
    this.#logger.info(
      { event: "session_released", status: released.status },
      "The owner took a session from its browser",
    );
  }

  #partnerSolutionId(): string {
    const { partnerSolutionId } = this.#settings;
    if (!partnerSolutionId) throw new ProblemError("partner_solution_id_not_configured");
    return partnerSolutionId;
  }

  async #connectAgain(owner: Owner, request: SessionRequest) {
    if (request.integrationId === undefined) return undefined;
    const integration = await this.#integrations.get(owner.userId, request.integrationId);
    const { externalId, meta, registration } = integration;
    if (request.phoneNumber !== undefined) requireSameLine(externalId, request.phoneNumber);
    return {
      phoneNumber: externalId,
      phoneNumberType: meta.phoneNumberType,
      displayName: registration.displayName,
    };
  }
}
