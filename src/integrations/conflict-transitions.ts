import type { IntegrationChange } from "./change.ts";
import type { Integration } from "./integration.ts";
import type { Examination, Finding, OwnershipConflict } from "./ownership.ts";
import { deadlineOf, type Term } from "./transitions.ts";

/** How many polls are kept for the log. */
const POLLS_KEPT = 20;

/** What this one needs is another owner's; what was linked until now is pending while it waits. */
export function conflictMet(
  { status }: Integration,
  conflict: Omit<OwnershipConflict, "since">,
  term: Term,
): IntegrationChange {
  return {
    $set: {
      "registration.conflict.about": conflict.about,
      "registration.conflict.holderId": conflict.holderId,
      "registration.conflict.holderUserId": conflict.holderUserId,
      "registration.conflict.metBy": conflict.metBy,
      "work.queue": "registration",
      ...(status === "pending"
        ? {}
        : {
            status: "pending",
            "registration.step": "online",
            "registration.waitingFor": "twilio",
            "registration.waitingSince": term.now,
            "registration.deadlineAt": deadlineOf(term),
          }),
    },
    $currentDate: { "registration.conflict.since": true },
  };
}

/** Nothing is in the way any more. */
export const CONFLICT_ENDED = {
  $unset: { "registration.conflict": 1 },
} as const satisfies IntegrationChange;

/** The holder yielded, and something of it is there again: that is another question. */
export const CONFLICT_ANEW = {
  $currentDate: { "registration.conflict.since": true },
} as const satisfies IntegrationChange;

/** A claimant asks whether this one's sender works. */
export function examinationAsked({
  id,
  claimantId,
  shown,
}: Pick<Examination, "id" | "claimantId" | "shown">) {
  return {
    $set: {
      "work.examination.id": id,
      "work.examination.claimantId": claimantId,
      "work.examination.shown": shown,
    },
    $currentDate: { "work.examination.askedAt": true },
    $unset: {
      "work.examination.finding": 1,
      "work.examination.polledAt": 1,
      "work.examination.polls": 1,
      "work.examination.verdict": 1,
      "work.examination.decidedAt": 1,
    },
  } satisfies IntegrationChange;
}

/** Another claimant asks the same, and has Meta's word that the number is in its WABA. */
export const EXAMINATION_SHOWN = {
  $set: { "work.examination.shown": true },
} as const satisfies IntegrationChange;

/** The next poll is now, since somebody asks. */
export function pollHurried(now: Date) {
  return { $set: { "work.dueAt": now } } satisfies IntegrationChange;
}

/** What a poll for a claimant found. */
export function examined({ work }: Integration, finding: Finding, now: Date): IntegrationChange {
  const polls = work.examination?.polls ?? [];
  return {
    $set: {
      "work.examination.finding": finding,
      "work.examination.polls": [...polls, { at: now, finding }].slice(-POLLS_KEPT),
    },
    $currentDate: { "work.examination.polledAt": true },
  };
}

/** What the polls for a claimant came to. */
export function examinationDecided(verdict: Finding) {
  return {
    $set: { "work.examination.verdict": verdict },
    $currentDate: { "work.examination.decidedAt": true },
  } satisfies IntegrationChange;
}
