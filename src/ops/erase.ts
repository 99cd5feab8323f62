import { setTimeout as sleep } from "node:timers/promises";
import type { ErasureReport, Remainder } from "../operator/erasure.ts";
import { UsageError, type OpsCommand, type OpsContext } from "./command.ts";

const LOOK_AGAIN_MS = 2_000;

/** `erase`: what is stored of an owner is deleted, its numbers disconnected first. */
export const erase: OpsCommand = {
  usage: `erase --user OWNER --reason "…" [--wait] [--json]
      Disconnects OWNER's numbers, then deletes all that is stored of it. The running service does it;
      this says what is left and what stays, and may be repeated. --wait: until nothing is left.`,
  read({ options: { user: userId, reason, wait, json } }) {
    if (!userId) throw new UsageError("--user is missing: the owner, as its tokens name it.");
    if (!reason?.trim()) throw new UsageError("--reason is missing: it stays in the log.");
    return async (context) => {
      const { erasures } = context.deps.operator;
      const first = await erasures.request(userId, reason.trim());
      const report = wait ? await untilDone(first, context, json ?? false) : first;
      if (json) context.print(JSON.stringify(report, null, 2));
      else printReport(report, context);
    };
  },
};

async function untilDone(
  first: ErasureReport,
  context: OpsContext,
  isQuiet: boolean,
): Promise<ErasureReport> {
  let report = first;
  while (report.state === "under_way") {
    if (!isQuiet) printReport(report, context);
    await sleep(LOOK_AGAIN_MS);
    report = await context.deps.operator.erasures.status(report.userId);
  }
  return report;
}

function printReport({ userId, state, completedAt, left, stays }: ErasureReport, to: OpsContext) {
  const { print, warn } = to;
  if (state === "nothing") warn(`nothing of ${userId} is stored that could be deleted.`);
  if (state === "under_way") print(`${userId} is being erased by the running service. Left:`);
  if (state === "complete") {
    print(`${userId} was erased at ${completedAt?.toISOString() ?? "?"}.`);
  }
  printAll(left, print);
  if (stays.length > 0) print("Stays:");
  printAll(stays, print);
}

function printAll(remainders: readonly Remainder[], print: (line: string) => void): void {
  for (const { what, why } of remainders) print(`  ${what}: ${why}`);
}
