import { UnknownOwnerError } from "../ownership/operator-assignments.ts";
import { UsageError, type OpsCommand } from "./command.ts";
import { phoneNumberArgument } from "./phone-number-argument.ts";

const WARNINGS: Readonly<Record<string, string>> = {
  nowhere:
    "is in no account of yours: neither in the parent nor in a subaccount of this service. Nothing can be moved.",
  unknown: "could not be looked for: Twilio did not answer for every account.",
};

function explainUnknownOwner(error: unknown): never {
  if (!(error instanceof UnknownOwnerError)) throw error;
  throw new Error(
    `${error.message} Nothing was changed. An owner is what its tokens name (AUTH_JWT_USER_CLAIM); with --new-owner it is assigned all the same.`,
    { cause: error },
  );
}

/** `assign`: a number at Twilio is meant for an owner. */
export const assign: OpsCommand = {
  usage: `assign NUMBER --user OWNER [--new-owner] [--reason "…"]
      The number, which sits in your Twilio account, is OWNER's: it may be moved into its subaccount,
      and nobody else's token counts any more. What waits for this goes on. --new-owner: the service
      has not seen OWNER yet.`,
  read({ positionals, options }) {
    const phoneNumber = phoneNumberArgument(positionals[0]);
    const userId = options.user;
    if (!userId) throw new UsageError("--user is missing: the owner, as its tokens name it.");
    const request = {
      phoneNumber,
      userId,
      isNewOwner: options["new-owner"] ?? false,
      ...(options.reason ? { reason: options.reason } : {}),
    };
    return async ({ deps, print, warn }) => {
      const result = await deps.operator.assignments.assign(request).catch(explainUnknownOwner);
      const { formerUserId } = result;
      print(`${phoneNumber} is assigned to ${userId}.`);
      if (formerUserId) print(`It was ${formerUserId}'s; what it has connected stays connected.`);
      const warning = WARNINGS[result.foundIn];
      if (warning) warn(`${phoneNumber} ${warning}`);
      for (const id of result.restarted) print(`Integration ${id} waited for it and goes on.`);
      for (const id of result.busy) {
        warn(`integration ${id} waits for it and is being worked on: retry it in a minute.`);
      }
    };
  },
};
