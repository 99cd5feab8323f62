import type { RelayScheduler } from "./code-relay/relay-scheduler.ts";
import type { Quotas } from "./limits/quotas.ts";
import type { Settlement } from "./onboarding/settlement.ts";
import type { Erasures } from "./operator/erasure.ts";
import type { SessionReports } from "./signup/session-reports.ts";

/** What was left undone by processes that are gone, or waits for time to pass. */
export async function sweepAll(of: {
  settlement: Settlement;
  reports: SessionReports;
  scheduler: RelayScheduler;
  quotas: Quotas;
  erasures: Erasures;
}): Promise<void> {
  await Promise.all([
    of.settlement.completeUnsettled(),
    of.reports.noteExpired(),
    of.scheduler.sweep(),
    of.quotas.watch(),
    of.erasures.carryOnAll(),
  ]);
}
