import type { Call } from "../http/answer.ts";
import { basicCredentials } from "../http/endpoint.ts";
import { TwilioFailure } from "./errors.ts";
import type { TwilioStore } from "./store.ts";
import type { Account } from "./types.ts";

/**
 * The account whose SID and own token were given. Parent credentials never stand for a subaccount
 * here. https://www.twilio.com/docs/iam/api/subaccounts
 */
export function authenticate(store: TwilioStore, call: Call): Account {
  const given = basicCredentials(call.headers.authorization);
  const account = given === null ? undefined : store.accounts.get(given.user);
  if (account === undefined || account.authToken !== given?.password) {
    throw new TwilioFailure(401, 20003);
  }
  requireActive(account);
  return account;
}

/**
 * The account that a 2010-04-01 path names, where the caller may act for it: its own, or for the
 * parent any of its subaccounts.
 */
export function pathAccount(store: TwilioStore, call: Call, sid: string | undefined): Account {
  const caller = authenticate(store, call);
  if (sid === caller.sid) return caller;
  if (caller.sid !== store.parentSid) throw new TwilioFailure(401, 20003);
  const account = sid === undefined ? undefined : store.accounts.get(sid);
  if (account === undefined) throw notFound(call);
  return account;
}

/** The parent account alone may do this. */
export function requireParent(store: TwilioStore, call: Call): void {
  if (authenticate(store, call).sid !== store.parentSid) throw new TwilioFailure(401, 20003);
}

export function requireActive(account: Account): void {
  if (account.status !== "active") {
    throw new TwilioFailure(403, 20403, `account is ${account.status}`);
  }
}

export function notFound(call: Call): TwilioFailure {
  return new TwilioFailure(404, 20404, call.path);
}
