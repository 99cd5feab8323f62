import type { IntegrationModel } from "../integrations/integration-model.ts";
import { isOurs, PROVIDER } from "../integrations/ours.ts";
import { spellingsOf } from "../phone-number.ts";
import type { SubaccountModel } from "../subaccounts/subaccount-model.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { HostedNumber } from "../twilio/hosted-numbers.ts";
import type { SubaccountTokens } from "../subaccounts/subaccount-tokens.ts";
import { TwilioError } from "../twilio/twilio-error.ts";

/** An owner's subaccounts that are looked through; each is a call to Twilio. */
const OWNED_LOOKED_AT = 20;

export interface RelayAccountsDeps {
  accounts: AccountsClient;
  tokens: SubaccountTokens;
  integrations: IntegrationModel;
  subaccounts: SubaccountModel;
}

/** Whether a text has the form of an account's SID. */
export function isAccountSid(text: string): boolean {
  return /^AC[0-9a-fA-F]{32}$/.test(text);
}

/** The parent and the subaccounts that the service knows: where a number may be, and who signs. */
export class RelayAccounts {
  readonly #deps: RelayAccountsDeps;

  constructor(deps: RelayAccountsDeps) {
    this.#deps = deps;
  }

  /**
   * The number where it is now: in the account where it was seen last, the parent, a subaccount that
   * serves or served it, or another one of these owners. @throws TwilioError
   */
  async findNumber(
    phoneNumber: string,
    lastSeenIn: string | undefined,
    userIds: readonly string[],
  ): Promise<HostedNumber | undefined> {
    const { accounts } = this.#deps;
    const first = [lastSeenIn, accounts.parent.accountSid].filter((sid) => sid !== undefined);
    const looked = new Set<string>();
    for (const candidates of [
      () => Promise.resolve(first),
      () => this.#serving(phoneNumber),
      () => this.#ownedBy(userIds),
    ]) {
      for (const sid of await candidates()) {
        if (looked.has(sid)) continue;
        looked.add(sid);
        const number = await this.#lookIn(sid, phoneNumber);
        if (number) return number;
      }
    }
    return undefined;
  }

  /** Whether this account holds the number at this moment. @throws TwilioError */
  async holds(accountSid: string, phoneNumber: string): Promise<boolean> {
    return (await this.#lookIn(accountSid, phoneNumber)) !== undefined;
  }

  /**
   * The token with which webhooks of this account are signed. The SID comes from an unproven request
   * and only chooses among the parent, the recorded subaccounts and `lastSeenIn`; undefined for any
   * other. @throws TwilioError
   */
  async signingToken(
    accountSid: string,
    lastSeenIn: string | undefined,
  ): Promise<string | undefined> {
    const { accounts, tokens, subaccounts } = this.#deps;
    if (!isAccountSid(accountSid)) return undefined;
    if (accountSid === accounts.parent.accountSid) return accounts.parent.authToken;
    if (accountSid !== lastSeenIn && !(await subaccounts.exists({ sid: accountSid }))) {
      return undefined;
    }
    return tokens.forUnproven(accountSid);
  }

  /** A closed or suspended account holds nothing that we could change. */
  async #lookIn(accountSid: string, phoneNumber: string): Promise<HostedNumber | undefined> {
    try {
      return await this.#deps.accounts.findNumber(accountSid, phoneNumber);
    } catch (error) {
      const isParent = accountSid === this.#deps.accounts.parent.accountSid;
      if (!isParent && error instanceof TwilioError && error.kind === "final") return undefined;
      throw error;
    }
  }

  async #serving(phoneNumber: string): Promise<string[]> {
    const holders = await this.#deps.integrations
      .find({ provider: PROVIDER, externalId: { $in: spellingsOf(phoneNumber) } })
      .lean();
    return holders
      .filter(isOurs)
      .flatMap(({ meta, registration }) =>
        registration.formerSubaccounts.map(({ sid }) => sid).concat(meta.twilioSubaccountSid ?? []),
      );
  }

  async #ownedBy(userIds: readonly string[]): Promise<string[]> {
    const records = await this.#deps.subaccounts
      .find({ userId: { $in: [...userIds] }, sid: { $type: "string" } })
      .sort({ updatedAt: -1 })
      .limit(OWNED_LOOKED_AT)
      .lean();
    return records.flatMap(({ sid }) => (sid ? [sid] : []));
  }
}
