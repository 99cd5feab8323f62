import {
  CONFLICT_ANEW,
  CONFLICT_ENDED,
  conflictMet,
} from "../../integrations/conflict-transitions.ts";
import type { Integration } from "../../integrations/integration.ts";
import type { ExaminationVerdict, OwnershipConflict } from "../../integrations/ownership.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { ConflictMetError, RegistrationFailure } from "../failure.ts";
import { meaningOf, type TwilioMeaning } from "../twilio-codes.ts";
import { hadSender, unfinishedOf, type Obstacle } from "../../ownership/records.ts";
import { senderState } from "../../integrations/sender-status.ts";
import { CONTINUE, sinceMs, type StepResult, type StepContext } from "../step-context.ts";
import { askForPolls, openExamination } from "./examine.ts";
import { requireFree } from "./ownership.ts";
import { pollSender, noteStatus } from "./poll.ts";

/** What Twilio's refusal of a sender, or the reason of one that is OFFLINE, means. */
function refusalOf(error: unknown): TwilioMeaning | undefined {
  if (error instanceof TwilioError) {
    return error.operation === "create sender" ? meaningOf(error) : undefined;
  }
  return error instanceof RegistrationFailure ? error.byTwilioCode : undefined;
}

/**
 * A failed step in the light of our own records: whom it is about, or that the number was ours
 * before; otherwise the error as it is.
 */
export async function explained(context: StepContext, error: unknown): Promise<unknown> {
  const { contested: about, onceOurs } = refusalOf(error) ?? {};
  if (!about) return error;
  const { integration } = context.claim;
  const { senderId } = integration.meta;
  // One that was ONLINE is nobody's to give up, whatever Twilio says of it later.
  if (senderId && senderId === integration.registration.onlineSender) return error;
  const { holds, integrations } = context.deps;
  const obstacle =
    (await holds.inTheWay(integration)) ?? (await unfinishedOf(integrations, integration, about));
  if (obstacle) return new ConflictMetError(obstacle, "refusal");
  if (!onceOurs || !(await hadSender(integrations, integration))) return error;
  return new RegistrationFailure(onceOurs.problem, {
    providerCode: "63110",
    byTwilioCode: onceOurs,
    cause: error,
  });
}

/**
 * For a request that would have Twilio send a code: where another owner is in the way, the claim is
 * given back to wait for that one. @returns whether it was
 */
export async function yieldsToConflict(context: StepContext): Promise<boolean> {
  try {
    await requireFree(context);
    return false;
  } catch (error) {
    if (!(error instanceof ConflictMetError)) throw error;
    await enterConflict(context, error);
    await context.claim.release(context.deps.clock.now());
    return true;
  }
}

/** Notes whom this registration waits for; what was linked until now is pending while it does. */
export async function enterConflict(
  context: StepContext,
  { obstacle, metBy }: ConflictMetError,
): Promise<StepResult> {
  const { claim, deps } = context;
  const { about, holder } = obstacle;
  const { step } = claim.registration;
  const term = { now: deps.clock.now(), deadlineMs: deps.settings.deadlineMs };
  const conflict = { about, holderId: String(holder._id), holderUserId: holder.userId, metBy };
  await claim.write(conflictMet(claim.integration, conflict, term), {
    at: term.now,
    event: "ownership_conflict",
    step,
  });
  return conflictStep(context);
}

/**
 * Waits for what the holder's polls come to (docs/contract.md section 4, "Between owners"), and
 * goes on where nothing is in the way any more.
 * @throws RegistrationFailure `number_linked_elsewhere`, `waba_linked_elsewhere`
 */
export async function conflictStep(context: StepContext): Promise<StepResult> {
  const { claim } = context;
  const { conflict } = claim.registration;
  if (!conflict) return CONTINUE;
  const obstacle = await stillInTheWay(context, conflict);
  if (!obstacle) {
    await claim.write(CONFLICT_ENDED);
    await report(context, conflict, "the claimant goes on");
    return CONTINUE;
  }
  if (String(obstacle.holder._id) !== conflict.holderId) {
    return enterConflict(context, new ConflictMetError(obstacle, conflict.metBy));
  }
  const waits = waitFor(context, conflict);
  const verdict = verdictSince(obstacle.holder, conflict);
  if (verdict === "online" || (verdict === "there" && !mayStillGiveWay(context, obstacle))) {
    throw await lost(context, conflict, verdict);
  }
  if (sinceMs(context, conflict.since) >= patienceMs(context)) {
    throw await lost(context, conflict, "there");
  }
  if (isLeaving(obstacle.holder)) return waits;
  // It yielded, and something of it is there again: that is another question.
  if (verdict) await claim.write(CONFLICT_ANEW);
  else await askForPolls(context, obstacle.holder, { shown: proves(context, obstacle) });
  return waits;
}

/** The more slowly the longer it takes, but no later than a second poll can be there. */
function waitFor(context: StepContext, { since }: OwnershipConflict): StepResult {
  const { pollIntervalMs, settleMs } = context.deps.settings;
  const grown = Math.max(pollIntervalMs, sinceMs(context, since) / 2);
  const ms = Math.min(grown, Math.max(pollIntervalMs, settleMs / 2));
  return { kind: "wait", ms, waitingFor: "twilio", isIdle: true };
}

/** What was met is looked for anew: holds and senders come and go meanwhile. */
async function stillInTheWay(
  { claim, deps }: StepContext,
  { about, metBy }: OwnershipConflict,
): Promise<Obstacle | undefined> {
  const held = await deps.holds.inTheWay(claim.integration);
  if (held || metBy !== "refusal") return held;
  return unfinishedOf(deps.integrations, claim.integration, about);
}

/** Only a sender that was never ONLINE gives way, to Meta's word that the number is elsewhere. */
function proves({ claim }: StepContext, { about, isHeld }: Obstacle): boolean {
  return about === "number" && !isHeld && claim.registration.target.numberShown;
}

/** It was asked by somebody without that proof. */
function mayStillGiveWay(context: StepContext, obstacle: Obstacle): boolean {
  return proves(context, obstacle) && obstacle.holder.work.examination?.shown === false;
}

function verdictSince(
  { work }: Integration,
  { since }: OwnershipConflict,
): ExaminationVerdict | undefined {
  const { verdict, decidedAt } = work.examination ?? {};
  return decidedAt && decidedAt >= since ? verdict : undefined;
}

/** Its sender is being removed; nothing has to be polled. */
function isLeaving({ status, meta, registration, work }: Integration): boolean {
  if (status === "pending" && registration.step === "disconnecting") return true;
  return meta.senderId === undefined && work.sendersToRemove.length > 0;
}

/** Polls have until the grace ends; a holder whose document nobody works on gets no longer either. */
function patienceMs({ deps }: StepContext): number {
  const { offlineGraceMs, settleMs, leaseMs } = deps.settings;
  return offlineGraceMs + 2 * (settleMs + leaseMs);
}

/** The holder counts as working. What the claimant has that works stays, anything else goes. */
async function lost(
  context: StepContext,
  conflict: OwnershipConflict,
  verdict: "online" | "there",
): Promise<RegistrationFailure> {
  const keepsSender = await worksItself(context, conflict);
  await report(context, conflict, "the claimant ends");
  return new RegistrationFailure(`${conflict.about}_linked_elsewhere`, {
    actor: verdict === "online" && !keepsSender ? "customer" : "operator",
    keepsSender,
  });
}

async function worksItself(context: StepContext, { metBy }: OwnershipConflict): Promise<boolean> {
  if (!context.claim.integration.meta.senderId) return false;
  // It was seen ONLINE before: one poll that says otherwise does not remove it.
  if (metBy === "online") return true;
  const seen = await pollSender(context);
  if (seen.kind === "missing") return false;
  if (seen.kind !== "other_waba") await noteStatus(context, seen.sender);
  return senderState(seen.sender.status) === "online";
}

async function report(
  { claim, deps, log }: StepContext,
  conflict: OwnershipConflict,
  decision: string,
): Promise<void> {
  const holder = await deps.integrations.findById(conflict.holderId).lean();
  const examination = holder && openExamination(holder, conflict.since);
  log.info(
    {
      event: "ownership_conflict",
      about: conflict.about,
      metBy: conflict.metBy,
      phoneNumber: claim.integration.externalId,
      wabaId: claim.integration.meta.wabaId,
      holderIntegrationId: conflict.holderId,
      holderUserId: conflict.holderUserId,
      looks: examination?.polls ?? [],
      verdict: examination?.verdict ?? null,
      decision,
    },
    "A number or a WABA that two owners want: " + decision,
  );
}
