import type { Clock } from "../clock.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { SubaccountCredentials } from "../twilio/senders-client.ts";

/** How long a token read from Twilio is used before it is read again. */
const TOKEN_KEPT_MS = 5 * 60_000;
const TOKENS_KEPT = 1_000;
/**
 * How long strangers get no second call out of an account that gave no token: one that is closed, and
 * one of which Twilio did not tell.
 */
const GONE_KEPT_MS = 5 * 60_000;
const FAILED_KEPT_MS = 5_000;

/**
 * Subaccounts' auth tokens: read with the parent's credentials when needed, kept in memory for
 * minutes, never stored, never logged, never replaced by the parent's.
 */
export class SubaccountTokens {
  readonly #accounts: AccountsClient;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { authToken: string; untilMs: number }>();
  readonly #unanswered = new Map<string, { error: Error | undefined; untilMs: number }>();
  readonly #asked = new Map<string, Promise<string | undefined>>();

  constructor(accounts: AccountsClient, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** A token that came with an answer anyway. */
  remember(accountSid: string, authToken: string): void {
    this.#kept.delete(accountSid);
    this.#kept.set(accountSid, {
      authToken,
      untilMs: this.#clock.monotonicMs() + TOKEN_KEPT_MS,
    });
    dropOldest(this.#kept);
    this.#unanswered.delete(accountSid);
  }

  /**
   * The token with which an unproven request may have been signed. However many requests name an
   * account, Twilio is asked once at a time, and for a while not again when that brought no token.
   * Undefined when Twilio does not know the account or it is closed. @throws TwilioError
   */
  async forUnproven(accountSid: string): Promise<string | undefined> {
    const unanswered = this.#unanswered.get(accountSid);
    if (unanswered && unanswered.untilMs > this.#clock.monotonicMs()) {
      if (unanswered.error) throw unanswered.error;
      return undefined;
    }
    const asked = this.#asked.get(accountSid) ?? this.#ask(accountSid);
    this.#asked.set(accountSid, asked);
    return asked;
  }

  async #ask(accountSid: string): Promise<string | undefined> {
    try {
      const credentials = await this.credentials(accountSid);
      if (!credentials) this.#noteUnanswered(accountSid, undefined, GONE_KEPT_MS);
      return credentials?.authToken;
    } catch (error) {
      if (error instanceof Error) this.#noteUnanswered(accountSid, error, FAILED_KEPT_MS);
      throw error;
    } finally {
      this.#asked.delete(accountSid);
    }
  }

  #noteUnanswered(accountSid: string, error: Error | undefined, keptMs: number): void {
    this.#unanswered.delete(accountSid);
    this.#unanswered.set(accountSid, { error, untilMs: this.#clock.monotonicMs() + keptMs });
    dropOldest(this.#unanswered);
  }

  /**
   * Reads the account anew after a refusal. `renewed`: its token is another one than was kept;
   * `gone`: Twilio does not know it or it is closed. @throws TwilioError
   */
  async reread(accountSid: string): Promise<"same" | "renewed" | "suspended" | "gone"> {
    const kept = this.#kept.get(accountSid)?.authToken;
    this.#kept.delete(accountSid);
    const account = await this.#accounts.fetch(accountSid);
    if (!account || account.status === "closed") return "gone";
    if (account.status !== "active") return "suspended";
    this.remember(accountSid, account.authToken);
    return account.authToken === kept ? "same" : "renewed";
  }

  /** Undefined when Twilio does not know the subaccount or it is closed. @throws TwilioError */
  async credentials(accountSid: string): Promise<SubaccountCredentials | undefined> {
    const kept = this.#kept.get(accountSid);
    if (kept && kept.untilMs > this.#clock.monotonicMs()) {
      return { accountSid, authToken: kept.authToken };
    }
    const account = await this.#accounts.fetch(accountSid);
    if (!account || account.status === "closed") return undefined;
    this.remember(accountSid, account.authToken);
    return { accountSid, authToken: account.authToken };
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next().value;
  if (map.size > TOKENS_KEPT && oldest !== undefined) map.delete(oldest);
}
