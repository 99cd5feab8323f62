import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/schema.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { Logger } from "../logger.ts";
import { lineOf } from "../phone-number.ts";
import type { Locale } from "../problems/locales.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { randomId, randomToken, sha256 } from "../tokens.ts";
import { launchFor, requirePartnerSolution, type Launch } from "./launch.ts";
import { requireSameLine } from "./require-same-line.ts";
import { logAs } from "./session-log.ts";
import { SessionUrls } from "./session-urls.ts";
import { KEPT_MS, type SignupSession } from "./signup-session.ts";
import type { Owner, SignupSettings } from "./signup-service.ts";
import type { SignupSessionStore } from "./signup-session-store.ts";

/** What the caller may choose for a session; all of it optional. */
export interface SessionRequest {
  phoneNumber?: string;
  phoneNumberType?: PhoneNumberType;
  displayName?: string;
  returnUrl?: string;
  failureUrl?: string;
  locale?: Locale;
  integrationId?: string;
  reference?: string;
}

export interface CreatedSession {
  session: SignupSession;
  signupUrl: string;
  launch: Launch;
}

/** Whose data is being deleted: nothing new of it may come meanwhile. */
export interface ErasuresUnderWay {
  isOpen(userId: string): Promise<boolean>;
}

/** An id for a session that is to be made. */
export function newSessionId(): string {
  return randomId("wss");
}

/** Makes sessions for the button. */
export class SessionCreation {
  readonly #sessions: SignupSessionStore;
  readonly #integrations: IntegrationStore;
  readonly #settings: SignupSettings;
  readonly #urls: SessionUrls;
  readonly #erasures: ErasuresUnderWay;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(deps: {
    sessions: SignupSessionStore;
    integrations: IntegrationStore;
    settings: SignupSettings;
    erasures: ErasuresUnderWay;
    clock: Clock;
    logger: Logger;
  }) {
    this.#sessions = deps.sessions;
    this.#integrations = deps.integrations;
    this.#settings = deps.settings;
    this.#urls = new SessionUrls(deps.settings);
    this.#erasures = deps.erasures;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /**
   * Makes a session for `owner`. The payload in the URL stands for it and is not stored.
   * @param id for a request that may be a repeated one: the session that has it gets a further
   * payload and stays as it is
   * @throws ProblemError `partner_solution_id_not_configured`, `return_url_not_allowed`,
   * `integration_unknown`, `phone_number_mismatch`, `erasure_under_way`
   */
  async create(owner: Owner, request: SessionRequest, id?: string): Promise<CreatedSession> {
    const partnerSolutionId = requirePartnerSolution(this.#settings);
    if (await this.#erasures.isOpen(owner.userId)) throw new ProblemError("erasure_under_way");
    const payload = randomToken();
    const hash = sha256(payload);
    const made = id && (await this.#sessions.addPayload(owner.userId, id, hash));
    const session = made || (await this.#make(owner, request, id ?? newSessionId(), hash));
    return {
      session,
      signupUrl: this.#urls.signup(payload, partnerSolutionId),
      launch: launchFor(session.phoneNumberType, partnerSolutionId, this.#settings),
    };
  }

  async #make(
    owner: Owner,
    request: SessionRequest,
    id: string,
    payloadHash: string,
  ): Promise<SignupSession> {
    const session = await this.#newSession(owner, request, id, payloadHash);
    try {
      await this.#sessions.create(session);
    } catch (error) {
      // Another process was faster with the same repeated request.
      if (!isDuplicateKey(error, "_id")) throw error;
      const made = await this.#sessions.addPayload(owner.userId, id, payloadHash);
      if (!made) throw error;
      return made;
    }
    logAs(session);
    this.#logger.info({ event: "signup_session_created" }, "Signup session created");
    return session;
  }

  async #newSession(owner: Owner, request: SessionRequest, id: string, payloadHash: string) {
    const { linkTtlMs, defaultLocale, phoneNumberType } = this.#settings;
    const { reference, integrationId, locale } = request;
    const again = await this.#connectAgain(owner, request);
    const phoneNumber = again?.phoneNumber ?? request.phoneNumber;
    const displayName = request.displayName ?? again?.displayName;
    const now = this.#clock.now();
    const expiresAt = new Date(now.getTime() + linkTtlMs);
    return {
      _id: id,
      userId: owner.userId,
      ...(reference === undefined ? {} : { reference }),
      ...(owner.accountName ? { accountName: owner.accountName } : {}),
      assignedNumbers: owner.assignedNumbers,
      ...(phoneNumber ? { phoneNumber, line: lineOf(phoneNumber) } : {}),
      phoneNumberType: again?.phoneNumberType ?? request.phoneNumberType ?? phoneNumberType,
      ...(displayName ? { displayName } : {}),
      locale: locale ?? defaultLocale,
      ...(locale ? { localeChosen: true } : {}),
      returnUrl: this.#urls.end("returnUrl", request.returnUrl, id),
      failureUrl: this.#urls.end("failureUrl", request.failureUrl, id),
      ...(integrationId ? { integrationId } : {}),
      payloadHashes: [payloadHash],
      status: "created",
      createdAt: now,
      linkExpiresAt: expiresAt,
      expiresAt,
      timeline: [{ at: now, event: "signup_session_created" }],
      endAwaited: expiresAt,
      keptUntil: new Date(expiresAt.getTime() + KEPT_MS),
    } satisfies SignupSession;
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
