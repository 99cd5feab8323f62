import { randomBytes } from "node:crypto";
import type { SimulatorClock } from "../clock.ts";
import { advance } from "./sender-life.ts";
import type { Account, AccountStatus, IncomingNumber, NumberSettings, Sender } from "./types.ts";

/** A SID of Twilio's: two letters and 32 hex digits. */
export function newSid(prefix: "AC" | "PN" | "XE" | "RQ" | "SM" | "CA"): string {
  return `${prefix}${randomBytes(16).toString("hex")}`;
}

export interface TwilioStoreOptions {
  accountSid: string;
  authToken: string;
  maxPageSize?: number;
}

/** Everything Twilio holds: accounts, hosted numbers and senders, also the deleted ones. */
export class TwilioStore {
  readonly accounts = new Map<string, Account>();
  readonly numbers = new Map<string, IncomingNumber>();
  readonly senders = new Map<string, Sender>();
  readonly #sendersOf = new Map<string, Sender[]>();
  /** The most that one page of a list shows. */
  readonly maxPageSize: number;
  readonly #clock: SimulatorClock;
  readonly #parent: { sid: string; authToken: string };

  constructor(options: TwilioStoreOptions, clock: SimulatorClock) {
    this.#parent = { sid: options.accountSid, authToken: options.authToken };
    this.maxPageSize = options.maxPageSize ?? 1000;
    this.#clock = clock;
    this.clear();
  }

  now(): number {
    return this.#clock.now().getTime();
  }

  get parentSid(): string {
    return this.#parent.sid;
  }

  addAccount(
    given: { sid?: string; authToken?: string; friendlyName?: string; status?: AccountStatus },
    lateMs = 0,
  ): Account {
    const at = this.#clock.now();
    const account: Account = {
      sid: given.sid ?? newSid("AC"),
      authToken: given.authToken ?? randomBytes(16).toString("hex"),
      friendlyName: given.friendlyName ?? `SubAccount Created at ${at.toISOString()}`,
      ownerAccountSid: this.parentSid,
      status: given.status ?? "active",
      type: "Full",
      createdAt: at,
      updatedAt: at,
      listedFrom: at.getTime() + lateMs,
    };
    this.accounts.set(account.sid, account);
    return account;
  }

  addNumber(
    given: { phoneNumber: string; accountSid?: string } & Partial<NumberSettings>,
  ): IncomingNumber {
    const at = this.#clock.now();
    const accountSid = given.accountSid ?? this.parentSid;
    const number: IncomingNumber = {
      ...UNSET_NUMBER,
      friendlyName: given.phoneNumber,
      ...given,
      sid: newSid("PN"),
      accountSid,
      formerAccountSid: accountSid,
      movedFrom: 0,
      createdAt: at,
      updatedAt: at,
    };
    this.numbers.set(number.sid, number);
    return number;
  }

  addSender(sender: Sender): Sender {
    this.senders.set(sender.sid, sender);
    const own = this.#sendersOf.get(sender.accountSid);
    if (own === undefined) this.#sendersOf.set(sender.accountSid, [sender]);
    else own.push(sender);
    return sender;
  }

  /** A closed account loses its numbers and senders at once. */
  setStatus(account: Account, status: AccountStatus): void {
    account.status = status;
    if (status !== "closed") return;
    for (const sender of this.livingSenders(account.sid)) sender.deletedAt = this.now();
    for (const number of this.numbers.values()) {
      if (number.accountSid === account.sid) this.numbers.delete(number.sid);
    }
  }

  /** The sender as it is now; undefined where it never was or is no longer. */
  sender(sid: string): Sender | undefined {
    const sender = this.senders.get(sid);
    return sender !== undefined && this.#lives(sender) ? sender : undefined;
  }

  /** Those of one account, or of all, that exist now, oldest first. */
  livingSenders(accountSid?: string): Sender[] {
    const all = accountSid === undefined ? this.senders.values() : this.#sendersOf.get(accountSid);
    return [...(all ?? [])].filter((sender) => this.#lives(sender));
  }

  /** The hosted number, wherever it is. */
  hostedNumber(phoneNumber: string): IncomingNumber | undefined {
    return [...this.numbers.values()].find((number) => number.phoneNumber === phoneNumber);
  }

  clear(): void {
    this.accounts.clear();
    this.numbers.clear();
    this.senders.clear();
    this.#sendersOf.clear();
    this.addAccount({ ...this.#parent, friendlyName: "Parent account" });
  }

  #lives(sender: Sender): boolean {
    const now = this.now();
    advance(sender, now);
    return sender.deletedAt === null || now < sender.deletedAt;
  }
}

const UNSET_NUMBER: NumberSettings = {
  friendlyName: "",
  smsUrl: null,
  smsMethod: "POST",
  smsFallbackUrl: null,
  smsFallbackMethod: "POST",
  smsApplicationSid: null,
  voiceUrl: null,
  voiceMethod: "POST",
  voiceFallbackUrl: null,
  voiceFallbackMethod: "POST",
  voiceApplicationSid: null,
  statusCallback: null,
  statusCallbackMethod: "POST",
};
