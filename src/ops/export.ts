import { UsageError, type OpsCommand } from "./command.ts";

/** `export`: what is stored about an owner, for that owner. */
export const exportOwner: OpsCommand = {
  usage: `export --user OWNER [--reason "…"]
      All that is stored about OWNER as JSON, without secrets and without other owners.`,
  read({ options: { user: userId, reason } }) {
    if (!userId) throw new UsageError("--user is missing: the owner, as its tokens name it.");
    return async ({ deps, print }) => {
      const exported = await deps.operator.exports.of(userId, reason?.trim());
      print(JSON.stringify(exported, null, 2));
    };
  },
};
