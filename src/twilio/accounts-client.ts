import twilio from "twilio";
import { spellingsOf } from "../phone-number.ts";
import {
  toHostedNumber,
  updateFields,
  type Channel,
  type HostedNumber,
  type WebhookSettings,
} from "./hosted-numbers.ts";
import { TransportClient } from "./transport-client.ts";
import type { TwilioTransport } from "./transport.ts";
import { TwilioError } from "./twilio-error.ts";

/** A Twilio account as far as the service looks at it. */
export interface Account {
  sid: string;
  authToken: string;
  friendlyName: string;
  ownerAccountSid: string;
  status: string;
  /** `Full`, or `Trial`, which cannot register senders. */
  type: string;
  createdAt: Date;
}

/** A phone number that some account of ours owns at Twilio. */
export interface OwnedNumber {
  sid: string;
  phoneNumber: string;
}

export interface AccountsSettings {
  accountSid: string;
  authToken: string;
  apiBaseUrl: string;
  timeoutMs: number;
}

/**
 * The 2010-04-01 API with the parent's credentials, which reach subaccounts there and nowhere else
 * (docs/domain.md 2.2).
 */
export class AccountsClient {
  readonly #transport: TwilioTransport;
  readonly #settings: AccountsSettings;

  constructor(transport: TwilioTransport, settings: AccountsSettings) {
    this.#transport = transport;
    this.#settings = settings;
  }

  /** The parent itself; on the Senders API these reach the parent's own senders only. */
  get parent(): { accountSid: string; authToken: string } {
    const { accountSid, authToken } = this.#settings;
    return { accountSid, authToken };
  }

  /** Undefined when Twilio knows no such account of ours. @throws TwilioError */
  async fetch(sid: string, signal?: AbortSignal): Promise<Account | undefined> {
    try {
      const client = this.#client("fetch account", undefined, signal);
      const account = await client.api.v2010.accounts(sid).fetch();
      return toAccount("fetch account", account);
    } catch (error) {
      if (error instanceof TwilioError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** Every active account of exactly this name, oldest first. @throws TwilioError */
  async listActiveByName(friendlyName: string): Promise<Account[]> {
    const { accounts } = this.#client("list accounts").api.v2010;
    const found = await listed("list accounts", accounts.list({ friendlyName, status: "active" }));
    return found
      .map((account) => toAccount("list accounts", account))
      .filter((account) => account.friendlyName === friendlyName && account.status === "active")
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }

  /** How many subaccounts there are that are not closed, up to `limit`. @throws TwilioError */
  async countSubaccounts(limit: number, signal?: AbortSignal): Promise<number> {
    const operation = "count accounts";
    const { accounts } = this.#client(operation, undefined, signal).api.v2010;
    const found = await listed(operation, accounts.list({ pageSize: 1000, limit: limit + 1 }));
    const { accountSid } = this.#settings;
    return found.filter(({ sid, status }) => sid !== accountSid && status !== "closed").length;
  }

  /** @param timeoutMs what the intent leaves for this call. @throws TwilioError */
  async create(friendlyName: string, timeoutMs: number): Promise<Account> {
    const client = this.#client("create account", timeoutMs);
    return toAccount("create account", await client.api.v2010.accounts.create({ friendlyName }));
  }

  /**
   * The account's own phone numbers, all or those of `phoneNumber`'s line, in whichever spelling
   * Twilio has it; none where Twilio no longer knows the account. @throws TwilioError
   */
  async listNumbers(accountSid: string, phoneNumber?: string): Promise<OwnedNumber[]> {
    if (phoneNumber === undefined) return this.#listNumbers(accountSid);
    for (const spelling of spellingsOf(phoneNumber)) {
      const found = await this.#listNumbers(accountSid, spelling);
      if (found.length > 0) return found;
    }
    return [];
  }

  async #listNumbers(accountSid: string, phoneNumber?: string): Promise<OwnedNumber[]> {
    const numbers =
      this.#client("list numbers").api.v2010.accounts(accountSid).incomingPhoneNumbers;
    try {
      const found = await listed("list numbers", numbers.list(phoneNumber ? { phoneNumber } : {}));
      return found
        .map((number) => ({ sid: number.sid, phoneNumber: number.phoneNumber }))
        .filter((number) => phoneNumber === undefined || number.phoneNumber === phoneNumber);
    } catch (error) {
      if (error instanceof TwilioError && error.isNotFound) return [];
      throw error;
    }
  }

  /**
   * The number of `phoneNumber`'s line with its webhooks; undefined where the account does not hold
   * it. @throws TwilioError
   */
  async findNumber(accountSid: string, phoneNumber: string): Promise<HostedNumber | undefined> {
    const numbers = this.#client("find number").api.v2010.accounts(accountSid).incomingPhoneNumbers;
    for (const spelling of spellingsOf(phoneNumber)) {
      const found = await listed("find number", numbers.list({ phoneNumber: spelling }));
      const number = found.find((one) => one.phoneNumber === spelling);
      if (number) return toHostedNumber(number);
    }
    return undefined;
  }

  /**
   * Sets webhooks of a number; what is not named stays as it is.
   * @throws TwilioError, not found when the number has been moved to another account
   */
  async setWebhooks(
    number: HostedNumber,
    changes: Partial<Record<Channel, Partial<WebhookSettings>>>,
    timeoutMs: number,
  ): Promise<void> {
    await this.#client("set webhooks", timeoutMs)
      .api.v2010.accounts(number.accountSid)
      .incomingPhoneNumbers(number.sid)
      .update(updateFields(changes));
  }

  /** Deletes a recording; what is gone already is no error. @throws TwilioError */
  async deleteRecording(accountSid: string, sid: string): Promise<void> {
    try {
      await this.#client("delete recording")
        .api.v2010.accounts(accountSid)
        .recordings(sid)
        .remove();
    } catch (error) {
      if (!(error instanceof TwilioError && error.isNotFound)) throw error;
    }
  }

  /** Moves a number between two of our accounts. @throws TwilioError */
  async moveNumber(
    move: { numberSid: string; from: string; to: string },
    timeoutMs: number,
  ): Promise<void> {
    await this.#client("move number", timeoutMs)
      .api.v2010.accounts(move.from)
      .incomingPhoneNumbers(move.numberSid)
      .update({ accountSid: move.to });
  }

  #client(operation: string, timeoutMs = this.#settings.timeoutMs, signal?: AbortSignal) {
    const { accountSid, authToken, apiBaseUrl } = this.#settings;
    const call = { operation, timeoutMs, signal };
    const httpClient = new TransportClient(this.#transport, apiBaseUrl, call);
    return twilio(accountSid, authToken, { httpClient });
  }
}

/** A page that the package cannot read says nothing; its own error does not say of whom. */
async function listed<T>(operation: string, listing: Promise<T>): Promise<T> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof TwilioError) throw error;
    throw new TwilioError(operation, { kind: "retryable", outcomeUnknown: false }, error);
  }
}

/** @throws TwilioError for an answer without what matters: whether it had an effect is unknown */
function toAccount(
  operation: string,
  account: {
    sid?: string;
    authToken?: string;
    friendlyName: string;
    ownerAccountSid: string;
    status: string;
    type: string;
    dateCreated: Date;
  },
): Account {
  if (!account.sid || !account.authToken) {
    throw new TwilioError(operation, { kind: "retryable", outcomeUnknown: true });
  }
  return {
    sid: account.sid,
    authToken: account.authToken,
    friendlyName: account.friendlyName,
    ownerAccountSid: account.ownerAccountSid,
    status: account.status,
    type: account.type,
    createdAt: account.dateCreated,
  };
}
