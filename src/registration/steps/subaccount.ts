import { subaccountFound } from "../../integrations/sender-transitions.ts";
import type { Account } from "../../twilio/accounts-client.ts";
import { isSameLine } from "../../phone-number.ts";
import { hadNoEffect, TwilioError } from "../../twilio/twilio-error.ts";
import { randomToken } from "../../tokens.ts";
import { RegistrationFailure } from "../failure.ts";
import { meaningOf } from "../twilio-codes.ts";
import { sendChange, untilSettledMs } from "../../durable/intent.ts";
import { keepRenewing } from "../../durable/keep-renewing.ts";
import { LeaseLostError } from "../../durable/lease.ts";
import type { SubaccountRecord } from "../../subaccounts/subaccount-model.ts";
import {
  isDeterministicName,
  subaccountName,
  type HeldSubaccount,
} from "../../subaccounts/subaccount-store.ts";
import {
  CONTINUE,
  settlingTimes,
  sinceMs,
  type StepResult,
  type StepContext,
} from "../step-context.ts";

/**
 * Finds or makes the one subaccount of the owner and the WABA (docs/contract.md section 4, step 1).
 */
export async function subaccountStep(context: StepContext): Promise<StepResult> {
  const { claim, deps } = context;
  const { wabaId } = claim.integration.meta;
  const record = await deps.subaccounts.ensure(claim.integration.userId, wabaId);
  if (record.sid) return useRecorded(context, record, record.sid);
  const held = await deps.subaccounts.hold(record);
  if (!held) return waitFor(deps.settings.pollIntervalMs / 4);
  try {
    return await keepRenewing(
      deps.settings.leaseMs / 3,
      () => held.renew(),
      () => findOrCreate(context, held),
    );
  } finally {
    await deps.subaccounts.release(held);
  }
}

/** For what goes on at the pair's record; an error of the try before stays visible meanwhile. */
function waitFor(ms: number): StepResult {
  return { kind: "wait", ms, waitingFor: "twilio", keepsError: true, isIdle: true };
}

async function useRecorded(
  context: StepContext,
  record: SubaccountRecord,
  sid: string,
): Promise<StepResult> {
  const { accounts, subaccounts } = context.deps;
  const account = await accounts.fetch(sid);
  const remainsMs = account ? 0 : await untilGoneMs(context, record);
  if (remainsMs > 0) return { kind: "wait", ms: remainsMs, waitingFor: "twilio" };
  if (!account || account.status === "closed") {
    await subaccounts.forget(record);
    return CONTINUE;
  }
  if (record.missingSince) await subaccounts.noteMissing(record, false);
  if (account.status !== "active") throw new RegistrationFailure("subaccount_suspended");
  return proceedWith(context, account);
}

/** An account that was made a moment ago may not show yet: how long until it must. */
async function untilGoneMs(context: StepContext, record: SubaccountRecord): Promise<number> {
  const { settleMs } = context.deps.settings;
  if (record.missingSince) return settleMs - sinceMs(context, record.missingSince);
  await context.deps.subaccounts.noteMissing(record, true);
  return settleMs;
}

async function proceedWith(
  context: StepContext,
  account: Account,
  event?: string,
): Promise<StepResult> {
  const { claim, deps } = context;
  deps.tokens.remember(account.sid, account.authToken);
  const now = deps.clock.now();
  await claim.write(
    subaccountFound(claim.integration, account.sid, now),
    ...(event ? [{ at: now, step: "number", event }] : []),
  );
  return CONTINUE;
}

async function findOrCreate(context: StepContext, held: HeldSubaccount): Promise<StepResult> {
  const { deps, claim, log } = context;
  const { intent } = held.document;
  // As for integrations, but the intent is the pair's.
  const remainingMs = intent
    ? untilSettledMs(intent, held.claimedAt, settlingTimes(deps.settings))
    : 0;
  if (remainingMs > 0) return waitFor(remainingMs);
  const { userId } = claim.integration;
  const name = subaccountName(deps.settings.installationId, userId, held.document.wabaId);
  const [oldest, ...spares] = await deps.accounts.listActiveByName(name);
  for (const spare of spares) {
    log.warn(
      { event: "subaccount_ignored", subaccountSid: spare.sid, reason: "spare" },
      "A second subaccount of the same name is left empty",
    );
  }
  const adopted = oldest ?? (await acceptGiven(context, held, name));
  if (adopted && (await deps.subaccounts.record(held, adopted.sid))) {
    log.info(
      { event: "subaccount_adopted", subaccountSid: adopted.sid },
      "An existing subaccount serves this WABA",
    );
    return proceedWith(context, adopted, "subaccount_adopted");
  }
  return create(context, held, name);
}

/** @throws RegistrationFailure, TwilioError, NotSentError */
async function create(
  context: StepContext,
  held: HeldSubaccount,
  name: string,
): Promise<StepResult> {
  const { deps, log } = context;
  const { subaccounts, accounts, clock, settings } = deps;
  let account: Account;
  try {
    account = await sendChange(
      { clock, limitMs: settings.twilioTimeoutMs },
      {
        record: () => subaccounts.recordIntent(held, randomToken()),
        send: (timeoutMs) => accounts.create(name, timeoutMs),
        forget: () => subaccounts.dropIntent(held),
        hadNoEffect,
      },
    );
  } catch (error) {
    if (error instanceof LeaseLostError) return CONTINUE;
    if (!(error instanceof TwilioError) || error.outcomeUnknown || !isSubaccountLimit(error)) {
      throw error;
    }
    throw new RegistrationFailure("subaccount_limit_reached", {
      cause: error,
      ...(error.code === undefined ? {} : { providerCode: String(error.code) }),
    });
  }
  log.info({ event: "subaccount_created", subaccountSid: account.sid }, "Subaccount created");
  // Not recorded means that another process went on; this account has the pair's name and stays.
  if (!(await deps.subaccounts.record(held, account.sid))) return CONTINUE;
  return proceedWith(context, account, "subaccount_created");
}

/** The limit has no documented code, so only Twilio's own words can name it. */
const LIMIT_WORDS = [
  /\b(limit|maximum|quota|too many|more|only)\b[^.;]{0,40}\bsub-?\s?accounts?\b/i,
  /\bsub-?\s?accounts?\b[^.;]{0,40}\b(limit|maximum|quota|exceed\w*|reached)\b/i,
];
/** A limit of what a field may hold is another one. */
const FIELD_WORDS = /characters?|length|friendly_?\s?name/i;

/** Whether a refusal of a create says that there may be no more subaccounts. */
function isSubaccountLimit(error: TwilioError): boolean {
  const said = error.failedCall.providerMessage ?? "";
  return (
    meaningOf(error).problem === "twilio_request_refused" &&
    LIMIT_WORDS.some((words) => words.test(said)) &&
    !FIELD_WORDS.test(said)
  );
}

/** A subaccount that the callback named is a hint from a browser: every condition must hold. */
async function acceptGiven(
  context: StepContext,
  held: HeldSubaccount,
  ownName: string,
): Promise<Account | undefined> {
  const given = context.claim.registration.target.givenSubaccountSid;
  if (!given) return undefined;
  const judged = await judgeGiven(context, held, given, ownName);
  if (judged.account) return judged.account;
  const { reason } = judged;
  context.log.warn(
    { event: "subaccount_ignored", subaccountSid: given, reason },
    "The callback named a subaccount that is not accepted",
  );
  return undefined;
}

async function judgeGiven(
  context: StepContext,
  held: HeldSubaccount,
  given: string,
  ownName: string,
): Promise<{ account: Account } | { account?: undefined; reason: string }> {
  try {
    const account = await context.deps.accounts.fetch(given);
    if (!account) return { reason: "unknown to this Twilio account" };
    const reason = await reasonAgainst(context, held, account, ownName);
    return reason ? { reason } : { account };
  } catch (error) {
    // What Twilio will not show cannot be accepted; a passing failure says nothing about it.
    if (!(error instanceof TwilioError) || error.kind === "retryable") throw error;
    return { reason: error.message };
  }
}

async function reasonAgainst(
  context: StepContext,
  held: HeldSubaccount,
  account: Account,
  ownName: string,
): Promise<string | undefined> {
  const { deps, claim } = context;
  const { sessionCreatedAt } = claim.registration.target;
  const { wabaId } = claim.integration.meta;
  const parentSid = deps.accounts.parent.accountSid;
  if (account.sid === parentSid || account.ownerAccountSid !== parentSid) return "not a subaccount";
  if (account.status !== "active") return `status ${account.status}`;
  // Twilio's dates have whole seconds.
  if (account.createdAt.getTime() + 999 < sessionCreatedAt.getTime()) {
    return "older than the session";
  }
  if (isDeterministicName(account.friendlyName) && account.friendlyName !== ownName) {
    return "named for another pair";
  }
  if (await deps.subaccounts.isRecordedElsewhere(account.sid, held.document)) {
    return "recorded for another pair";
  }
  const numbers = await deps.accounts.listNumbers(account.sid);
  if (numbers.some(({ phoneNumber }) => !isSameLine(phoneNumber, claim.integration.externalId))) {
    return "holds another number";
  }
  const credentials = { accountSid: account.sid, authToken: account.authToken };
  const senders = await deps.senders.list(credentials);
  const foreign = senders.some((sender) => sender.wabaId !== undefined && sender.wabaId !== wabaId);
  return foreign ? "has a sender of another WABA" : undefined;
}
