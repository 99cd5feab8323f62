import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { endedBy, keptData, loggable } from "./browser-events.ts";
import { hasEnded } from "./require-unfinished.ts";
import { sessionLogContext } from "./session-log.ts";
import type { SessionReportStore } from "./session-report-store.ts";
import { hasRoom } from "./signup-session.ts";
import type { SignupService } from "./signup-service.ts";
import { requireCaller } from "./whose-session.ts";

/** Events of one session that are logged, so that no browser can fill the log. */
const EVENTS_LOGGED = 100;
const EXPIRED_AT_ONCE = 50;

/** What becomes known of a session beside its own course: the popup's reports, and its expiry. */
export class SessionReports {
  readonly #signup: SignupService;
  readonly #store: SessionReportStore;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(deps: {
    signup: SignupService;
    store: SessionReportStore;
    clock: Clock;
    logger: Logger;
  }) {
    this.#signup = deps.signup;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /**
   * Keeps what the popup reported, for support. A report that ends the attempt ends it.
   * @throws ProblemError `session_unknown`, `browser_mismatch`, `session_ended`
   */
  async record(
    payload: string,
    browserHash: string | undefined,
    report: { event: string; data: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const session = await this.#signup.byPayload(payload);
    requireCaller({ browserHash }, session);
    const entry = { at: this.#clock.now(), event: report.event, data: keptData(report.data) };
    const status = endedBy(entry);
    const reported = await this.#store.report(session, entry, status);
    if (!reported) throw hasEnded(await this.#signup.byPayload(payload), this.#clock.now());
    const said = {
      ...loggable(entry, "current_step", "currentStep"),
      ...loggable(entry, "error_code", "errorCode"),
    };
    // The browser chooses the name too: no number and no code in it is logged.
    const named = report.event.replace(/\d{4,}/g, "…");
    const isEarly = (reported.browserEvents?.count ?? 0) <= EVENTS_LOGGED;
    if (isEarly) {
      this.#logger.info(
        { event: "signup_event", signupEvent: named, ...said },
        "The popup reported an event",
      );
    }
    // The end of an attempt is logged also after many events, but the same end only once.
    const isNews = isEarly || (session.status === "opened" && hasRoom(session));
    if (status && status !== session.status && isNews) {
      this.#logger.info(
        { event: "signup_session_ended", status, cause: named, ...said },
        "A signup ended in the browser",
      );
    }
  }

  /** Leaves a line for each session whose time is over; the worker calls it. */
  async noteExpired(): Promise<void> {
    for (const session of await this.#store.takeExpired(EXPIRED_AT_ONCE)) {
      this.#logger.info(
        {
          ...sessionLogContext(session),
          event: "signup_session_ended",
          status: "expired",
          cause: session.status === "created" ? "never_started" : "never_finished",
        },
        "The time of a signup is over",
      );
    }
  }
}
