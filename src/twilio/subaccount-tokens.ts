import type { Clock } from "../clock.ts";
import type { AccountsClient } from "./accounts-client.ts";
import type { SubaccountCredentials } from "./senders-client.ts";

/** How long a token read from Twilio is used before it is read again. */
const TOKEN_KEPT_MS = 5 * 60_000;
const TOKENS_KEPT = 1_000;

/**
 * Subaccounts' auth tokens: read with the parent's credentials when needed, kept in memory for
 * minutes, never stored, never logged, never replaced by the parent's.
 */
export class SubaccountTokens {
  readonly #accounts: AccountsClient;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { authToken: string; untilMs: number }>();

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
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > TOKENS_KEPT && oldest) this.#kept.delete(oldest);
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
    if (kept && kept.untilMs > this.#clock.monotonicMs())
      return { accountSid, authToken: kept.authToken };
    const account = await this.#accounts.fetch(accountSid);
    if (!account || account.status === "closed") return undefined;
    this.remember(accountSid, account.authToken);
    return { accountSid, authToken: account.authToken };
  }
}
