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
import { AGAIN, sinceMs, type Next, type Work } from "../work.ts";
import { askForLooks, openExamination } from "./examine.ts";
import { requireFree } from "./holders.ts";
import { lookAtSender, noteStatus } from "./look.ts";

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
export async function explained(work: Work, error: unknown): Promise<unknown> {
  const { contested: about, onceOurs } = refusalOf(error) ?? {};
  if (!about) return error;
  const { integration } = work.claim;
  const { senderId } = integration.meta;
  // One that was ONLINE is nobody's to give up, whatever Twilio says of it later.
  if (senderId && senderId === integration.registration.onlineSender) return error;
  const { holds, integrations } = work.deps;
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
export async function yieldsToConflict(work: Work): Promise<boolean> {
  try {
    await requireFree(work);
    return false;
  } catch (error) {
    if (!(error instanceof ConflictMetError)) throw error;
    await enterConflict(work, error);
    await work.claim.release(work.deps.clock.now());
    return true;
  }
}

/** Notes whom this registration waits for; what was linked until now is pending while it does. */
export async function enterConflict(
  work: Work,
  { obstacle, metBy }: ConflictMetError,
): Promise<Next> {
  const { claim, deps } = work;
  const { about, holder } = obstacle;
  const { step } = claim.registration;
  const term = { now: deps.clock.now(), deadlineMs: deps.settings.deadlineMs };
  const conflict = { about, holderId: String(holder._id), holderUserId: holder.userId, metBy };
  await claim.write(conflictMet(claim.integration, conflict, term), {
    at: term.now,
    event: "ownership_conflict",
    step,
  });
  return conflictStep(work);
}

/**
 * Waits for what the holder's looks come to (docs/contract.md section 4, "Between owners"), and
 * goes on where nothing is in the way any more.
 * @throws RegistrationFailure `number_linked_elsewhere`, `waba_linked_elsewhere`
 */
export async function conflictStep(work: Work): Promise<Next> {
  const { claim } = work;
  const { conflict } = claim.registration;
  if (!conflict) return AGAIN;
  const obstacle = await stillInTheWay(work, conflict);
  if (!obstacle) {
    await claim.write(CONFLICT_ENDED);
    await report(work, conflict, "the claimant goes on");
    return AGAIN;
  }
  if (String(obstacle.holder._id) !== conflict.holderId) {
    return enterConflict(work, new ConflictMetError(obstacle, conflict.metBy));
  }
  const waits = waitFor(work, conflict);
  const verdict = verdictSince(obstacle.holder, conflict);
  if (verdict === "online" || (verdict === "there" && !mayStillGiveWay(work, obstacle))) {
    throw await lost(work, conflict, verdict);
  }
  if (sinceMs(work, conflict.since) >= patienceMs(work)) throw await lost(work, conflict, "there");
  if (isLeaving(obstacle.holder)) return waits;
  // It yielded, and something of it is there again: that is another question.
  if (verdict) await claim.write(CONFLICT_ANEW);
  else await askForLooks(work, obstacle.holder, { shown: proves(work, obstacle) });
  return waits;
}

/** The more slowly the longer it takes, but no later than a second look can be there. */
function waitFor(work: Work, { since }: OwnershipConflict): Next {
  const { pollIntervalMs, settleMs } = work.deps.settings;
  const grown = Math.max(pollIntervalMs, sinceMs(work, since) / 2);
  const ms = Math.min(grown, Math.max(pollIntervalMs, settleMs / 2));
  return { kind: "wait", ms, waitingFor: "twilio", isIdle: true };
}

/** What was met is looked for anew: holds and senders come and go meanwhile. */
async function stillInTheWay(
  { claim, deps }: Work,
  { about, metBy }: OwnershipConflict,
): Promise<Obstacle | undefined> {
  const held = await deps.holds.inTheWay(claim.integration);
  if (held || metBy !== "refusal") return held;
  return unfinishedOf(deps.integrations, claim.integration, about);
}

/** Only a sender that was never ONLINE gives way, to Meta's word that the number is elsewhere. */
function proves({ claim }: Work, { about, isHeld }: Obstacle): boolean {
  return about === "number" && !isHeld && claim.registration.target.numberShown;
}

/** It was asked by somebody without that proof. */
function mayStillGiveWay(work: Work, obstacle: Obstacle): boolean {
  return proves(work, obstacle) && obstacle.holder.registration.examination?.shown === false;
}

function verdictSince(
  { registration }: Integration,
  { since }: OwnershipConflict,
): ExaminationVerdict | undefined {
  const { verdict, decidedAt } = registration.examination ?? {};
  return decidedAt && decidedAt >= since ? verdict : undefined;
}

/** Its sender is being removed; nothing has to be looked at. */
function isLeaving({ status, meta, registration }: Integration): boolean {
  if (status === "pending" && registration.step === "disconnecting") return true;
  return meta.senderId === undefined && registration.discards.length > 0;
}

/** Looks have until the grace ends; a holder whose document nobody works on gets no longer either. */
function patienceMs({ deps }: Work): number {
  const { offlineGraceMs, settleMs, leaseMs } = deps.settings;
  return offlineGraceMs + 2 * (settleMs + leaseMs);
}

/** The holder counts as working. What the claimant has that works stays, anything else goes. */
async function lost(
  work: Work,
  conflict: OwnershipConflict,
  verdict: "online" | "there",
): Promise<RegistrationFailure> {
  const keepsSender = await worksItself(work, conflict);
  await report(work, conflict, "the claimant ends");
  return new RegistrationFailure(`${conflict.about}_linked_elsewhere`, {
    actor: verdict === "online" && !keepsSender ? "customer" : "operator",
    keepsSender,
  });
}

async function worksItself(work: Work, { metBy }: OwnershipConflict): Promise<boolean> {
  if (!work.claim.integration.meta.senderId) return false;
  // It was seen ONLINE before: one look that says otherwise does not remove it.
  if (metBy === "online") return true;
  const seen = await lookAtSender(work);
  if (seen.kind === "missing") return false;
  if (seen.kind !== "other_waba") await noteStatus(work, seen.sender);
  return senderState(seen.sender.status) === "online";
}

async function report(
  { claim, deps, log }: Work,
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
      looks: examination?.looks ?? [],
      verdict: examination?.verdict ?? null,
      decision,
    },
    "A number or a WABA that two owners want: " + decision,
  );
}
