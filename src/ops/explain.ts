import { printIntegration, printSession } from "./print.ts";
import { UsageError, type OpsCommand } from "./command.ts";

/** `explain`: the whole story of what a term means. */
export const explain: OpsCommand = {
  usage: `explain NUMBER|OWNER|SESSION|INTEGRATION|WABA|SUBACCOUNT|SENDER [--json]
      The whole story in order: who did what, what Twilio and Meta said, who is awaited, what is next.`,
  read({ positionals: [term], options: { json } }) {
    if (!term) throw new UsageError("Explain what?");
    return async ({ deps, print, warn }) => {
      const explained = await deps.operator.desk.explain(term);
      if (json) return print(JSON.stringify(explained, null, 2));
      const { kind, integrations, sessions, story } = explained;
      if (integrations.length + sessions.length === 0) return warn(`no ${kind} ${term}.`);
      for (const integration of integrations) printIntegration(integration, print);
      for (const session of sessions) printSession(session, print);
      print("What happened (UTC)");
      for (const { at, where, what, provider } of story) {
        print(`  ${at.toISOString().slice(0, 19).replace("T", " ")}  ${where}  ${what}`);
        if (provider) print(`  ${" ".repeat(19)}  they said: ${provider}`);
      }
    };
  },
};
