import { type Answer, type Call, isJson } from "../http/answer.ts";
import { authenticate, pathAccount, requireParent } from "./auth.ts";
import { TwilioFailure } from "./errors.ts";
import { pageOf } from "./paging.ts";
import type { TwilioStore } from "./store.ts";
import type { Account, AccountStatus } from "./types.ts";

const PAGE_SIZE = 50;
const FRIENDLY_NAME_LENGTH = 64;
const STATUSES: readonly string[] = ["active", "suspended", "closed"] satisfies AccountStatus[];

/** `GET /Accounts.json`: the parent sees itself and its subaccounts, a subaccount itself. Newest first. */
export function listAccounts(store: TwilioStore, call: Call): Answer {
  const caller = authenticate(store, call);
  const { FriendlyName: name, Status: status } = call.query;
  if (status !== undefined) readStatus(status);
  const now = store.now();
  const accounts = [...store.accounts.values()].filter(
    (account) =>
      (caller.sid === store.parentSid || account.sid === caller.sid) &&
      account.listedFrom <= now &&
      (name === undefined || account.friendlyName === name) &&
      (status === undefined || account.status === status),
  );
  const page = pageOf(accounts.toReversed(), call, PAGE_SIZE, store.maxPageSize);
  return { status: 200, body: listBody("accounts", page.items.map(accountBody), page) };
}

/** `POST /Accounts.json`: names need not be unique. */
export function createAccount(store: TwilioStore, call: Call): Answer {
  requireParent(store, call);
  const { FriendlyName: name } = form(call);
  checkName(name);
  const account = store.addAccount(name ? { friendlyName: name } : {}, call.lateMs);
  return { status: 201, body: accountBody(account) };
}

/** `GET /Accounts/{Sid}.json`: with the token, also for the parent. */
export function fetchAccount(store: TwilioStore, call: Call): Answer {
  return { status: 200, body: accountBody(pathAccount(store, call, call.params.sid)) };
}

/** `POST /Accounts/{Sid}.json`: a closed account stays closed. */
export function updateAccount(store: TwilioStore, call: Call): Answer {
  requireParent(store, call);
  const account = pathAccount(store, call, call.params.sid);
  const { FriendlyName: name, Status: status } = form(call);
  checkName(name);
  if (status !== undefined) {
    const wanted = readStatus(status);
    const isParent = account.sid === store.parentSid;
    if (isParent || (account.status === "closed" && wanted !== "closed")) {
      throw new TwilioFailure(400, 20001, "Status");
    }
    store.setStatus(account, wanted);
  }
  if (name) account.friendlyName = name;
  account.updatedAt = new Date(store.now());
  return { status: 200, body: accountBody(account) };
}

function accountBody(account: Account) {
  const uri = `/2010-04-01/Accounts/${account.sid}`;
  return {
    sid: account.sid,
    auth_token: account.authToken,
    friendly_name: account.friendlyName,
    owner_account_sid: account.ownerAccountSid,
    status: account.status,
    type: account.type,
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.updatedAt),
    subresource_uris: { incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json` },
    uri: `${uri}.json`,
  };
}

/** A list as the 2010-04-01 API wraps it. */
export function listBody<T>(key: string, items: T[], page: ReturnType<typeof pageOf>) {
  return {
    [key]: items,
    start: page.start,
    end: page.start + Math.max(items.length - 1, 0),
    page: page.number,
    page_size: page.size,
    first_page_uri: page.firstUri,
    next_page_uri: page.nextUri,
    previous_page_uri: page.previousUri,
    uri: page.uri,
  };
}

/** The fields of a form body. */
export function form({ body }: Call): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(isJson(body) ? body : {})) {
    if (typeof value === "string") fields[name] = value;
  }
  return fields;
}

/** As Twilio's older API writes times. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

function checkName(name: string | undefined): void {
  if (name !== undefined && name.length > FRIENDLY_NAME_LENGTH) {
    throw new TwilioFailure(400, 20001, "FriendlyName");
  }
}

function readStatus(status: string): AccountStatus {
  if (!STATUSES.includes(status)) throw new TwilioFailure(400, 20001, "Status");
  return status as AccountStatus;
}
