import { printIntegration, printSession } from "./print.ts";
import { UsageError, type OpsCommand } from "./command.ts";

/** `find`: what a number, an owner, or an id means. */
export const find: OpsCommand = {
  usage: `find NUMBER|OWNER|SESSION|INTEGRATION|WABA|SUBACCOUNT|SENDER [--json]
      What it means now: status, who is awaited, and the commands that apply.`,
  read({ positionals: [term], options: { json } }) {
    if (!term) throw new UsageError("Find what?");
    return async ({ deps, print, warn }) => {
      const found = await deps.operator.desk.find(term);
      if (json) return print(JSON.stringify(found, null, 2));
      const { kind, integrations, sessions } = found;
      if (integrations.length + sessions.length === 0) warn(`no ${kind} ${term}.`);
      for (const integration of integrations) printIntegration(integration, print);
      for (const session of sessions) printSession(session, print);
    };
  },
};
