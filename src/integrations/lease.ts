import { historyPush, together, type IntegrationChange } from "./change.ts";
import type { HistoryEntry, Integration } from "./integration.ts";
import { PROVIDER } from "./ours.ts";

/** Some process or request works on it. */
export function isHeld({ registration: { lease } }: Integration, now: Date): boolean {
  return lease !== undefined && lease.until > now;
}

/** A process has it; due again when the lease ends, so that a process that died loses it. */
export function leased(to: { owner: string; token: string; until: Date }) {
  return {
    $set: {
      "registration.lease.owner": to.owner,
      "registration.lease.token": to.token,
      ...prolonged(to.until).$set,
    },
    $currentDate: { "registration.lease.claimedAt": true },
  } satisfies IntegrationChange;
}

/** The same process has it for longer. */
export function prolonged(until: Date) {
  return {
    $set: { "registration.lease.until": until, "registration.dueAt": until },
  } satisfies IntegrationChange;
}

/** Nobody has it. `dueAt` undefined when nothing is to be done any more. */
export function givenBack(dueAt: Date | undefined): IntegrationChange {
  return dueAt
    ? { $set: { "registration.dueAt": dueAt }, $unset: { "registration.lease": 1 } }
    : { $unset: { "registration.lease": 1, "registration.dueAt": 1 } };
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
    "registration.lease.token": token,
    "registration.generation": registration.generation,
  } as const;
}

/** Where nobody works on it. */
export function heldByNobody(now: Date) {
  return { "registration.lease.until": { $not: { $gt: now } } };
}
