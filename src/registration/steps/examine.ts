import {
  EXAMINATION_SHOWN,
  examinationAsked,
  examinationDecided,
  examined,
  pollHurried,
} from "../../integrations/conflict-transitions.ts";
import { restingUntilLater, withExamination } from "../../integrations/integration-queries.ts";
import type { Integration } from "../../integrations/integration.ts";
import type { Examination, Finding } from "../../integrations/ownership.ts";
import { randomToken } from "../../tokens.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../../integrations/sender-status.ts";
import { rereadAccounts, sinceMs, type StepResult, type StepContext } from "../step-context.ts";
import { pollSender, noteStatus } from "./poll.ts";

/**
 * Asks the holder's registration, on its document, to poll whether its sender works, and makes it due
 * when the next poll is. Safe to repeat; several claimants share the polls under way.
 */
export async function askForPolls(
  context: StepContext,
  holder: Integration,
  { shown }: { shown: boolean },
): Promise<void> {
  const { status, registration, work } = holder;
  const { claim, deps } = context;
  const { integrations, clock } = deps;
  const asked = work.examination;
  const isOpen = asked !== undefined && asked.decidedAt === undefined;
  if (!isOpen) {
    await integrations.updateOne(
      withExamination(holder),
      examinationAsked({ id: randomToken(), claimantId: String(claim.integration._id), shown }),
    );
  } else if (shown && !asked.shown) {
    await integrations.updateOne(withExamination(holder), EXAMINATION_SHOWN);
  }
  const { polledAt } = (isOpen && asked) || {};
  if (polledAt && sinceMs(context, polledAt) < deps.settings.settleMs) return;
  const now = clock.now();
  // After an outage its own next try is the next poll; one that has ended may have none for long.
  if (status !== "pending" && work.outages + registration.attempts > 0) {
    const nextTry = work.dueAt?.getTime() ?? Infinity;
    if (nextTry - now.getTime() <= deps.settings.maxIntervalMs) return;
  }
  await integrations.updateOne(restingUntilLater(holder, now), pollHurried(now));
}

/** The examination that answers, or will answer, what was asked since then. */
export function openExamination(
  { work: { examination } }: Integration,
  since: Date,
): Examination | undefined {
  const isOlder = examination?.decidedAt !== undefined && examination.decidedAt < since;
  return isOlder ? undefined : examination;
}

/**
 * Polls the own sender because a claimant asked (docs/contract.md section 4, "Between
 * owners"): two polls in a row, the settling time apart, must agree.
 * @returns undefined when the registration goes on with its own affairs
 * @throws RegistrationFailure `sender_vanished`, or `number_linked_elsewhere` where it gives way
 */
export async function examineStep(context: StepContext): Promise<StepResult | undefined> {
  const { examination } = context.claim.work;
  if (!examination || examination.decidedAt) return undefined;
  const { settleMs, offlineGraceMs } = context.deps.settings;
  const { polledAt } = examination;
  if (polledAt && sinceMs(context, polledAt) < settleMs) return ownTime(context);
  const isLate = sinceMs(context, examination.askedAt) >= offlineGraceMs;
  const found = await tryToPoll(context);
  const known = examination.finding;
  if (found && known && (known === "gone") === (found === "gone")) {
    await conclude(context, found, examination);
  } else if (found) await note(context, found);
  // Without agreement it counts as working. A first poll has its second one, however late it comes.
  const isOpen = context.claim.work.examination?.decidedAt === undefined;
  if (isOpen && isLate && (known || !found)) {
    await decide(context, found === "online" ? found : "there");
  }
  return ownTime(context);
}

/** What registers is not hurried by somebody else's question; what is only polled may be. */
function ownTime({ claim, deps }: StepContext): StepResult | undefined {
  const { status, registration, work } = claim.integration;
  const { nextAttemptAt, waitingFor } = registration;
  const ms = (nextAttemptAt?.getTime() ?? 0) - deps.clock.now().getTime();
  if (status !== "pending" || work.queue === "check" || ms <= 0) return undefined;
  return { kind: "wait", ms, waitingFor: waitingFor ?? "twilio", keepsError: true, isIdle: true };
}

/** 401, 403, 429, 5xx and silence are no poll. */
async function tryToPoll(context: StepContext): Promise<Finding | undefined> {
  try {
    const seen = await pollSender(context);
    if (seen.kind === "missing") return "gone";
    if (seen.kind === "other_waba") return "there";
    await noteStatus(context, seen.sender);
    return senderState(seen.sender.status) === "online" ? "online" : "there";
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    // A token in memory may be of an account that has been closed since.
    await rereadAccounts(context, error);
    return undefined;
  }
}

async function conclude(
  context: StepContext,
  found: Finding,
  { shown }: Examination,
): Promise<void> {
  const { claim, deps } = context;
  const { meta, registration } = claim.integration;
  await note(context, found);
  const wasOnline = registration.onlineSender === meta.senderId;
  if (found === "there" && shown && !wasOnline) {
    throw new RegistrationFailure("number_linked_elsewhere");
  }
  if (found === "gone") {
    if (meta.senderId) throw new RegistrationFailure("sender_vanished");
    await deps.holds.end(claim.integration, () => claim.write({}));
  }
  await decide(context, found);
}

async function note({ claim, deps }: StepContext, finding: Finding): Promise<void> {
  await claim.write(examined(claim.integration, finding, deps.clock.now()));
}

async function decide({ claim }: StepContext, verdict: Finding): Promise<void> {
  await claim.write(examinationDecided(verdict));
}
