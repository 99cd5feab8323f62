import { UsageError, type OpsCommand } from "./command.ts";

/** `hand-over`: the operator's decision between two owners; the running service carries it out. */
export const handOver: OpsCommand = {
  usage: `hand-over NUMBER|WABA --to INTEGRATION --reason "…"
      Whoever has the number or the WABA now is disconnected; then INTEGRATION is tried again.`,
  read({ positionals: [what], options: { to, reason } }) {
    if (!what) throw new UsageError("Which number or WABA?");
    if (!to) throw new UsageError("--to is missing: the id of the integration that gets it.");
    if (!reason?.trim()) {
      throw new UsageError("--reason is missing: it stays in the history, which the owners read.");
    }
    return async ({ deps, print, warn }) => {
      warn(
        "two-step verification of the number must be off in WhatsApp Manager first, else Twilio refuses it (63110).",
      );
      const { from, target } = await deps.operator.handOver({ what, to: to.trim(), reason });
      for (const { integrationId, userId, phoneNumber } of from) {
        print(`${phoneNumber} of ${userId} (${integrationId}) is being disconnected.`);
      }
      if (from.length === 0) print("Nobody else has it.");
      print(`${target.phoneNumber} of ${target.userId} (${to}) goes on after that.`);
    };
  },
};
