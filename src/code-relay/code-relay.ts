import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { isSameLine, lineOf } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { NumberAssignments } from "../ownership/number-assignments.ts";
import type { SignupSession } from "../signup/signup-session.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { sha256 } from "../tokens.ts";
import type { Channel } from "../twilio/hosted-numbers.ts";
import { sessionStatus } from "../signup/signup-session.ts";
import { logAs } from "../signup/session-log.ts";
import { isOwnBrowser, requireCaller } from "../signup/whose-session.ts";
import type { NumberRelayStore } from "./number-relay-store.ts";
import type { RelayScheduler } from "./relay-scheduler.ts";
import { openCode, publicKeyOf } from "./sealed-code.ts";

/** A browser as its cookie shows it: `secret` is the value, of which only the hash is stored. */
export interface BrowserSecret {
  hash: string;
  secret: string;
}

/** One code that came to the number, and where from: the customer decides which is Meta's. */
export interface ReceivedCode {
  /** Six digits. */
  code: string;
  /** The number or name that Twilio shows as the sender. */
  from: string;
  /** ISO 8601. */
  at: string;
}

/** What the page asks for while the popup is open. */
export interface RelayedCode {
  /** `none`: no code will come here; the customer gets it on the phone. */
  relay: "none" | "waiting" | "code";
  /** The newest of `codes`. */
  code?: string;
  /** The last three, the newest first. */
  codes: ReceivedCode[];
}

export interface CodeRelayDeps {
  store: NumberRelayStore;
  scheduler: RelayScheduler;
  sessions: SignupSessionStore;
  assignments: NumberAssignments;
  /** False where no popup of ours is opened or Twilio could not call us. */
  isEnabled: boolean;
  clock: Clock;
  logger: Logger;
}

/** Each kind of number that nobody can read, and how Meta's code reaches it. */
const CHANNEL_OF: Partial<Record<SignupSession["phoneNumberType"], Channel>> = {
  sms_capable: "sms",
  voice_only: "voice",
};

/**
 * Shows Meta's code, sent to a number at Twilio, to the browser that signs this number up: the
 * number's webhook is ours for as long as the signup takes (docs/decisions/0007-code-relay.md).
 */
export class CodeRelay {
  readonly #deps: CodeRelayDeps;

  constructor(deps: CodeRelayDeps) {
    this.#deps = deps;
  }

  /**
   * A session was started in this browser. Only the relay's own record is written before this
   * returns; Twilio is called beside it. Nothing that fails here breaks the signup.
   */
  async begin(payload: string, browser: BrowserSecret): Promise<void> {
    const { store, scheduler, logger } = this.#deps;
    try {
      const session = await this.#sessionOf(payload);
      const { phoneNumber } = session;
      const channel = CHANNEL_OF[session.phoneNumberType];
      if (phoneNumber === undefined || channel === undefined) return;
      if (!(await this.#mayRelay(session, phoneNumber, browser))) return;
      const line = lineOf(phoneNumber);
      await store.join(line, session._id, {
        userId: session.userId,
        channel,
        locale: session.locale,
        browserHash: browser.hash,
        publicKey: await publicKeyOf(browser.secret, session._id),
        until: session.expiresAt,
        joined: false,
      });
      scheduler.inBackground(() => Promise.resolve(line));
    } catch (error) {
      logger.error({ err: error }, "A code relay could not be begun");
    }
  }

  /**
   * A session is no longer open in a browser, for whatever reason: its code goes at once. The report
   * itself removes nothing, since the session may have been started again when it comes.
   */
  ended({ _id, phoneNumber, phoneNumberType }: SignupSession): void {
    if (phoneNumber === undefined || CHANNEL_OF[phoneNumberType] === undefined) return;
    const { store, scheduler } = this.#deps;
    const line = lineOf(phoneNumber);
    scheduler.inBackground(async () => ((await store.raise(line, _id)) ? line : undefined));
  }

  /**
   * What has come for the session that this browser started.
   * @throws ProblemError `session_unknown`, `browser_mismatch`
   */
  async read(payload: string, browser: BrowserSecret | undefined): Promise<RelayedCode> {
    const session = await this.#sessionOf(payload);
    requireCaller({ browserHash: browser?.hash }, session);
    const now = this.#deps.clock.now();
    const { _id, phoneNumber } = session;
    if (phoneNumber === undefined || sessionStatus(session, now) !== "opened") {
      return { relay: "none", codes: [] };
    }
    const line = lineOf(phoneNumber);
    const entry = (await this.#deps.store.find(line))?.sessions[_id];
    if (!browser || !entry || !isOwnBrowser(entry.browserHash, session)) {
      return { relay: "none", codes: [] };
    }
    const unexpired = (entry.codes ?? []).filter(({ until }) => until > now);
    const opened = await Promise.all(
      unexpired.map(({ sealed }) => open(sealed, browser.secret, _id, sealContext(line, _id))),
    );
    const codes = opened.filter((code) => code !== undefined).toReversed();
    const [newest] = codes;
    return newest ? { relay: "code", code: newest.code, codes } : { relay: "waiting", codes };
  }

  async #mayRelay(
    session: SignupSession,
    phoneNumber: string,
    browser: BrowserSecret,
  ): Promise<boolean> {
    const { isEnabled, assignments, clock } = this.#deps;
    const isNamed = session.assignedNumbers.some((number) => isSameLine(number, phoneNumber));
    return (
      isEnabled &&
      sessionStatus(session, clock.now()) === "opened" &&
      isOwnBrowser(browser.hash, session) &&
      (await assignments.isAssigned(phoneNumber, session.userId, isNamed))
    );
  }

  async #sessionOf(payload: string): Promise<SignupSession> {
    const session = await this.#deps.sessions.findByPayloadHash(sha256(payload));
    if (!session) throw new ProblemError("session_unknown");
    return logAs(session);
  }
}

async function open(...sealed: Parameters<typeof openCode>): Promise<ReceivedCode | undefined> {
  const text = await openCode(...sealed);
  return text === undefined ? undefined : (JSON.parse(text) as ReceivedCode);
}

/** What a sealed code belongs to, so that none can be moved to another session or line. */
export function sealContext(line: string, sessionId: string): string {
  return `${line} ${sessionId}`;
}
