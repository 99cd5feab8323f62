import { UsageError, type OpsCommand } from "./command.ts";
import { phoneNumberArgument } from "./phone-number-argument.ts";

/** `assign`: a number at Twilio is meant for an owner. */
export const assign: OpsCommand = {
  usage: `assign +5511987654321 --user OWNER
      The number, which sits in your Twilio account, may be moved into OWNER's subaccount.`,
  read({ positionals, options }) {
    const phoneNumber = phoneNumberArgument(positionals[0]);
    const userId = options.user;
    if (!userId) throw new UsageError("--user is missing: the owner, as its tokens name it.");
    return async ({ deps, print }) => {
      await deps.assignments.assign(phoneNumber, userId);
      print(`${phoneNumber} is assigned to ${userId}.`);
    };
  },
};
