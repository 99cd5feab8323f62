import { moreInfo, titleOf } from "./errors.ts";
import type { OfflineReason, Phase, Sender } from "./types.ts";

/** The stage in which a sender is no longer there. */
export const GONE = "GONE";

/** Moves the sender to the stage it has reached by now; nothing else drives its life. */
export function advance(sender: Sender, now: number): void {
  for (;;) {
    const [current, next, ...later] = sender.phases;
    const end = endOf(current, sender, now);
    if (next === undefined || end === undefined) break;
    enter(sender, [next, ...later], end);
  }
  if (sender.phases[0].status === GONE) sender.deletedAt ??= sender.enteredAt;
}

/** It can send and receive, also while its settings change. */
export function isOnline({ phases: [{ status }] }: Sender): boolean {
  return status.startsWith("ONLINE");
}

/** Starts a new course of life. */
export function enter(sender: Sender, phases: [Phase, ...Phase[]], at: number): void {
  sender.phases = phases;
  sender.enteredAt = at;
  sender.looks = 0;
}

/** A reason as `offline_reasons` lists it; `code` is a string there. */
export function offlineReason(code: number | string, message?: string): OfflineReason {
  return {
    code: String(code),
    message: message ?? titleOf(Number(code)),
    more_info: moreInfo(code),
  };
}

function endOf({ forMs, forLooks }: Phase, sender: Sender, now: number): number | undefined {
  if (forLooks !== undefined && sender.looks >= forLooks) return now;
  if (forMs === undefined) return undefined;
  const end = sender.enteredAt + forMs;
  return now >= end ? end : undefined;
}
