import type { Clock } from "../clock.ts";
import type { Intent, IntentKind, WaitingFor } from "../integrations/integration.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { settledWithout } from "../integrations/integration-queries.ts";
import { createdUnrecorded, intended, SETTLED } from "../integrations/intent-transitions.ts";
import { POLLED } from "../integrations/poll-transitions.ts";
import type { LogContext, Logger } from "../logger.ts";
import { canonicalPhoneNumber, isSameLine } from "../phone-number.ts";
import { randomToken } from "../tokens.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { Sender, SendersClient, SubaccountCredentials } from "../twilio/senders-client.ts";
import type { SubaccountTokens } from "../subaccounts/subaccount-tokens.ts";
import { hadNoEffect, TwilioError } from "../twilio/twilio-error.ts";
import { isAboutAccount, meaningOf } from "./twilio-codes.ts";
import { sendChange, untilSettledMs as untilSettled } from "../durable/intent.ts";
import type { Claim } from "./claims.ts";
import type { HoldStore } from "../ownership/hold-store.ts";
import type { LineCodesStore } from "./line-codes.ts";
import type { NumberAssignments } from "../ownership/number-assignments.ts";
import { pollDelayMs } from "./retry-policy.ts";
import type { SubaccountStore } from "../subaccounts/subaccount-store.ts";

export interface RegistrationSettings {
  installationId: string;
  leaseMs: number;
  twilioTimeoutMs: number;
  settleMs: number;
  pollIntervalMs: number;
  maxIntervalMs: number;
  deadlineMs: number;
  offlineGraceMs: number;
  linkedCheckIntervalMs: number;
  webhookUrl?: string;
  statusCallbackUrl?: string;
}

export interface RegistrationDeps {
  integrations: IntegrationModel;
  subaccounts: SubaccountStore;
  holds: HoldStore;
  assignments: NumberAssignments;
  lineCodes: LineCodesStore;
  accounts: AccountsClient;
  senders: SendersClient;
  tokens: SubaccountTokens;
  settings: RegistrationSettings;
  clock: Clock;
  /** From 0 to 1; spreads waits. */
  random: () => number;
}

/** One claimed integration with all that its steps need. */
export interface StepContext {
  claim: Claim;
  deps: RegistrationDeps;
  log: Logger;
}

/** The ids that every log line about a claim carries. */
export function logContextOf({ integration, registration }: Claim): LogContext {
  return {
    integrationId: String(integration._id),
    userId: integration.userId,
    sessionId: registration.target.sessionId,
    phoneNumber: integration.externalId,
  };
}

/** What a step leaves: go on at once, poll again later, or nothing more to do in this claim. */
export type StepResult =
  | { kind: "again" }
  | {
      kind: "wait";
      ms: number;
      waitingFor: WaitingFor;
      /** The wait is part of a failed try, whose error stays visible. */
      keepsError?: true;
      /** Nothing was asked of Twilio, so it says nothing about how Twilio is doing. */
      isIdle?: true;
    }
  | { kind: "released" };

export const CONTINUE: StepResult = { kind: "again" };

/** Whether a sender is of the integration's line, in whichever spelling it was registered. */
export function isOfNumber({ claim }: StepContext, { senderId }: Sender): boolean {
  const shown = canonicalPhoneNumber(senderId);
  return shown !== undefined && isSameLine(shown, claim.integration.externalId);
}

/**
 * The remaining time until the standing intent's outcome can be told by a listing; 0 when it can.
 * Both times are the database's, so a wrong clock of a process changes nothing.
 */
export function untilSettledMs({ claim, deps }: StepContext, intent: Intent): number {
  return untilSettled(intent, claim.claimedAt, settlingTimes(deps.settings));
}

/** How long a call to Twilio may be under way, and its effect unseen. */
export function settlingTimes(settings: { twilioTimeoutMs: number; settleMs: number }) {
  return { limitMs: settings.twilioTimeoutMs, settleMs: settings.settleMs };
}

/** How long before this claim something was, both by the database's clock. */
export function sinceMs({ claim }: StepContext, at: Date): number {
  return claim.claimedAt.getTime() - at.getTime();
}

/**
 * Sends one call that changes something at Twilio, with the intent in the integration. After success
 * the intent stands until the step's next transition records the outcome with it.
 * @throws TwilioError, LeaseLostError, NotSentError
 */
export async function sendIntended<T>(
  { claim, deps }: StepContext,
  intent: { kind: IntentKind; subaccountSid: string; senderId?: string },
  send: (timeoutMs: number) => Promise<T>,
): Promise<T> {
  return sendChange(
    { clock: deps.clock, limitMs: deps.settings.twilioTimeoutMs },
    {
      record: () => claim.write(intended(claim.integration, { id: randomToken(), ...intent })),
      send,
      forget: () => claim.write(SETTLED),
      hadNoEffect,
    },
  );
}

/**
 * A sender was created, but the claim was lost before it could be recorded. If somebody has settled
 * the intent since without recording this sender, it is one too many: it is put down for removal by
 * whoever holds the integration. While the intent still stands, the next claim finds it by listing.
 */
export async function removeUnrecordedSender(
  { claim, deps }: StepContext,
  created: { subaccountSid: string; senderId: string },
): Promise<void> {
  await deps.integrations.updateOne(
    settledWithout(claim.integration, created),
    createdUnrecorded(created, deps.clock.now()),
  );
}

/** The subaccount's own credentials; undefined when Twilio no longer knows it or it is closed. */
export async function credentialsFor(
  { deps }: StepContext,
  subaccountSid: string,
): Promise<SubaccountCredentials | undefined> {
  return deps.tokens.credentials(subaccountSid);
}

/** What a refusal of credentials comes to once the accounts behind them have been read anew. */
export type RereadAccounts = "stale" | "suspended" | "refused";

/**
 * After a refusal of an account or its token: a token may have been replaced at Twilio or an account closed since it was read
 * into memory. `stale`: then the same step goes another way; `refused`: Twilio means what it says.
 */
export async function rereadAccounts(
  { claim, deps }: StepContext,
  error: TwilioError,
): Promise<RereadAccounts> {
  if (!isAboutAccount(meaningOf(error))) return "refused";
  const { meta, work } = claim.integration;
  const sids = new Set([
    meta.twilioSubaccountSid,
    work.intent?.subaccountSid,
    ...work.sendersToRemove.map(({ subaccountSid }) => subaccountSid),
  ]);
  const found: string[] = [];
  try {
    for (const sid of sids) if (sid) found.push(await deps.tokens.reread(sid));
  } catch (cause) {
    if (cause instanceof TwilioError) return "refused";
    throw cause;
  }
  if (found.includes("gone") || found.includes("renewed")) return "stale";
  return found.includes("suspended") ? "suspended" : "refused";
}

/** Another poll later, at growing intervals. What the customer has to know stays visible. */
export async function pollLater(
  context: StepContext,
  waitingFor: "twilio" | "customer",
): Promise<StepResult> {
  const { claim, deps } = context;
  const ms = pollDelayMs(claim.work.polls + 1, deps.random(), deps.settings);
  await claim.write(POLLED);
  const { error } = claim.registration;
  return waitingFor === "customer" && error && error.actor !== "twilio"
    ? { kind: "wait", ms, waitingFor, keepsError: true }
    : { kind: "wait", ms, waitingFor };
}

/** Spread over half an interval, so that numbers linked together are not polled together. */
export function nextRecheck({ clock, random, settings }: RegistrationDeps): Date {
  const { linkedCheckIntervalMs } = settings;
  return new Date(clock.now().getTime() + linkedCheckIntervalMs * (0.75 + random() / 2));
}
