import { unheld, type LeasePlace } from "../durable/lease.ts";
import { historyPush, together, type IntegrationChange } from "./change.ts";
import type { HistoryEntry, Integration } from "./integration.ts";
import { PROVIDER } from "./ours.ts";

/** The worker's lease, in which a callback, a retry or a disconnect ends what was under way. */
export const WORK_LEASE: LeasePlace<Integration> = {
  lease: "work.lease",
  dueAt: "work.dueAt",
  fence: ({ registration }) => ({
    provider: PROVIDER,
    "registration.generation": registration.generation,
  }),
};

/** Some process or request works on it. */
export function isHeld({ work: { lease } }: Integration, now: Date): boolean {
  return lease !== undefined && lease.until > now;
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

/** Where nobody works on it. */
export function heldByNobody(now: Date) {
  return unheld(WORK_LEASE, now);
}
