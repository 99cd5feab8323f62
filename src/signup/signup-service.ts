import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/schema.ts";
import type { LineLimit } from "../limits/line-limit.ts";
import type { Logger } from "../logger.ts";
import type { Locale } from "../problems/locales.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { retrying } from "../retrying.ts";
import { sha256 } from "../tokens.ts";
import { typedValues } from "./customer-input.ts";
import { launchFor, requirePartnerSolution, type Launch, type LaunchSettings } from "./launch.ts";
import { requireUnfinished } from "./require-unfinished.ts";
import { logAs } from "./session-log.ts";
import { SessionUrls, type SessionUrlSettings } from "./session-urls.ts";
import { hasRoom, type SignupSession } from "./signup-session.ts";
import type { SignupSessionStore } from "./signup-session-store.ts";
import { requireCaller } from "./whose-session.ts";

/** The owner of integrations, as its token names it. */
export interface Owner {
  userId: string;
  accountName?: string;
  /** Numbers assigned to this owner, canonical. */
  assignedNumbers: string[];
}

export interface SignupSettings extends LaunchSettings, SessionUrlSettings {
  partnerSolutionId?: string;
  phoneNumberType: PhoneNumberType;
  defaultLocale: Locale;
  linkTtlMs: number;
  sessionTtlMs: number;
}

/** What the customer gave on the page. */
interface GivenOnPage {
  phoneNumber?: string;
  displayName?: string;
  locale?: Locale;
}

/** The signup session from its link to the popup. It calls nothing outside the database. */
export class SignupService {
  readonly #sessions: SignupSessionStore;
  readonly #settings: SignupSettings;
  readonly #urls: SessionUrls;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lineLimit: LineLimit;

  constructor(deps: {
    sessions: SignupSessionStore;
    settings: SignupSettings;
    clock: Clock;
    logger: Logger;
    lineLimit: LineLimit;
  }) {
    this.#sessions = deps.sessions;
    this.#settings = deps.settings;
    this.#urls = new SessionUrls(deps.settings);
    this.#clock = deps.clock;
    this.#lineLimit = deps.lineLimit;
    this.#logger = deps.logger;
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
    const partnerSolutionId = requirePartnerSolution(this.#settings);
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

  /**
   * The session's browser cannot go on and gives it back: another one may start it.
   * @throws ProblemError `session_*`, `browser_mismatch`
   */
  async giveBack(payload: string, browserHash: string | undefined): Promise<void> {
    const session = await this.byPayload(payload);
    requireUnfinished(session, this.#clock.now());
    requireCaller({ browserHash }, session);
    const entry = hasRoom(session) ? { event: "given_back" } : undefined;
    if (!(await this.#sessions.giveBack(session, entry))) throw new ProblemError("busy");
    this.#logger.info(
      { event: "session_released", by: "browser" },
      "A browser gave a session back",
    );
  }
}
