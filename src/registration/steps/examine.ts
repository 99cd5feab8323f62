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
import { rereadAccounts, sinceMs, type Next, type Work } from "../work.ts";
import { lookAtSender, noteStatus } from "./look.ts";

/**
 * Asks the holder's registration, on its document, to look whether its sender works, and makes it due
 * when the next look is. Safe to repeat; several claimants share the looks under way.
 */
export async function askForLooks(
  work: Work,
  holder: Integration,
  { shown }: { shown: boolean },
): Promise<void> {
  const { status, registration } = holder;
  const { claim, deps } = work;
  const { integrations, clock } = deps;
  const asked = registration.examination;
  const isOpen = asked !== undefined && asked.decidedAt === undefined;
  if (!isOpen) {
    await integrations.updateOne(
      withExamination(holder),
      examinationAsked({ id: randomToken(), claimantId: String(claim.integration._id), shown }),
    );
  } else if (shown && !asked.shown) {
    await integrations.updateOne(withExamination(holder), EXAMINATION_SHOWN);
  }
  const { lookedAt } = (isOpen && asked) || {};
  if (lookedAt && sinceMs(work, lookedAt) < deps.settings.settleMs) return;
  const now = clock.now();
  // After an outage its own next try is the next look; one that has ended may have none for long.
  if (status !== "pending" && registration.outages + registration.attempts > 0) {
    const nextTry = registration.dueAt?.getTime() ?? Infinity;
    if (nextTry - now.getTime() <= deps.settings.maxIntervalMs) return;
  }
  await integrations.updateOne(restingUntilLater(holder, now), pollHurried(holder, now));
}

/** The examination that answers, or will answer, what was asked since then. */
export function openExamination(
  { registration }: Integration,
  since: Date,
): Examination | undefined {
  const { examination } = registration;
  const isOlder = examination?.decidedAt !== undefined && examination.decidedAt < since;
  return isOlder ? undefined : examination;
}

/**
 * Looks at the own sender because somebody else asked (docs/contract.md section 4, "Between
 * owners"): two looks in a row, the settling time apart, must agree.
 * @returns undefined when the registration goes on with its own affairs
 * @throws RegistrationFailure `sender_vanished`, or `number_linked_elsewhere` where it gives way
 */
export async function examineStep(work: Work): Promise<Next | undefined> {
  const { examination } = work.claim.registration;
  if (!examination || examination.decidedAt) return undefined;
  const { settleMs, offlineGraceMs } = work.deps.settings;
  const { lookedAt } = examination;
  if (lookedAt && sinceMs(work, lookedAt) < settleMs) return ownTime(work);
  const isLate = sinceMs(work, examination.askedAt) >= offlineGraceMs;
  const look = await tryToLook(work);
  const known = examination.finding;
  if (look && known && (known === "gone") === (look === "gone")) {
    await conclude(work, look, examination);
  } else if (look) await note(work, look);
  // Without agreement it counts as working. A first look has its second one, however late it comes.
  const isOpen = work.claim.registration.examination?.decidedAt === undefined;
  if (isOpen && isLate && (known || !look)) await decide(work, look === "online" ? look : "there");
  return ownTime(work);
}

/** What registers is not hurried by somebody else's question; what is only looked at may be. */
function ownTime({ claim, deps }: Work): Next | undefined {
  const { status, registration } = claim.integration;
  const { nextAttemptAt, waitingFor } = registration;
  const ms = (nextAttemptAt?.getTime() ?? 0) - deps.clock.now().getTime();
  if (status !== "pending" || registration.queue === "check" || ms <= 0) return undefined;
  return { kind: "wait", ms, waitingFor: waitingFor ?? "twilio", keepsError: true, isIdle: true };
}

/** 401, 403, 429, 5xx and silence are no look. */
async function tryToLook(work: Work): Promise<Finding | undefined> {
  try {
    const seen = await lookAtSender(work);
    if (seen.kind === "missing") return "gone";
    if (seen.kind === "other_waba") return "there";
    await noteStatus(work, seen.sender);
    return senderState(seen.sender.status) === "online" ? "online" : "there";
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    // A token in memory may be of an account that has been closed since.
    await rereadAccounts(work, error);
    return undefined;
  }
}

async function conclude(work: Work, look: Finding, { shown }: Examination): Promise<void> {
  const { claim, deps } = work;
  const { meta, registration } = claim.integration;
  await note(work, look);
  const wasOnline = registration.onlineSender === meta.senderId;
  if (look === "there" && shown && !wasOnline) {
    throw new RegistrationFailure("number_linked_elsewhere");
  }
  if (look === "gone") {
    if (meta.senderId) throw new RegistrationFailure("sender_vanished");
    await deps.holds.end(claim.integration, () => claim.write({}));
  }
  await decide(work, look);
}

async function note({ claim, deps }: Work, finding: Finding): Promise<void> {
  await claim.write(examined(claim.integration, finding, deps.clock.now()));
}

async function decide({ claim }: Work, verdict: Finding): Promise<void> {
  await claim.write(examinationDecided(verdict));
}
