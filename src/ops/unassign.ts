import type { OpsCommand } from "./command.ts";
import { phoneNumberArgument } from "./phone-number-argument.ts";

/** `unassign`: the operator's word on a number is taken back. */
export const unassign: OpsCommand = {
  usage: `unassign NUMBER [--reason "…"]
      Takes an assignment back: from then on the owners' tokens say whose the number is. What is
      connected stays connected.`,
  read({ positionals, options }) {
    const phoneNumber = phoneNumberArgument(positionals[0]);
    const { reason } = options;
    return async ({ deps, print, warn }) => {
      const former = await deps.operator.assignments.unassign({
        phoneNumber,
        ...(reason ? { reason } : {}),
      });
      if (former) print(`${phoneNumber} is no longer assigned to ${former.formerUserId}.`);
      else warn(`${phoneNumber} was not assigned to anybody.`);
    };
  },
};
