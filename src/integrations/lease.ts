import { historyPush, together, type IntegrationChange } from "./change.ts";
import type { HistoryEntry, Integration } from "./integration.ts";
import { PROVIDER } from "./ours.ts";

/** Some process or request works on it. */
export function isHeld({ work: { lease } }: Integration, now: Date): boolean {
  return lease !== undefined && lease.until > now;
}

/** A process has it; due again when the lease ends, so that a process that died loses it. */
export function leased(to: { owner: string; token: string; until: Date }) {
  return {
    $set: {
      "work.lease.owner": to.owner,
      "work.lease.token": to.token,
      ...prolonged(to.until).$set,
    },
    $currentDate: { "work.lease.claimedAt": true },
  } satisfies IntegrationChange;
}

/** The same process has it for longer. */
export function prolonged(until: Date) {
  return {
    $set: { "work.lease.until": until, "work.dueAt": until },
  } satisfies IntegrationChange;
}

/** Nobody has it. `dueAt` undefined when nothing is to be done any more. */
export function givenBack(dueAt: Date | undefined): IntegrationChange {
  return dueAt
    ? { $set: { "work.dueAt": dueAt }, $unset: { "work.lease": 1 } }
    : { $unset: { "work.lease": 1, "work.dueAt": 1 } };
}

/** What every write of the worker says beside what it changes. */
export function written(
  now: Date,
  change: IntegrationChange,
  history: readonly HistoryEntry[],
): IntegrationChange {
  return together(
    change,
    { $set: { "registration.updatedAt": now, updatedAt: now } },
    history.length > 0 ? { $push: historyPush(...history) } : {},
  );
}

/**
 * The integration while the lease is this one and nothing changed its target: every write of the
 * worker must match it.
 */
export function heldBy(token: string, { _id, registration }: Integration) {
  return {
    _id,
    provider: PROVIDER,
    "work.lease.token": token,
    "registration.generation": registration.generation,
  } as const;
}

/** Where nobody works on it. */
export function heldByNobody(now: Date) {
  return { "work.lease.until": { $not: { $gt: now } } };
}
